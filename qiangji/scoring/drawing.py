"""The draw of the spot check 抽查: consistent sampling by hashed tickets, which anybody can repeat (document 0, part 3).

Every organization gets a ticket that follows from the seed and its code alone; the smallest tickets of each stratum are
drawn, in that order, so a substitute is simply the next ticket. The method is the one by which ballots are drawn in
risk-limiting audits. No floating point and no generator of random numbers takes part: SHA-256 over bytes, and a ratio
that is rounded up exactly. ``docs/recipes/repeat-a-draw.md`` tells the same in words and in another language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import ceil


@dataclass(frozen=True, order=True)
class Listed:
    """An organization of the frozen population, by its code, in the stratum that it is drawn in."""

    code: str
    stratum: str


@dataclass(frozen=True, order=True)
class Ticket:
    """A ticket as 64 lowercase hexadecimal digits, and whose it is. Tickets are compared as text."""

    ticket: str
    code: str


@dataclass(frozen=True)
class Stratum:
    """One stratum: how many it holds, and all its tickets in the order of drawing; the first ``count`` are drawn."""

    name: str
    count: int
    tickets: tuple[Ticket, ...]

    @property
    def size(self) -> int:
        """How many organizations the stratum holds."""
        return len(self.tickets)

    @property
    def drawn(self) -> tuple[Ticket, ...]:
        """The tickets drawn."""
        return self.tickets[: self.count]


def ticket_of(seed: str, code: str) -> str:
    """Return the ticket of an organization: SHA-256 of the seed, a line feed and the code, each in UTF-8.

    >>> ticket_of("3-1-6", "DH001")[:16]
    '47f649bc2ee6430e'
    """
    return sha256(seed.encode() + b"\n" + code.encode()).hexdigest()


def count_of(ratio: Decimal, size: int) -> int:
    """Return how many of ``size`` a ratio draws: rounded up, at least one, and none of nothing.

    >>> count_of(Decimal("0.1"), 40), count_of(Decimal("0.1"), 41), count_of(Decimal("0.01"), 3), count_of(Decimal("0.1"), 0)
    (4, 5, 1, 0)
    """
    return max(1, ceil(Fraction(ratio) * size)) if size else 0


def population_digest(population: Iterable[Listed]) -> str:
    """Return the digest of a frozen population: a line ``code TAB stratum`` each, in the order of the codes' bytes.

    >>> population_digest([Listed("B", "甲市"), Listed("A", "甲市")]) == population_digest([Listed("A", "甲市"), Listed("B", "甲市")])
    True
    """
    lines = sorted(f"{one.code}\t{one.stratum}\n".encode() for one in population)
    return sha256(b"".join(lines)).hexdigest()


def draw(population: Sequence[Listed], *, ratio: Decimal, seed: str) -> list[Stratum]:
    """Draw from every stratum, in the order of the strata's names. Raises ValueError for a seed that is
    empty or has two lines, for a ratio that is not above 0 and at most 1, and for a code that is listed twice.

    >>> listed = [Listed(f"DH{number:03d}", "甲市") for number in range(1, 11)]
    >>> [len(one.drawn) for one in draw(listed, ratio=Decimal("0.25"), seed="3-1-6")]
    [3]
    """
    if not seed or "\n" in seed:
        raise ValueError("种子不能为空，也不能换行。")
    if not 0 < ratio <= 1:
        raise ValueError("抽查比例应大于 0、不超过 1。")
    if len({one.code for one in population}) != len(population):
        raise ValueError("抽取范围里有重复的组织代码。")
    by_stratum: dict[str, list[Ticket]] = {}
    for one in population:
        by_stratum.setdefault(one.stratum, []).append(Ticket(ticket_of(seed, one.code), one.code))
    return [
        Stratum(name, count_of(ratio, len(tickets)), tuple(sorted(tickets)))
        for name, tickets in sorted(by_stratum.items())
    ]

"""The draw: tickets to the byte, counts rounded up, a substitute that is the next ticket, a digest without an order."""

from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.scoring.drawing import Listed, count_of, draw, population_digest, ticket_of

CODES = st.sets(st.text("ABCDEFGH0123456789-", min_size=1, max_size=8), min_size=1, max_size=40)
RATIOS = st.decimals(min_value="0.0001", max_value="1", places=4)
SEEDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@pytest.mark.shows("A26")
def test_a_ticket_is_the_hash_of_seed_line_feed_and_code() -> None:
    assert ticket_of("三点一刻", "DH001") == sha256("三点一刻\nDH001".encode()).hexdigest()


@pytest.mark.parametrize(
    ("ratio", "size", "count"),
    [
        ("0.1", 1, 1),
        ("0.1", 10, 1),
        ("0.1", 11, 2),
        ("0.3333", 3, 1),
        ("0.3334", 3, 2),
        ("1", 7, 7),
        ("0.0001", 9, 1),
    ],
)
def test_a_count_is_rounded_up_and_at_least_one(ratio: str, size: int, count: int) -> None:
    assert count_of(Decimal(ratio), size) == count


@given(codes=CODES, ratio=RATIOS, seed=SEEDS)
def test_the_smallest_tickets_of_each_stratum_are_drawn_in_their_order(
    codes: set[str], ratio: Decimal, seed: str
) -> None:
    population = [Listed(code, f"{len(code) % 3}") for code in sorted(codes)]
    for stratum in draw(population, ratio=ratio, seed=seed):
        inside = [one.code for one in population if one.stratum == stratum.name]
        expected = sorted(inside, key=lambda code: sha256(f"{seed}\n{code}".encode()).hexdigest())
        assert [one.code for one in stratum.tickets] == expected
        assert len(stratum.drawn) == max(1, -(-int(ratio * 10000) * len(inside) // 10000))


@given(codes=CODES, seed=SEEDS)
def test_who_leaves_the_population_changes_nothing_for_the_others(codes: set[str], seed: str) -> None:
    """Consistent sampling: a substitution or a withdrawal never reshuffles the rest."""
    population = [Listed(code, "全部") for code in sorted(codes)]
    whole = draw(population, ratio=Decimal("0.5"), seed=seed)[0]
    gone = whole.tickets[0]
    rest = [one for one in population if one.code != gone.code]
    if rest:
        assert draw(rest, ratio=Decimal("0.5"), seed=seed)[0].tickets == whole.tickets[1:]


@given(codes=CODES)
def test_the_digest_of_a_population_does_not_depend_on_its_order(codes: set[str]) -> None:
    population = [Listed(code, f"{len(code) % 2}") for code in codes]
    assert population_digest(population) == population_digest(population[::-1])
    text = "".join(f"{one.code}\t{one.stratum}\n" for one in sorted(population, key=lambda one: one.code))
    assert population_digest(population) == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("ratio", "seed", "codes"),
    [("0", "1", "A"), ("1.1", "1", "A"), ("0.1", "", "A"), ("0.1", "1\n2", "A"), ("0.1", "1", "AA")],
)
def test_what_could_not_be_repeated_is_refused(ratio: str, seed: str, codes: str) -> None:
    with pytest.raises(ValueError, match="种子|比例|重复"):
        draw([Listed(code, "全部") for code in codes], ratio=Decimal(ratio), seed=seed)

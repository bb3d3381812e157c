"""Materialised paths of the Party line 隶属: one indexed range answers "everything below this node".

A path is a row of fixed-width segments, each the node's number among its siblings in base 36: ``0001000g0003``. Only
digits and lower-case letters appear, so every collation of both databases orders paths alike, and a subtree is the
range from the path itself to the path followed by a segment that is never handed out (docs/decisions/0003).
"""

from typing import Any

from django.db.models import CharField, Lookup, Q

WIDTH = 4
DEEPEST = 10  # nodes from the top of a tree down to its lowest
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LAST = DIGITS[-1] * WIDTH


def segment(number: int) -> str:
    """Write a sibling's number as one segment.

    >>> segment(1), segment(36)
    ('0001', '0010')

    Raises ValueError past the last number that leaves the upper bound free.
    """
    if not 0 < number < 36**WIDTH - 1:
        raise ValueError(f"a node has room for {36**WIDTH - 2} children, not for number {number}")
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text.rjust(WIDTH, "0")


def number(path: str) -> int:
    """Return the number of a node among its siblings, the reverse of ``segment`` on the path's end.

    >>> number("00010010")
    36
    """
    return int(path[-WIDTH:], 36)


def ancestors(path: str) -> list[str]:
    """Return the paths from the root down to and including the node itself.

    >>> ancestors("00010002")
    ['0001', '00010002']
    """
    return [path[:end] for end in range(WIDTH, len(path) + 1, WIDTH)]


def covers(upper: str, lower: str) -> bool:
    """Say whether ``lower`` is ``upper`` itself or stands below it.

    >>> covers("0001", "00010002"), covers("0002", "00010002")
    (True, False)
    """
    return lower.startswith(upper)


def below(path: str, field: str = "path") -> Q:
    """Return the condition "this node and all below it" on a path column."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": path + LAST})


@CharField.register_lookup
class AtOrAbove(Lookup):
    """``path__at_or_above=OuterRef("path")``: this node is the other one or stands above it.

    The other's path cut after each of its segments is compared for equality, so that the index on paths is used; and it
    is worked out once, where a list of ten cuts made this condition the dearest part of a page's statements.
    """

    lookup_name = "at_or_above"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        cuts = ", ".join(f"SUBSTR({rhs}, 1, {WIDTH * level})" for level in range(1, DEEPEST + 1))
        return f"{lhs} IN ({cuts})", (*lhs_params, *(tuple(rhs_params) * DEEPEST))


def strictly_below(path: str, field: str = "path") -> Q:
    """Return the condition "all below this node, without the node itself" on a path column."""
    return Q(**{f"{field}__gt": path, f"{field}__lt": path + LAST})

"""Two criteria read as one, and one read as two: splitting and merging.

Both keep every word. What a half brings along of its own, a number in front or points at its end, is read as the reader
reads it: it stops being text and becomes number and points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from qiangji.standards.reader.wording import POINTS_MARK, SEPARATORS
from qiangji.standards.schema import FullScoring
from qiangji.standards.workshop import arguments as a
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.state import CriterionState, Doubt, State
from qiangji.standards.workshop.tree import find_criterion, new_key, replaced, with_criteria

MOST_CHECKS = 20
_NUMBER = re.compile(
    r"(?:\d{1,3}[ \t]*[.．、][ \t]*(?!\d)|[（(][ \t]*\d{1,3}[ \t]*[）)]|[①-⑳][ \t]*[、.]?)[ \t]*(?=\S)"
)


@dataclass(frozen=True)
class Half:
    """One half of a text that was cut: its words, and the points that stood at its end."""

    text: str
    points: Decimal | None


def halves(text: str, at: int) -> tuple[Half, Half]:
    """Cut a text in two at a character; the number in front of the second half and points at an end come off.

    >>> [(half.text, half.points) for half in halves("会议有记录（2分）；3.按期换届", 10)]
    [('会议有记录', Decimal('2')), ('按期换届', None)]
    """
    first, rest = text[:at].strip(), text[at:].strip()
    return _half(first), _half(_NUMBER.sub("", rest, count=1) if _NUMBER.match(rest) else rest)


def _half(text: str) -> Half:
    marks = list(POINTS_MARK.finditer(text))
    last = marks[-1] if marks else None
    if last is None or text[last.end() :].strip(SEPARATORS) or any(last.groups()[1:]):
        return Half(text, None)
    words = text[: last.start()].strip()
    return Half(words, Decimal(last[1])) if words else Half(text, None)


def split(state: State, args: a.Split) -> State:
    """Cut a criterion in two at a character; the second half stands right after the first.

    The points that the halves carry themselves count; where only the first carries some, the whole's were the second's.
    """
    i, j, k = find_criterion(state, args.key)
    group = state.sections[i].groups[j]
    whole = group.criteria[k]
    first, rest = halves(whole.text, args.at)
    if not first.text or not rest.text:
        raise OperationRefused("拆分的位置前后都要有文字，请把光标放在两条之间。")
    points, rest_points = _points(whole, first, rest)
    one = whole.model_copy(
        update={
            "text": first.text,
            "points": points if args.points is None else args.points,
            "draft_checks": tuple(c for c in whole.draft_checks if c.words not in rest.text),
        }
    )
    two = CriterionState(
        key=new_key(state, "c"),
        text=rest.text,
        points=rest_points if args.rest_points is None else args.rest_points,
        draft_checks=tuple(c for c in whole.draft_checks if c.words in rest.text),
        origins=whole.origins,
    )
    return with_criteria(state, i, j, replaced(group.criteria, k, one, two))


def _points(whole: CriterionState, first: Half, rest: Half) -> tuple[Decimal | None, Decimal | None]:
    if first.points is None:
        return whole.points, rest.points
    return first.points, whole.points if rest.points is None else rest.points


def merge(state: State, args: a.ForKey) -> State:
    """Join a criterion and the next of its group; points add up, the first one's kind of scoring stays."""
    i, j, k = find_criterion(state, args.key)
    criteria = state.sections[i].groups[j].criteria
    if k + 1 == len(criteria):
        raise OperationRefused("这是小项里的最后一条，后面没有可以合并的。请先把要合并的一条移过来。")
    one, two = criteria[k], criteria[k + 1]
    plain_first = isinstance(one.scoring, FullScoring)
    both = one.model_copy(
        update={
            "text": joined_text(one.text, two.text),
            "points": joined_points(one.points, two.points),
            "scoring": two.scoring if plain_first else one.scoring,
            "draft_checks": (*one.draft_checks, *two.draft_checks)[:MOST_CHECKS],
            "evidence": "；".join(filter(None, dict.fromkeys([one.evidence, two.evidence]))),
            "note": "；".join(filter(None, dict.fromkeys([one.note, two.note]))),
            "origins": tuple(sorted({*one.origins, *two.origins})),
            "earlier": one.earlier or two.earlier,
            "earlier_decided": one.earlier_decided and two.earlier_decided,
        }
    )
    rest = (*criteria[:k], both, *criteria[k + 2 :])
    state = with_criteria(state, i, j, rest)
    if plain_first or isinstance(two.scoring, FullScoring) or one.scoring == two.scoring:
        return state
    return state.model_copy(update={"doubts": (*state.doubts, _two_scorings(state, both))})


def _two_scorings(state: State, both: CriterionState) -> Doubt:
    return Doubt(
        key=new_key(state, "d"),
        severity="warning",
        where=f"合并后的“{both.shown_title}”",
        message="合并的两条计分方式不同，取了前一条的，请核对",
        target=both.key,
    )


def joined_text(one: str, two: str) -> str:
    """Join two texts, with a blank only where letters or digits would run together.

    >>> joined_text("召开", "大会"), joined_text("no", "more")
    ('召开大会', 'no more')
    """
    apart = one[-1:].isascii() and one[-1:].isalnum() and two[:1].isascii() and two[:1].isalnum()
    return f"{one} {two}" if apart else one + two


def joined_points(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    """Add points of which either may be missing.

    >>> joined_points(None, Decimal(2)), joined_points(None, None)
    (Decimal('2'), None)
    """
    found = [value for value in (one, two) if value is not None]
    return sum(found, Decimal(0)) if found else None

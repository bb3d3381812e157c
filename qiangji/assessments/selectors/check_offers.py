"""What a criterion's words already say, offered as the beginning of a check: frequencies and shares that the reader found.

An offer is a guess to be adjusted: which ledger is meant is told from the titles and other names of the ledgers that
occur in the words, then in the criterion's title and text. Where none occurs the form asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qiangji.ledgers.vocabulary import KINDS
from qiangji.lib.numbers import plain
from qiangji.rules.vocabulary import EVENTS
from qiangji.standards.check_shapes import ALL_HOURS, MOST_LINES, Draft, Line
from qiangji.standards.models import Criterion, CriterionWording, Edition
from qiangji.standards.reader.frequencies import draft_checks
from qiangji.standards.schema import CriterionSpec, DraftCheckSpec

PERIODS = {
    "month": "每月",
    "quarter": "每季度",
    "half": "每半年",
    "year": "每年",
    "two_years": "两年内",
    "week": "每周",
}
HOUR_UNITS = frozenset({"学时", "课时", "小时"})
LEADING = ("书记", "班子", "领导")
WORDS_LIMIT = 300


@dataclass(frozen=True)
class Offer:
    """One thing that the words ask: in a sentence, with the words it was read from and the line that it would become."""

    said: str
    source: str
    line: Line | None  # None: of a shape that is written as YAML

    @property
    def note(self) -> str:
        """What is still to be done about it."""
        if self.line is None:
            return "前后期限和比例要看和什么相比，请用 YAML 写"
        if not self.line.event:
            return "请选定看哪一种台账"
        return ""


def offers_of(edition: Edition, criterion: CriterionSpec) -> list[Offer]:
    """Return what a criterion's words offer: what was found when they were read in, else what its official text says.

    One statement, and none where something was found before.
    """
    found: Sequence[DraftCheckSpec] = criterion.draft_checks
    text = ""
    if not found:
        text = official_text(edition, criterion.code)
        found = draft_checks(text)
    around = f"{criterion.title} {criterion.note} {text}"
    return [Offer(sentence(one), one.words, line_for(one, around)) for one in found]


def official_text(edition: Edition, code: str) -> str:
    """Return the official wording of a criterion, "" where the site has imported none."""
    rows = CriterionWording.objects.filter(
        criterion__edition=edition, criterion__code=code, wording__is_current=True
    )
    return rows.values_list("text", flat=True).first() or ""


def draft_from(offers: Iterable[Offer], criterion: Criterion | CriterionSpec) -> Draft:
    """Return what offers come to, all together, as a form holds it."""
    lines = [offer.line for offer in offers if offer.line is not None][:MOST_LINES]
    said = [offer.said for offer in offers if offer.line is not None]
    words = "；".join(said) or criterion.title
    return Draft(
        words=f"{words[: WORDS_LIMIT - 1]}。" if said else words[:WORDS_LIMIT],
        lines=tuple(lines) or (Line(),),
    )


def sentence(found: DraftCheckSpec) -> str:
    """Say what was found.

    >>> sentence(DraftCheckSpec(words="每季度不少于1次", kind="count", per="quarter", at_least="1", unit="次"))
    '每季度至少 1 次'
    """
    bounds = [(found.at_least, "至少"), (found.at_most, "至多")]
    amounts = "、".join(
        f"{words} {plain(value)} {found.unit}".rstrip() for value, words in bounds if value is not None
    )
    if found.kind == "ahead":
        return f"提前{amounts}"
    if found.kind == "share":
        return f"比例{amounts}".replace(" %", "%")
    return f"{PERIODS.get(found.per, '')}{amounts}"


def line_for(found: DraftCheckSpec, around: str) -> Line | None:
    """Return the line that a finding becomes; None where its shape needs more than the words say."""
    if found.kind != "count":
        return None
    bound = "at_least" if found.at_least is not None else "at_most"
    value = found.at_least if found.at_least is not None else found.at_most
    amount = plain(value) if value is not None else ""
    if found.unit in HOUR_UNITS:
        is_leading = any(word in found.words for word in LEADING)
        return Line(
            shape="people",
            population="secretaries_and_leaders" if is_leading else "members",
            inner="hours",
            event=ALL_HOURS,
            bound=bound,
            amount=amount,
            pro_rata=True,
            window="calendar_year" if found.per == "year" else "",
        )
    event = event_named(found.words) or event_named(around)
    if (
        found.per == "week"
    ):  # the language counts by months at the least: how many a month is for a person to say
        return Line(event=event, per="month", bound=bound)
    if found.per == "two_years":
        return Line(event=event, window="two_years", bound=bound, amount=amount)
    # 每年 within a cycle of a year is the window itself.
    per = found.per if found.per in ("month", "quarter", "half") else "window"
    return Line(event=event, per=per, bound=bound, amount=amount)


def event_named(words: str) -> str:
    """Return the ledger whose title or other name occurs in words: the longest one; "" where none does.

    >>> event_named("支部党员大会每季度至少召开1次"), event_named("做好工作")
    ('branch_members_meeting', '')
    """
    plainly = "".join(words.split())
    names = [(fact.title, code) for code, fact in EVENTS.items()]
    names += [(alias, code) for code, kind in KINDS.items() if code in EVENTS for alias in kind.aliases]
    found = [(len(name), code) for name, code in names if name in plainly]
    longest = max((length for length, _ in found), default=0)
    return next((code for length, code in found if length == longest), "")

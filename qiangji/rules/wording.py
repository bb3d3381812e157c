"""A check said in Chinese, so that nobody has to read YAML to know what is asked: every operator, window, figure and source.

The words mirror the check: one line per node, its parts below it. A figure that is a parameter is shown with its value;
which parameters those are, with their clause, is told beside the words by whoever shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.rules.judging import BOUND_WORDS
from qiangji.rules.language import (
    Absent,
    Answered,
    Attended,
    Attest,
    Award,
    Check,
    Condition,
    Conditions,
    Count,
    Every,
    Ordered,
    Pairs,
    Ratio,
    Selection,
    Share,
    StateValue,
    Sum,
)
from qiangji.rules.periods import span
from qiangji.rules.vocabulary import DERIVED, EVENTS, title_of, unit_of

WINDOW_WORDS = {
    "cycle_period": "考核周期内",
    "calendar_year": "所属年度内",
    "previous_year": "上一年度内",
    "last_completed_month": "上一个完整月份内",
    "last_completed_quarter": "上一个完整季度内",
    "last_completed_half": "上一个完整半年内",
    "two_years": "本年和上一年两年内",
    "july": "7 月",
    "january": "1 月",
    "around_july_first": "七一前后（6—7 月）",
    "around_national_day": "国庆前后（9—10 月）",
    "by_year_end": "当年 12 月底前",
}
PER_WORDS = {"window": "", "month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}
WHOSE_WORDS = {None: "", "own": "本级的", "below": "下属组织的"}
COMBINED = {"all": "以下各项都要符合", "any": "以下各项符合一项即可"}
Label = Callable[[str, str, str], str]  # the name of a choice: fact, property ("" for a state), code


def bare(fact: str, name: str, code: str) -> str:
    """Name a choice by its code, where nobody knows better."""
    return code


@dataclass(frozen=True, slots=True)
class Said:
    """One node in words, with the clause it rests on, its precondition and its parts."""

    text: str
    place: str = ""
    when: Said | None = None
    otherwise: str = ""
    parts: tuple[Said, ...] = ()

    def lines(self) -> Iterable[str]:
        """Yield every sentence from the top down."""
        yield self.text
        if self.when is not None:
            yield from self.when.lines()
        for part in self.parts:
            yield from part.lines()


@dataclass(frozen=True)
class Wording:
    """Says checks with the figures of one criterion: ``figures`` and ``units`` by parameter, ``label`` for the names of choices."""

    figures: Mapping[str, Decimal]
    label: Label = bare
    units: Mapping[str, str] = field(default_factory=dict)

    def say(self, check: Check) -> Said:
        """Say a check and everything in it.

        >>> check = Check.model_validate({"count": {"of": "party_class", "per": "quarter", "at_least": "$n"}})
        >>> Wording({"n": Decimal(1)}).say(check).text
        '每季度党课不少于 1 次'
        """
        if check.at_least_n is not None:
            text = f"以下 {len(check.children)} 项中至少符合 {check.at_least_n.number} 项"
        elif check.children:
            text = COMBINED[check.operator]
        else:
            text = SAYERS[check.operator](self, check.operand)
        return Said(
            text,
            place=check.place,
            when=self.say(check.when) if check.when is not None else None,
            otherwise=check.otherwise,
            parts=tuple(self.say(child) for child in check.children),
        )

    def span(self, written: str) -> str:
        """Say a span of time, or the one that a parameter stands for; an unknown one by its name."""
        if not written.startswith("$"):
            return span(written).words
        return f"{self.amount(written)} {self.units.get(written.removeprefix('$'), '')}".strip()

    def amount(self, written: Decimal | str, *, percent: bool = False) -> str:
        """Return a figure; a parameter by its value, an unknown one by its name."""
        value = written if isinstance(written, Decimal) else self.figures.get(written.removeprefix("$"))
        if value is None:
            return str(written)
        return f"{plain(value * 100)}%" if percent else plain(value)

    def bounds(self, bounds: Mapping[str, Decimal | str], unit: str = "", *, percent: bool = False) -> str:
        """Return what a figure is held against."""
        tail = f" {unit}" if unit else ""
        return "、".join(
            f"{BOUND_WORDS[name]} {self.amount(written, percent=percent)}{tail}"
            for name, written in bounds.items()
        )

    def selected(self, selection: Selection) -> str:
        """Name the events: whose, which, of what kind."""
        kinds = "、".join(title_of(kind) for kind in selection.kinds)
        conditions = self.conditions(selection.kinds[0], selection.where)
        return f"{WHOSE_WORDS[selection.whose]}{kinds}{f'（{conditions}）' if conditions else ''}"

    def conditions(self, kind: str, asked: Conditions) -> str:
        """Say what properties have to be."""
        return "，".join(self.condition(kind, name, one) for name, one in asked.items())

    def condition(self, kind: str, name: str, asked: Condition | bool | str) -> str:
        """Say what one property has to be."""
        title, unit = property_words(kind, name)
        wanted = asked.equals if isinstance(asked, Condition) else asked
        if isinstance(wanted, bool):
            return title if wanted else f"不是“{title}”"
        if isinstance(wanted, str):
            return f"{title}为{self.label(kind, name, wanted)}"
        if isinstance(asked, Condition) and asked.one_of:
            return f"{title}为{'、'.join(self.label(kind, name, one) for one in asked.one_of)}之一"
        if not isinstance(asked, Condition):
            return title
        share = name in DERIVED and DERIVED[name].of_expected
        return f"{title}{self.bounds(asked.amounts(), unit, percent=share)}{usual(asked.usually)}"

    def count(self, node: Count) -> str:
        """Say how often."""
        unit = "天" if node.days else "次"
        when = in_force(node) or f"{stretch(node.window)}{PER_WORDS[node.per]}"
        return f"{when}{self.selected(node)}{self.bounds(node.amounts(), unit)}{usual(node.usually)}"

    def sum(self, node: Sum) -> str:
        """Say how much in all."""
        title, unit = property_words(node.kinds[0], node.quantity)
        whole = f"{stretch(node.window)}{PER_WORDS[node.per]}{self.selected(node)}的{title}合计"
        return f"{whole}{self.bounds(node.amounts(), unit)}{usual(node.usually)}"

    def every(self, node: Every) -> str:
        """Say what each event has to be like."""
        part = "每次" if node.share == 1 else f"不少于 {self.amount(node.share, percent=True)} 的"
        return (
            f"{stretch(node.window)}{part}{self.selected(node)}：{self.conditions(node.kinds[0], node.has)}"
        )

    def absent(self, node: Absent) -> str:
        """Say what must not be."""
        return (
            f"{in_force(node) or stretch(node.window)}没有{self.selected(node)}，并已申明台账齐全或作零报告"
        )

    def attest(self, node: Attest) -> str:
        """Say what has to be on file."""
        state = "已存档并经确认" if node.confirmed else "已存档"
        return f"{in_force(node) or stretch(node.window)}{self.selected(node)}{state}"

    def share(self, node: Share) -> str:
        """Say which part of a population has to meet what."""
        inner = self.count(node.meets.count) if node.meets.count is not None else ""
        inner = self.sum(node.meets.sum) if node.meets.sum is not None else inner
        pro_rata = "（年中加入或离开的按月折算）" if node.pro_rata else ""
        above = "（含上级组织登记、本人参加的）" if node.from_above else ""
        return f"{self.part(node.of, node.at_least)}做到：{inner}{above}{pro_rata}{usual(node.usually)}"

    def part(self, population: str, share: Decimal | str) -> str:
        """Say each of a population, or so many percent of it."""
        name, unit = title_of(population), unit_of(population)
        if share == 1:
            return f"每{'名' if unit == '人' else unit}{name}"
        return f"不少于 {self.amount(share, percent=True)} 的{name}"

    def pairs(self, node: Pairs) -> str:
        """Say that everybody does something with everybody."""
        return (
            f"{stretch(node.window)}{title_of(node.of)}两两之间都有{title_of(node.by)}{usual(node.usually)}"
        )

    def value(self, node: StateValue) -> str:
        """Say what a recorded state has to be."""
        name, when = (
            title_of(node.of),
            f"{stretch(node.window)}始终" if node.throughout else stretch(node.window),
        )
        tail = usual(node.usually)
        if isinstance(node.equals, bool):
            return f"{when}{'已做到' if node.equals else '没有'}“{name}”{tail}"
        if node.equals is not None:
            return f"{when}{name}为{self.label(node.of, '', node.equals)}{tail}"
        if node.one_of:
            return f"{when}{name}为{'、'.join(self.label(node.of, '', one) for one in node.one_of)}之一{tail}"
        return f"{when}{name}{self.bounds(node.amounts(), unit_of(node.of))}{tail}"

    def ratio(self, node: Ratio) -> str:
        """Say what two quantities divided have to come to."""
        kept = None if node.decimals is None else max(node.decimals - (0 if node.percent else 2), 0)
        places = f"（百分数四舍五入到小数点后 {kept} 位）" if kept is not None else ""
        asked = self.bounds(node.amounts(), "%" if node.percent else "", percent=not node.percent)
        both = f"{title_of(node.top)}占{title_of(node.bottom)}的比例"
        return f"{stretch(node.window)}{both}{asked}{places}{usual(node.usually)}"

    def ordered(self, node: Ordered) -> str:
        """Say what has to come before."""
        spans = [(node.by_at_least, "至少提前"), (node.by_at_most, "最多提前")]
        ahead = "、".join(f"{words} {self.span(text)}" for text, words in spans if text)
        tail = f"，{ahead}" if ahead else ""
        opened = still_open(node.still_open)
        return f"{stretch(node.window)}每次{self.selected(node)}{opened}之前都有{title_of(node.after)}{tail}{usual(node.usually)}"

    def answered(self, node: Answered) -> str:
        """Say what has to follow."""
        opened = still_open(node.still_open)
        after = "次日起" if node.from_next_day else "之后"
        return f"{stretch(node.window)}每次{self.selected(node)}{opened}{after} {self.span(node.within)}内都有{title_of(node.by)}"

    def attended(self, node: Attended) -> str:
        """Say how often those who are expected have to be there."""
        kinds = "、".join(title_of(kind) for kind in node.kinds)
        if node.share is not None:
            asked = f"出席率不少于 {self.amount(node.share, percent=True)}"
        else:
            asked = f"出席不少于 {self.amount(node.at_least or Decimal(0))} 次"
        return f"{stretch(node.window)}{self.part(node.of, node.everyone)}应参加的{kinds}，{asked}"

    def award(self, award: Award) -> str:
        """Say how the answer becomes points."""
        if award.kind == "proportional":
            text = f"按符合的比例给分，每级 {self.amount(award.step)} 分"
        elif award.kind == "per_missing":
            text = f"每缺一项扣 {self.amount(award.per or Decimal(0))} 分，最低 {self.amount(award.floor)} 分"
        elif award.kind == "bonus":
            text = f"每项加 {self.amount(award.per or Decimal(0))} 分，最多 {self.amount(award.cap or Decimal(0))} 分"
        elif award.kind == "graded":
            steps = (f"达到 {self.amount(least)} 给 {self.amount(worth)} 分" for least, worth in award.grades)
            text = f"全部符合给满分，否则分档给分：{'；'.join(steps)}"
        else:
            text = "符合给满分，不符合不给分"
        return text


def stretch(window: str | None) -> str:
    """Name a stretch of time; nothing where the criterion's own is meant, which is told once."""
    return WINDOW_WORDS[window] if window is not None else ""


def in_force(node: Selection) -> str:
    """Say that only what is in force on the day counts; nothing where that is not asked."""
    return f"{stretch(node.window)}正在施行的" if node.in_force else ""


def still_open(asked: bool) -> str:
    """Say that what is open from before counts as well; nothing where that is not asked."""
    return "（含以前发生、至今没有了结的）" if asked else ""


def usual(usually: bool) -> str:
    """Say that a stated reason suffices outside the figure."""
    return "（一般要求：达不到的说明理由）" if usually else ""


def property_words(kind: str, name: str) -> tuple[str, str]:
    """Return the Chinese name of a property and its unit."""
    derived = DERIVED.get(name)
    if derived is not None:
        return derived.title, "" if derived.of_expected or derived.quotient else "人"
    fact = EVENTS[kind].properties.get(name) if kind in EVENTS else None
    return (fact.title, fact.unit) if fact is not None else (name, "")


SAYERS: dict[str, Callable[[Wording, Any], str]] = {
    "count": Wording.count,
    "sum": Wording.sum,
    "every": Wording.every,
    "absent": Wording.absent,
    "attest": Wording.attest,
    "share": Wording.share,
    "pairs": Wording.pairs,
    "value": Wording.value,
    "ratio": Wording.ratio,
    "ordered": Wording.ordered,
    "answered": Wording.answered,
    "attended": Wording.attended,
}

"""Faults planted in the demo: which hospital lacks what, decided before its year is laid out, and the list of them.

This knows neither rules nor checks: a fault says in words what is missing, the year leaves exactly that out, and a test
looks for the gap with plain queries. ``qiangji evaluate --check-faults`` holds proposals against the list. ``since`` in the
file is the first day on which nothing can mend it any more; until then a yearly duty may still be done.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from qiangji.orgs.models import Organization
from qiangji.web.demo.plan import Plan

GOOD, LATE, BAD = "good", "late", "bad"
SHARES = {GOOD: 0.6, LATE: 0.25, BAD: 0.15}
HOW_MANY = {GOOD: (0, 0), LATE: (1, 2), BAD: (5, 9)}


@dataclass(frozen=True)
class Fault:
    """One thing that is missing: its key in the code, the criterion that asks for it, when it is past mending.

    ``says``: words by which a reader of the proposal's reason knows it again.
    """

    key: str
    criterion: str
    missing: str
    says: str
    closed: tuple[int, int] | None = (
        None  # first day on which it is past mending; none: when the year is over
    )
    answer: str = "unmet"
    also: tuple[str, ...] = ()  # criteria that ask for the same thing

    @property
    def criteria(self) -> tuple[str, ...]:
        """All criteria that it costs."""
        return (self.criterion, *self.also)


@dataclass(frozen=True)
class Planted:
    """A fault in a hospital."""

    organization: str
    fault: Fault
    year: int

    @property
    def data(self) -> list[dict[str, str]]:
        """The lines of the faults file: one for each criterion that the missing thing is asked by."""
        fault = self.fault
        since = date(self.year, *fault.closed) if fault.closed else date(self.year + 1, 1, 1)
        return [
            {
                "organization": self.organization,
                "criterion": criterion,
                "answer": fault.answer,
                "missing": fault.missing,
                "says": fault.says,
                "since": since.isoformat(),
            }
            for criterion in fault.criteria
        ]


FAULTS = (
    Fault("same_head", "1-1-2", "书记和院长由同一人担任，没有分设", "分设", (1, 5)),
    Fault("small_committee", "2-1-2", "党委委员只有 4 人，少于 5 人，也没有说明理由", "为 4 人", (1, 5)),
    Fault("discipline_part_time", "2-1-3", "纪委书记不是专职", "专职", (1, 5)),
    Fault("small_discipline", "2-1-4", "纪委委员只有 2 人，少于 3 人，也没有说明理由", "为 2 人", (1, 5)),
    Fault("not_elected", "2-1-5", "本届党委由上级指定，没有经选举产生", "经选举产生", (1, 5)),
    Fault("vacancy", "2-1-6", "一名党委委员 3 月离任，至今没有补选", "补选", (9, 10)),
    Fault("no_consent", "2-1-7", "届中更换书记，没有事先取得上级同意", "上级同意", (3, 16)),
    Fault("study_missed", "3-2-2", "第二季度没有开展中心组学习", "第二季度中心组学习现有 0 次", (7, 1)),
    Fault("no_keynote", "3-2-2", "5 月的中心组学习没有重点发言", "2026-05-10", (7, 1)),
    Fault("no_topic", "3-3-1", "有一名班子成员没有牵头调研课题", "1 人尚未达到要求"),
    Fault(
        "no_nil_statement", "3-3-4", "没有纪委书记的零报告", "“班子成员处理情况”的零报告", answer="unknown"
    ),
    Fault(
        "little_theory",
        "3-4-2",
        "党务干部培训班的理论课时不足三分之一",
        "培训班有 1 次不符合要求（2026-05-08）",
    ),
    Fault("no_study_secretary", "3-4-3", "没有选派学习秘书参训", "学习秘书"),
    Fault("few_hours", "3-5-1", "有党员全年学时不足 32", "党员中 3 人"),
    Fault("dues_not_public", "3-5-2", "没有公示党费收支", "党费收支公示"),
    Fault("relations_unchecked", "3-5-3", "没有排查组织关系", "组织关系"),
    Fault("no_commendation", "3-5-5", "没有开展党内表彰", "党内表彰"),
    Fault("no_assembly", "3-5-7", "没有召开党员大会听取主要负责人通报", "党员大会"),
    Fault("no_lecture", "4-1-2", "党委书记没有讲党课", "书记讲党课", also=("8-0-2",)),
    Fault(
        "no_appraisal",
        "4-3-1",
        "有一个支部没有开展民主评议党员",
        "内设党支部中 1 个",
        also=("4-3-2", "5-4-1"),
    ),
    Fault("no_talk", "4-4-1", "有两名党委委员之间没有谈心谈话", "1 对"),
    Fault("no_july_day", "4-5-1", "七一没有集中开展主题党日", "集中主题党日"),
    Fault(
        "overdue",
        "4-6-1",
        "党委任期 6 月已届满，没有换届，也没有延期批复",
        "2026-06-10",
        (7, 1),
        also=("4-6-3",),
    ),
    Fault("no_election_ledger", "4-6-2", "1 月没有梳理换届台账", "换届台账", (2, 1)),
    Fault("no_budget", "5-3-1", "没有把党员活动经费列入预算", "预算"),
    Fault("no_self_check", "5-4-2", "有一个支部 4 月没有自查", "内设党支部中 1 个尚未达到要求", (5, 1)),
    Fault("no_spot_check", "5-4-2", "第二季度没有抽查支部", "抽查", (7, 1)),
    Fault("no_mass_report", "7-3-1", "没有听取群团工作汇报", "群团"),
    Fault("one_affairs_meeting", "8-0-1", "综合性议党会议只有 1 次，少于 2 次", "现有 1 次"),
    Fault("no_enlarged_meeting", "8-0-4", "没有召开党委扩大会议研究党建", "扩大会议"),
    Fault("no_half_report", "9-0-2", "上半年没有向上级党组织报告工作", "上半年", (7, 1)),
    Fault("no_debrief", "9-0-3", "没有开展书记述职评议考核", "述职"),
    Fault("low_weight", "9-0-4", "年度考核中党建分值占比 20%，低于 30%", "20", (1, 5)),
)
BY_KEY = {fault.key: fault for fault in FAULTS}
# Both need seats or days of the same committee; together they would hide each other.
APART = ({"small_committee", "vacancy"}, {"overdue", "not_elected"}, {"same_head", "no_consent"})


@dataclass(frozen=True)
class Fate:
    """How well a hospital keeps its duties, and what it lacks."""

    temper: str
    faults: tuple[Fault, ...] = ()

    def lacks(self, key: str) -> bool:
        """Say whether a fault is planted here."""
        return any(fault.key == key for fault in self.faults)


def fate_of(code: str, *, seed: int, shielded: bool) -> Fate:
    """Decide the fate of one hospital; ``shielded`` ones are good (the shown one, and those that are no committee)."""
    if shielded:
        return Fate(GOOD)
    random = Random(f"fate {seed} {code}")  # noqa: S311 -- a demo, not a secret
    temper = random.choices(list(SHARES), list(SHARES.values()))[0]
    chosen: list[Fault] = []
    for fault in random.sample(FAULTS, len(FAULTS)):
        taken = {criterion for one in chosen for criterion in one.criteria}
        clashes = any({fault.key, one.key} in APART for one in chosen)
        if taken.isdisjoint(fault.criteria) and not clashes:
            chosen.append(fault)
    return Fate(temper, tuple(chosen[: random.randint(*HOW_MANY[temper])]))


def planned_faults(plan: Plan, *, seed: int, year: int) -> list[Planted]:
    """Return every fault that a plan's province holds, without a database."""
    return [
        Planted(code, fault, year)
        for code, fate in fates_of(plan, seed=seed).items()
        for fault in fate.faults
    ]


def fates_of(plan: Plan, *, seed: int) -> dict[str, Fate]:
    """Return the fate of each hospital; the shown one is good, and so are those that are no Party committee."""
    forms = {row.code: row.form for row in plan.organizations}
    return {
        code: fate_of(code, seed=seed, shielded=order == 0 or forms[code] != Organization.Form.COMMITTEE)
        for order, code in enumerate(plan.hospitals)
    }


def write_file(path: Path, planted: Sequence[Planted]) -> int:
    """Write the faults as JSON, by organization and criterion; return how many entries: a fault may touch two criteria.

    Raises OSError where the place cannot be written.
    """
    lines = (line for one in planted for line in one.data)
    rows = sorted(lines, key=lambda row: (row["organization"], row["criterion"]))
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(rows)

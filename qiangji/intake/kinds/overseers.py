"""The two columns of 组织架构 that are no edges of the tree: who supervises 主管 a hospital, who guides 属地指导 it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiangji.accounts.models import User
from qiangji.intake.kinds.base import NEW, Fault, Place, Row
from qiangji.intake.kinds.records import split_words
from qiangji.lib.tabular import Column
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.placing import OVERSEERS, words_for
from qiangji.orgs.services import set_oversight, set_oversights

Relation = Oversight.Kind
RELATIONS = {"supervision": Relation.SUPERVISION, "guidance": Relation.GUIDANCE}
COLUMNS = (
    Column("supervision", "主管单位代码", aliases=("主管单位", "主管（举办）单位", "主管（举办）单位代码", "举办单位代码", "主管部门代码"), longest=32, example="WJW01", help="只有院级党组织填写：卫生健康行政部门或举办单位的代码。换了主管单位时，从变更日期起改由新的主管。"),
    Column("guidance", "属地指导代码", aliases=("属地指导", "属地指导单位", "属地指导委员会", "属地指导委员会代码"), longest=200, width=18, example="ZDW01", help="只有院级党组织填写：指导委员会的代码，多个用顿号隔开。没有写到的原有关系不变，结束关系在组织页面办理。"),
)  # fmt: skip


@dataclass
class Overseers:
    """Who oversees whom today, by the subject's code and the kind of relation: codes, in order."""

    held: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def today(cls, day: date) -> "Overseers":
        """Read the relations that hold on a day: one statement."""
        found = cls()
        rows = Oversight.objects.on(day).values_list("subject__code", "kind", "overseer__code")
        for subject, kind, overseer in rows.order_by("overseer__code"):
            found.held[subject, kind].append(overseer)
        return found

    def cells(self, code: str) -> dict[str, str | None]:
        """Return the columns as an export writes them."""
        return {name: "、".join(self.held.get((code, kind), [])) or None for name, kind in RELATIONS.items()}

    def news(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return what a row says that does not hold yet: (relation, the overseer's code)."""
        return [
            (kind, code)
            for name, kind in RELATIONS.items()
            for code in dict.fromkeys(split_words(values.get(name) or ""))
            if code not in self.held.get((values["code"], kind), [])
        ]


def misnamed(
    row: Row, overseers: Overseers, stored: dict[str, Organization], coming: dict[str, Row], place: Place
) -> Fault | None:
    """Return what is wrong with the overseers that a row names anew."""
    values, supervisors = row.values, split_words(row.values.get("supervision") or "")
    if len(supervisors) > 1:
        return Fault("supervision", "写了不止一个主管单位", "主管单位只填一个代码")
    named = {str(kind): name for name, kind in RELATIONS.items()}
    for kind, code in overseers.news(values):
        fault = fault_of(kind, code, values["kind"], stored, coming, place)
        if fault:
            return Fault(named[kind], *fault)
        held = stored.get(values["code"])
        if held is not None and not from_above(held, place):
            return Fault(named[kind], "主管和属地指导由上级设置", "请由上级的管理员导入，或把这一格留空")
    return None


def fault_of(
    kind: str,
    code: str,
    subject: str,
    stored: dict[str, Organization],
    coming: dict[str, Row],
    place: Place,
) -> tuple[str, str] | None:
    """Return what is wrong with one named overseer, and what would be right."""
    if subject != Organization.Kind.HOSPITAL:
        return "只有院级党组织设置主管和属地指导", "这一类组织请留空，它随所在医院"
    overseer = stored.get(code)
    seen = overseer is not None and (place.reach is None or place.reach.covers(overseer.path))
    if not seen and code not in coming:
        return f"找不到代码 {code}", "填已登记的代码，或在本表中加上这个组织"
    actual = overseer.kind if overseer is not None and seen else coming[code].values["kind"]
    if actual not in OVERSEERS[kind]:
        label = Organization.Kind(actual).label
        return f"{code} 是{label}", f"填{words_for(frozenset(OVERSEERS[kind]))}的代码"
    if overseer is not None and overseer.end_date is not None:
        return f"{code} 已于 {overseer.end_date} 撤销", "填现在的单位"
    return None


def from_above(held: Organization, place: Place) -> bool:
    """Say whether who imports administers an organization from above it: nobody chooses the own supervisor."""
    if place.reach is None:
        return True
    return held.parent is not None and place.allows(Permission.MANAGE_ORGANIZATIONS, held.parent.path)


def write_relations(
    rows: Iterable[Row],
    overseers: Overseers,
    current: dict[str, Organization],
    place: Place,
    by: User | None,
) -> None:
    """Store the relations that rows name anew. Raises OrganizationError."""
    fresh: list[Oversight] = []
    for row in rows:
        for kind, code in overseers.news(row.values):
            if code not in current:
                raise OrganizationError(f"主管或指导单位 {code} 没有导入，请先改正它所在的行。")
            subject, overseer = current[row.values["code"]], current[code]
            day = first_day(row, subject, overseer, place)
            if kind == Relation.SUPERVISION and overseers.held.get((subject.code, kind)):
                set_oversight(
                    kind=kind, overseer=overseer, subject=subject, start_date=day, by=by, at=place.at
                )
            else:
                fresh.append(Oversight(kind=kind, overseer=overseer, subject=subject, start_date=day))
    set_oversights(relations=fresh, by=by, at=place.at)


def first_day(row: Row, subject: Organization, overseer: Organization, place: Place) -> date:
    """Return from when a relation holds: the day that is given, else from the beginning of who is new, else today."""
    given: date | None = row.values.get("changed_date")
    if given is not None:
        return given
    return max(subject.start_date, overseer.start_date) if row.status == NEW else place.day

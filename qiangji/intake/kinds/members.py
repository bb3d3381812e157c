"""The register of members 党员名册, and what approved exemptions are on it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from qiangji.accounts.models import User
from qiangji.intake.exceptions import RowsFault
from qiangji.intake.kinds.base import Fault, Kind, Place, Row, choices
from qiangji.intake.kinds.lookups import (
    NAME,
    STAFF_NUMBER,
    Departments,
    Organizations,
    Staff,
    first_fault,
    words_of,
)
from qiangji.lib.tabular import Column, Type
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Exemption, Member, Person
from qiangji.members.services import NewExemption, NewMember, grant_exemptions, refusals_of, register_members
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization

Where = Organization.Kind
BRANCHES = frozenset({Where.BRANCH})
COLUMNS = (
    STAFF_NUMBER,
    Column("name", "姓名", aliases=NAME.aliases, required=True, longest=40, example="张三", width=10),
    Column(
        "branch", "党支部", aliases=("所属党支部", "所在党支部", "支部", "支部名称", "所在支部", "党组织", "组织关系所在党支部"),
        required=True, longest=100, width=22, example="内科党支部", help="填党支部的名称、简称或代码。",
    ),
    Column("joined_date", "入党日期", Type.DATE, aliases=("入党时间", "加入党组织日期", "加入中共时间"), required=True, example="2010-07-01"),
    Column("confirmed_date", "转正日期", Type.DATE, aliases=("转正时间", "转为正式党员日期"), example="2011-07-01", help="预备党员不填。"),
    Column("since", "进入支部日期", Type.DATE, aliases=("转入日期", "进入当前支部日期", "转入时间"), example="2020-01-01", help="不填时从入党或支部设立之日算起；调整支部时填调整日期。"),
    Column("group", "党小组", aliases=("所在党小组", "小组"), longest=100),
    Column("department", "科室", aliases=("部门", "所在科室", "工作科室"), longest=60),
    Column("sex", "性别", Type.CHOICE, choices=choices(Person.Sex.choices, male=("男性", "M"), female=("女性", "F")), width=8),
    Column("birth_year", "出生年份", Type.INTEGER, aliases=("出生年",), minimum=1900, maximum=2100, example="1980", width=10, help="只要年份，供党内统计用。"),
    Column("is_minority", "少数民族", Type.FLAG, aliases=("是否少数民族",), width=10),
    Column(
        "education", "学历", Type.CHOICE, aliases=("文化程度", "最高学历"), width=12,
        choices=choices(Person.Education.choices, graduate=("硕士", "博士", "研究生及以上", "硕士研究生", "博士研究生"), bachelor=("本科", "大学"), college=("大专", "专科"), secondary=("中专", "高中"), lower=("初中", "小学")),
    ),
    Column(
        "occupation", "岗位类别", Type.CHOICE, aliases=("岗位", "职业类别"), width=12,
        choices=choices(Person.Occupation.choices, doctor=("医生",), nurse=("护士", "护师"), technician=("药师", "技师", "医技"), manager=("行政", "行政管理"), retired=("退休", "离休")),
    ),
)  # fmt: skip


class Members(Kind):
    """党员名册: a row is a member, by hospital and staff number."""

    def __init__(self) -> None:
        super().__init__(
            "members", "党员名册", "党员与人员", Permission.MANAGE_MEMBERS, columns=COLUMNS,
            help="按工号认人：已有的更新，没有的新增。空着的格子不改动已登记的内容。",
            not_compared=frozenset({"since"}),
            levels=frozenset({Where.HOSPITAL, Where.GENERAL_BRANCH, Where.BRANCH}),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        return Organizations(place), Staff(), Departments(place)

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        organizations, staff, departments = world
        values = row.values
        branch = organizations.find(values["branch"], self.permission, kinds=BRANCHES, column="branch")
        if isinstance(branch, Fault):
            row.key = (None, values["staff_number"])
            return [branch]
        hospital = organizations.employer_of(branch)
        number = values["staff_number"] = staff.number(hospital, values["staff_number"])
        row.key = (hospital.pk, number)
        group = department = None
        if values.get("group"):
            group = organizations.find(
                values["group"], self.permission, kinds=frozenset({Where.PARTY_GROUP}), column="group"
            )
        if values.get("department"):
            department = departments.of(hospital).get(values["department"]) or Fault(
                "department",
                f"{hospital.short_name}没有这个科室",
                (
                    f"填已登记的科室：{words}"
                    if (words := words_of(list(departments.of(hospital))))
                    else "先登记科室，或不填"
                ),
            )
        faults = first_fault(group, department) + list(self.date_faults(values, place))
        if not faults:
            row.found = (hospital, self.new_member(values, number, branch, group, department))
        return faults

    @staticmethod
    def date_faults(values: dict[str, Any], place: Place) -> Iterable[Fault]:
        """Yield what dates contradict, at the column where each stands."""
        joined, confirmed = values["joined_date"], values.get("confirmed_date")
        for name in ("joined_date", "confirmed_date", "since"):
            if values.get(name) and values[name] > place.day:
                yield Fault(name, "日期还没有到", f"填不晚于 {place.day} 的日期")
        if confirmed and confirmed < joined:
            yield Fault("confirmed_date", f"早于入党日期 {joined}", "转正日期应晚于入党日期，核对两个日期")

    @staticmethod
    def new_member(
        values: dict[str, Any], number: str, branch: Organization, group: Any, department: Any
    ) -> NewMember:
        return NewMember(
            staff_number=number,
            name=values["name"],
            branch=branch,
            joined_date=values["joined_date"],
            confirmed_date=values.get("confirmed_date"),
            since=values.get("since"),
            group=group,
            department=department,
            sex=values.get("sex") or "",
            birth_year=values.get("birth_year"),
            is_minority=values.get("is_minority"),
            education=values.get("education") or "",
            occupation=values.get("occupation") or "",
        )

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        organizations, staff, _ = world
        inside = place.within("organization__path")
        if rows is not None:
            hospitals = {row.found[0].pk: row.found[0] for row in rows}
            inside = place_of(hospitals.values())
        memberships = BranchMembership.objects.filter(inside, end_date=None).select_related(
            "member__person", "organization", "group"
        )
        people = {}
        for one in memberships.order_by("organization__path", "pk"):
            people[one.member.person_id] = one
        found: dict[Hashable, dict[str, Any]] = {}
        for number, employer, person_id, department in employments(people):
            found[(employer, number)] = values_of(people[person_id], number, department)
        return found

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        if name in ("branch", "group"):
            return getattr(row.found[1], name).code
        return value

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        by_hospital: dict[int, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            by_hospital[row.found[0].pk].append(index)
        faults: dict[int, Fault] = {}
        for indexes in by_hospital.values():
            places = {rows[index].values["staff_number"]: index for index in indexes}
            refused = refusals_of(
                hospital=rows[indexes[0]].found[0],
                rows=[rows[index].found[1] for index in indexes],
                at=place.at,
            )
            for number, words in refused.items():
                faults[places[number]] = Fault("staff_number", words.rstrip("。"), "按提示改正这一行")
        return faults

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        by_hospital: dict[int, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            by_hospital[row.found[0].pk].append(index)
        for indexes in by_hospital.values():
            places = {rows[index].values["staff_number"]: index for index in indexes}
            try:
                register_members(
                    hospital=rows[indexes[0]].found[0],
                    rows=[rows[index].found[1] for index in indexes],
                    by=by,
                    at=place.at,
                )
            except MembersError as error:
                refused = getattr(error, "rows", None) or dict.fromkeys(places, str(error))
                raise RowsFault({places[number]: words for number, words in refused.items()}) from error


def place_of(organizations: Iterable[Organization]) -> Any:
    """Return "inside one of these" as a condition."""
    from_here = [Place(one, None, None).within("organization__path") for one in organizations]  # type: ignore[arg-type]
    condition = from_here[0]
    for one in from_here[1:]:
        condition |= one
    return condition


def employments(people: dict[int, BranchMembership]) -> Iterable[tuple[str, int, int, str | None]]:
    """Yield number, employer, person and department of people, in pieces that a statement can carry."""
    keys = list(people)
    for start in range(0, len(keys), 5000):
        yield from (
            Person.objects.filter(
                pk__in=keys[start : start + 5000], employments__end_date=None, employments__isnull=False
            )
            .order_by("pk")
            .values_list(
                "employments__staff_number",
                "employments__organization_id",
                "pk",
                "employments__department__name",
            )
        )


def values_of(one: BranchMembership, number: str, department: str | None) -> dict[str, Any]:
    """Return a member as a row of the register."""
    member: Member = one.member
    person = member.person
    return {
        "staff_number": number,
        "name": person.name,
        "branch": one.organization.code,
        "joined_date": member.joined_date,
        "confirmed_date": member.confirmed_date,
        "since": one.start_date,
        "group": one.group.code if one.group else None,
        "department": department,
        "sex": person.sex or None,
        "birth_year": person.birth_year,
        "is_minority": person.is_minority,
        "education": person.education or None,
        "occupation": person.occupation or None,
    }


class Exemptions(Kind):
    """免除: which duty a member is excused from until when, by which document."""

    def __init__(self) -> None:
        super().__init__(
            "exemptions", "免除登记", "党员与人员", Permission.MANAGE_MEMBERS,
            help="只登记批准文件和起止日期，不登记原因。",
            levels=frozenset({Where.HOSPITAL, Where.GENERAL_BRANCH, Where.BRANCH}),
            columns=(
                STAFF_NUMBER, NAME,
                Column("duty", "免除事项", Type.CHOICE, required=True, key=True, choices=choices(Exemption.Duty.choices, training=("学时", "培训学时"), all=("所有",)), width=16),
                Column("document", "批准文件", aliases=("批准文号", "依据文件"), required=True, longest=120, width=24, example="院党发〔2026〕3号"),
                Column("start_date", "起", Type.DATE, aliases=("开始日期", "起始日期"), required=True, key=True, example="2026-01-01"),
                Column("end_date", "止", Type.DATE, aliases=("结束日期", "截止日期"), required=True, example="2026-12-31"),
            ),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        organizations, staff = Organizations(place), Staff()
        members = {
            one.member.person_id: one
            for one in BranchMembership.objects.filter(
                place.within("organization__path"), end_date=None
            ).select_related("member__person", "organization")
        }
        employer = organizations.employer_of(place.organization) if place.organization else None
        if employer is not None:
            staff.read(employer)
        return organizations, staff, members, employer

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        _, staff, members, employer = world
        values = row.values
        row.key = (values["staff_number"], values["duty"], values["start_date"])
        if employer is None:
            return [Fault("staff_number", "没有说明是哪个单位", "请在院级党组织处导入")]
        person = staff.find(employer, values["staff_number"], values.get("name"))
        if isinstance(person, Fault):
            return [person]
        one = members.get(person.pk)
        if one is None:
            return [Fault("staff_number", "不是这里的党员", "填本组织党员的工号")]
        row.key = (one.member_id, values["duty"], values["start_date"])
        if not place.allows(self.permission, one.organization.path):
            return [Fault("staff_number", "您不负责这名党员所在的党支部", "请由维护该支部名册的人导入")]
        if values["end_date"] < values["start_date"]:
            return [Fault("end_date", "早于起始日期", "核对起止日期")]
        row.found = NewExemption(
            member=one.member, duty=values["duty"], document=values["document"],
            start_date=values["start_date"], end_date=values["end_date"],
        )  # fmt: skip
        return []

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        _, staff, members, _ = world
        people = {one.member_id: one.member.person for one in members.values()}
        inside = BranchMembership.objects.filter(place.within("organization__path"), end_date=None)
        kept = Exemption.objects.filter(member__in=inside.values("member"))
        return {
            (one.member_id, one.duty, one.start_date): {
                "staff_number": staff.number_of.get(people[one.member_id].pk, ""),
                "name": people[one.member_id].name,
                "duty": one.duty,
                "document": one.document,
                "start_date": one.start_date,
                "end_date": one.end_date,
            }
            for one in kept.order_by("start_date", "pk")
        }

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        return {
            index: Fault("document", "这项免除已经登记，内容不同", "请在党员页面上结束原来的免除后再导入")
            for index, row in enumerate(rows)
            if row.status == "changed"
        }

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        try:
            grant_exemptions(rows=[row.found for row in rows], by=by, at=place.at)
        except MembersError as error:
            raise RowsFault(dict.fromkeys(range(len(rows)), str(error))) from error

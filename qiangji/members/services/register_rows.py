"""Rows of the register as they come in, what is already known of each, and what is refused of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.members.placing import check_branch, check_group
from qiangji.orgs import paths
from qiangji.orgs.models import Department, Organization

BATCH = 2000
FOUNDED = date(1921, 7, 1)
Row = TypeVar("Row")
OPTIONAL = ("sex", "birth_year", "is_minority", "education", "occupation")
# Looked up once per row and field: a table of values, not Django's enumeration, which is built anew at every look.
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "sex": ("性别", dict(Person.Sex.choices)),
    "education": ("学历", dict(Person.Education.choices)),
    "occupation": ("岗位类别", dict(Person.Occupation.choices)),
}


@dataclass(frozen=True)
class NewMember:
    """What a row of the register says of one member; the key is the staff number 工号 at the hospital.

    ``since`` is the first day in the branch; where it is not known, the day of joining or of the branch's setting up,
    whichever is later. What is optional and left empty stays as it is stored.
    """

    staff_number: str
    name: str
    branch: Organization
    joined_date: date
    confirmed_date: date | None = None
    since: date | None = None
    group: Organization | None = None
    department: Department | None = None
    sex: str = ""
    birth_year: int | None = None
    is_minority: bool | None = None
    education: str = ""
    occupation: str = ""
    arrival: str = BranchMembership.Arrival.REGISTERED

    @property
    def first_day(self) -> date:
        """The day from which the branch counts somebody new."""
        return self.since or max(self.joined_date, self.branch.start_date)


@dataclass
class Known:
    """What the register holds of one staff number: who that is, and the branches so far, oldest first."""

    employment: Employment
    memberships: list[BranchMembership] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.employment.person

    @property
    def member(self) -> Member | None:
        """The Party membership, where there is one."""
        return getattr(self.employment.person, "member", None)

    @property
    def current(self) -> BranchMembership | None:
        """The branch membership that has not ended."""
        return next((row for row in self.memberships if row.end_date is None), None)


def batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    """Cut rows into pieces that one statement can carry."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def read_known(hospital: Organization, rows: Sequence[NewMember]) -> dict[str, Known]:
    """Return what is held of the staff numbers of these rows, in two statements per batch."""
    known: dict[str, Known] = {}
    for batch in batches([row.staff_number for row in rows]):
        employments = Employment.objects.filter(
            organization=hospital, end_date__isnull=True, staff_number__in=batch
        ).select_related("person__member")
        found = {row.staff_number: Known(employment=row) for row in employments}
        by_member = {one.member.pk: one for one in found.values() if one.member is not None}
        memberships = BranchMembership.objects.filter(member__in=list(by_member)).select_related(
            "organization"
        )
        for membership in memberships.order_by("member", "start_date"):
            by_member[membership.member_id].memberships.append(membership)
        known |= found
    return known


def refused_rows(
    hospital: Organization, rows: Sequence[NewMember], known: dict[str, Known], today: date
) -> dict[str, str]:
    """Return why rows cannot be taken, by staff number: nothing when all can."""
    times = Counter(row.staff_number for row in rows)
    refused: dict[str, str] = {}
    for row in rows:
        if times[row.staff_number] > 1:
            refused[row.staff_number] = f"同一批中出现 {times[row.staff_number]} 次，请只保留一行。"
            continue
        try:
            check_values(row, today)
            check_place(row, hospital)
            check_known(row, known.get(row.staff_number), hospital, today)
        except MembersError as refusal:
            refused[row.staff_number] = str(refusal)
    return refused


def check_values(row: NewMember, today: date) -> None:
    """Refuse what cannot be true of anybody: an empty name, a day to come, a confirmation before joining."""
    if not row.staff_number.strip() or len(row.staff_number) > 32:
        raise MembersError("工号须填写，且不超过 32 个字符。")
    check_name(row.name)
    check_choices({name: getattr(row, name) for name in OPTIONAL}, today)
    check_dates(row.joined_date, row.confirmed_date, today)


def check_name(name: str) -> None:
    """Refuse an empty or endless name."""
    if not name.strip() or len(name) > 40:
        raise MembersError("姓名须填写，且不超过 40 个字。")


def check_choices(values: dict[str, object], today: date) -> None:
    """Refuse values outside the lists, and a year of birth that cannot be."""
    for name, (title, choices) in CHOICES.items():
        value = values.get(name)
        if value and value not in choices:
            allowed = "、".join(choices.values())
            raise MembersError(f"{title}“{value}”不在可选范围内，请填：{allowed}。")
    year = values.get("birth_year")
    if isinstance(year, int) and not 1900 <= year <= today.year:
        raise MembersError(f"出生年份“{year}”有误，请填 1900 至 {today.year} 之间的年份。")


def check_dates(joined_date: date, confirmed_date: date | None, today: date) -> None:
    """Refuse days of joining and confirmation that contradict each other or the calendar."""
    if not FOUNDED <= joined_date <= today:
        raise MembersError(f"入党日期 {joined_date} 有误，请填 {FOUNDED} 至今天之间的日期。")
    if confirmed_date is None:
        return
    if confirmed_date < joined_date:
        raise MembersError(f"转正日期 {confirmed_date} 早于入党日期 {joined_date}，请核对。")
    if confirmed_date > today:
        raise MembersError(f"转正日期 {confirmed_date} 晚于今天，请在转正之后登记，预备党员请留空。")


def check_place(row: NewMember, hospital: Organization) -> None:
    """Refuse a branch outside the hospital, and days on which it did not stand."""
    if not paths.covers(hospital.path, row.branch.path):
        raise MembersError(f"“{row.branch.short_name}”不属于“{hospital.short_name}”，请选择本院的党支部。")
    if row.department is not None and row.department.hospital_id != hospital.pk:
        raise MembersError(f"科室“{row.department.name}”不属于“{hospital.short_name}”，请选择本院的科室。")
    if row.since is not None and row.since < row.joined_date:
        raise MembersError(f"编入支部日期 {row.since} 早于入党日期 {row.joined_date}，请核对。")
    check_group(row.group, row.branch)


def check_known(row: NewMember, known: Known | None, hospital: Organization, today: date) -> None:
    """Refuse what contradicts the register: a member who left, one whose branch is elsewhere, days before the last move."""
    if row.since is not None and row.since > today:
        raise MembersError(f"编入支部日期 {row.since} 晚于今天，请在编入当日或之后登记。")
    if known is None or known.member is None:
        check_branch(row.branch, row.first_day)
        return
    current = known.current
    if known.member.ceased_date is not None:
        raise MembersError(
            f"该工号的党员已于 {known.member.ceased_date} 离开登记。请核对工号；离开登记有误的，请先在名册的“已离开”中撤销。"
        )
    if current is None or not paths.covers(hospital.path, current.organization.path):
        raise MembersError("该工号的党员组织关系不在本院，请先办理组织关系转接。")
    if known.memberships[0].start_date < row.joined_date:
        raise MembersError(
            f"入党日期 {row.joined_date} 晚于已登记的编入支部日期 {known.memberships[0].start_date}，请核对。"
        )
    if moves(row, current):
        day = row.since or today
        check_branch(row.branch, day)
        if day < current.start_date:
            raise MembersError(
                f"调整日期 {day} 早于现支部的起始日期 {current.start_date}，请填不早于该日的日期。"
            )
    elif row.since is not None and row.since != current.start_date:
        if len(known.memberships) > 1:
            raise MembersError(
                f"编入支部日期 {row.since} 与已登记的 {current.start_date} 不符，请核对或留空。"
            )
        check_branch(row.branch, row.since)


def moves(row: NewMember, current: BranchMembership) -> bool:
    """Say whether a row names another branch or Party group than the register."""
    if row.branch.pk != current.organization_id:
        return True
    return row.group is not None and row.group.pk != current.group_id

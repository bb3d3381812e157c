"""Who was there, who paid, who learned elsewhere: attendance lines, dues, and hours of external platforms."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from qiangji.accounts.models import User
from qiangji.intake.exceptions import RowsFault
from qiangji.intake.kinds.base import CHANGED, Fault, Kind, Place, Row, choices
from qiangji.intake.kinds.lookups import NAME, ORGANIZATION, STAFF_NUMBER, Organizations, Staff, first_fault
from qiangji.intake.kinds.records import by_record, write_lines
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Attendance, DuesPayment, Record
from qiangji.ledgers.services.dues import DuesInput, record_dues
from qiangji.ledgers.services.records import AttendanceInput, RecordInput, record_input_of
from qiangji.ledgers.vocabulary import KINDS, kind_named
from qiangji.lib.tabular import Column, Type
from qiangji.members.models import BranchMembership, Person
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization

Where = Organization.Kind
INSIDE = frozenset({Where.HOSPITAL, Where.GENERAL_BRANCH, Where.BRANCH})
PIECE = 2000
DAY = Column(
    "date",
    "日期",
    Type.DATE,
    aliases=("时间", "召开日期", "活动日期", "会议日期"),
    required=True,
    key=True,
    example="2026-03-05",
)
COURSE_KIND = "training_class"


class AttendanceTable(Kind):
    """出席情况: a row is one person at one recorded meeting; the meeting has to be there already."""

    def __init__(self) -> None:
        super().__init__(
            "attendance", "出席情况", "台账", Permission.RECORD_LEDGERS,
            help="先导入或登记会议，再导入每个人的出席。表里没有写到的人不改动。",
            columns=(
                ORGANIZATION,
                Column("number", "记录编号", Type.CODE, aliases=("台账编号", "会议编号"), longest=100, help="会议的编号；不填时按组织、类型和日期找。"),
                Column("kind", "类型", aliases=("台账类型", "会议类型", "活动类型"), longest=60, example="支部党员大会", width=18),
                DAY, STAFF_NUMBER, NAME,
                Column("presence", "出席", Type.CHOICE, aliases=("出席情况", "到会情况", "状态", "考勤"), required=True, width=10, choices=choices(Attendance.Presence.choices, present=("出席", "到", "参加", "是", "√", "1", "已签到"), leave=("请假", "事假", "病假", "公假"), absent=("未到", "否", "×", "0", "缺席", "未参加"), exempt=("免",))),
                Column("is_keynote", "重点发言", Type.FLAG, aliases=("重点发言或授课", "授课", "主讲"), width=10),
            ),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        organizations, staff = Organizations(place), Staff()
        by_number: dict[tuple[int, str], int] = {}
        by_day: dict[tuple[int, date], list[tuple[int, set[str]]]] = defaultdict(list)
        kinds: dict[int, set[str]] = defaultdict(set)
        records = Record.objects.filter(place.within("organization__path")).exclude(
            state=Record.State.WITHDRAWN
        )
        for key, kind in records.filter(kinds__isnull=False).values_list("pk", "kinds__kind"):
            kinds[key].add(kind)
        wanted = ("pk", "organization_id", "natural_key", "public_id", "date")
        for key, organization, number, public_id, day in records.values_list(*wanted).iterator():
            by_number[organization, number or str(public_id)] = key
            by_number[organization, str(public_id)] = key
            by_day[organization, day].append((key, kinds[key]))
        return organizations, staff, by_number, by_day

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        organizations, staff = world[:2]
        values = row.values
        organization = organizations.find(values.get("organization"), self.permission)
        if isinstance(organization, Fault):
            return [organization]
        record = self.record_of(values, organization, world)
        person = staff.find(
            organizations.employer_of(organization), values["staff_number"], values.get("name")
        )
        if isinstance(record, Fault) or isinstance(person, Fault):
            return first_fault(record, person)
        keynote = bool(values.get("is_keynote"))
        if keynote and values["presence"] != Attendance.Presence.PRESENT:
            return [Fault("is_keynote", "没有到会的人不能重点发言", "到会的人才填“是”")]
        row.key, row.found = (record, person.pk), (record, person)
        return []

    @staticmethod
    def record_of(values: dict[str, Any], organization: Organization, world: Any) -> int | Fault:
        """Return the record that a row belongs to."""
        by_number, by_day = world[2:]
        number = values.get("number")
        if number:
            found = by_number.get((organization.pk, number))
            return found or Fault(
                "number", f"{organization.short_name}没有这条记录", "先导入或登记这次会议，或核对编号"
            )
        candidates = by_day.get((organization.pk, values["date"]), [])
        word = values.get("kind")
        if word:
            kind = kind_named(word)
            if kind is None:
                titles = "、".join(one.title for one in list(KINDS.values())[:6])
                return Fault("kind", "没有这类台账", f"填台账类型，如 {titles}")
            candidates = [(key, kinds) for key, kinds in candidates if kind.code in kinds]
        if len(candidates) == 1:
            return candidates[0][0]
        what = f"{organization.short_name}在 {values['date']}"
        if not candidates:
            return Fault(
                "date",
                f"{what}没有登记过{f'“{word}”' if word else '会议或活动'}",
                "先登记这次会议，或核对日期和类型",
            )
        return Fault("kind", f"{what}有 {len(candidates)} 次会议或活动", "填类型或记录编号，说明是哪一次")

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        if rows is None:
            return self.everything(world, place)
        keys = list({row.found[0] for row in rows})
        found: dict[Hashable, dict[str, Any]] = {}
        for start in range(0, len(keys), PIECE):
            lines = Attendance.objects.filter(record__in=keys[start : start + PIECE])
            for record, person, presence, keynote in lines.values_list(
                "record_id", "person_id", "presence", "is_keynote"
            ):
                found[record, person] = {"presence": presence, "is_keynote": keynote}
        return found

    def everything(self, world: Any, place: Place) -> dict[Hashable, dict[str, Any]]:
        """Return all lines for an export, restricted records left out."""
        organizations, staff = world[:2]
        lines = Attendance.objects.filter(
            place.within("record__organization__path"),
            record__is_restricted=False,
            record__state=Record.State.CONFIRMED,
        )
        if place.reach is not None:
            lines = lines.filter(
                place.reach.condition_for(Permission.SEE_LEDGERS, "record__organization__path")
            )
        found: dict[Hashable, dict[str, Any]] = {}
        ordered = lines.select_related("record", "person").order_by(
            "record__organization__path", "record__date", "record", "pk"
        )
        for line in ordered.iterator(chunk_size=PIECE):
            organization = organizations.rows.get(line.record.organization_id)
            if organization is None:
                continue
            staff.read(organizations.employer_of(organization))
            found[line.pk] = {
                "organization": organization.code,
                "number": line.record.natural_key or str(line.record.public_id),
                "kind": None,
                "date": line.record.date,
                "staff_number": staff.number_of.get(line.person_id, ""),
                "name": line.person.name,
                "presence": line.presence,
                "is_keynote": line.is_keynote,
            }
        return found

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        groups = by_record(rows)
        keys = sorted(groups)
        refused: dict[int, str] = {}
        for start in range(0, len(keys), PIECE):
            piece = keys[start : start + PIECE]
            records = Record.objects.filter(pk__in=piece).select_related("organization", "host")
            stored = list(records.prefetch_related("kinds", "attendances__person"))
            lines: list[tuple[Organization, RecordInput, Record | None]] = [
                (one.organization, self.with_lines(one, [rows[index] for index in groups[one.pk]]), one)
                for one in stored
            ]
            try:
                write_lines(lines, place, by)
            except RowsFault as fault:
                for index, words in fault.rows.items():
                    refused |= dict.fromkeys(groups[stored[index].pk], words)
        if refused:
            raise RowsFault(refused)

    @staticmethod
    def with_lines(record: Record, rows: list[Row]) -> RecordInput:
        """Return a record with these people's lines put in."""
        held = record_input_of(record)
        people = {line.person.pk: line for line in held.attendance or ()}
        for row in rows:
            person = row.found[1]
            keynote = row.values.get("is_keynote")
            if keynote is None:
                keynote = (
                    person.pk in people
                    and people[person.pk].is_keynote
                    and row.values["presence"] == "present"
                )
            people[person.pk] = AttendanceInput(person, row.values["presence"], keynote)
        return RecordInput(**(vars(held) | {"attendance": tuple(people.values())}))


def memberships_in(place: Place) -> dict[int, list[BranchMembership]]:
    """Return the branch memberships inside the place by person, past ones too."""
    found: dict[int, list[BranchMembership]] = defaultdict(list)
    rows = BranchMembership.objects.filter(place.within("organization__path"))
    for one in rows.select_related("member__person", "organization").order_by("start_date"):
        found[one.member.person_id].append(one)
    return found


def branch_on(spells: list[BranchMembership], first: date, last: date) -> BranchMembership | None:
    """Return the last spell that touches these days."""
    touching = [
        one for one in spells if one.start_date <= last and (one.end_date is None or one.end_date >= first)
    ]
    return touching[-1] if touching else None


class PeopleTable(Kind):
    """What tables about members of this place share: finding the member and the branch of a day."""

    def world(self, place: Place) -> Any:
        organizations, staff = Organizations(place), Staff()
        employer = organizations.employer_of(place.organization) if place.organization else None
        if employer is not None:
            staff.read(employer)
        return organizations, staff, memberships_in(place), employer

    def member_on(
        self, row: Row, world: Any, place: Place, first: date, last: date
    ) -> BranchMembership | Fault:
        """Return the row's member in the branch of these days, or what is wrong."""
        _, staff, memberships, employer = world
        if employer is None:
            return Fault("staff_number", "没有说明是哪个单位", "请在院级党组织或党支部处导入")
        person: Person | Fault = staff.find(employer, row.values["staff_number"], row.values.get("name"))
        if isinstance(person, Fault):
            return person
        spell = branch_on(memberships.get(person.pk, []), first, last)
        if spell is None:
            return Fault(
                "staff_number", f"{person.name}在这段时间不是这里的党员", "核对工号和日期，或先登记党员名册"
            )
        if not place.allows(self.permission, spell.organization.path):
            return Fault(
                "staff_number", f"您不负责{spell.organization.short_name}", "请由该支部的人导入这一行"
            )
        return spell


class DuesTable(PeopleTable):
    """党费: a row is one member's dues of one month."""

    def __init__(self) -> None:
        super().__init__(
            "dues", "党费交纳", "经费", Permission.RECORD_LEDGERS, levels=INSIDE,
            columns=(
                STAFF_NUMBER, NAME,
                Column("month", "所属月份", Type.MONTH, aliases=("月份", "缴费月份", "党费月份"), required=True, key=True, example="2026-03"),
                Column("amount", "金额（元）", Type.MONEY, aliases=("金额", "党费", "实交金额", "交纳金额"), required=True, minimum=0, maximum=1_000_000, example="35.50"),
                Column("paid_date", "交纳日期", Type.DATE, aliases=("缴纳日期", "交费日期", "缴费日期"), required=True, example="2026-03-10"),
            ),
        )  # fmt: skip

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        values = row.values
        month = values["month"]
        row.key = (values["staff_number"], month)
        spell = self.member_on(row, world, place, month, last_of(month))
        if isinstance(spell, Fault):
            return [spell]
        if values["paid_date"] > place.day:
            return [Fault("paid_date", "日期还没有到", f"填不晚于 {place.day} 的日期")]
        row.key = (spell.member_id, month)
        row.found = DuesInput(spell.member, spell.organization, month, values["amount"], values["paid_date"])
        return []

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        staff = world[1]
        kept = DuesPayment.objects.filter(place.within("organization__path")).select_related("member__person")
        if rows:
            months = [row.values["month"] for row in rows]
            kept = kept.filter(month__gte=min(months), month__lte=max(months))
        elif place.reach is not None:
            kept = kept.filter(place.reach.condition_for(Permission.SEE_LEDGERS, "organization__path"))
        return {
            (one.member_id, one.month): {
                "month": one.month,
                "amount": one.amount,
                "paid_date": one.paid_date,
            }
            | (
                {
                    "staff_number": staff.number_of.get(one.member.person_id, ""),
                    "name": one.member.person.name,
                }
                if rows is None
                else {}
            )
            for one in kept.order_by("month", "pk")
        }

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        try:
            record_dues(rows=[row.found for row in rows], by=by, at=place.at)
        except LedgersError as error:
            raise RowsFault(dict.fromkeys(range(len(rows)), str(error))) from error


class HoursTable(PeopleTable):
    """外部平台学时: hours that members earned elsewhere, stored as training with who attended."""

    def __init__(self) -> None:
        super().__init__(
            "hours", "外部平台学时", "培训", Permission.RECORD_LEDGERS, levels=INSIDE,
            help="同一天、同一课程、同样学时的人合成一条培训记录。",
            columns=(
                STAFF_NUMBER, NAME,
                Column("date", "日期", Type.DATE, aliases=("完成日期", "完成时间", "学习日期", "学习时间"), required=True, key=True, example="2026-03-05"),
                Column("course", "学习内容", aliases=("课程", "课程名称", "培训名称", "专题"), required=True, key=True, longest=100, width=28, example="网络专题班"),
                Column("hours", "学时", Type.DECIMAL, aliases=("获得学时", "学习时长", "课时"), required=True, minimum=0, maximum=200, decimals=1, example="4"),
                Column("platform", "平台", aliases=("来源平台", "学习平台"), longest=40, example="干部网络学院"),
            ),
            not_compared=frozenset({"platform"}),
        )  # fmt: skip

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        values = row.values
        day, course = values["date"], values["course"]
        row.key = (values["staff_number"], day, course)
        spell = self.member_on(row, world, place, day, day)
        if isinstance(spell, Fault):
            return [spell]
        faults = []
        if day > place.day:
            faults.append(Fault("date", "日期还没有到", f"填不晚于 {place.day} 的日期"))
        if not values["hours"]:
            faults.append(Fault("hours", "是 0", "填大于 0 的学时"))
        row.key = (spell.member.person_id, day, course)
        row.found = (group_key(spell.organization, values), spell)
        return faults

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        staff = world[1]
        lines = Attendance.objects.filter(
            place.within("record__organization__path"), record__source=Record.Source.PLATFORM, record__state=Record.State.CONFIRMED,
            record__kinds__kind=COURSE_KIND,
        )  # fmt: skip
        if rows is None and place.reach is not None:
            lines = lines.filter(
                place.reach.condition_for(Permission.SEE_LEDGERS, "record__organization__path")
            )
        return {
            (line.person_id, line.record.date, line.record.title): {
                "staff_number": staff.number_of.get(line.person_id, ""),
                "name": line.person.name,
                "date": line.record.date,
                "course": line.record.title,
                "hours": line.record.hours,
                "platform": None,
            }
            for line in lines.select_related("record", "person").order_by("record__date", "pk")
        }

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        return {
            index: Fault("hours", "与已登记的学时不同", "在台账里修改那条培训记录，或改正这一格")
            for index, row in enumerate(rows)
            if row.status == CHANGED
        }

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            groups[row.found[0]].append(index)
        stored = self.stored(list(groups), place)
        lines = []
        for key, indexes in groups.items():
            first = rows[indexes[0]]
            organization, record = first.found[1].organization, stored.get(key)
            came = [AttendanceInput(rows[index].found[1].member.person) for index in indexes]
            lines.append((organization, self.data_of(first.values, key, came, record), record))
        try:
            write_lines(lines, place, by)
        except RowsFault as fault:
            in_order = list(groups.values())
            raise RowsFault(
                {index: words for place_, words in fault.rows.items() for index in in_order[place_]}
            ) from fault

    @staticmethod
    def stored(keys: list[str], place: Place) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for start in range(0, len(keys), PIECE):
            records = Record.objects.filter(
                place.within("organization__path"), natural_key__in=keys[start : start + PIECE]
            )
            for one in records.select_related("organization", "host").prefetch_related(
                "kinds", "attendances__person"
            ):
                found[one.natural_key] = one
        return found

    @staticmethod
    def data_of(
        values: dict[str, Any], key: str, came: list[AttendanceInput], record: Record | None
    ) -> RecordInput:
        if record is not None:
            held = record_input_of(record)
            return RecordInput(**(vars(held) | {"attendance": (*(held.attendance or ()), *came)}))
        platform = values.get("platform")
        return RecordInput(
            kinds=(COURSE_KIND,), date=values["date"], title=values["course"], hours=values["hours"],
            values={"audience": "members"}, attendance=tuple(came), source=Record.Source.PLATFORM, natural_key=key,
            agenda=f"来源：{platform}" if platform else "",
        )  # fmt: skip


def group_key(organization: Organization, values: dict[str, Any]) -> str:
    """Return the key under which people of a branch with the same course, day and hours share a record."""
    words = "|".join(
        (organization.code, values["date"].isoformat(), values["course"], str(values["hours"].normalize()))
    )
    return f"hours:{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def last_of(month: date) -> date:
    """Return the last day of a month.

    >>> last_of(date(2028, 2, 1))
    datetime.date(2028, 2, 29)
    """
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)

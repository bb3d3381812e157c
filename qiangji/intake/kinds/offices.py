"""What an organization has: departments, posts with who holds them, terms, and recorded figures 基本情况."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from qiangji.accounts.models import User
from qiangji.intake.exceptions import RowsFault
from qiangji.intake.kinds.base import CHANGED, NEW, Fault, Kind, Place, Row, choices
from qiangji.intake.kinds.lookups import ORGANIZATION, Organizations, Staff, first_fault
from qiangji.lib.tabular import Choice, Column, Type
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Tenure
from qiangji.members.services.tenures import NewTenure, appoint, appoint_many
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Body, Department, Organization, OrganizationState, Post, Term
from qiangji.orgs.services.departments import NewDepartment, cover_department, open_departments
from qiangji.orgs.services.posts import NewPost, set_up_posts
from qiangji.orgs.services.states import StateInput, record_states
from qiangji.orgs.services.terms import NewTerm, record_terms
from qiangji.orgs.state_kinds import STATE_KINDS

Where = Organization.Kind
HOSPITALS = frozenset({Where.HOSPITAL})
INSIDE = frozenset({Where.HOSPITAL, Where.GENERAL_BRANCH, Where.BRANCH, Where.PARTY_GROUP})
FIXED = "已登记的内容不能由表格修改，请在页面上办理"


class DepartmentTable(Kind):
    """科室: which departments a hospital has and which branch each belongs to."""

    def __init__(self) -> None:
        super().__init__(
            "departments", "科室", "组织", Permission.RECORD_STATES, levels=HOSPITALS,
            not_compared=frozenset({"start_date"}),
            columns=(
                Column("name", "科室", aliases=("科室名称", "部门", "部门名称"), required=True, key=True, longest=60, width=20, example="心内科"),
                Column("branch", "所属党支部", aliases=("党支部", "支部"), longest=100, width=24, example="内科党支部", help="还没有党支部时不填。"),
                Column("start_date", "设立日期", Type.DATE, aliases=("起", "起始日期", "调整日期"), example="2020-01-01", help="已有科室改属别的党支部时，填调整日期；不填为导入当天。"),
            ),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        return Organizations(place)

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        row.key = row.values["name"]
        hospital = world.find(None, self.permission, kinds=HOSPITALS, column="name")
        branch = None
        if row.values.get("branch"):
            branch = world.find(
                row.values["branch"], self.permission, kinds=frozenset({Where.BRANCH}), column="branch"
            )
        faults = first_fault(hospital, branch)
        day = row.values.get("start_date")
        if day and day > place.day:
            faults.append(Fault("start_date", "日期还没有到", f"填不晚于 {place.day} 的日期"))
        row.found = (hospital, branch)
        return faults

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        kept = Department.objects.filter(place.within("hospital__path"), end_date=None).select_related(
            "branch"
        )
        return {
            one.name: {
                "name": one.name,
                "branch": one.branch.code if one.branch else None,
                "start_date": one.start_date,
            }
            for one in kept
        }

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        return row.found[1].code if name == "branch" else value

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        new = {index: row for index, row in enumerate(rows) if row.status == NEW}
        specs = [
            NewDepartment(
                row.found[0], row.values["name"], row.values.get("start_date") or place.day, row.found[1]
            )
            for row in new.values()
        ]
        try:
            open_departments(rows=specs, by=by, at=place.at)
        except OrganizationError as error:
            raise RowsFault(dict.fromkeys(new, str(error))) from error
        stored = {
            one.name: one for one in Department.objects.filter(place.within("hospital__path"), end_date=None)
        }
        for index, row in enumerate(rows):
            if row.status == CHANGED:
                try:
                    cover_department(
                        department=stored[row.values["name"]], branch=row.found[1],
                        start_date=row.values.get("start_date") or place.day, by=by, at=place.at,
                    )  # fmt: skip
                except OrganizationError as error:
                    raise RowsFault({index: str(error)}) from error


class StateTable(Kind):
    """基本情况: figures and choices of an organization, from a day on or of a year."""

    def __init__(self) -> None:
        items = tuple(Choice(code, kind.title) for code, kind in STATE_KINDS.items())
        super().__init__(
            "states", "基本情况", "组织", Permission.RECORD_STATES, levels=INSIDE,
            columns=(
                ORGANIZATION,
                Column("item", "项目", Type.CHOICE, aliases=("指标", "事项"), required=True, key=True, choices=items, width=26),
                Column("value", "数值", aliases=("内容", "值", "数据"), required=True, example="1200"),
                Column("year", "年度", Type.INTEGER, aliases=("年份",), minimum=1950, maximum=2100, example="2026", help="按年统计的项目填年度。", width=8),
                Column("start_date", "起", Type.DATE, aliases=("起始日期", "启用日期"), example="2026-01-01", help="其他项目填从哪天起。"),
                Column("document", "依据文件", aliases=("文号",), longest=120, width=22),
            ),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        return Organizations(place)

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        values = row.values
        organization = world.find(values.get("organization"), self.permission)
        kind = STATE_KINDS[values["item"]]
        faults = first_fault(organization)
        if kind.yearly and not values.get("year"):
            faults.append(Fault("year", "没有填写", f"“{kind.title}”按年统计，填年度，如 {place.day.year}"))
        if not kind.yearly and not values.get("start_date"):
            faults.append(
                Fault("start_date", "没有填写", f"填“{kind.title}”从哪天起，如 {place.day.year}-01-01")
            )
        try:
            values["value"] = kind.canonical(values["value"])
        except OrganizationError as error:
            faults.append(Fault("value", str(error).rstrip("。"), f"填“{kind.title}”的数值"))
        if faults:
            return faults
        since = values["year"] if kind.yearly else values["start_date"]
        row.key = (organization.pk, kind.code, since)
        row.found = StateInput(
            organization, kind.code, values["value"],
            start_date=None if kind.yearly else since, year=since if kind.yearly else None,
            document=values.get("document") or "",
        )  # fmt: skip
        return []

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        kept = OrganizationState.objects.filter(place.within("organization__path")).select_related(
            "organization"
        )
        found: dict[Hashable, dict[str, Any]] = {}
        for one in kept.order_by("organization__path", "kind", "start_date"):
            kind = STATE_KINDS.get(one.kind)
            if kind is None:
                continue
            since = one.start_date.year if kind.yearly else one.start_date
            found[one.organization_id, one.kind, since] = {
                "organization": one.organization.code,
                "item": one.kind,
                "value": kind.options.get(one.value, one.value) if rows is None else one.value,
                "year": since if kind.yearly else None,
                "start_date": None if kind.yearly else since,
                "document": one.document or None,
            }
        return found

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        return row.found.organization.code if name == "organization" else value

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        try:
            record_states(rows=[row.found for row in rows], by=by, at=place.at)
        except OrganizationError as error:
            raise RowsFault(dict.fromkeys(range(len(rows)), str(error))) from error


class TermTable(Kind):
    """任期: the terms of committees, past and present."""

    def __init__(self) -> None:
        bodies = [(code, label) for code, label in Body.choices if code in (Body.COMMITTEE, Body.DISCIPLINE)]
        super().__init__(
            "terms", "任期", "组织", Permission.MANAGE_POSTS, levels=INSIDE,
            columns=(
                ORGANIZATION,
                Column("body", "机构", Type.CHOICE, required=True, key=True, choices=choices(bodies, committee=("党委", "委员会", "支委会", "支部委员会", "总支委员会"), discipline=("纪委",)), width=18),
                Column("number", "届次", Type.INTEGER, aliases=("届",), required=True, key=True, minimum=1, maximum=99, example="3", width=8),
                Column("years", "任期（年）", Type.INTEGER, aliases=("任期", "任期年限"), required=True, minimum=1, maximum=5, example="3", width=10),
                Column("start_date", "产生日期", Type.DATE, aliases=("选举日期", "换届日期", "换届时间"), required=True, example="2024-06-01"),
                Column("due_date", "届满日期", Type.DATE, aliases=("届满时间",), help="不填时按任期推算。"),
                Column("end_date", "实际结束", Type.DATE, aliases=("结束日期",), help="本届还在任时不填。"),
                Column("elected_by", "产生方式", Type.CHOICE, required=True, choices=choices(Term.ElectedBy.choices, assembly=("大会",), congress=("党代会",), appointed=("任命", "指定")), width=14),
                Column("document", "批复文号", aliases=("批复", "文号"), longest=120, width=22),
            ),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        return Organizations(place)

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        values = row.values
        organization = world.find(values.get("organization"), self.permission)
        if isinstance(organization, Fault):
            return [organization]
        row.key = (organization.pk, values["body"], values["number"])
        row.found = NewTerm(
            organization, values["body"], values["number"], values["years"], values["start_date"],
            values["elected_by"], document=values.get("document") or "", due_date=values.get("due_date"),
            end_date=values.get("end_date"),
        )  # fmt: skip
        return []

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        kept = Term.objects.filter(place.within("organization__path")).select_related("organization")
        names = ("body", "number", "years", "start_date", "due_date", "end_date", "elected_by")
        return {
            (one.organization_id, one.body, one.number): {name: getattr(one, name) for name in names}
            | {"organization": one.organization.code, "document": one.document or None}
            for one in kept.order_by("organization__path", "body", "number")
        }

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        return row.found.organization.code if name == "organization" else value

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        return {
            index: Fault("number", "这一届已登记，内容不同", FIXED)
            for index, row in enumerate(rows)
            if row.status == CHANGED
        }

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        try:
            record_terms(rows=[row.found for row in rows], by=by, at=place.at)
        except OrganizationError as error:
            raise RowsFault(dict.fromkeys(range(len(rows)), str(error))) from error


class PostTable(Kind):
    """班子与任职: a row is a seat, vacant or with who holds it since when."""

    def __init__(self) -> None:
        super().__init__(
            "posts", "职务与任职", "组织", Permission.MANAGE_POSTS, levels=INSIDE,
            help="一行一个职务；空缺的职务不填工号。同一人任几个职务写几行。",
            columns=(
                ORGANIZATION,
                Column("body", "机构", Type.CHOICE, required=True, key=True, width=18, choices=choices(Body.choices, committee=("党委", "委员会", "支委会", "支部委员会", "总支委员会"), discipline=("纪委",), administration=("行政",), office=("党办", "党务机构"), mass=("群团",))),
                Column("kind", "职务", Type.CHOICE, required=True, key=True, choices=choices(Post.Kind.choices, secretary=("党委书记", "支部书记", "总支书记"), deputy_secretary=("党委副书记", "专职副书记"), president=("院长",), vice_president=("副院长",), group_leader=("组长", "党小组长")), width=18),
                Column("duty", "分工", aliases=("分管工作",), longest=60, example="组织委员", width=16, help="几个委员以分工区分。"),
                Column("is_full_time", "专职", Type.FLAG, width=8),
                Column("position", "次序", Type.INTEGER, minimum=0, maximum=200, width=8, example="3", help="同一机构内的排列，几个职务和分工都相同时以此区分。"),
                Column("post_date", "设置日期", Type.DATE, help="不填时同任职日期。"),
                Column("staff_number", "工号", Type.CODE, aliases=("职工号",), longest=32, example="00123", help="空缺时不填。"),
                Column("name", "姓名", longest=40, example="张三", width=10),
                Column("start_date", "任职日期", Type.DATE, aliases=("任职时间", "任现职时间"), example="2024-06-01"),
                Column("how", "产生方式", Type.CHOICE, choices=choices(Tenure.How.choices, appointed=("指派",)), width=10),
                Column("document", "任职文件", aliases=("任职文号",), longest=120, width=22),
            ),
            not_compared=frozenset({"post_date", "name"}),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        return Organizations(place), Staff()

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        organizations, staff = world
        values = row.values
        organization = organizations.find(values.get("organization"), self.permission)
        if isinstance(organization, Fault):
            return [organization]
        row.key = (
            organization.pk,
            values["body"],
            values["kind"],
            values.get("duty") or "",
            values.get("position") or 0,
        )
        person = None
        faults = []
        if values.get("staff_number"):
            person = staff.find(
                organizations.employer_of(organization), values["staff_number"], values.get("name")
            )
            faults = first_fault(person)
            faults += [
                Fault(name, "没有填写", "填了工号就要填任职日期和产生方式")
                for name in ("start_date", "how")
                if not values.get(name)
            ]
        elif not values.get("post_date"):
            faults.append(Fault("post_date", "没有填写", "空缺的职务填设置日期"))
        for name in ("post_date", "start_date"):
            if values.get(name) and values[name] > place.day:
                faults.append(Fault(name, "日期还没有到", f"填不晚于 {place.day} 的日期"))
        row.found = (organization, person)
        return faults

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        staff = world[1]
        tenures = {
            one.post_id: one
            for one in Tenure.objects.filter(
                place.within("post__organization__path"), end_date=None
            ).select_related("person")
        }
        found: dict[Hashable, dict[str, Any]] = {}
        posts = Post.objects.filter(place.within("organization__path"), end_date=None).select_related(
            "organization"
        )
        for post in posts.order_by("organization__path", "body", "position", "pk"):
            tenure = tenures.get(post.pk)
            if tenure is not None and rows is None:
                staff.read(world[0].employer_of(post.organization))
            values = {
                "organization": post.organization.code,
                "body": post.body,
                "kind": post.kind,
                "duty": post.duty or None,
                "is_full_time": post.is_full_time,
                "position": post.position or None,
                "post_date": post.start_date,
                "staff_number": staff.number_of.get(tenure.person_id) if tenure else None,
                "name": tenure.person.name if tenure else None,
                "start_date": tenure.start_date if tenure else None,
                "how": tenure.how if tenure else None,
                "document": (tenure.document or None) if tenure else None,
                "post": post,
            }
            found.setdefault((post.organization_id, post.body, post.kind, post.duty, post.position), values)
            if rows is not None:
                found.setdefault(
                    (post.organization_id, post.body, post.kind, post.duty, 0), values | {"position": 0}
                )
        self._stored = found
        return found

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        if name == "organization":
            return row.found[0].code
        if name == "staff_number":
            return value if row.found[1] is None else self.number_of(row)
        return value

    def number_of(self, row: Row) -> str:
        """Return the staff number that a row's person has, zeros included."""
        held = self._stored.get(row.key, {})
        is_same = held.get("name") == row.found[1].name
        return str(held.get("staff_number") if is_same else row.values["staff_number"])

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        new = [row for row in rows if row.status == NEW]
        try:
            posts = set_up_posts(
                rows=[
                    NewPost(
                        row.found[0], row.values["body"], row.values["kind"],
                        row.values.get("post_date") or row.values["start_date"], row.values.get("duty") or "",
                        bool(row.values.get("is_full_time")), row.values.get("position") or 0,
                    )
                    for row in new
                ],
                by=by, at=place.at,
            )  # fmt: skip
            held = [(row, post) for row, post in zip(new, posts, strict=True) if row.found[1] is not None]
            appoint_many(rows=[tenure_of(row, post) for row, post in held], by=by, at=place.at)
        except (OrganizationError, MembersError) as error:
            raise RowsFault({rows.index(row): str(error) for row in new}) from error
        for index, row in enumerate(rows):
            if row.status == CHANGED and row.found[1] is not None:
                given = vars(tenure_of(row, self._stored[row.key]["post"]))
                try:
                    appoint(**{name: given[name] for name in given if name != "end_date"}, by=by, at=place.at)
                except (OrganizationError, MembersError) as error:
                    raise RowsFault({index: str(error)}) from error

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        faults = {}
        for index, row in enumerate(rows):
            if row.status == CHANGED:
                held = self._stored[row.key]
                if row.found[1] is None or held["start_date"] == row.values.get("start_date"):
                    faults[index] = Fault(
                        "staff_number" if row.found[1] is None else "start_date", "与已登记的任职不同", FIXED
                    )
        return faults


def tenure_of(row: Row, post: Post) -> NewTenure:
    """Return what the service asks of a tenure."""
    return NewTenure(
        post,
        row.found[1],
        row.values["start_date"],
        row.values["how"],
        document=row.values.get("document") or "",
    )

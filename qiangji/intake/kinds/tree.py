"""The tree of organizations of a whole province 组织架构."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from qiangji.accounts.models import User
from qiangji.intake.exceptions import RowsFault
from qiangji.intake.kinds.base import CHANGED, NEW, Fault, Kind, Place, Row, choices
from qiangji.intake.kinds.overseers import COLUMNS as OVERSEEN_BY
from qiangji.intake.kinds.overseers import RELATIONS, Overseers, misnamed, write_relations
from qiangji.lib.tabular import Column, Type
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import ABOVE, may_stand_under, words_for
from qiangji.orgs.services import (
    NewOrganization,
    create_organizations,
    move_organization,
    rename_organization,
)

COLUMNS = (
    Column("code", "代码", Type.CODE, aliases=("组织代码", "党组织代码", "机构代码"), required=True, key=True, longest=32, example="H0001-03", help="终身不变，不重复使用。"),
    Column("parent", "上级代码", Type.CODE, aliases=("上级组织代码", "上级党组织代码", "上级"), longest=32, example="H0001", help="最上级不填；上级可以在同一张表里，先后不限。"),
    Column(
        "kind", "类别", Type.CHOICE, aliases=("组织类别", "党组织类别", "类型"), required=True, width=24, example="内设党支部",
        choices=choices(Organization.Kind.choices, guidance_committee=("指导委员会", "医院党建指导委员会"), health_authority=("卫健委", "卫生健康委员会", "卫生健康局", "卫健局"), owning_authority=("主管部门", "举办单位"), hospital=("医院", "院级", "医院党委"), general_branch=("党总支", "总支"), branch=("党支部", "支部"), party_group=("小组",)),
    ),
    Column("form", "组织形式", Type.CHOICE, aliases=("形式",), choices=choices(Organization.Form.choices, committee=("医院党委", "党的委员会")), width=10, help="院级党组织必填，其他类别不填。"),
    Column("level", "层级", Type.CHOICE, aliases=("级别",), choices=choices(Organization.Level.choices, province=("省",), city=("市", "市级", "市州级", "州级"), county=("县", "区", "县级", "县区级")), width=12),
    Column("name", "名称", aliases=("全称", "组织名称", "党组织名称", "党组织全称"), required=True, longest=100, width=30, example="甲市第一医院内科党支部"),
    Column("short_name", "简称", aliases=("党组织简称",), longest=30, example="内科党支部", help="不填时取名称。"),
    Column("start_date", "设立日期", Type.DATE, aliases=("成立日期", "成立时间", "设立时间"), required=True, example="2015-06-01"),
    Column("is_public", "公立", Type.FLAG, aliases=("是否公立",), width=8, help="不填为“是”。"),
    *OVERSEEN_BY,
    Column("changed_date", "变更日期", Type.DATE, aliases=("启用日期",), help="已有组织改名、改隶属或换主管单位时，从哪天起；不填为导入当天。"),
)  # fmt: skip


class Tree(Kind):
    """组织架构: a row is an organization, by its code; parents may stand below their children."""

    def __init__(self) -> None:
        super().__init__(
            "organizations", "组织架构", "组织", Permission.MANAGE_ORGANIZATIONS, columns=COLUMNS,
            help="一张表可以导入全省的组织。已有的代码按名称、简称、上级、主管和属地指导更新，历史保留。",
            not_compared=frozenset({"changed_date"}),
        )  # fmt: skip

    def world(self, place: Place) -> Any:
        return (
            {row.code: row for row in Organization.objects.select_related("parent")},
            {},
            Overseers.today(place.day),
        )

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        stored, coming, overseers = world
        row.found = overseers
        values = row.values
        row.key = values["code"]
        values["short_name"] = values.get("short_name") or values["name"][:30]
        coming[values["code"]] = row
        if (values["kind"] == Organization.Kind.HOSPITAL) != bool(values.get("form")):
            right = "院级党组织填党委、党总支或党支部；其他类别不填"
            return [Fault("form", "与类别不符", right)]
        if values["start_date"] > place.day:
            return [Fault("start_date", "日期还没有到", f"填不晚于 {place.day} 的日期")]
        held = stored.get(values["code"])
        if held is not None and held.end_date is not None:
            return [Fault("code", f"已于 {held.end_date} 撤销", "代码不再使用，请换一个")]
        if held is not None and not place.allows(self.permission, held.path):
            return [Fault("code", "这个代码已由范围以外的组织使用", "换一个代码，或由管理该组织的人导入")]
        return []

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        stored = [row for row in world[0].values() if row.end_date is None]
        inside = place.organization.path if place.organization else ""
        return {
            row.code: {
                "code": row.code,
                "parent": row.parent.code if row.parent else None,
                "kind": row.kind,
                "form": row.form or None,
                "level": row.level or None,
                "name": row.name,
                "short_name": row.short_name,
                "start_date": row.start_date,
                "is_public": row.is_public,
            }
            | world[2].cells(row.code)
            for row in sorted(stored, key=lambda row: row.path)
            if row.path.startswith(inside)
        }

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        """Overseers that hold already are what is stored, however many of them a cell repeats."""
        if name not in RELATIONS:
            return value
        news = {kind for kind, _ in row.found.news(row.values)}
        return value if RELATIONS[name] in news else row.found.cells(row.values["code"])[name]

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        stored, coming, overseers = world
        good = {row.values["code"] for row in rows} | set(stored)
        faults: dict[int, Fault] = {}
        for index, row in enumerate(rows):
            fault = (
                self.fixed(row, stored)
                if row.status == CHANGED
                else self.misplaced(row, stored, coming, good, place)
            ) or misnamed(row, overseers, stored, coming, place)
            if fault:
                faults[index] = fault
        return faults

    @staticmethod
    def fixed(row: Row, stored: dict[str, Organization]) -> Fault | None:
        """Return what a table cannot change of an organization that is there."""
        held, values = stored[row.values["code"]], row.values
        for name, title in (
            ("kind", "类别"),
            ("form", "组织形式"),
            ("level", "层级"),
            ("start_date", "设立日期"),
            ("is_public", "是否公立"),
        ):
            given = values.get(name)
            if given is not None and given != getattr(held, name):
                return Fault(name, f"与已登记的{title}不同", f"{title}不能由表格修改，请与已登记的一致")
        return None

    def misplaced(
        self, row: Row, stored: dict[str, Organization], coming: dict[str, Row], good: set[str], place: Place
    ) -> Fault | None:
        """Return what is wrong with the parent of a new organization."""
        code, kind = row.values.get("parent"), row.values["kind"]
        if code is None:
            if place.organization is not None:
                return Fault("parent", "没有填写", f"填上级代码，如 {place.organization.code}")
            above = None
        elif code not in good:
            return Fault("parent", "找不到这个上级", "上级须已登记，或在本表中正确填写")
        else:
            above = stored[code].kind if code in stored else coming[code].values["kind"]
            if code in stored and not place.allows(self.permission, stored[code].path):
                return Fault("parent", "上级不在您管理的范围内", "填范围内的组织代码")
        if not may_stand_under(kind, above):
            label = Organization.Kind(kind).label
            return Fault("parent", f"{label}不能设在它之下", f"上级应是{words_for(ABOVE[kind])}")
        if code is not None:
            began = stored[code].start_date if code in stored else coming[code].values["start_date"]
            if row.values["start_date"] < began:
                return Fault(
                    "start_date", f"早于上级的设立日期 {began}", f"填不早于 {began} 的日期，或更正上级"
                )
        return None

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        new = [row for row in rows if row.status == NEW]
        try:
            create_organizations(specs=[spec_of(row.values) for row in new], by=by, at=place.at)
        except OrganizationError as error:
            raise RowsFault({rows.index(row): str(error) for row in new}) from error
        overseen = [row for row in rows if world[2].news(row.values)]
        both = overseen or len(new) < len(rows)
        current = {one.code: one for one in Organization.objects.all()} if both else {}
        for index, row in enumerate(rows):
            if row.status == CHANGED:
                try:
                    self.change(row.values, current, place, by)
                except OrganizationError as error:
                    raise RowsFault({index: str(error)}) from error
        try:
            write_relations(overseen, world[2], current, place, by)
        except OrganizationError as error:
            faulty = {id(row) for row in overseen}
            raise RowsFault(
                {index: str(error) for index, row in enumerate(rows) if id(row) in faulty}
            ) from error

    @staticmethod
    def change(
        values: dict[str, Any], current: dict[str, Organization], place: Place, by: User | None
    ) -> None:
        """Rename and move one organization that is there."""
        held = current[values["code"]]
        day = values.get("changed_date") or place.day
        if (held.name, held.short_name) != (values["name"], values["short_name"]):
            rename_organization(
                organization=held,
                name=values["name"],
                short_name=values["short_name"],
                start_date=day,
                by=by,
                at=place.at,
            )
        parent = current.get(values.get("parent") or "")
        if parent is not None and parent.pk != held.parent_id:
            move_organization(organization=held, parent=parent, start_date=day, by=by, at=place.at)


def spec_of(values: dict[str, Any]) -> NewOrganization:
    """Return what the service asks of a new organization."""
    is_public = values.get("is_public")
    return NewOrganization(
        code=values["code"],
        kind=values["kind"],
        name=values["name"],
        short_name=values["short_name"],
        start_date=values["start_date"],
        parent=values.get("parent"),
        form=values.get("form") or "",
        level=values.get("level") or "",
        is_public=True if is_public is None else is_public,
    )

"""What is recorded of an organization as a state 基本情况, as data: which items there are and what each may say.

An item's ``code`` is what ``OrganizationState.kind`` stores; a rule, an import and a page all ask the same table. An item
is either *dated* (it holds from a day until another value replaces it) or *yearly* (a figure of one calendar year).
Three different weights of Party work exist side by side (domain §4): none of them stands in for another.

Values are stored as canonical text: an integer, a decimal without trailing zeros, a choice's code, ``yes``/``no``, words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Literal

from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import RoleName, title_of
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models.organizations import Organization

Kind = Organization.Kind
StateType = Literal["choice", "integer", "decimal", "money", "percent", "flag", "text"]

HOSPITALS = frozenset({Kind.HOSPITAL})
WITH_A_COMMITTEE = frozenset({Kind.HOSPITAL, Kind.GENERAL_BRANCH, Kind.BRANCH})
MOST_DIGITS = 12
LONGEST = 200
FLAG = MappingProxyType({"yes": "是", "no": "否"})


@dataclass(frozen=True)
class StateKind:
    """One item that can be recorded. ``unit`` is the unit of every stored value; money is in yuan, weights in percent.

    ``if_needed`` marks what only some have to say (a reason, an approval): not recorded is then nothing missing.
    ``owners`` are the roles whose business the item is; the Party office may record every item on their behalf.
    """

    code: str
    title: str
    type: StateType
    owners: tuple[RoleName, ...]
    clause: str
    unit: str = ""
    yearly: bool = False
    levels: frozenset[str] = HOSPITALS
    choices: Mapping[str, str] = field(default_factory=dict)
    needs_document: bool = False
    if_needed: bool = False
    help: str = ""

    @property
    def is_exception(self) -> bool:
        """Whether it states why a usual figure (一般) is not kept: by words, or for how many by a document."""
        return self.code.endswith(("_reason", "_excused"))

    @property
    def owner_titles(self) -> str:
        """Who records it, in words: for a page that says what is missing and whose it is."""
        return "、".join(title_of(role) for role in self.owners)

    @property
    def options(self) -> Mapping[str, str]:
        """The values from which one chooses; empty where a value is typed."""
        return FLAG if self.type == "flag" else self.choices

    def canonical(self, raw: object) -> str:
        """Return a value as it is stored. Raises OrganizationError naming the item and what it would accept."""
        text = "" if raw is None else str(raw).strip()
        if not text:
            raise OrganizationError(f"{self.title}：请填写数值。")
        if self.options:
            return self._chosen(text)
        if self.type == "text":
            if len(text) > LONGEST:
                raise OrganizationError(f"{self.title}：最多 {LONGEST} 字，现在有 {len(text)} 字。")
            return text
        return self._number(text)

    def _chosen(self, text: str) -> str:
        if text in self.options:
            return text
        found = [code for code, label in self.options.items() if label == text]
        if not found:
            raise OrganizationError(f"{self.title}：没有“{text}”，可填{'、'.join(self.options.values())}。")
        return found[0]

    def _number(self, text: str) -> str:
        try:
            number = Decimal(text.replace(",", "").replace("，", ""))
        except InvalidOperation as error:
            raise OrganizationError(f"{self.title}：“{text}”不是数字，请只填数字。") from error
        if not number.is_finite() or number < 0 or number.adjusted() >= MOST_DIGITS:
            raise OrganizationError(
                f"{self.title}：“{text}”超出范围，请填不小于 0、不超过 {MOST_DIGITS} 位的数。"
            )
        if self.type == "integer" and number != number.to_integral_value():
            raise OrganizationError(f"{self.title}：须填整数，现在是“{text}”。")
        if self.type == "percent" and number > 100:
            raise OrganizationError(f"{self.title}：百分比不能超过 100，现在是“{text}”。")
        if self.type != "integer" and number != round(number, 2):
            raise OrganizationError(f"{self.title}：最多两位小数，现在是“{text}”。")
        return plain(number + 0)

    def shown(self, value: str) -> str:
        """Return a stored value as people read it: 二级, 1200 人, 3,500,000 元, 30 %."""
        if self.options:
            return self.options.get(value, value)
        if self.type == "text":
            return value
        number = f"{Decimal(value):,}" if self.type == "money" else value
        return f"{number} {self.unit}".strip()


PARTY_OFFICE = (RoleName.PARTY_OFFICE,)
PERSONNEL = (RoleName.PERSONNEL,)
FINANCE = (RoleName.FINANCE,)


def excused(key: str, title: str, clause: str, unit: str, help: str = "") -> StateKind:
    """Return the item that says for how many a usual figure is not kept, with the document that states the reasons.

    It has a number and a document only: whose the reasons are and what they were stays in that document.
    """
    return StateKind(
        f"{key}_excused",
        title,
        "integer",
        PARTY_OFFICE,
        clause,
        unit=unit,
        yearly=True,
        levels=WITH_A_COMMITTEE,
        needs_document=True,
        if_needed=True,
        help=help or "理由写在文件里，这里只填数量和文号；填 0 即为没有。",
    )


OF_PERSONS = "理由写在文件里，这里只填人数和文号，不写姓名和原因；填 0 即为没有。经批准免除教育培训的登记在党员名册，不算在内。"

KINDS = (
    StateKind(
        "hospital_level",
        "医院等级",
        "choice",
        PARTY_OFFICE,
        "附件2 公立医院领导体制 2",
        choices={"level_3": "三级", "level_2": "二级", "level_1": "一级", "unrated": "未定级"},
        help="二级及以上医院书记、院长分设。",
    ),
    StateKind(
        "establishment_staff",
        "在编职工数",
        "integer",
        PERSONNEL,
        "文章三（三）",
        unit="人",
        help="核定编制内的在职职工，用来算专职党务工作者比例。",
    ),
    StateKind(
        "staff_total", "职工总数", "integer", PERSONNEL, "方案二（五）", unit="人", help="在编和编外合计。"
    ),
    StateKind(
        "staff_income",
        "年度职工总收入",
        "money",
        FINANCE,
        "意见四（二）9",
        unit="元",
        yearly=True,
        help="全院职工全年收入合计，用来算党建活动经费比例。",
    ),
    StateKind(
        "activity_budget",
        "党建活动经费年度预算",
        "money",
        FINANCE,
        "附件2 经费保障 1",
        unit="元",
        yearly=True,
        levels=WITH_A_COMMITTEE,
    ),
    StateKind(
        "member_budget_standard",
        "人均活动经费标准",
        "money",
        FINANCE,
        "附件2 经费保障 1",
        unit="元",
        yearly=True,
        help="每名党员每年的标准，由当地确定。",
    ),
    StateKind(
        "leader_weight",
        "领导班子和干部年度考核中党建的分值占比",
        "percent",
        PERSONNEL,
        "附件2 工作运行机制 4",
        unit="%",
        yearly=True,
        help="不是医院综合绩效考核，也不是党建绩效考核的占比。",
    ),
    StateKind(
        "performance_weight",
        "医院综合绩效考核中党建的权重",
        "percent",
        PERSONNEL,
        "文章三（三）",
        unit="%",
        yearly=True,
        help="不是领导干部年度考核的占比。",
    ),
    StateKind(
        "party_performance_weight",
        "党建绩效考核的权重",
        "percent",
        PERSONNEL,
        "文章二（一）",
        unit="%",
        yearly=True,
        help="科室和个人绩效中党建绩效的占比。",
    ),
    StateKind(
        "approved_small_committee",
        "党员不足 100 人经批准设党委",
        "flag",
        PARTY_OFFICE,
        "附件2 组织设置 1",
        needs_document=True,
        if_needed=True,
        help="须填上级批复文号。",
    ),
    StateKind(
        "committee_size_reason",
        "党组织委员人数例外的理由",
        "text",
        PARTY_OFFICE,
        "附件2 组织设置 2",
        levels=WITH_A_COMMITTEE,
        if_needed=True,
        help="人数与一般规定不同的，说明理由，例如“新建院区，暂缺 1 人”。",
    ),
    StateKind(
        "discipline_size_reason",
        "纪委委员人数例外的理由",
        "text",
        PARTY_OFFICE,
        "附件2 组织设置 4",
        if_needed=True,
    ),
    StateKind(
        "branch_size_reason",
        "党员人数例外的理由",
        "text",
        PARTY_OFFICE,
        "支部条例第四条",
        levels=frozenset({Kind.GENERAL_BRANCH, Kind.BRANCH}),
        if_needed=True,
        help="党员多于或少于一般规定的，说明理由。",
    ),
    excused("member_hours", "学时不足已说明理由的党员数", "附件2 党员教育管理监督和发展 1", "人", OF_PERSONS),
    excused(
        "leader_hours",
        "学时不足已说明理由的书记和班子成员数",
        "附件2 党员教育管理监督和发展 1",
        "人",
        OF_PERSONS,
    ),
    excused("committee_talks", "没有谈心谈话已说明理由的委员对数", "附件2 谈心谈话 1", "对"),
    excused("term_reminder", "提醒不足 6 个月已说明理由的届数", "附件2 党委换届 3", "届"),
    excused("branch_assemblies", "支部党员大会不足已说明理由的党支部数", "支部工作条例", "个"),
    excused("branch_committees", "支委会不足已说明理由的党支部数", "支部工作条例", "个"),
    excused("branch_appraisals", "没有民主评议已说明理由的党支部数", "支部工作条例", "个"),
    excused("group_meetings", "没有党小组会已说明理由的月数", "支部工作条例", "个月"),
)

STATE_KINDS: Mapping[str, StateKind] = MappingProxyType({kind.code: kind for kind in KINDS})


def state_kind(code: str) -> StateKind:
    """Return one item. Raises OrganizationError for a code that is none.

    >>> state_kind("hospital_level").shown("level_2"), state_kind("establishment_staff").canonical(" 1,200 ")
    ('二级', '1200')
    """
    kind = STATE_KINDS.get(code)
    if kind is None:
        raise OrganizationError(f"没有“{code}”这个登记项目，可登记{'、'.join(k.title for k in KINDS)}。")
    return kind


def kinds_of(organization_kind: str) -> list[StateKind]:
    """Return the items that a kind of organization records, in the order of the table.

    >>> [kind.code for kind in kinds_of("branch")][:3]
    ['activity_budget', 'committee_size_reason', 'branch_size_reason']
    """
    return [kind for kind in KINDS if organization_kind in kind.levels]

"""What each operation asks for: the shape of its arguments, as forms and scripts send them.

Figures come as people type them (full widths too), "" meaning none. What does not fit is said in Chinese under the
field's own title.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from qiangji.standards.reader.wording import joined, normal_widths
from qiangji.standards.schema import FullScoring, Points, Scoring, Step, VetoKind
from qiangji.standards.validation import EXPLANATIONS
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.state import storable

LONGEST_TEXT = 20_000
ANY_FIGURE = "这里要写数字，例如 2 或 0.5"


def _typed(value: object) -> object:
    """A figure as typed: blanks and full widths put right, nothing as None."""
    return normal_widths(value).strip() or None if isinstance(value, str) else value


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _on_one_line(value: object) -> object:
    return joined(value) if isinstance(value, str) else value


Key = Annotated[str, StringConstraints(pattern=r"^[sgcvd]\d{1,6}(-\d{1,4})?$")]
Figure = Annotated[Points | None, BeforeValidator(_typed), Field(title="分值")]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    BeforeValidator(_on_one_line),
    Field(title="内容"),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    BeforeValidator(_on_one_line),
    Field(title="名称"),
]
NoTitle = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=300),
    BeforeValidator(_on_one_line),
    Field(title="名称"),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), BeforeValidator(_on_one_line)]


class Arguments(BaseModel):
    """Common ground: unknown arguments are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ForKey(Arguments):
    """An operation on one part of the table."""

    key: Key


class Rename(ForKey):
    title: Title


class RenameOrClear(ForKey):
    title: NoTitle = ""


class SetPoints(ForKey):
    points: Figure = None


class SetText(ForKey):
    text: Text


class SetScoring(ForKey):
    scoring: Annotated[Scoring, Field(title="计分方式")]


class SetCriterion(ForKey):
    """All that an editor shows of a criterion at once; only the fields that are given are changed."""

    text: Text = ""
    title: NoTitle = ""
    points: Figure = None
    scoring: Annotated[Scoring, Field(title="计分方式")] = FullScoring()
    evidence: Annotated[Line, Field(title="佐证提示")] = ""
    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=500),
        BeforeValidator(_on_one_line),
        Field(title="说明"),
    ] = ""


class SetSection(ForKey):
    """Only the fields that are given are changed."""

    title: Title = ""
    points: Figure = None
    bonus: Annotated[bool, Field(title="加分项")] = False


class SetGroup(ForKey):
    """Only the fields that are given are changed."""

    title: NoTitle = ""
    points: Figure = None


class Split(ForKey):
    """`at` counts characters of the text; what is not given here goes to the first part."""

    at: Annotated[int, Field(title="拆分位置", ge=1)]
    points: Figure = None
    rest_points: Figure = None


class Move(ForKey):
    """Exactly one of `before`, `after` (a criterion) and `group` (its end)."""

    before: Key | Literal[""] = ""
    after: Key | Literal[""] = ""
    group: Key | Literal[""] = ""


class AddCriterion(Arguments):
    """`after` "" puts it at the end of the group."""

    group: Key
    after: Key | Literal[""] = ""
    text: Text
    points: Figure = None


class SetBonus(ForKey):
    bonus: Annotated[bool, Field(title="加分项")]


class AddSection(Arguments):
    """`after` "" puts it at the end."""

    title: Title
    points: Figure = None
    bonus: bool = False
    after: Key | Literal[""] = ""


class MoveSection(ForKey):
    """`before` "" puts it at the end."""

    before: Key | Literal[""] = ""


class AddGroup(Arguments):
    """`after` "" puts it at the end of the part."""

    section: Key
    title: NoTitle = ""
    after: Key | Literal[""] = ""


class MoveGroup(ForKey):
    """`before` "" puts it at the end of the part."""

    section: Key
    before: Key | Literal[""] = ""


class SetDetails(Arguments):
    """Only the fields that are given are changed."""

    title: Annotated[Line, Field(title="标准名称")] = ""
    code: Annotated[
        str,
        StringConstraints(strip_whitespace=True, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=64),
        Field(title="标准代号"),
    ] = ""
    label: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True,
            pattern=r"^([0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]*)?$",
            max_length=40,
        ),
        Field(title="版本"),
    ] = ""
    year: Annotated[
        Annotated[int, Field(ge=1949, le=2200)] | None, BeforeValidator(_typed), Field(title="施行年份")
    ] = None
    applies_to: Annotated[Literal["", "hospital", "branch", "authority", "all"], Field(title="适用对象")] = ""
    document: Annotated[Line, Field(title="依据文件")] = ""
    number: Annotated[Line, Field(title="文号")] = ""
    issuer: Annotated[Line, Field(title="发文机关")] = ""
    issued_date: Annotated[datetime.date | None, BeforeValidator(_none_if_blank), Field(title="发文日期")] = (
        None
    )
    jurisdiction: Annotated[Line, Field(title="适用地区")] = ""
    force: Annotated[Literal["", "normative", "example", "reference"], Field(title="效力")] = ""
    validity: Annotated[Line, Field(title="有效性")] = ""
    adopted_by: Annotated[Line, Field(title="采用机关")] = ""
    adoption_number: Annotated[Line, Field(title="采用文号")] = ""
    total_points: Annotated[Points, BeforeValidator(_typed), Field(title="总分")] = Decimal(0)
    step: Annotated[Step | None, BeforeValidator(_typed), Field(title="计分步长")] = None
    remark: Annotated[
        str, StringConstraints(max_length=LONGEST_TEXT), BeforeValidator(_on_one_line), Field(title="备注")
    ] = ""


class AddVeto(Arguments):
    text: Text
    kind: Annotated[VetoKind, Field(title="否决类别")] = "sheet"
    title: NoTitle = ""


class SetVeto(ForKey):
    """Only the fields that are given are changed."""

    text: Text = ""
    kind: Annotated[VetoKind, Field(title="否决类别")] = "sheet"
    title: NoTitle = ""


class SetEarlier(ForKey):
    """`code` is the earlier edition's; "" says that this one is new."""

    code: Annotated[
        str, StringConstraints(pattern=r"^([1-9]\d?-\d{1,2}-[1-9]\d{0,2})?$"), Field(title="旧编码")
    ] = ""


class AcceptMatches(Arguments):
    keys: Annotated[tuple[Key, ...], Field(min_length=1, max_length=10_000)]


class ChooseEarlier(Arguments):
    """`edition` is a public id, "" to drop the comparison; `matches` are suggestions, key to earlier code."""

    edition: str = ""
    matches: dict[Key, str] = {}


Shape = TypeVar("Shape", bound=Arguments)


def given(arguments: Arguments) -> dict[str, Any]:
    """Return the fields that were given, but for the key, as changes to a part of the table."""
    wanted = arguments.model_fields_set - {"key"}
    return {name: getattr(arguments, name) for name in type(arguments).model_fields if name in wanted}


_OWN_WORDS = {
    "missing": "没有填“{key}”，请填写",
    "extra_forbidden": "不认识“{key}”这一项",
    "inexact_number": f"“{{key}}”{ANY_FIGURE}",
    "decimal_type": f"“{{key}}”{ANY_FIGURE}",
    "string_too_short": "“{key}”不能为空",
    "tuple_type": "“{key}”应是一组",
    "bool_type": "“{key}”应是“是”或“否”",
    "bool_parsing": "“{key}”应是“是”或“否”",
    "date_type": "“{key}”应是日期，例如 2026-06-02",
    "date_parsing": "“{key}”应是日期，例如 2026-06-02",
    "date_from_datetime_parsing": "“{key}”应是日期，例如 2026-06-02",
    "string_pattern_mismatch": "“{key}”的写法不对",
    "literal_error": "请从列出的选项里选择“{key}”",
    "union_tag_not_found": "请选择计分方式",
    "union_tag_invalid": "请从列出的计分方式里选择",
}
_PATTERNS = {
    "code": "标准代号只能用小写字母、数字和短横线，例如 city-hospital",
    "label": "版本以汉字、字母或数字开头，不含空格，例如 2026",
    "key": "找不到要改的内容，请刷新页面后再试",
}
_FIELDS = {
    "key": "要改的内容",
    "per": "每次的分值",
    "unit": "计次单位",
    "floor": "最低分",
    "cap": "上限",
    "options": "档次",
    "label": "档次名称",
    "points": "分值",
    "base": "基础分",
    "plus": "加分",
    "minus": "扣分",
    "step": "步长",
    "keys": "要确认的各条",
}


def understood(shape: type[Shape], arguments: Mapping[str, Any]) -> Shape:
    """Return arguments in their shape. Raises OperationRefused naming every field that does not fit."""
    try:
        return shape.model_validate(storable(arguments))
    except ValidationError as error:
        messages = [_explained(shape, detail) for detail in error.errors()]
    messages = list(dict.fromkeys(messages))
    raise OperationRefused("；".join(messages) + "。", messages=messages)


def _explained(shape: type[Arguments], detail: ErrorDetails) -> str:
    names = [part for part in detail["loc"] if isinstance(part, str)]
    first = names[0] if names else ""
    if detail["type"] == "string_pattern_mismatch" and first in _PATTERNS:
        return _PATTERNS[first]
    field = shape.model_fields.get(first)
    label = (field.title if field is not None else None) or _FIELDS.get(first, first)
    if first == "scoring":
        inner = names[-1]
        label = _FIELDS.get(inner, label)
    template = _OWN_WORDS.get(detail["type"]) or EXPLANATIONS.get(detail["type"], "“{key}”的取值不合要求")
    return template.format(key=label, **detail.get("ctx", {}))

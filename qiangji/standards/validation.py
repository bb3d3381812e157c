"""From plain data to a model, or to errors in Chinese that name file and line."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from qiangji.standards.exceptions import LibraryError
from qiangji.standards.yaml_source import DataPath, YamlDocument

CHINESE = re.compile(r"[\u4e00-\u9fff]")
Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], document: YamlDocument) -> Model:
    """Return a file's data in the shape of a model. Raises LibraryError naming every error with file and line."""
    if not isinstance(document.data, dict) and not issubclass(model, RootModel):
        raise LibraryError(f"{document.place(())}：最外层应是“键: 值”的形式")
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = [_explained(detail, document) for detail in _first_causes(error.errors())]
    problems = list(dict.fromkeys(problems))
    raise LibraryError("\n".join(problems), messages=problems)


def _first_causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where this is so only because its entries have faults of their own."""
    faulty = {detail["loc"][:i] for detail in details for i in range(1, len(detail["loc"]))}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in faulty]


def raise_if_any(problems: list[str]) -> None:
    """Raise LibraryError with all problems, if there are any."""
    if problems:
        raise LibraryError("\n".join(problems), messages=problems)


EXPLANATIONS: dict[str, str] = {
    "missing": "缺少“{key}”，请补上",
    "extra_forbidden": "不认识“{key}”，请检查拼写或删去",
    "inexact_number": "“{key}”：{reason}",
    "literal_error": "“{key}”只能是 {expected}",
    "string_type": "“{key}”应是文字；如果是数字样子的文字，请加引号",
    "string_too_short": "“{key}”不能为空",
    "string_too_long": "“{key}”最多 {max_length} 个字",
    "string_pattern_mismatch": "“{key}”的写法不对，应符合 {pattern}",
    "int_type": "“{key}”应是整数，如 1，不带引号和标点",
    "int_from_float": "“{key}”应是整数，如 1，不带引号和标点",
    "int_parsing": "“{key}”应是整数，如 1，不带引号和标点",
    "bool_type": "“{key}”应是 true 或 false",
    "bool_parsing": "“{key}”应是 true 或 false",
    "tuple_type": "“{key}”应是列表，每项前加“- ”",
    "too_short": "“{key}”至少要有 {min_length} 项",
    "too_long": "“{key}”最多 {max_length} 项",
    "model_type": "“{key}”应是“键: 值”的形式",
    "model_attributes_type": "“{key}”应是“键: 值”的形式",
    "dict_type": "“{key}”应是“键: 值”的形式",
    "greater_than_equal": "“{key}”不能小于 {ge}",
    "greater_than": "“{key}”必须大于 {gt}",
    "less_than_equal": "“{key}”不能大于 {le}",
    "decimal_max_places": "“{key}”最多两位小数",
    "decimal_max_digits": "“{key}”的数字太大",
    "decimal_whole_digits": "“{key}”的数字太大",
    "date_type": "“{key}”应是日期，写成 2020-06-02",
    "date_parsing": "“{key}”应是日期，写成 2020-06-02",
    "date_from_datetime_parsing": "“{key}”应是日期，写成 2020-06-02",
    "union_tag_not_found": "“{key}”缺少计分方式 kind",
    "union_tag_invalid": "“{key}”的计分方式 kind 只能是 {expected_tags}",
}


def _explained(detail: ErrorDetails, document: YamlDocument) -> str:
    path = _data_path(detail["loc"], document.data)
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "文件")
    if CHINESE.search(detail["msg"]):  # our own refusals say what is wrong; pydantic's words are English
        return f"{document.place(path)}：“{key}”：{detail['msg']}"
    return f"{document.place(path)}：{explained(detail, key)}"


def explained(detail: ErrorDetails, key: str) -> str:
    """Say in Chinese what pydantic found wrong with the value of a key."""
    template = EXPLANATIONS.get(detail["type"], "“{key}”的取值不合要求")
    context = {name: _listed(name, value) for name, value in detail.get("ctx", {}).items()}
    return template.format(key=key, **context)


def _listed(name: str, value: Any) -> Any:
    """Return the choices that an English list ('a', 'b' or 'c') names, as a Chinese one."""
    return "、".join(re.findall(r"'([^']*)'", value)) if name in {"expected", "expected_tags"} else value


def _data_path(location: tuple[str | int, ...], data: Any) -> DataPath:
    """Drop the names of union members that pydantic puts into a location, so that it points into the data."""
    path: list[str | int] = []
    for i, part in enumerate(location):
        last = i == len(location) - 1
        if isinstance(data, dict) and (part in data or last):
            data = data.get(part)
            path.append(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
            path.append(part)
    return tuple(path)

"""YAML with the line of everything in it, so that an error can name file and line.

A safe, small YAML: mappings, lists, text, whole numbers, true/false, null and dates. Repeated keys,
aliases and tags are refused: a repeated key silently loses one of two texts, and an alias can blow up
a file a millionfold.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from qiangji.standards.exceptions import LibraryError, os_reason

MOST_BYTES = 2_000_000
MOST_DEPTH = 30
TAG = "tag:yaml.org,2002:"
WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,11})\Z", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)

DataPath = tuple[str | int, ...]


@dataclass
class YamlDocument:
    """Plain data and, for each path into it, the file and line where it stands."""

    name: str
    data: Any
    places: dict[DataPath, tuple[str, int]] = field(default_factory=dict)

    def place(self, path: DataPath) -> str:
        """Return `file:line` of the nearest thing on the path that has one."""
        for length in range(len(path), -1, -1):
            found = self.places.get(path[:length])
            if found:
                return f"{found[0]}:{found[1]}"
        return self.name

    def graft(self, path: DataPath, other: YamlDocument) -> None:
        """Put another file's places under a path of this document (its data is put there by the caller)."""
        for inner, place in other.places.items():
            self.places[path + inner] = place


def read_yaml(path: Path, *, name: str | None = None) -> YamlDocument:
    """Read a YAML file. Raises LibraryError with file, line and remedy."""
    shown = name or path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LibraryError(f"{shown}：文件无法读取（{os_reason(error)}），请确认文件存在并且可读") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise LibraryError(f"{shown}:{line}：不是 UTF-8 编码，请另存为 UTF-8") from error
    return read_yaml_text(text, name=shown)


def read_yaml_text(text: str, *, name: str) -> YamlDocument:
    """Read YAML text. Raises LibraryError with file, line and remedy."""
    if len(text.encode("utf-8")) > MOST_BYTES:
        raise LibraryError(f"{name}：文件超过 {MOST_BYTES // 1_000_000} MB，标准文件不会这么大，请核对")
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise LibraryError(
            f"{name}:{line}：YAML 写法有误，请检查缩进、冒号后的空格和引号（{error.problem}）"
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise LibraryError(f"{name}：YAML 写法有误，无法读取") from error
    if node is None:
        raise LibraryError(f"{name}：文件是空的")
    document = YamlDocument(name=name, data=None)
    document.data = _plain(node, (), document)
    return document


def _line(node: Node) -> int:
    mark = node.start_mark
    return int(mark.line) + 1 if mark is not None else 1


def _plain(node: Node, path: DataPath, document: YamlDocument) -> Any:
    line = _line(node)
    document.places.setdefault(path, (document.name, line))
    if node.anchor:
        raise LibraryError(f"{document.name}:{line}：不支持 YAML 的锚点与引用（& 和 *），请把内容直接写出来")
    if len(path) > MOST_DEPTH:
        raise LibraryError(f"{document.name}:{line}：嵌套超过 {MOST_DEPTH} 层，请检查缩进")
    if isinstance(node, MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, i), document) for i, item in enumerate(node.value)]
    if isinstance(node, ScalarNode):
        return _scalar(node, document)
    raise LibraryError(f"{document.name}:{_line(node)}：不认识的 YAML 内容")


def _mapping(node: MappingNode, path: DataPath, document: YamlDocument) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        key = key_node.value
        if not isinstance(key, str):
            raise LibraryError(f"{document.name}:{line}：键只能是文字")
        if key in result:
            raise LibraryError(f"{document.name}:{line}：键“{key}”重复，只保留一处")
        document.places[(*path, key)] = (document.name, line)
        result[key] = _plain(value_node, (*path, key), document)
    return result


def _scalar(node: ScalarNode, document: YamlDocument) -> Any:
    tag, text = str(node.tag).removeprefix(TAG), node.value
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int" and WHOLE.match(text):
        return int(text)
    if tag == "float":
        return float(text.replace("_", ""))
    if tag == "timestamp" and DAY.match(text):
        return _day(text, node, document)
    if tag in {"str", "int", "timestamp"}:
        return text
    raise LibraryError(f"{document.name}:{_line(node)}：不支持标签 {node.tag}，请直接写文字或数字")


def _day(text: str, node: ScalarNode, document: YamlDocument) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise LibraryError(
            f"{document.name}:{_line(node)}：“{text}”不是有效的日期，应写成 2020-06-02"
        ) from error

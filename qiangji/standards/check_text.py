"""A check entry as YAML text, for those who write it rather than fill a form; read back with the line of every fault."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from qiangji.standards.checks import CheckEntry
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.schema import CriterionSpec
from qiangji.standards.site_checks import as_json, faults_of_own
from qiangji.standards.validation import raise_if_any, validated
from qiangji.standards.yaml_source import WHOLE, read_yaml_text

NAME = "判定"
MOST_CHARACTERS = 20_000


def text_of_entry(entry: CheckEntry) -> str:
    """Write an entry as YAML, in the order in which people read it."""
    data = as_json(entry)
    ordered = {
        name: data[name] for name in ("words", "parameters", "check", "award", "by_person") if name in data
    }
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(natural(ordered), stream)
    return stream.getvalue()


def natural(data: Any) -> Any:
    """Return whole numbers without the quotes that decimals need; nothing else changes."""
    if isinstance(data, dict):
        return {key: natural(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [natural(value) for value in data]
    return int(data) if isinstance(data, str) and WHOLE.match(data) and data != "-0" else data


def entry_of_text(text: str, criterion: CriterionSpec) -> CheckEntry:
    """Read an entry for a criterion. Raises LibraryError naming the line and the remedy of everything that is wrong."""
    if len(text) > MOST_CHARACTERS:
        raise LibraryError(f"最多 {MOST_CHARACTERS} 字，现在是 {len(text)} 字。一条判定不会这么长，请核对。")
    document = read_yaml_text(text, name=NAME)
    entry = validated(CheckEntry, document)
    raise_if_any([f"{document.place(place)}：{words}" for place, words in faults_of_own(entry, criterion)])
    return entry

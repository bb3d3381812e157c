"""An edition as canonical content: its digest, by which a published edition is recognized, and its YAML."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

from ruamel.yaml import YAML

from qiangji.lib.digests import digest
from qiangji.standards.schema import EditionSpec, FullScoring

WHOLE = re.compile(r"\d{1,9}\Z", re.ASCII)
NUMBER_KEYS = frozenset(
    {"total_points", "points", "step", "value", "per", "cap", "floor", "base", "plus", "minus"}
)


def content_digest(spec: EditionSpec) -> str:
    """Return the SHA-256 of an edition's content.

    Defaults are left out, so that a field added to the schema later does not change older digests.
    """
    return digest(spec.model_dump(mode="json", exclude_defaults=True))


def to_yaml(spec: EditionSpec) -> str:
    """Write an edition as one YAML text that reads back to the same edition."""
    yaml = YAML(pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(_readable(spec.model_dump(mode="python", exclude_defaults=True)), stream)
    return stream.getvalue()


def _readable(data: Any, key: str = "") -> Any:
    """Whole points as bare numbers, the rest as quoted strings; tuples as lists."""
    if isinstance(data, dict):
        # A way of scoring is read by its kind, which is left out as a default where it is the plain one.
        named = {"kind": FullScoring().kind, **data} if key == "scoring" else data
        return {name: _readable(value, name) for name, value in named.items()}
    if isinstance(data, list | tuple):
        return [_readable(item) for item in data]
    if isinstance(data, str) and key in NUMBER_KEYS and WHOLE.match(data):
        return int(data)
    if data is None or isinstance(data, str | int | bool | datetime.date):
        return data
    raise TypeError(f"cannot write {type(data).__name__} as YAML")

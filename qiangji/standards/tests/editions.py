"""A small valid edition as data, for tests to bend."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

EDITION: dict[str, Any] = {
    "standard": "tiny",
    "label": "2026",
    "title": "小样标准",
    "applies_to": "hospital",
    "source": {"document": "样例文件", "force": "example"},
    "year_of_effect": 2026,
    "total_points": 5,
    "sections": [
        {
            "number": 1,
            "title": "班子",
            "points": 3,
            "groups": [
                {
                    "number": 1,
                    "title": "分工",
                    "criteria": [
                        {"code": "1-1-1", "number": 1, "title": "分工每年公布", "points": 1},
                        {"code": "1-1-2", "number": 2, "title": "会议有纪要", "points": "1.5"},
                    ],
                },
                {
                    "number": 2,
                    "title": "学习",
                    "criteria": [{"code": "1-2-3", "number": 3, "title": "每季学习", "points": "0.5"}],
                },
            ],
        },
        {
            "number": 2,
            "title": "服务",
            "points": 2,
            "groups": [
                {
                    "number": 0,
                    "criteria": [
                        {
                            "code": "2-0-1",
                            "number": 1,
                            "title": "义诊",
                            "points": 2,
                            "scoring": {"kind": "deduct", "per": "0.5", "unit": "次"},
                        }
                    ],
                }
            ],
        },
    ],
    "vetoes": [{"number": 1, "kind": "sheet", "title": "弄虚作假"}],
    "thresholds": [
        {"key": "organization_score", "title": "达标线", "value": 90, "unit": "分", "strict": True}
    ],
}


def edition_data(**changes: Any) -> dict[str, Any]:
    """A copy of the small edition with top-level keys replaced."""
    return {**copy.deepcopy(EDITION), **changes}


def write_edition(library: Path, data: dict[str, Any], *, split: bool = True) -> Path:
    """Write an edition into a library folder, one file per section, and return its folder."""
    folder = library / str(data["standard"]) / str(data["label"])
    folder.mkdir(parents=True, exist_ok=True)
    index = copy.deepcopy(data)
    yaml = YAML()
    if split:
        for section in data["sections"]:
            with (folder / f"{section['number']}.yaml").open("w", encoding="utf-8") as stream:
                yaml.dump(section, stream)
        index["sections"] = [f"{section['number']}.yaml" for section in data["sections"]]
    with (folder / "index.yaml").open("w", encoding="utf-8") as stream:
        yaml.dump(index, stream)
    sources = library / "sources.yaml"
    if not sources.exists():
        sources.write_text(
            "sources:\n  - {key: a, document: 甲, force: example, gives: 乙}\n", encoding="utf-8"
        )
    return folder

"""An edition with every way of scoring, and any edition at all: stored as an import would store it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from qiangji.lib.numbers import plain
from qiangji.standards.models import Edition
from qiangji.standards.reader.yaml_file import parsed_from_spec
from qiangji.standards.schema import EditionSpec
from qiangji.standards.services import import_edition
from qiangji.standards.tests.editions import edition_data

AT = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)
WORDS = "甲乙丙丁戊己庚辛壬癸春夏秋冬东南西北金木水火土"
NAMES = st.text(WORDS, min_size=2, max_size=12)
POINTS = st.sampled_from(["0.5", "1", "1.5", "2", "3", "0.1", "10"])
UNITS = st.sampled_from(["次", "例", "人", "项"])
LABELS = ("好", "较好", "一般", "较差")


def criterion(code: str, **fields: Any) -> dict[str, Any]:
    """A criterion as data, full points unless told otherwise."""
    number = int(code.rpartition("-")[2])
    return {"code": code, "number": number, "title": f"第{number}条的要求", "points": 2} | fields


def every_way() -> dict[str, Any]:
    """A part with groups, an undivided one, a bonus part; one criterion for each way of scoring; both kinds of veto."""
    graded = {"kind": "graded", "options": [{"label": "好", "points": 3}, {"label": "一般", "points": "1.5"}]}
    base = {"kind": "base", "base": 100, "plus": 2, "minus": 1, "cap": 110}
    first = [
        criterion("1-1-1", title="3个支部均已建立"),
        criterion("1-1-2", scoring={"kind": "deduct", "per": "0.5", "unit": "次"}),
    ]
    second = [
        criterion("1-2-3", scoring={"kind": "deduct", "per": "0.5", "unit": "例", "floor": 1}),
        criterion("1-2-4", scoring={"kind": "full", "partial": False}),
        criterion("1-2-5", points=None, scoring={"kind": "checklist"}),
    ]
    third = [criterion("2-0-1", points=3, scoring=graded), criterion("2-0-2", points=110, scoring=base)]
    bonus = [
        criterion("3-0-1", points=4, scoring={"kind": "bonus", "per": 2, "cap": 4, "unit": "项"}),
        criterion("3-0-2", points=1, scoring={"kind": "bonus", "per": 1, "cap": 1}),
    ]
    groups = [
        {"number": 1, "title": "组织设置", "criteria": first},
        {"number": 2, "title": "任期管理", "criteria": second},
    ]
    return edition_data(
        total_points=121,
        sections=[
            {"number": 1, "title": "健全基本组织", "points": 8, "groups": groups},
            {"number": 2, "title": "工作机制", "points": 113, "groups": [{"number": 0, "criteria": third}]},
            {
                "number": 3,
                "title": "特色工作",
                "points": 5,
                "bonus": True,
                "groups": [{"number": 0, "criteria": bonus}],
            },
        ],
        vetoes=[
            {"number": 1, "kind": "sheet", "title": "班子成员严重违纪"},
            {"number": 2, "kind": "sheet", "title": "工作有重大失误"},
            {"number": 3, "kind": "year_end", "title": "整改后仍未达标"},
        ],
    )


def stored(data: dict[str, Any]) -> Edition:
    """Store an edition as a draft."""
    parsed = parsed_from_spec(EditionSpec.model_validate(data))
    return import_edition(
        parsed=parsed, code=data["standard"], label=data["label"], by=None, at=AT, publish=False
    )


def method(draw: st.DrawFn, *, bonus: bool) -> dict[str, Any]:
    """Draw a way of scoring with the points that it gives at most."""
    points = Decimal(draw(POINTS))
    if bonus:
        return {
            "points": plain(points * 2),
            "scoring": {
                "kind": "bonus",
                "per": plain(points),
                "cap": plain(points * 2),
                "unit": draw(UNITS),
            },
        }
    kind = draw(st.sampled_from(["full", "full", "all", "deduct", "floor", "graded", "checklist"]))
    if kind == "checklist":
        return {"points": None, "scoring": {"kind": "checklist"}}
    if kind == "graded":
        count = draw(st.integers(2, 4))
        options = [
            {"label": label, "points": plain(points * (count - place))}
            for place, label in enumerate(LABELS[:count])
        ]
        return {"points": options[0]["points"], "scoring": {"kind": "graded", "options": options}}
    if kind in {"deduct", "floor"}:
        scoring = {"kind": "deduct", "per": plain(points / 10), "unit": draw(UNITS)}
        floor = {"floor": plain(points / 10)} if kind == "floor" else {}
        return {"points": plain(points), "scoring": scoring | floor}
    return {"points": plain(points), "scoring": {"kind": "full", "partial": kind == "full"}}


@st.composite
def editions(draw: st.DrawFn) -> dict[str, Any]:
    """Any edition: parts with groups and without, numbered throughout a part or anew in each group, any scoring."""
    titles = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    with_bonus = len(titles) > 1 and draw(st.booleans())
    sections = [
        drawn_section(draw, number, title, bonus=with_bonus and number == len(titles))
        for number, title in enumerate(titles, 1)
    ]
    vetoes = draw(st.lists(NAMES, max_size=25, unique=True))
    turn = draw(st.integers(0, len(vetoes)))
    return edition_data(
        title=draw(NAMES),
        total_points=plain(sum((Decimal(one["points"]) for one in sections if not one["bonus"]), Decimal(0))),
        sections=sections,
        vetoes=[
            {"number": number, "kind": "sheet" if number <= turn else "year_end", "title": title}
            for number, title in enumerate(vetoes, 1)
        ],
        step="0.01",
    )


def drawn_section(draw: st.DrawFn, number: int, title: str, *, bonus: bool) -> dict[str, Any]:
    titles = draw(st.one_of(st.just([""]), st.lists(NAMES, min_size=1, max_size=3, unique=True)))
    goes_on, last, groups = draw(st.booleans()), 0, []
    for place, name in enumerate(titles, 1):
        group, first = (place if name else 0), (last if goes_on else 0)
        count = draw(st.integers(1, 4))
        criteria = [
            criterion(
                f"{number}-{group}-{first + k}", title=text(draw) + WORDS[k], **method(draw, bonus=bonus)
            )
            for k in range(1, count + 1)
        ]
        groups.append({"number": group, "title": name, "criteria": criteria})
        last = first + count
    points = [
        Decimal(one["points"]) for group in groups for one in group["criteria"] if one["points"] is not None
    ]
    return {
        "number": number,
        "title": title,
        "points": plain(sum(points, Decimal(0))),
        "bonus": bonus,
        "groups": groups,
    }


def text(draw: st.DrawFn) -> str:
    """Draw a requirement: words, with a figure, a share or a mark between them."""
    pieces = draw(st.lists(NAMES, min_size=1, max_size=4))
    joints = draw(
        st.lists(
            st.sampled_from(["、", "，", "；", "12", "90%", "（含甲）", "“乙”", "—"]), min_size=4, max_size=4
        )
    )
    return pieces[0] + "".join(joint + piece for joint, piece in zip(joints, pieces[1:], strict=False))

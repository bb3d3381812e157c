"""A comparison of two editions as one JSON document and as a table for the terminal."""

from __future__ import annotations

import unicodedata
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.standards.comparison import Kind, Line, Match
from qiangji.standards.succession import Succession

TITLE_WIDTH = 36
EMPTY = "—"


def as_json(found: Succession) -> dict[str, Any]:
    """Return the comparison for scripts; `decided` says whether a person's map or only a suggestion."""
    return {
        "earlier": found.earlier.ref,
        "later": found.later.ref,
        "decided": found.is_decided,
        "counts": {kind.value: count for kind, count in found.comparison.counts.items()},
        "matches": [_match_json(match) for match in found.comparison.matches],
    }


def _match_json(match: Match) -> dict[str, Any]:
    return {
        "kind": match.kind.value,
        "earlier": _line_json(match.earlier),
        "later": _line_json(match.later),
        "likeness": f"{match.likeness:g}" if match.lives_on else None,
        "reworded": match.is_reworded,
        "hint": match.hint,
    }


def _line_json(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "code": line.code,
        "title": line.title,
        "points": None if line.points is None else plain(line.points),
    }


def as_text(found: Succession) -> str:
    """Return the comparison for people: what changed as a table, what did not as a count."""
    counts = found.comparison.counts
    basis = "按已确定的对照表" if found.is_decided else "系统建议，尚未由人确定"
    summary = "，".join(f"{kind.label} {counts[kind]} 条" for kind in Kind)
    lines = [f"{found.earlier.ref} → {found.later.ref}（{basis}）", summary]
    changed = [match for match in found.comparison.matches if match.kind != Kind.SAME]
    if not changed:
        return "\n".join([*lines, "两个版本的条目一致。"])
    lines += ["", _row("变化", "旧编码", "旧分值", "新编码", "新分值", "条目")]
    lines += [_match_row(match) for match in changed]
    return "\n".join(lines)


def _match_row(match: Match) -> str:
    old, new = match.earlier, match.later
    shown = new or old
    title = _cut(shown.title if shown else "")
    also = "，文字也有变" if match.kind == Kind.CHANGED_POINTS and match.is_reworded else ""
    note = f"（{match.hint}）" if match.hint else also
    cells = [old.code if old else EMPTY, _points(old), new.code if new else EMPTY, _points(new)]
    return _row(match.kind.label, *cells, title + note)


def _points(line: Line | None) -> str:
    if line is None:
        return EMPTY
    return "不计分" if line.points is None else plain(line.points)


def _row(kind: str, *cells: str) -> str:
    widths = [10, 10, 8, 10, 8]
    padded = [_pad(cell, width) for cell, width in zip((kind, *cells), widths, strict=False)]
    return "".join([*padded, *cells[len(widths) - 1 :]]).rstrip()


def _pad(text: str, width: int) -> str:
    """Fill up to a width in columns; a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(width - taken, 1)


def _cut(title: str) -> str:
    return title if len(title) <= TITLE_WIDTH else title[: TITLE_WIDTH - 1] + "…"

"""What must come of a table, in a few lines, and the comparison with what was understood.

    title 青松医院评分表
    total 3
    # 导诊 | 3                      a part with its points, `| bonus` where it is one
    ## 大厅                          a group
    1 有人值守 | 2 | deduct 0.5 次    number, text, points (- for none), scoring if not plain; * for any of them
    2 有登记   | 1
    veto 弄虚作假的
    error 总分 不一致                a problem and words that its place or message has
    warning 未读入

Widths, blanks and the mark that closes a sentence do not count; everything else does. A problem that is not
named is a failure; `maybe` before a severity names one that may be there, `problem` leaves the severity open.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from qiangji.standards.reader.tree import ParsedStandard

ANY = "*"
_SPACES = re.compile(r"\s+")


def folded(text: str) -> str:
    """The text without what a lossless reading may change: widths, blanks, the closing mark."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).rstrip("。;,、.:")


@dataclass
class Expected:
    """A whole expectation; `parts` is None where nothing can be read."""

    title: str | None = None
    total: str | None = None
    parts: list[dict[str, Any]] = field(default_factory=list)
    vetoes: list[str] = field(default_factory=list)
    problems: list[tuple[str, list[str], bool]] = field(default_factory=list)


def read_expectation(text: str) -> Expected:
    """Turn the few lines into an expectation."""
    expected = Expected()
    for line in filter(None, (line.strip() for line in dedent(text).split("\n"))):
        word, _, rest = line.partition(" ")
        if word == "title":
            expected.title = rest
        elif word == "total":
            expected.total = rest
        elif word == "veto":
            expected.vetoes.append(folded(rest))
        elif word in {"error", "warning", "problem"}:
            expected.problems.append((word, rest.split(), True))
        elif word == "maybe":
            severity, *words = rest.split()
            expected.problems.append((severity, words, False))
        elif word == "#":
            expected.parts.append(_part(rest))
        elif word == "##":
            expected.parts[-1]["groups"].append({"title": folded(rest), "criteria": []})
        else:
            groups = expected.parts[-1]["groups"]
            if not groups:
                groups.append({"title": "", "criteria": []})
            groups[-1]["criteria"].append(_criterion(line))
    return expected


def _part(text: str) -> dict[str, Any]:
    title, *more = [piece.strip() for piece in text.split("|")]
    points = more[0] if more else ANY
    return {
        "title": folded(title) if title != ANY else ANY,
        "points": None if points == "-" else points,
        "bonus": "bonus" in more[1:],
        "groups": [],
    }


def _criterion(line: str) -> dict[str, Any]:
    head, points, *scoring = [piece.strip() for piece in line.split("|")]
    number, _, text = head.partition(" ")
    return {
        "number": number,
        "text": folded(text),
        "points": None if points == "-" else points,
        "scoring": _scoring(scoring[0]) if scoring else {},
    }


def _scoring(text: str) -> dict[str, Any]:
    kind, *words = text.split()
    if kind == ANY:
        return {ANY: ANY}
    if kind == "deduct":
        return {"kind": kind, "per": words[0], "unit": words[1], "floor": words[2] if words[2:] else "0"}
    if kind == "bonus":
        return {"kind": kind, "per": words[0], "cap": words[1]}
    if kind == "graded":
        pairs = [word.rsplit("=", 1) for word in words]
        return {"kind": kind, "options": [{"label": label, "points": points} for label, points in pairs]}
    return {"kind": kind, **dict(word.split("=", 1) for word in words)}


def differences(expected: Expected, parsed: ParsedStandard) -> list[str]:
    """What of the reading is not as expected, in words for the person who mends it; [] where all is."""
    found = parsed.as_json()
    lines = []
    if expected.title is not None and folded(found["title"]) != folded(expected.title):
        lines.append(f"title: wanted {expected.title!r}, found {found['title']!r}")
    if expected.total is not None and found["total_points"] != expected.total:
        lines.append(f"total: wanted {expected.total}, found {found['total_points']}")
    lines += _part_differences(expected.parts, found["sections"])
    vetoes = [folded(veto) for veto in found["vetoes"]]
    if vetoes != expected.vetoes:
        lines.append(f"vetoes: wanted {expected.vetoes}, found {vetoes}")
    lines += _problem_differences(expected, found["problems"])
    if parsed.has_errors != any(problem["severity"] == "error" for problem in found["problems"]):
        lines.append(f"has_errors is {parsed.has_errors}, which the problems belie")
    return lines


def _part_differences(wanted: list[dict[str, Any]], sections: list[dict[str, Any]]) -> list[str]:
    found = [_shown(section) for section in sections]
    lines = []
    for index in range(max(len(wanted), len(found))):
        want = _outline(wanted[index]) if index < len(wanted) else []
        have = _outline(found[index]) if index < len(found) else []
        for at in range(max(len(want), len(have))):
            one = want[at] if at < len(want) else "nothing"
            other = have[at] if at < len(have) else "nothing"
            if one != other and not _same_but_any(one, other):
                lines.append(f"part {index + 1}: wanted {one}\n{' ' * 8}found  {other}")
    return lines


def _same_but_any(one: str, other: str) -> bool:
    """Whether a line agrees where the expectation leaves a place open."""
    places, found = _places(one), _places(other)
    return len(places) == len(found) and all(a in {ANY, b} for a, b in zip(places, found, strict=True))


def _places(line: str) -> list[str]:
    head, *more = line.split(" | ")
    return [*head.split(" ", 1), *more]


def _outline(part: dict[str, Any]) -> list[str]:
    lines = [f"# {part['title']} | {part['points']} | {'bonus' if part['bonus'] else 'plain'}"]
    for group in part["groups"]:
        lines.append(f"## {group['title']}")
        lines += [
            f"{c['number']} {c['text']} | {c['points']} | {_scoring_shown(c['scoring'])}"
            for c in group["criteria"]
        ]
    return lines


def _scoring_shown(scoring: dict[str, Any]) -> str:
    return ANY if ANY in scoring else str(scoring or "plain")


def _shown(section: dict[str, Any]) -> dict[str, Any]:
    groups = [
        {
            "title": folded(group["title"]),
            "criteria": [
                {**c, "text": folded(c["text"]), "scoring": _without_defaults(c.get("scoring", {}))}
                for c in group["criteria"]
            ],
        }
        for group in section["groups"]
    ]
    return {
        **section,
        "title": folded(section["title"]),
        "bonus": section.get("bonus", False),
        "groups": groups,
    }


def _without_defaults(scoring: dict[str, Any]) -> dict[str, Any]:
    """A unit beside a bonus is welcome but not promised."""
    hidden = {"unit"} if scoring.get("kind") == "bonus" else set()
    return {key: value for key, value in scoring.items() if key not in hidden}


def _problem_differences(expected: Expected, problems: list[dict[str, str]]) -> list[str]:
    lines, known = [], set()
    for severity, words, sure in expected.problems:
        hits = [
            i
            for i, p in enumerate(problems)
            if severity in {"problem", p["severity"]}
            and all(folded(word) in folded(p["where"] + p["message"]) for word in words)
        ]
        known |= set(hits)
        if sure and not hits:
            lines.append(f"problem missing: {severity} {' '.join(words)}")
    for i, p in enumerate(problems):
        if i not in known:
            lines.append(f"problem not expected: {p['severity']} {p['where']}：{p['message']}")
    return lines

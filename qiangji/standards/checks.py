"""How facts become answers: `library/<standard>/<edition>/checks/*.yaml`, one file beside each file of a section.

A file maps the code of a criterion to its check in the rule language, in our own words and with its figures; or says why a
person decides it. Once the folder is there, every criterion has its entry. The engine is `rules`; nothing is judged here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import RootModel, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from qiangji.rules.language import Award, Check, WindowName
from qiangji.rules.meaning import Fault, faults_of, faults_of_amount
from qiangji.standards.schema import CriterionSpec, EditionSpec, Key, ParameterSpec, Spec, Window
from qiangji.standards.validation import raise_if_any, validated
from qiangji.standards.yaml_source import read_yaml

FOLDER = "checks"
NUMBER = re.compile(r"\d+", re.ASCII)
# What an edition calls a criterion's window, in the engine's words. The last completed period is the year before the
# cycle's: fixed for the whole cycle, so that an answer does not turn at New Year while a sheet is under way.
WINDOWS: dict[Window, WindowName] = {
    "cycle_period": "cycle_period",
    "calendar_year": "calendar_year",
    "last_completed_period": "previous_year",
}
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class CheckEntry(Spec):
    """How one criterion is decided: by a check, or (`by_person`) by a person, with what to look at."""

    words: Words
    parameters: dict[Key, ParameterSpec] = {}
    check: Check | None = None
    award: Award = Award()
    by_person: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""

    @model_validator(mode="after")
    def one_only(self) -> CheckEntry:
        """Refuse both and neither: a criterion is proposed from facts, or it is not."""
        if (self.check is None) == (not self.by_person):
            raise PydanticCustomError(
                "entry", "须写且只写 check（由事实判定）或 by_person（由人核定）中的一个"
            )
        if self.check is None and (self.parameters or "award" in self.model_fields_set):
            raise PydanticCustomError("entry", "由人核定的条目不写 parameters 和 award")
        return self

    def specs(self, criterion: CriterionSpec) -> dict[str, ParameterSpec]:
        """Return the parameters that a check may name: the criterion's and its own."""
        return {**criterion.parameters, **self.parameters}

    def used(self, criterion: CriterionSpec) -> dict[str, ParameterSpec]:
        """Return the parameters that the check or its award does name; another value of these changes an answer."""
        return {name: one for name, one in self.specs(criterion).items() if names_figure(self, name)}

    def figures(self, criterion: CriterionSpec) -> dict[str, Decimal]:
        """Return the figures of the parameters that a check may name."""
        return {name: one.value for name, one in self.specs(criterion).items()}


class ChecksFile(RootModel[dict[str, CheckEntry]]):
    """The entries of one file, by code."""


def checks_schema_text() -> str:
    """Return the JSON Schema of a file of checks as the library holds it for editors."""
    schema = ChecksFile.model_json_schema(mode="validation")
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def load_checks(directory: Path, edition: EditionSpec) -> dict[str, CheckEntry]:
    """Read the checks of an edition's folder, in the order of the table; none where it has no `checks/`.

    Raises LibraryError naming everything that is wrong with file and line.
    """
    folder = directory / FOLDER
    if not folder.is_dir():
        return {}
    criteria = {criterion.code: criterion for criterion in edition.criteria()}
    found: dict[str, CheckEntry] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path, name=f"{directory.parent.name}/{directory.name}/{FOLDER}/{path.name}")
        for code, entry in validated(ChecksFile, document).root.items():
            faults = list(faults_of_entry(code, entry, criteria, path))
            if code in found:
                faults.append(((), f"{code} 在别的文件里已经写过，只保留一处"))
            problems += [f"{document.place((code, *place))}：{message}" for place, message in faults]
            found[code] = entry
    shown = f"{directory.parent.name}/{directory.name}/{FOLDER}"
    problems += [
        f"{shown}：{code}“{one.title}”没有判定办法，请补上（不能由事实判定的写 by_person）"
        for code, one in criteria.items()
        if code not in found
    ]
    raise_if_any(problems)
    return {code: found[code] for code in criteria}


def faults_of_entry(
    code: str, entry: CheckEntry, criteria: dict[str, CriterionSpec], path: Path
) -> Iterator[Fault]:
    """Yield what is wrong with an entry: where it stands, what its check and its award mean."""
    criterion = criteria.get(code)
    if criterion is None:
        yield (), f"这个版本没有 {code} 这一条"
        return
    number = NUMBER.match(path.name)
    if number is not None and number.group() != code.partition("-")[0]:
        yield (), f"{code} 应写在第 {code.partition('-')[0]} 个项目的文件里"
    for name in entry.parameters:
        if name in criterion.parameters:
            yield ("parameters", name), f"{code} 的参数“{name}”已写在标准里，只保留一处"
    if entry.check is None:
        return
    figures = entry.figures(criterion)
    yield from faults_of(entry.check, entry.specs(criterion))
    yield from faults_of_award(entry, criterion, figures)
    for name in entry.parameters:
        if not names_figure(entry, name):
            yield ("parameters", name), f"参数“{name}”没有用到，请在 check 里写 ${name}，或删去"


def faults_of_award(
    entry: CheckEntry, criterion: CriterionSpec, figures: dict[str, Decimal]
) -> Iterator[Fault]:
    """Yield what is wrong with the way from an answer to points: unknown figures, steps that go nowhere, grades out of order."""
    award = entry.award
    amounts = {"step": award.step, "per": award.per, "floor": award.floor, "cap": award.cap}
    for name, written in amounts.items():
        yield from faults_of_amount(written, figures, ("award", name))
        value = figures.get(written.removeprefix("$")) if isinstance(written, str) else written
        if name != "floor" and value is not None and value <= 0:
            yield ("award", name), f"{name} 须大于 0"
    if award.kind != "graded" or entry.check is None:
        return
    if entry.check.children:
        yield (
            ("award", "grades"),
            "分档计分只看一个数字，check 不能是 all、any、at_least_n，请改用别的计分或拆开",
        )
    known = []
    for number, grade in enumerate(award.grades):
        for written in grade:
            yield from faults_of_amount(written, figures, ("award", "grades", number))
        least, worth = (figures.get(one[1:]) if isinstance(one, str) else one for one in grade)
        if least is not None:
            known.append(least)
        if worth is not None and criterion.points is not None and not 0 <= worth <= criterion.points:
            yield ("award", "grades", number), f"每档的分数须在 0 和本条满分 {criterion.points} 之间"
    if known != sorted(set(known), reverse=True):
        yield ("award", "grades"), "各档须由高到低排列，不能重复"


def names_figure(entry: CheckEntry, name: str) -> bool:
    """Say whether a parameter is used anywhere in a check or its award."""
    written = entry.model_dump_json(include={"check", "award"})
    return f'"${name}"' in written

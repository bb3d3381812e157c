"""From `library/<standard>/<edition>/` to an `EditionSpec`, or to errors that name file and line.

An edition is an `index.yaml` and one small file per section, named in the index. A single file that
holds its sections inline is read the same way, which is how an exported edition comes back.

Beside an edition's files stand its `cases/`, what people expect of it. Beside the editions stand `sources.yaml` (the documents) and `figures.yaml` (where the documents differ); what
one file says of another is checked in `references`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qiangji.standards.cases import CaseSpec, case_faults
from qiangji.standards.consistency import inconsistencies
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.figures import FiguresSpec
from qiangji.standards.references import check_references
from qiangji.standards.schema import EditionSpec, SourcesSpec
from qiangji.standards.yaml_source import DataPath, YamlDocument, read_yaml, read_yaml_text

PACKAGE = Path(__file__).resolve().parent.parent
SECTION_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*\.yaml\Z", re.ASCII)
Spec = TypeVar("Spec", bound=BaseModel)


@dataclass(frozen=True)
class Library:
    """Everything a library holds, each file checked by itself and against the others."""

    editions: tuple[EditionSpec, ...]
    sources: SourcesSpec
    figures: FiguresSpec


def library_dir() -> Path:
    """Return the folder of the standards: `library/` of a checkout, or the copy inside an installed package."""
    shipped = PACKAGE / "_library"
    return shipped if shipped.is_dir() else PACKAGE.parent / "library"


def edition_dirs(directory: Path | None = None) -> list[Path]:
    """Return the folders of all editions, in order of standard and label."""
    return sorted(path.parent for path in (directory or library_dir()).glob("*/*/index.yaml"))


def read_library(directory: Path | None = None) -> Library:
    """Read and check a whole library. Raises LibraryError."""
    library = Library(
        editions=tuple(load_edition(folder) for folder in edition_dirs(directory)),
        sources=load_sources(directory),
        figures=load_figures(directory),
    )
    check_references(editions=library.editions, sources=library.sources, figures=library.figures)
    for folder, edition in zip(edition_dirs(directory), library.editions, strict=True):
        check_cases(folder, edition)
    return library


@cache
def shipped_library() -> Library:
    """The library of the program, read once: its files do not change while the program runs."""
    return read_library()


@cache
def shipped_figures() -> FiguresSpec:
    """The figures alone, for the pages: reading every edition would keep the first visitor waiting."""
    return load_figures()


def load_edition(directory: Path) -> EditionSpec:
    """Read and check one edition folder. Raises LibraryError naming every error with file and line."""
    document = read_yaml(directory / "index.yaml", name=_shown(directory, "index.yaml"))
    _read_section_files(document, directory)
    spec = edition_from_document(document)
    problems = []
    if spec.standard != directory.parent.name:
        problems.append(
            f"{document.place(('standard',))}：标准代号 {spec.standard} 与文件夹 {directory.parent.name} 不一致"
        )
    if spec.label != directory.name:
        problems.append(f"{document.place(('label',))}：版本 {spec.label} 与文件夹 {directory.name} 不一致")
    _raise_if_any(problems)
    return spec


def check_cases(directory: Path, edition: EditionSpec) -> int:
    """Hold an edition against the cases beside it and return how many there are.

    Raises LibraryError naming the file and everything in the edition that is not as a case expects.
    """
    problems, count = [], 0
    for path in sorted((directory / "cases").glob("*.yaml")):
        name = _shown(directory, f"cases/{path.name}")
        case = validated(CaseSpec, read_yaml(path, name=name))
        problems += [f"{name}“{case.case}”：{fault}" for fault in case_faults(edition, case)]
        count += 1
    _raise_if_any(problems)
    return count


def edition_from_text(text: str, *, name: str) -> EditionSpec:
    """Read an edition that is whole in one YAML text. Raises LibraryError."""
    return edition_from_document(read_yaml_text(text, name=name))


def edition_from_document(document: YamlDocument) -> EditionSpec:
    """Check the data of an edition: shape first, then what must agree. Raises LibraryError."""
    spec = validated(EditionSpec, document)
    _raise_if_any([f"{document.place(found.path)}：{found.message}" for found in inconsistencies(spec)])
    return spec


def load_sources(directory: Path | None = None) -> SourcesSpec:
    """Read `sources.yaml`. Raises LibraryError."""
    document = read_yaml((directory or library_dir()) / "sources.yaml")
    spec = validated(SourcesSpec, document)
    keys = [source.key for source in spec.sources]
    repeated = [
        f"{document.place(('sources', i))}：代号 {k} 重复" for i, k in enumerate(keys) if k in keys[:i]
    ]
    _raise_if_any(repeated)
    return spec


def load_figures(directory: Path | None = None) -> FiguresSpec:
    """Read `figures.yaml`; a library without one has no figures to compare. Raises LibraryError."""
    path = (directory or library_dir()) / "figures.yaml"
    if not path.is_file():
        return FiguresSpec()
    document = read_yaml(path)
    spec = validated(FiguresSpec, document)
    rows = [subject.row for subject in spec.subjects]
    _raise_if_any(
        [f"{document.place(('subjects', i))}：编号 {r} 重复" for i, r in enumerate(rows) if r in rows[:i]]
    )
    return spec


def _shown(directory: Path, filename: str) -> str:
    return f"{directory.parent.name}/{directory.name}/{filename}"


def _read_section_files(document: YamlDocument, directory: Path) -> None:
    """Replace the file names under `sections` by what the files hold."""
    sections = document.data.get("sections") if isinstance(document.data, dict) else None
    if not isinstance(sections, list):
        return
    for i, entry in enumerate(sections):
        if not isinstance(entry, str):
            continue
        if not SECTION_FILE.match(entry):
            raise LibraryError(f"{document.place(('sections', i))}：“{entry}”不是同一文件夹里的 .yaml 文件名")
        if not (directory / entry).is_file():
            raise LibraryError(f"{document.place(('sections', i))}：找不到文件“{entry}”，请放到同一文件夹里")
        part = read_yaml(directory / entry, name=_shown(directory, entry))
        sections[i] = part.data
        document.graft(("sections", i), part)


def validated(model: type[Spec], document: YamlDocument) -> Spec:
    """Return a file's data in the shape of a model. Raises LibraryError naming every error with file and line."""
    if not isinstance(document.data, dict):
        raise LibraryError(f"{document.place(())}：最外层应是“键: 值”的形式")
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = [_explained(detail, document) for detail in _first_causes(error.errors())]
    raise LibraryError(_joined(problems), messages=problems)


def _first_causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where this is so only because its entries have faults of their own."""
    faulty = {detail["loc"][:i] for detail in details for i in range(1, len(detail["loc"]))}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in faulty]


def _raise_if_any(problems: list[str]) -> None:
    if problems:
        raise LibraryError(_joined(problems), messages=problems)


def _joined(problems: list[str]) -> str:
    return "\n".join(problems)


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
    template = EXPLANATIONS.get(detail["type"], "“{key}”的取值不合要求")
    context = {name: _listed(name, value) for name, value in detail.get("ctx", {}).items()}
    return f"{document.place(path)}：{template.format(key=key, **context)}"


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

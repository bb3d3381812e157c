"""From `library/<standard>/<edition>/` to an `EditionSpec`, or to errors that name file and line.

An edition is an `index.yaml` and one small file per section, named in the index. A single file that
holds its sections inline is read the same way, which is how an exported edition comes back.

Beside an edition's files stand its `cases/`, what people expect of it, and its `checks/`, by which facts become answers. Beside the editions stand `sources.yaml` (the documents) and `figures.yaml` (where the documents differ); what
one file says of another is checked in `references`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from qiangji.standards.cases import CaseSpec, case_faults
from qiangji.standards.check_cases import PlacedCase, read_cases, run_cases
from qiangji.standards.checks import FOLDER, CheckEntry, load_checks
from qiangji.standards.consistency import inconsistencies
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.figures import FiguresSpec
from qiangji.standards.references import check_references
from qiangji.standards.schema import EditionSpec, SourcesSpec
from qiangji.standards.validation import raise_if_any, validated
from qiangji.standards.yaml_source import YamlDocument, read_yaml, read_yaml_text

PACKAGE = Path(__file__).resolve().parent.parent
SECTION_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*\.yaml\Z", re.ASCII)


@dataclass(frozen=True)
class Library:
    """Everything a library holds, each file checked by itself and against the others; checks by `standard@label` and code."""

    editions: tuple[EditionSpec, ...]
    sources: SourcesSpec
    figures: FiguresSpec
    checks: Mapping[str, Mapping[str, CheckEntry]] = field(default_factory=dict)


def library_dir() -> Path:
    """Return the folder of the standards: `library/` of a checkout, or the copy inside an installed package."""
    shipped = PACKAGE / "_library"
    return shipped if shipped.is_dir() else PACKAGE.parent / "library"


def edition_dirs(directory: Path | None = None) -> list[Path]:
    """Return the folders of all editions, in order of standard and label."""
    return sorted(path.parent for path in (directory or library_dir()).glob("*/*/index.yaml"))


def read_library(directory: Path | None = None) -> Library:
    """Read and check a whole library. Raises LibraryError."""
    folders = edition_dirs(directory)
    editions = tuple(load_edition(folder) for folder in folders)
    checks = {
        f"{edition.standard}@{edition.label}": load_checks(folder, edition)
        for folder, edition in zip(folders, editions, strict=True)
    }
    library = Library(
        editions=editions, sources=load_sources(directory), figures=load_figures(directory), checks=checks
    )
    check_references(editions=library.editions, sources=library.sources, figures=library.figures)
    for folder, edition in zip(folders, editions, strict=True):
        check_cases(folder, edition)
        try_checks(folder, edition)
    return library


@cache
def shipped_library() -> Library:
    """The library of the program, read once: its files do not change while the program runs."""
    return read_library()


@cache
def shipped_checks(ref: str) -> dict[str, CheckEntry]:
    """The checks of one edition (CODE@LABEL) of the program's library, by criterion; none where it has none."""
    code, _, label = ref.partition("@")
    folder = library_dir() / code / label
    return load_checks(folder, load_edition(folder)) if (folder / FOLDER).is_dir() else {}


@cache
def shipped_cases(ref: str) -> tuple[PlacedCase, ...]:
    """The cases beside the checks of one edition (CODE@LABEL) of the program's library, as people wrote them."""
    code, _, label = ref.partition("@")
    return tuple(read_cases(library_dir() / code / label))


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
    raise_if_any(problems)
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
    raise_if_any(problems)
    return count


@dataclass(frozen=True)
class Tried:
    """How many criteria of an edition have a check, and how many cases agreed with them."""

    checks: int
    cases: int


def try_checks(directory: Path, edition: EditionSpec) -> Tried:
    """Hold an edition's checks against the cases beside them. Raises LibraryError naming each case that answers otherwise."""
    entries = load_checks(directory, edition)
    cases, problems = run_cases(directory, entries, edition)
    raise_if_any(problems)
    return Tried(sum(entry.check is not None for entry in entries.values()), cases)


def edition_from_text(text: str, *, name: str) -> EditionSpec:
    """Read an edition that is whole in one YAML text. Raises LibraryError."""
    return edition_from_document(read_yaml_text(text, name=name))


def edition_from_document(document: YamlDocument) -> EditionSpec:
    """Check the data of an edition: shape first, then what must agree. Raises LibraryError."""
    spec = validated(EditionSpec, document)
    raise_if_any([f"{document.place(found.path)}：{found.message}" for found in inconsistencies(spec)])
    return spec


def load_sources(directory: Path | None = None) -> SourcesSpec:
    """Read `sources.yaml`. Raises LibraryError."""
    document = read_yaml((directory or library_dir()) / "sources.yaml")
    spec = validated(SourcesSpec, document)
    keys = [source.key for source in spec.sources]
    repeated = [
        f"{document.place(('sources', i))}：代号 {k} 重复" for i, k in enumerate(keys) if k in keys[:i]
    ]
    raise_if_any(repeated)
    return spec


def load_figures(directory: Path | None = None) -> FiguresSpec:
    """Read `figures.yaml`; a library without one has no figures to compare. Raises LibraryError."""
    path = (directory or library_dir()) / "figures.yaml"
    if not path.is_file():
        return FiguresSpec()
    document = read_yaml(path)
    spec = validated(FiguresSpec, document)
    rows = [subject.row for subject in spec.subjects]
    raise_if_any(
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

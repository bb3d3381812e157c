"""What the documents claim and a machine can check: variables, commands, make targets, names, links."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
CONFIGURATION = MANUAL / "configuration.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
EXAMPLE = ROOT / "deploy" / "qiangji.env.example"
SOURCES = [
    *(path for path in (ROOT / "qiangji").rglob("*.py") if "tests" not in path.parts),
    *(ROOT / "tools").glob("*.py"),
]
VARIABLE = re.compile(r"\bQIANGJI_[A-Z_]*[A-Z]\b|\bDATABASE_URL\b")
READERS = {"text", "flag", "number", "words"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def variables_in(text: str) -> set[str]:
    """Return the variables that a text names, without the suffix that reads one from a file."""
    return {name.removesuffix("_FILE") for name in VARIABLE.findall(text)}


def documented() -> dict[str, str]:
    """Return the manual's variables with the default that it tells."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def defaults_in_settings() -> dict[str, str]:
    """Return the variables that settings.py reads with a constant default, spelled as the manual spells them."""
    tree = ast.parse((ROOT / "qiangji" / "settings.py").read_text(encoding="utf-8"))
    found = {}
    for call in ast.walk(tree):
        if not (
            isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in READERS
        ):
            continue
        name, *rest = call.args
        if isinstance(name, ast.Constant) and all(isinstance(value, ast.Constant) for value in rest):
            usual = {"flag": False}.get(call.func.attr, "")
            value = rest[0].value if rest else usual  # type: ignore[attr-defined]
            spelled = str(int(value)) if isinstance(value, bool) else str(value)
            found[name.value] = spelled or "空"
    return found


def test_every_variable_of_the_code_is_in_the_manual_and_no_other() -> None:
    in_code = set().union(*(variables_in(path.read_text(encoding="utf-8")) for path in SOURCES))
    assert in_code - documented().keys() == set(), "name these in docs/manual/configuration.md"
    assert documented().keys() - in_code == set(), "nothing reads these any more"


def test_the_manual_tells_the_defaults() -> None:
    told = documented()
    wrong = {
        name: (told.get(name), default)
        for name, default in defaults_in_settings().items()
        if told.get(name) != default
    }
    assert len(defaults_in_settings()) >= 10
    assert wrong == {}, "told in the manual, and true"


def test_the_example_for_production_names_known_variables_only() -> None:
    used = variables_in(EXAMPLE.read_text(encoding="utf-8"))
    assert {"DATABASE_URL", "QIANGJI_SECRET_KEY", "QIANGJI_ALLOWED_HOSTS"} <= used <= documented().keys()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_commands_that_are_told_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = set(re.findall(r"(?:`|^ *|bin/|-- )(?:qiangji|qj) ([a-z]+)\b", text, re.MULTILINE))
    assert commands - {*get_commands(), "help"} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_make_targets_that_are_told_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    told = set(re.findall(r"(?:`|^)make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert told <= targets


def resolved(name: str) -> object:
    """Return what a dotted name below ``qiangji`` stands for."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(["qiangji", *parts[:end]]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise AssertionError(f"no module of that name: {name}")


def glossary_names() -> list[str]:
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    return [name for cell in rows for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", cell)]


def test_the_glossary_names_what_exists() -> None:
    names = glossary_names()
    assert len(names) > 80
    for name in names:
        assert resolved(name) is not None, name


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    told = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.glob("0*.md"):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {path.name[:4]} ")
        assert f"[{path.name[:4]}]({path.name}) | {title} |" in told

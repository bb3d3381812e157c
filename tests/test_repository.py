"""Facts about the repository itself, which nobody would notice going wrong until it hurt."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template import engines

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 500 * 1024
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
HOST = re.compile(r"https?://([^/\"'\s]+)")
OWN_APPS = [config for config in apps.get_app_configs() if config.name.startswith("qiangji.")]
COMPILED = sorted(ROOT.glob("qiangji/**/jinja2/**/*.html"))
TEMPLATES = sorted(ROOT.glob("qiangji/**/templates/**/*.html")) + COMPILED
STYLES = sorted(ROOT.glob("qiangji/**/static/**/*.css"))
SCRIPTS = sorted(ROOT.glob("qiangji/**/static/**/*.js"))

# Chromium 109 is the oldest browser served; each of these came later and fails there without a word.
TOO_NEW = {
    "oklch()": r"\boklch\(",
    "oklab()": r"\boklab\(",
    "color-mix()": r"\bcolor-mix\(",
    "light-dark()": r"\blight-dark\(",
    "nested rules": r"(?m)^[^@{}]*\{[^{}@]*\{",
    "& selector": r"(?m)^\s*&",
    "@scope": r"@scope\b",
    "@starting-style": r"@starting-style\b",
    "relative colours": r"\b(?:rgb|hsl)a?\(\s*from\b",
    "text-wrap: balance": r"text-wrap\s*:\s*balance",
    "linear()": r"\blinear\(",
    "view transitions": r"view-transition",
    "scroll-driven animation": r"animation-timeline",
    "anchor positioning": r"anchor-name|position-anchor",
    "field-sizing": r"field-sizing",
    "subgrid": r"\bsubgrid\b",
    ":user-invalid": r":user-(?:in)?valid",
    "dvh in a calculation of @property": r"@property\b",
}


def tracked() -> list[Path]:
    """Return the files that git keeps, or would keep once added."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# ---- locks and what is shipped ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["uv.lock", "requirements.lock"])
def test_python_locks_name_no_host_but_the_public_index(name: str) -> None:
    hosts = set(HOST.findall((ROOT / name).read_text(encoding="utf-8")))
    assert hosts <= PUBLIC_HOSTS


def test_asset_lock_holds_no_addresses_and_every_digest() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {name: entry for name, entry in packages.items() if name}
    assert not [name for name, entry in locked.items() if "resolved" in entry]
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())


def test_assets_are_asked_for_in_exact_versions() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_exported_requirements_are_those_of_the_lock() -> None:
    """Sites that install from a mirror use requirements.lock; `uv export` writes it from uv.lock."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    versions = {package["name"]: package.get("version", "") for package in lock["package"]}
    exported = re.findall(
        r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(exported) > 10
    assert {name: version for name, version in exported if versions.get(name) != version} == {}


def test_no_large_file_is_kept_in_git() -> None:
    large = {named(path): path.stat().st_size for path in tracked() if path.stat().st_size > LARGEST}
    large.pop("uv.lock", None)
    assert large == {}


def test_no_third_party_asset_is_kept_in_git() -> None:
    foreign = [path for path in tracked() if re.search(r"\.min\.(?:js|css)$|\.woff2?$|/vendor/", str(path))]
    assert foreign == []


# ---- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_styles_use_nothing_newer_than_chromium_109(path: Path) -> None:
    css = without_comments(path.read_text(encoding="utf-8"))
    css = re.sub(r"@(?:media|supports|keyframes|layer|container)[^{]*\{", "", css)
    rules = (
        TOO_NEW if "vendor" not in path.parts else {k: v for k, v in TOO_NEW.items() if k != "nested rules"}
    )
    assert [what for what, pattern in rules.items() if re.search(pattern, css)] == []


@pytest.mark.parametrize("path", [path for path in STYLES if "vendor" not in path.parts], ids=named)
def test_colours_are_chosen_in_one_place_only(path: Path) -> None:
    if path.name == "qiangji.css":
        pytest.skip("this is the place")
    css = without_comments(path.read_text(encoding="utf-8"))
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\((?!\s*(?:var\(|0,\s*0,\s*0))|\bhsla?\(", css)
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    breaches = re.findall(
        r"<style\b|\sstyle\s*=|\shx-on\b|\shx-on[:-]|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-vars|js:", text
    )
    breaches += [
        tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "json" not in tag
    ]
    assert breaches == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_load_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href|action|hx-\w+)\s*=\s*[\"'](?:https?:)?//", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_compile(path: Path) -> None:
    folder = next(parent for parent in path.parents if parent.name in ("templates", "jinja2"))
    engine = engines["fast" if path in COMPILED else "django"]
    assert engine.get_template(str(path.relative_to(folder))) is not None


@pytest.mark.parametrize("path", [path for path in SCRIPTS if "vendor" not in path.parts], ids=named)
def test_scripts_need_no_evaluation_and_set_no_inline_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\beval\(|new Function\(|setAttribute\(\s*[\"']style|document\.write", text) == []


# ---- the house -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", OWN_APPS, ids=lambda config: config.label)
def test_every_app_says_what_it_is_and_stands_on(config: object) -> None:
    readme = Path(config.path) / "README.md"  # type: ignore[attr-defined]
    assert readme.is_file()
    assert 3 <= len([line for line in readme.read_text(encoding="utf-8").splitlines() if line.strip()]) <= 30


@pytest.mark.django_db
def test_migrations_say_all_that_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_migrations_are_named_by_what_they_do() -> None:
    names = [path.stem for path in ROOT.glob("qiangji/*/migrations/0*.py")]
    assert names
    assert [name for name in names if re.search(r"_auto_|_initial$", name)] == []


def test_source_files_stay_readable_in_one_sitting() -> None:
    long = {
        named(path): lines
        for path in ROOT.glob("qiangji/**/*.py")
        if not {"migrations", "tests"}.intersection(path.parts)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_nothing_is_left_to_do_in_the_source() -> None:
    words = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|^\s*import pdb|breakpoint\(\)", re.MULTILINE)
    found = [
        named(path)
        for path in [*ROOT.glob("qiangji/**/*.py"), *ROOT.glob("tools/*.py"), *SCRIPTS]
        if "vendor" not in path.parts and words.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []

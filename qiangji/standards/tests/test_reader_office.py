"""Old formats by way of LibreOffice: merges survive, nothing is left running, its absence is said."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from qiangji.standards.reader import office, parse_bytes
from qiangji.standards.reader.cells import Unreadable
from qiangji.standards.reader.word import read_word
from qiangji.standards.tests.packages import places, texts
from qiangji.standards.tests.tables import small_table, word_document

needs_office = pytest.mark.skipif(
    office.office_program() is None,
    reason="!!!! no LibreOffice on this machine: reading .doc, .rtf and .odt was NOT tried",
)


def made_by_office(data: bytes, folder: Path, *forms: str) -> bytes:
    """The document as LibreOffice writes it in another format, one after the other."""
    program = office.office_program()
    assert program is not None
    path = folder / "table.docx"
    path.write_bytes(data)
    office.write_profile(folder)
    for form in forms:
        path = office.converted(program, path, form, folder)
    return path.read_bytes()


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in LibreOffice's place whose script the test writes."""
    path = tmp_path / "stub"
    path.touch(mode=0o755)
    monkeypatch.setenv(office.VARIABLE, str(path))
    return path


@needs_office
@pytest.mark.slow
def test_an_old_word_document_gives_the_same_as_the_new_one(tmp_path: Path) -> None:
    data = word_document(small_table())
    old = made_by_office(data, tmp_path, "odt", "doc")  # straight on it would write no table
    assert old.startswith(b"\xd0\xcf\x11\xe0")
    table, new = read_word(office.as_docx(old, ".doc")).tables[0], read_word(data).tables[0]
    assert texts(table) == texts(new)
    assert [len(row) for row in places(table)] == [len(row) for row in places(new)]
    assert parse_bytes(old, filename="表.doc").as_json() == parse_bytes(data, filename="表.docx").as_json()


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("form", ["odt", "rtf"])
def test_other_formats_give_the_same_as_word(form: str, tmp_path: Path) -> None:
    data = word_document(small_table())
    other = parse_bytes(made_by_office(data, tmp_path, form), filename=f"表.{form}")
    assert other.as_json() == parse_bytes(data, filename="表.docx").as_json()


@needs_office
@pytest.mark.slow
def test_a_damaged_old_document_is_refused_with_what_to_do() -> None:
    broken = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(3000)
    )
    parsed = parse_bytes(broken, filename="表.doc")
    assert parsed.sections == []
    assert [problem.severity for problem in parsed.problems] == ["error"]
    assert ".docx" in parsed.problems[0].message


@pytest.mark.parametrize("chosen", ["0", "/nowhere/soffice"])
def test_without_the_program_the_remedy_is_named(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(office.VARIABLE, chosen)
    parsed = parse_bytes(b"{\\rtf1 x}", filename="表.rtf")
    assert "没有安装 LibreOffice" in parsed.problems[0].message
    assert ".docx" in parsed.problems[0].message


def test_a_program_that_writes_nothing_is_told_from_a_good_one(stub: Path) -> None:
    stub.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(Unreadable, match="可能已加密或损坏"):
        office.as_docx(b"x", ".doc")


def test_a_program_that_cannot_start_is_said_so(stub: Path) -> None:
    stub.write_text("#!/nowhere\n")
    with pytest.raises(Unreadable, match=r"\.docx"):
        office.as_docx(b"x", ".doc")


def test_at_the_limit_the_program_and_its_children_are_ended(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "child"
    stub.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {note}\nwait\n")
    monkeypatch.setattr(office, "PATIENCE", 0.5)
    with pytest.raises(Unreadable, match="已停止"):
        office.as_docx(b"x", ".doc")
    child = int(note.read_text())
    for _ in range(100):
        if not alive(child):
            break
        time.sleep(0.02)
    assert not alive(child)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return state.stdout.strip()[:1] not in {"", "Z"}


def test_while_another_conversion_takes_long_people_are_asked_to_come_back(
    stub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PATIENCE", 0.05)
    with office._turn(), pytest.raises(Unreadable, match="过一会儿再试"):
        office.as_docx(b"x", ".doc")


def test_each_conversion_has_a_folder_of_its_own_that_is_removed(stub: Path, tmp_path: Path) -> None:
    note = tmp_path / "folders"
    stub.write_text(f"#!/bin/sh\npwd >> {note}\ncat profile/user/registrymodifications.xcu >> {note}\n")
    for _ in range(2):
        with pytest.raises(Unreadable):
            office.as_docx(b"x", ".doc")
    folders = {line for line in note.read_text().splitlines() if line.startswith("/")}
    assert len(folders) == 2
    assert not any(Path(folder).exists() for folder in folders)
    assert "DisableMacrosExecution" in note.read_text()


@pytest.mark.parametrize(("suffix", "steps"), [(".doc", "odt docx"), (".wps", "odt docx"), (".odt", "docx")])
def test_old_documents_go_by_way_of_odt(suffix: str, steps: str, stub: Path, tmp_path: Path) -> None:
    note = tmp_path / "steps"
    stub.write_text(
        "#!/bin/sh\n"
        'while [ "$1" != --convert-to ]; do shift; done\n'
        f'echo "$2" >> {note}\nmkdir -p "$4"\necho made > "$4/table.$2"\n'
    )
    assert office.as_docx(b"x", suffix) == b"made\n"
    assert note.read_text().split() == steps.split()

"""Old formats (.doc, .wps, .rtf, .odt) by way of LibreOffice, where it is on the machine.

A .doc goes to .docx by way of .odt, since straight on it loses cells merged sideways. Each conversion
has a folder and a profile of its own, may run no macro and fetch nothing, and is ended with all its
children when its time is up.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qiangji.lib import env
from qiangji.standards.reader.cells import Unreadable

VARIABLE = "QIANGJI_OFFICE"
NAMES = ("soffice", "libreoffice")
PATIENCE = 60  # seconds for one step
MOST_OUTPUT = 64_000_000
# Seconds of computing, blocks of 512 bytes in a file, kilobytes of memory, no core: they hold for children too.
LIMITS = 'ulimit -t 60 -f 131072 -v 4000000 -c 0; exec "$@"'
_ONE_AT_A_TIME = threading.Lock()  # it takes a quarter of a gigabyte each
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}
</oor:items>
"""
_ITEM = '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SECURITY = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Java/VirtualMachine", "Enable", "false"),
)


def office_program() -> str | None:
    """Return the program to convert with: QIANGJI_OFFICE, or what is found on the path; None for none or "0"."""
    chosen = env.text(VARIABLE).strip()
    if chosen:
        return None if chosen == "0" else shutil.which(chosen)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def as_docx(data: bytes, suffix: str) -> bytes:
    """Convert a document to .docx. Raises Unreadable where there is no LibreOffice or it fails."""
    program = office_program()
    if program is None:
        raise Unreadable(
            f"这台服务器没有安装 LibreOffice，不能读取 {suffix} 文件，请用 Word 或 WPS 打开并另存为 .docx 后再试"
        )
    steps = ["docx"] if suffix == ".odt" else ["odt", "docx"]
    with _turn(), tempfile.TemporaryDirectory(prefix="qiangji-office-") as name:
        folder = Path(name)
        write_profile(folder)
        path = folder / f"table{suffix}"
        path.write_bytes(data)
        for step in steps:
            path = converted(program, path, step, folder)
        return path.read_bytes()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for the conversion under way, but not for ever: a page stands waiting."""
    if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise Unreadable("正在转换别的旧格式文件，请过一会儿再试，或把文件另存为 .docx")
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


def converted(program: str, source: Path, form: str, folder: Path) -> Path:
    """Convert one file within `folder` and return the new one. Raises Unreadable."""
    result = folder / form / f"{source.stem}.{form}"
    command = [
        *["/bin/sh", "-c", LIMITS, "sh", program, f"-env:UserInstallation={(folder / 'profile').as_uri()}"],
        *["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"],
        *["--convert-to", form, "--outdir", str(result.parent), str(source)],
    ]
    _run(command, folder)
    if not result.is_file():
        raise Unreadable(
            "LibreOffice 不能打开这个文件，可能已加密或损坏，请用 Word 或 WPS 打开并另存为 .docx 后再试"
        )
    if result.stat().st_size > MOST_OUTPUT:
        raise Unreadable("文件解开后过大，不像一张量化表，不予读取")
    return result


def _run(command: list[str], folder: Path) -> None:
    """Run to the end or to the limit; nothing of it is left running. Whether it worked shows in what it wrote."""
    surroundings = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings | {"TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise Unreadable("LibreOffice 无法启动，请联系管理员，或把文件另存为 .docx 后再试") from error
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            f"LibreOffice 转换超过 {PATIENCE} 秒，已停止，请把文件另存为 .docx 后再试"
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and its children, which are all in its group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # all of them have ended by themselves
    finally:
        process.wait()


def write_profile(folder: Path) -> None:
    """Lay out the settings LibreOffice starts with: nothing runs, nothing is fetched."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    items = (_ITEM.format(path=path, name=name, value=value) for path, name, value in _SECURITY)
    (user / "registrymodifications.xcu").write_text(_PROFILE.format(items="\n".join(items)), encoding="utf-8")

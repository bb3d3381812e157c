"""The production command: it serves, stops and comes back on the same address, and refuses what cannot work."""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.servers import ROOT, Served, database_url

pytestmark = pytest.mark.slow


def fetch(address: str) -> tuple[int, dict[str, str], bytes]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, {key.lower(): value for key, value in answer.headers.items()}, answer.read()


def qiangji(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qiangji", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.any_database
def test_server_gives_out_pages_and_hashed_files_and_comes_back_after_a_stop(served: Served) -> None:
    status, _, page = fetch(f"{served.url}/account/sign-in/")
    assert status == 200
    address = page.decode().split('<link rel="stylesheet" href="')[1].split('"')[0]
    status, headers, _ = fetch(f"{served.url}{address}")
    assert status == 200
    assert "immutable" in headers["cache-control"]
    served.stop()
    assert not served.answers()
    served.start()
    assert served.answers()


def test_database_of_this_test_is_the_one_that_is_served(served: Served) -> None:
    assert served.variables()["DATABASE_URL"] == database_url()
    assert "test" in database_url()


def test_serving_without_tables_says_which_command_is_missing(tmp_path: Path) -> None:
    answer = qiangji(
        "serve", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3", QIANGJI_VAR_DIR=str(tmp_path)
    )
    assert answer.returncode == 1
    assert "qiangji migrate" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_taken_port_says_how_to_choose_another(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = qiangji("serve", "--port", str(taken.getsockname()[1]), QIANGJI_VAR_DIR=str(tmp_path))
    assert answer.returncode == 1
    assert "--port" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("wrong", [["--port", "0"], ["--workers", "0"], ["--port", "many"]])
def test_wrong_call_ends_with_status_2(tmp_path: Path, wrong: list[str]) -> None:
    answer = qiangji("serve", *wrong, QIANGJI_VAR_DIR=str(tmp_path))
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr

"""The whole suite on both databases at once: ``python -m tools.suite WORKERS``.

Half of what a test in a browser takes is waiting, so two runs of ``WORKERS`` processes each fill the processors better
than one after the other. SQLite's run is told as it goes; PostgreSQL's is kept and told behind it, so that neither
reads like the other. What failed is told once more at the very end, where whoever sees only the last lines of a long
log still finds it.

The PostgreSQL run leaves out what no database can change and what only repeats statements that other tests run there
(``--only-database``, docs/decisions/0049), and of the browser tests all but the main walk. Its server is thrown away
whole, so its databases are not dropped one by one (``--reuse-db``): a connection that some thread still holds would keep
a drop from succeeding.

Four workers on two processors make a browser wait for what it otherwise has at once. A few failures (``FEW``) are
therefore tried again, alone on the machine: what fails again fails the suite, what passes is told as unsteady, with
its complaint, and has to be mended (docs/decisions/0024).

Four workers and every program that a test starts read the same modules: they are compiled once, below ``build/``, also
where the machine asks Python to write no bytecode.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

BUILD = Path(__file__).resolve().parent.parent / "build"
COMPILED = BUILD / "pycache"
PYTEST = [sys.executable, "-m", "pytest", "-rs"]
FEW = 3
TESTS_FAILED = 1
COST = "processor seconds"
SLOWEST = 10


def keeping_bytecode() -> dict[str, str]:
    """Return the environment of all runs: compiled modules are kept, in a place that ``make clean`` removes."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(COMPILED)}


@dataclass(frozen=True)
class Run:
    """The suite on one kind of database: how it is started, and what it leaves behind."""

    database: str
    before: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def results(self) -> Path:
        return BUILD / f"results-{self.database}.xml"

    @property
    def memory(self) -> Path:
        """Where pytest remembers which tests failed."""
        return BUILD / f"failed-{self.database}"

    def start(self, *more: str, into: IO[str] | None = None) -> "subprocess.Popen[bytes]":
        """Start pytest with further options; what it prints goes to ``into`` or is told as it goes."""
        command = [*PYTEST, *self.options, "-o", f"cache_dir={self.memory}", *more]
        if self.before:
            command = [*command[:1], *self.before, *command]
        stream = subprocess.STDOUT if into else None
        return subprocess.Popen(command, env=keeping_bytecode(), stdout=into, stderr=stream)

    def start_whole(self, workers: str, into: IO[str] | None = None) -> "subprocess.Popen[bytes]":
        """Start all tests, with nothing remembered of earlier runs."""
        self.results.unlink(missing_ok=True)
        shutil.rmtree(self.memory, ignore_errors=True)
        return self.start(f"--junitxml={self.results}", "--dist", "worksteal", "-n", workers, into=into)

    def failures(self) -> list[str]:
        """Return the name and the complaint of every test that failed."""
        if not self.results.exists():
            return []
        return [
            f"{case.get('classname')}::{case.get('name')}\n{(fault.text or '').rstrip()}"
            for case in ElementTree.parse(self.results).iter("testcase")
            for fault in [*case.iter("failure"), *case.iter("error")]
        ]

    def costs(self) -> list[tuple[float, str]]:
        """Return the seconds of processor that each test took (tests/costs.py), with its name."""
        if not self.results.exists():
            return []
        return [
            (float(cost.get("value", 0)), f"{self.database} {case.get('classname')}::{case.get('name')}")
            for case in ElementTree.parse(self.results).iter("testcase")
            for cost in case.iter("property")
            if cost.get("name") == COST
        ]

    def settle(self, status: int) -> int:
        """Try a few failures again, alone; tell what failed. Return the status that stands."""
        if status == 0:
            return 0
        failures = self.failures()
        steady = status
        if status == TESTS_FAILED and 0 < len(failures) <= FEW:
            print(f"==== {self.database}：{len(failures)} 项未通过，单独再试一次", flush=True)
            steady = self.start("--last-failed", "--last-failed-no-failures=none").wait()
        word = "时好时坏（单独重试通过，仍须修好）" if steady == 0 else "未通过"
        for failure in failures:
            print(f"==== {self.database} {word}：{failure}", flush=True)
        if not failures:
            print(f"==== {self.database}：测试没有跑完，返回 {status}", flush=True)
        return steady


ON_SQLITE = Run("SQLite")
ON_POSTGRESQL = Run(
    "PostgreSQL",
    before=("-m", "tools.pgtmp"),
    options=("--reuse-db", "--only-database", "-m", "main_walk or not browser"),
)


def tell_costs(runs: list[Run], seconds: float) -> None:
    """Print what the suite took, on the clock and of the processors, and its dearest tests."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"==== 用时 {seconds:.0f} 秒，处理器 {used.ru_utime + used.ru_stime:.0f} 秒（不含数据库服务器）；最费时的测试：",
        flush=True,
    )
    for cost, name in sorted((one for run in runs for one in run.costs()), reverse=True)[:SLOWEST]:
        print(f"{cost:8.1f} 秒  {name}", flush=True)


def main() -> int:
    began = time.monotonic()
    workers = sys.argv[1] if len(sys.argv) > 1 else "2"
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        second = ON_POSTGRESQL.start_whole(workers, into=told)
        try:
            print("==== 全部测试，SQLite（PostgreSQL 同时进行，结果随后列出）", flush=True)
            first_status = ON_SQLITE.start_whole(workers).wait()
            second_status = second.wait()
        finally:
            # An interrupted run must not leave a server and its workers behind.
            if second.poll() is None:
                second.terminate()
                second.wait()
        print("==== 用到数据库的全部测试（浏览器测试只跑主流程），PostgreSQL", flush=True)
        told.seek(0)
        print(told.read(), flush=True)
    tell_costs([ON_SQLITE, ON_POSTGRESQL], time.monotonic() - began)
    return ON_SQLITE.settle(first_status) or ON_POSTGRESQL.settle(second_status)


if __name__ == "__main__":
    sys.exit(main())

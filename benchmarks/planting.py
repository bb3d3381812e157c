"""How long the demo of a thousand hospitals takes, on an empty SQLite database, with a year of ledgers in it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from benchmarks.figures import Figure
from benchmarks.sites import ROOT

MOST_SECONDS = 600


def demo(organizations: int) -> Callable[[int], Figure]:
    """Measure ``qiangji demo --organizations N`` once; it takes minutes."""

    def take(times: int) -> Figure:
        with tempfile.TemporaryDirectory(prefix="qiangji-demo-") as folder:
            place = {"DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3", "QIANGJI_VAR_DIR": folder}
            run(place, "migrate", "--verbosity", "0")
            started = time.perf_counter()
            run(place, "demo", "--organizations", str(organizations))
            return Figure(time.perf_counter() - started, MOST_SECONDS, "s", digits=0)

    return take


def run(place: dict[str, str], *arguments: str) -> None:
    """Run one of the program's commands; what it reports is not ours to show."""
    command = [sys.executable, "-m", "qiangji", *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | place, check=True, stdout=subprocess.DEVNULL)

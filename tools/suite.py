"""The whole suite on both databases at once: ``python -m tools.suite WORKERS``.

Half of what a test in a browser takes is waiting, so two runs of ``WORKERS`` processes each fill the processors better
than one after the other. SQLite's run is told as it goes; PostgreSQL's is kept and told behind it, so that neither
reads like the other. Either of them failing fails the whole.

The PostgreSQL run leaves out what no database can change (``--only-database``), and of the browser tests all but the
main walk. Its server is thrown away whole, so its databases are not dropped one by one (``--reuse-db``): a connection
that some thread still holds would keep a drop from succeeding.

Four workers and every program that a test starts read the same modules: they are compiled once, below ``build/``, also
where the machine asks Python to write no bytecode.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

COMPILED = Path(__file__).resolve().parent.parent / "build" / "pycache"
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--dist", "worksteal"]
ON_POSTGRESQL = ["--reuse-db", "--only-database", "-m", "main_walk or not browser"]


def keeping_bytecode() -> dict[str, str]:
    """Return the environment of both runs: compiled modules are kept, in a place that ``make clean`` removes."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(COMPILED)}


def main() -> int:
    environment = keeping_bytecode()
    workers = ["-n", sys.argv[1] if len(sys.argv) > 1 else "2"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        second = subprocess.Popen(
            [sys.executable, "-m", "tools.pgtmp", *PYTEST, *workers, *ON_POSTGRESQL],
            env=environment,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            print("==== 全部测试，SQLite（PostgreSQL 同时进行，结果随后列出）", flush=True)
            first_status = subprocess.run([*PYTEST, *workers], env=environment, check=False).returncode
            second_status = second.wait()
        finally:
            # An interrupted run must not leave a server and its workers behind.
            if second.poll() is None:
                second.terminate()
                second.wait()
        print("==== 用到数据库的全部测试（浏览器测试只跑主流程），PostgreSQL", flush=True)
        told.seek(0)
        print(told.read(), flush=True)
    return first_status or second_status


if __name__ == "__main__":
    sys.exit(main())

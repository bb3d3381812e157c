"""The whole suite on both databases at once: ``python -m tools.suite WORKERS``.

Half of what a test in a browser takes is waiting, so two runs of ``WORKERS`` processes each fill the processors better
than one after the other. SQLite's run is told as it goes; PostgreSQL's is kept and told behind it, so that neither
reads like the other. Either of them failing fails the whole.

The PostgreSQL run leaves out what no database can change (``--only-database``), and of the browser tests all but the
main walk. Its server is thrown away whole, so its databases are not dropped one by one (``--reuse-db``): a connection
that some thread still holds would keep a drop from succeeding.
"""

import subprocess
import sys
import tempfile

PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--dist", "worksteal"]
ON_POSTGRESQL = ["--reuse-db", "--only-database", "-m", "main_walk or not browser"]


def main() -> int:
    workers = ["-n", sys.argv[1] if len(sys.argv) > 1 else "2"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        second = subprocess.Popen(
            [sys.executable, "-m", "tools.pgtmp", *PYTEST, *workers, *ON_POSTGRESQL],
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            print("==== 全部测试，SQLite（PostgreSQL 同时进行，结果随后列出）", flush=True)
            first_status = subprocess.run([*PYTEST, *workers], check=False).returncode
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

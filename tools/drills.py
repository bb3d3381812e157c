"""``make drill``: long fuzzing and faults, one line per drill: ``name | promised | happened | ok``.

A drill is a test marked ``drill`` that records two sentences with pytest's ``record_property``: "promised", what the
program promises when this goes wrong, and "happened", what was seen. It passes or fails like any test.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUITE = (str(ROOT / "qiangji"), str(ROOT / "tests"))


class Lines:
    """Collects one line per drill."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        told = {str(name): str(value) for name, value in report.user_properties}
        name = report.nodeid.rsplit("::", 1)[-1].removeprefix("test_")
        verdict = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}[report.outcome]
        self.lines.append(f"{name} | {told.get('promised', '')} | {told.get('happened', '')} | {verdict}")


def main() -> int:
    lines = Lines()
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "drill",
        "--no-header",
        "--show-capture=no",
        "--timeout=0",
    ]
    status = pytest.main([*options, *SUITE], plugins=[lines])
    for line in lines.lines:
        print(line)
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        print("尚没有故障演练。", file=sys.stderr)
        return 0
    return int(status)


if __name__ == "__main__":
    sys.exit(main())

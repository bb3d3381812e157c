"""``make requirements``: which rows of the inventory no passing test shows.

A test says what it shows with ``@pytest.mark.shows("A01", …)``. The list of rows, each with the issue that owns
it, is docs/requirements.md. Only tests that carry the marker are run; a row counts as shown when at least one of its
tests passed and none failed. Skipped tests show nothing.
"""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "docs" / "requirements.md"
SUITE = (str(ROOT / "qiangji"), str(ROOT / "tests"))


def inventory(issue: str = "") -> list[str]:
    """Return the rows in order, all or those of one issue."""
    rows = re.findall(r"^\| (\w+) \| (\d+) \|$", INVENTORY.read_text(encoding="utf-8"), re.MULTILINE)
    return [row for row, owner in rows if issue in ("", owner)]


class Results:
    """Collects, per row of the inventory, the outcomes of the tests that name it."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        for name, value in report.user_properties:
            if name == "shows":
                self.outcomes.setdefault(str(value), []).append(report.outcome)

    def shown(self) -> set[str]:
        """Return the rows with a passing test and no failing one."""
        return {
            row
            for row, outcomes in self.outcomes.items()
            if "passed" in outcomes and "failed" not in outcomes
        }


def main() -> int:
    issue = sys.argv[1] if len(sys.argv) > 1 else ""
    rows = inventory(issue)
    if not rows:
        print(f"清单中没有属于第 {issue} 号任务的条目。", file=sys.stderr)
        return 2
    results = Results()
    options = ["-q", "-p", "no:cacheprovider", "-m", "shows", "-n", "2", "--no-header", "-r", "fE"]
    status = pytest.main([*options, *SUITE], plugins=[results])
    shown = results.shown()
    unknown = sorted(set(results.outcomes) - set(inventory()))
    for row in unknown:
        print(f"{row}: named by a test, but not in the inventory")
    for row in rows:
        if row not in shown:
            print(f"{row}: {', '.join(sorted(set(results.outcomes.get(row, ['no test']))))}")
    print(f"shown {len(shown.intersection(rows))} of {len(rows)}")
    return 1 if unknown or status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else 0


if __name__ == "__main__":
    sys.exit(main())

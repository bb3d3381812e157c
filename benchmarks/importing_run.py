"""Make a hospital, write the workbooks of its members and of who attended, import both and print the seconds.

Run as ``python -m benchmarks.ready importing_run MEMBERS MEETINGS`` with ``DATABASE_URL`` set. What is timed is what the
command ``import`` does, file reading included.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import models, transaction

from qiangji.intake.checking import Checked
from qiangji.intake.kinds.base import Place
from qiangji.intake.registry import kind_of
from qiangji.intake.services.runs import import_file
from qiangji.ledgers.models import Attendance
from qiangji.ledgers.services.records import RecordInput, save_records
from qiangji.lib.tabular import table_workbook
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.orgs.models import Organization
from qiangji.orgs.services import NewOrganization, create_organizations

BRANCHES, PER_MEETING = 500, 20
SINCE, FIRST_DAY, AT = date(2020, 1, 1), date(2025, 1, 1), datetime(2026, 11, 20, tzinfo=UTC)
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"
MAIN = [Person, Employment, Member, BranchMembership]


def hospital_and_branches() -> tuple[Organization, list[Organization]]:
    """Set up the hospital that everything is imported into."""
    kinds = Organization.Kind
    specs = [NewOrganization("IMP", kinds.HOSPITAL, "导入测速医院党委", "导入医院", SINCE, form="committee")]
    specs += [
        NewOrganization(
            f"IMP{number:03d}", kinds.BRANCH, f"第{number}党支部", f"第{number}支部", SINCE, parent="IMP"
        )
        for number in range(BRANCHES)
    ]
    made = create_organizations(specs=specs, by=None, at=AT)
    return made[0], made[1:]


def name_of(number: int) -> str:
    return FAMILY[number % 16] + GIVEN[number // 16 % 16] + GIVEN[number // 256 % 16]


def member_rows(count: int) -> Iterator[dict[str, object]]:
    """Yield members as a personnel office would list them."""
    for number in range(count):
        joined = date(1990, 1, 1) + timedelta(days=number % 10_000)
        yield {
            "staff_number": f"{number:06d}",
            "name": name_of(number),
            "branch": f"第{number % BRANCHES}支部",
            "joined_date": joined,
            "confirmed_date": joined.replace(year=joined.year + 1, day=min(joined.day, 28)),
            "sex": ("male", "female")[number % 2],
            "birth_year": 1960 + number % 40,
            "education": "bachelor",
            "occupation": "doctor",
        }


def attendance_rows(meetings: int, per_branch: int) -> Iterator[dict[str, object]]:
    """Yield who was at each meeting: the first of its branch."""
    for meeting in range(meetings):
        branch = meeting % BRANCHES
        for place in range(PER_MEETING):
            number = branch + place % per_branch * BRANCHES
            yield {
                "organization": f"第{branch}支部",
                "kind": "支部党员大会",
                "date": FIRST_DAY + timedelta(days=meeting // BRANCHES),
                "staff_number": f"{number:06d}",
                "name": name_of(number),
                "presence": "leave" if place == 7 else "present",
            }


def write(path: Path, code: str, rows: Iterator[dict[str, object]]) -> None:
    kind = kind_of(code)
    lines = ([row.get(column.name) for column in kind.columns] for row in rows)
    path.write_bytes(table_workbook(title=kind.title, columns=kind.columns, rows=lines))


def hold(branches: Sequence[Organization], meetings: int) -> None:
    """Record the meetings, without anybody's attendance."""
    inputs = [
        (
            branches[number % BRANCHES],
            RecordInput(
                kinds=("branch_members_meeting",), date=FIRST_DAY + timedelta(days=number // BRANCHES)
            ),
        )
        for number in range(meetings)
    ]
    for start in range(0, meetings, 5000):
        save_records(rows=inputs[start : start + 5000], by=None, at=AT)


def timed(path: Path, code: str, hospital: Organization, rows: int) -> float:
    """Import a file and return the seconds. Raises RuntimeError unless every row came in."""
    started = time.perf_counter()
    done: Checked = import_file(
        path=path, kind=kind_of(code), place=Place(hospital, None, AT), mode="all", by=None
    )
    taken = time.perf_counter() - started
    if done.counts["new"] != rows:
        raise RuntimeError(f"{code}: {done.counts}, {done.findings[:3]}")
    return taken


def bare(rows: Callable[[], list[tuple[type[models.Model], list[models.Model]]]]) -> float:
    """Put the rows that were imported into the same tables once more, in bulk, and take it back."""
    tables = rows()
    with transaction.atomic():
        started = time.perf_counter()
        for model, some in tables:
            model._default_manager.bulk_create(some, batch_size=2000)
        taken = time.perf_counter() - started
        transaction.set_rollback(True)
    return taken


def again(table: list[type[models.Model]]) -> list[tuple[type[models.Model], list[models.Model]]]:
    """Take the imported rows out and return them to be stored again."""
    held = [(model, list(model._default_manager.order_by("pk"))) for model in table]
    for model, _ in reversed(held):
        model._default_manager.all()._raw_delete("default")
    return held


def main() -> None:
    members, meetings = int(sys.argv[1]), int(sys.argv[2])
    hospital, branches = hospital_and_branches()
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write(path, "members", member_rows(members))
        seconds["members"] = timed(path, "members", hospital, members)
        hold(branches, meetings)
        write(path, "attendance", attendance_rows(meetings, members // BRANCHES))
        seconds["attendance"] = timed(path, "attendance", hospital, meetings * PER_MEETING)
    with transaction.atomic():
        seconds["bare_attendance"] = bare(lambda: again([Attendance]))
        Attendance.objects.all()._raw_delete("default")
        seconds["bare_members"] = bare(lambda: again(MAIN))
        transaction.set_rollback(True)
    print(json.dumps(seconds))

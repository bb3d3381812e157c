"""Evaluate a province and do by hand-written SQL what that amounts to; print the seconds of both as JSON.

The SQL (``evaluating_sql``) asks what every node of every check counts, of hospitals and of branches, and writes the very
rows that the evaluation wrote, in one transaction. It draws no conclusion and words no reason, so it is the least that
any evaluation could take.

Seconds are those of the processor, this process's and those of the PostgreSQL process that serves it, in the same run: on a
machine that does other things too, the clock would measure the others.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.evaluating_sql import FAMILY, Asking
from qiangji.assessments.models import Cycle, Evaluation, Proposal, Sheet
from qiangji.assessments.services.evaluating import catch_up, evaluate_sheets, judges_for, sheets_to_evaluate
from qiangji.orgs.models import ChangedFact

TURNS = 2
ONES = 15
COLUMNS = (
    "answer_id", "verdict", "points", "lowest", "highest", "reason", "text", "missing", "mend_by", "trace",
    "digest", "changed_at",
)  # fmt: skip


def main() -> None:
    cycle = Cycle.objects.filter(opened_at__isnull=False).latest("year")
    day = date(cycle.year, 12, 31)
    judges_for(Sheet.objects.filter(cycle=cycle).select_related("edition__standard")[0].edition)  # read once
    found: dict[str, float] = {"evaluate": min(evaluated(cycle, day) for _ in range(TURNS))}
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    single(cycle, day)
    found["one"] = sorted(single(cycle, day) for _ in range(ONES))[ONES // 2]
    evaluated(cycle, day)
    statements, rows = questions(cycle, day), written_rows()
    found["sql"] = min(counted_and_written(statements, rows) for _ in range(TURNS))
    found |= {"statements": len(statements), "rows": len(rows), "sheets": sheets_to_evaluate(cycle).count()}
    json.dump(found, sys.stdout)


def taken(action: Callable[[], Any]) -> float:
    started = processor()
    action()
    return processor() - started


def processor() -> float:
    """Seconds of processor that this process and the database's have used for it."""
    if connection.vendor != "postgresql":
        return time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    fields = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def evaluated(cycle: Cycle, day: date) -> float:
    """Evaluate everything with no proposal there yet."""
    Proposal.objects.all()._raw_delete("default")
    Evaluation.objects.all()._raw_delete("default")
    return taken(lambda: evaluate_sheets(cycle=cycle, as_of=day, at=timezone.now(), by=None))


def single(cycle: Cycle, day: date) -> float:
    """Bring one sheet up to one new record."""
    sheets = sheets_to_evaluate(cycle).filter(organization_kind="hospital")
    sheet = sheets.select_related("organization", "cycle", "edition__standard").latest("pk")
    ChangedFact.objects.create(
        kind="record.study_centre_group", organization=sheet.organization, date=day, changed_at=timezone.now()
    )
    return taken(lambda: catch_up(sheet=sheet, as_of=day, at=timezone.now(), by=None))


def questions(cycle: Cycle, day: date) -> list[str]:
    """Return the statements that count what the checks of the cycle's editions look at, for the subjects of each."""
    alike = {
        (sheet.edition_id, sheet.organization_kind): sheet.edition
        for sheet in Sheet.objects.filter(cycle=cycle).select_related("edition__standard")
    }
    found: list[str] = []
    for (_, kind), edition in alike.items():
        for judge in judges_for(edition):
            figures = {name: one.value for name, one in judge.parameters.items()}
            found += Asking(connection.vendor, kind, day, figures).statements(judge)
    return found


def written_rows() -> list[tuple[Any, ...]]:
    """Read back, as the driver gives them, the rows that the evaluation wrote."""
    trace = "trace" if connection.vendor == "sqlite" else "trace::text"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS).replace(' trace,', f' {trace},')} FROM assessments_proposal"
        )
        return list(map(tuple, cursor.fetchall()))


def counted_and_written(statements: list[str], rows: list[tuple[Any, ...]]) -> float:
    """Ask every question and write every row, by hand."""
    Proposal.objects.all()._raw_delete("default")

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in FAMILY:
                cursor.execute(statement)
            for statement in statements:
                cursor.execute(statement.replace("%", "%%"), [])
                cursor.fetchall()
            write(cursor, rows)
            cursor.execute("DROP TABLE family")

    return taken(work)


def write(cursor: Any, rows: list[tuple[Any, ...]]) -> None:
    """Write rows the fastest way that each database has."""
    columns = ", ".join(COLUMNS)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY assessments_proposal ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(f"INSERT INTO assessments_proposal ({columns}) VALUES ({places})", rows)

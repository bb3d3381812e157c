"""Evaluate a province and do by hand-written SQL what that amounts to; print both times as JSON.

The SQL asks, for every node of every check that looks at facts, how many events, days, hours or persons there are, by
hospital and month, or what was recorded; and it writes the very rows that the evaluation wrote, in one transaction.
It draws no conclusion and words no reason, so it is the least that any evaluation could take.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from qiangji.assessments.models import Cycle, Evaluation, Proposal, Sheet
from qiangji.assessments.services.evaluating import catch_up, evaluate_sheets, judges_for, sheets_to_evaluate
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.paths import LAST
from qiangji.rules.language import Attended, Pairs, Ratio, Selection, Share, StateValue
from qiangji.rules.needs import nodes_of

TURNS = 2
ONES = 15
ROWS = """
    FROM ledgers_recordkind k JOIN ledgers_record r ON r.id = k.record_id
    JOIN family f ON f.organization_id = r.organization_id
"""
WHICH = " WHERE k.kind IN ({kinds}) AND r.state = 'confirmed' AND r.date BETWEEN '{first}' AND '{last}'"
COLUMNS = (
    "answer_id", "verdict", "points", "lowest", "highest", "reason", "text", "missing", "mend_by", "trace",
    "digest", "changed_at",
)  # fmt: skip


def main() -> None:
    cycle = Cycle.objects.filter(opened_at__isnull=False).latest("year")
    day = date(cycle.year, 12, 31)
    times = {"evaluate": [evaluated(cycle, day) for _ in range(TURNS)], "sql": []}
    statements = questions(cycle, day)
    rows = written_rows()
    times["sql"] = [counted_and_written(statements, rows) for _ in range(TURNS)]
    found: dict[str, float] = {name: min(taken) for name, taken in times.items()}
    found["one"] = sorted(single(cycle, day) for _ in range(ONES))[ONES // 2]
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found |= {"statements": len(statements), "rows": len(rows)}
    json.dump(found, sys.stdout)


def taken(action: Callable[[], Any]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


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
    """Return the statements that count what the checks of the cycle's editions look at."""
    editions = {
        sheet.edition_id: sheet.edition
        for sheet in Sheet.objects.filter(cycle=cycle).select_related("edition__standard")
    }
    found = []
    for judge in (one for edition in editions.values() for one in judges_for(edition)):
        assert judge.entry.check is not None
        for node in nodes_of(judge.entry.check):
            found += asked_by(node.operand, day)
    return found


def asked_by(operand: Any, day: date) -> list[str]:
    """Return what one node asks of the tables."""
    span = {"first": date(day.year - 1, 1, 1), "last": day}
    if isinstance(operand, Selection):
        return [by_month(operand.kinds, span)]
    if isinstance(operand, Share):
        return [by_person(operand.meets.asked.kinds, span), people(operand.of, day)]
    if isinstance(operand, Attended):
        return [by_person(operand.kinds, span), people(operand.of, day)]
    if isinstance(operand, Pairs):
        return [
            "SELECT f.hospital_id, t.first_id, t.second_id, COUNT(*) FROM ledgers_hearttalk t"
            " JOIN family f ON f.organization_id = t.organization_id WHERE t.withdrawn_at IS NULL"
            f" AND t.date BETWEEN '{span['first']}' AND '{day}' GROUP BY 1, 2, 3",
            people(operand.of, day),
        ]
    if isinstance(operand, StateValue):
        return [state(operand.of, day)]
    if isinstance(operand, Ratio):
        return [state(operand.top, day), state(operand.bottom, day)]
    return []


def by_month(kinds: tuple[str, ...], span: dict[str, date]) -> str:
    month = "strftime('%m', r.date)" if connection.vendor == "sqlite" else "EXTRACT(MONTH FROM r.date)"
    return (
        f"SELECT f.hospital_id, r.year, {month}, COUNT(*), COUNT(DISTINCT r.date), SUM(r.hours){ROWS}"
        + WHICH.format(kinds=quoted(kinds), **span)
        + " GROUP BY 1, 2, 3"
    )


def by_person(kinds: tuple[str, ...], span: dict[str, date]) -> str:
    return (
        f"SELECT f.hospital_id, a.person_id, COUNT(*), SUM(r.hours){ROWS}"
        " JOIN ledgers_attendance a ON a.record_id = r.id AND a.presence = 'present'"
        + WHICH.format(kinds=quoted(kinds), **span)
        + " GROUP BY 1, 2"
    )


def people(population: str, day: date) -> str:
    held = f"WHERE p.start_date <= '{day}' AND (p.end_date IS NULL OR p.end_date >= '{day}')"
    if population == "branches":
        return f"SELECT f.hospital_id, p.id FROM orgs_organization p JOIN family f ON f.organization_id = p.id {held}"
    if "members" in population:
        table = "members_branchmembership p JOIN family f ON f.organization_id = p.organization_id"
        return f"SELECT f.hospital_id, p.member_id FROM {table} {held}"
    table = "members_tenure p JOIN orgs_post s ON s.id = p.post_id JOIN family f ON f.organization_id = s.organization_id"
    return f"SELECT DISTINCT f.hospital_id, p.person_id FROM {table} {held}"


def state(name: str, day: date) -> str:
    return (
        "SELECT f.hospital_id, s.value, s.start_date, s.end_date FROM orgs_organizationstate s"
        " JOIN family f ON f.organization_id = s.organization_id"
        f" WHERE s.kind = '{name}' AND s.start_date <= '{day}'"
    )


def quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


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
    places = ", ".join(
        "%s::jsonb" if postgres and name == "trace" else "%s"
        for name in COLUMNS
        for postgres in [connection.vendor != "sqlite"]
    )

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE family AS SELECT o.id AS organization_id, h.id AS hospital_id"
                " FROM orgs_organization h JOIN orgs_organization o"
                f" ON o.path >= h.path AND o.path < h.path || '{LAST}' WHERE h.kind = 'hospital'"
            )
            cursor.execute("CREATE INDEX family_of ON family (organization_id)")
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()
            cursor.executemany(
                f"INSERT INTO assessments_proposal ({', '.join(COLUMNS)}) VALUES ({places})", rows
            )
            cursor.execute("DROP TABLE family")

    return taken(work)

"""Recording: the one writer of records, their lists and their versions, for one evening or for 50,000 rows of a table.

One record and many go the same way, with a number of statements that does not grow with them: check all, refuse all or
store all, keep each version, tell the log and whoever rests on facts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.ledgers.cleaning import Clean, clean
from qiangji.ledgers.exceptions import Clash, LedgersError, Problem, RowsRefused
from qiangji.ledgers.inputs import AttendanceInput, RecordInput
from qiangji.ledgers.models import Attendance, Record, RecordChange, RecordKind
from qiangji.ledgers.nil_statements import withdraw_contradicted
from qiangji.ledgers.recorders import Recorder, recorder_of
from qiangji.ledgers.references import refuse_unknown
from qiangji.ledgers.snapshots import WRITTEN, fill, lines_of, record_input_of, snapshot
from qiangji.lib.bulk import insert_rows, update_rows
from qiangji.lib.digests import canonical_json, digest
from qiangji.orgs.models import Organization
from qiangji.orgs.services.facts import note_changes

__all__ = [
    "AttendanceInput",
    "RecordInput",
    "Saved",
    "check_record",
    "confirm_record",
    "record_input_of",
    "save_record",
    "save_records",
    "withdraw_record",
]

BATCH = 1000
OBJECT = "record"
REASON_LIMIT = 200


@dataclass
class Saved:
    """What a saving did, in the order of what was handed in; ``notices`` are to be shown to the person."""

    records: list[Record] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    notices: tuple[str, ...] = ()

    @property
    def record(self) -> Record:
        """The record, where one was saved."""
        return self.records[0]


@dataclass
class Line:
    """One record on its way into the tables; ``before`` is what was stored of it."""

    clean: Clean
    record: Record
    before: dict[str, Any] | None = None
    after: dict[str, Any] = field(default_factory=dict)
    attendance: tuple[AttendanceInput, ...] = ()
    verb: str = "recorded"

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@transaction.atomic
def save_record(
    *,
    organization: Organization,
    data: RecordInput,
    by: User | None,
    at: datetime,
    record: Record | None = None,
    seen_version: int | None = None,
) -> Saved:
    """Store one new record, or a new version of ``record``.

    Raises LedgersError with all that is wrong beside its field, and Clash when somebody saved after ``seen_version``.
    """
    stored = None if record is None else locked(record, seen_version)
    try:
        return write([(organization, data, stored)], by=by, at=at)
    except RowsRefused as refused:
        raise LedgersError(problems=refused.rows[0]) from refused


@transaction.atomic
def save_records(*, rows: Sequence[tuple[Organization, RecordInput]], by: User | None, at: datetime) -> Saved:
    """Store many records at once; a row whose natural key its organization already holds changes that record.

    All or nothing: raises RowsRefused with the problems of each row by its place. The same rows again change nothing.
    """
    check_keys(rows)
    stored = stored_by_key(rows)
    return write(
        [
            (organization, data, stored.get((organization.pk, data.natural_key)))
            for organization, data in rows
        ],
        by=by,
        at=at,
    )


def check_record(organization: Organization, data: RecordInput, at: datetime) -> list[Problem]:
    """Return what saving would refuse of a form; asks the database nothing."""
    return clean(organization, data, at)[1]


@transaction.atomic
def confirm_record(
    *, record: Record, by: User | None, at: datetime, seen_version: int | None = None
) -> Saved:
    """Turn a draft into a record that counts. Raises LedgersError where something required is still missing."""
    stored = locked(record, seen_version)
    if stored.state != Record.State.DRAFT:
        raise LedgersError(f"这条记录{stored.get_state_display()}，不需要确认。")
    data = record_input_of(stored)
    confirmed = RecordInput(**(vars(data) | {"state": Record.State.CONFIRMED}))
    try:
        return write([(stored.organization, confirmed, stored)], by=by, at=at, verb="confirmed")
    except RowsRefused as refused:
        raise LedgersError(problems=refused.rows[0]) from refused


@transaction.atomic
def withdraw_record(
    *, record: Record, reason: str, by: User | None, at: datetime, seen_version: int | None = None
) -> Record:
    """Take a record back: it stays readable and counts nowhere. Raises LedgersError without a reason, or when it is."""
    stored = locked(record, seen_version)
    reason = " ".join(reason.split())
    if stored.state == Record.State.WITHDRAWN:
        raise LedgersError("这条记录已经撤回，请刷新查看。")
    if not reason or len(reason) > REASON_LIMIT:
        raise LedgersError(
            problems=[Problem("reason", f"请写明撤回原因，最多 {REASON_LIMIT} 字，例如“重复登记”。")]
        )
    kinds = [row.kind for row in stored.kinds.all()]
    was_counted = stored.state == Record.State.CONFIRMED
    stored.state = Record.State.WITHDRAWN
    stored.version += 1
    stored.changed_at = at
    stored.save(update_fields=["state", "version", "changed_at"])
    after = snapshot(stored, kinds, lines_of(stored))
    change, entry = history(stored, after | {"reason": reason}, "withdrawn", by, at)
    RecordChange.objects.bulk_create([change])
    Event.objects.bulk_create([entry])
    if was_counted:
        note_changes(
            changes=[(f"record.{kind}", stored.organization_id, stored.date) for kind in kinds], at=at
        )
    return stored


def locked(record: Record, seen_version: int | None) -> Record:
    """Hold a record until the transaction ends. Raises Clash when it is newer than what the person saw."""
    stored = (
        Record.objects.select_for_update(of=("self",))
        .select_related("organization", "host")
        .get(pk=record.pk)
    )
    if seen_version is not None and stored.version != seen_version:
        raise Clash(
            f"您打开之后，另一人已修改过这条记录（现在是第 {stored.version} 版）。请核对现在的内容再保存。",
            version=stored.version,
        )
    return stored


def write(
    rows: Sequence[tuple[Organization, RecordInput, Record | None]],
    *,
    by: User | None,
    at: datetime,
    verb: str = "",
) -> Saved:
    """Check and store rows in the caller's transaction. Raises RowsRefused."""
    if not rows:
        return Saved()
    recorder = recorder_of(by, at)
    lines = prepare(rows, recorder, at)
    changed = [line for line in lines if line.is_changed]
    for line in changed:
        line.verb = verb or ("recorded" if line.is_new else "changed")
        line.record.version = 1 if line.is_new else line.record.version + 1
        line.record.changed_at = at
        if line.is_new:
            line.record.recorded_by, line.record.recorded_at = by, at
    store(changed)
    keep_history(changed, recorder, by, at)
    notices = withdraw_contradicted(happened(changed), by=by, at=at)
    note_changes(changes=(change for line in changed for change in facts_of(line)), at=at)
    new = sum(line.is_new for line in lines)
    return Saved(
        records=[line.record for line in lines],
        created=new,
        changed=len(changed) - new,
        unchanged=len(lines) - len(changed),
        notices=notices,
    )


def prepare(
    rows: Sequence[tuple[Organization, RecordInput, Record | None]], recorder: Recorder, at: datetime
) -> list[Line]:
    """Check every row and lay it out. Raises RowsRefused with all that is wrong."""
    refused: dict[int, list[Problem]] = {}
    cleaned: list[Clean | None] = []
    for place, (organization, data, stored) in enumerate(rows):
        done, problems = clean(organization, data, at)
        problems = problems or recorder.problems(organization, done.kinds if done else ())
        problems = problems or problems_of_moves(stored, data)
        cleaned.append(done)
        if problems:
            refused[place] = problems
    refuse_unknown([done for done in cleaned if done], refused)
    if refused:
        raise RowsRefused(refused)
    return lay_out([done for done in cleaned if done], [stored for _, _, stored in rows])


def problems_of_moves(stored: Record | None, data: RecordInput) -> list[Problem]:
    """A withdrawn record stays so, and what counts does not become a draft again."""
    if data.state == Record.State.WITHDRAWN:
        return [Problem("", "撤回请用“撤回”，并写明原因。")]
    if stored is None:
        return []
    if stored.state == Record.State.WITHDRAWN:
        return [Problem("", f"“{stored.title}”（{stored.date}）已撤回，不能再改；如需登记，请新建一条。")]
    if stored.state == Record.State.CONFIRMED and data.state == Record.State.DRAFT:
        return [Problem("state", "已登记的记录不能改回待确认；有误请直接修改或撤回。")]
    return []


def lay_out(cleaned: list[Clean], stored: list[Record | None]) -> list[Line]:
    """Put what was handed in onto rows, new or stored; three statements for what is stored."""
    known = [record for record in stored if record is not None]
    kinds: dict[int, list[str]] = {}
    present: dict[int, list[AttendanceInput]] = {}
    for record_id, kind in (
        RecordKind.objects.filter(record__in=known).values_list("record_id", "kind") if known else ()
    ):
        kinds.setdefault(record_id, []).append(kind)
    attendances = Attendance.objects.filter(record__in=known).select_related("person") if known else ()
    for line in attendances:
        present.setdefault(line.record_id, []).append(
            AttendanceInput(line.person, line.presence, line.is_keynote)
        )
    lines = []
    for done, record in zip(cleaned, stored, strict=True):
        listed = () if record is None else tuple(present.get(record.pk, ()))
        before = None if record is None else snapshot(record, kinds.get(record.pk, ()), listed)
        lines.append(lay_line(done, record, before, listed))
    return lines


def lay_line(
    done: Clean, record: Record | None, before: dict[str, Any] | None, listed: tuple[AttendanceInput, ...]
) -> Line:
    """Lay out one row; without a new list the stored one stays, and with it its totals."""
    row = record or Record(organization=done.organization)
    expected, present = row.expected, row.present
    fill(row, done)
    attendance = listed if done.data.attendance is None else done.data.attendance
    if done.data.attendance is None and listed:
        row.expected, row.present = expected, present
    line = Line(done, row, before, attendance=attendance)
    line.after = snapshot(row, done.data.kinds, attendance)
    return line


def store(lines: list[Line]) -> None:
    """Write rows, kinds and lists. Raises LedgersError when another import stored the same natural keys meanwhile."""
    new = [line.record for line in lines if line.is_new]
    old = [line for line in lines if not line.is_new]
    try:
        insert_rows(new, learn_keys=True)
    except IntegrityError as error:
        raise LedgersError("同一批记录刚刚由另一人存入，本次未保存。请刷新后再试。") from error
    if old:
        update_rows([line.record for line in old], columns_of(old))
    of_kind = [line for line in old if line.before and line.before["kinds"] != line.after["kinds"]]
    listed = [line for line in old if line.before and line.before["attendance"] != line.after["attendance"]]
    if of_kind:
        RecordKind.objects.filter(record__in=[line.record for line in of_kind]).delete()
    if listed:
        Attendance.objects.filter(record__in=[line.record for line in listed]).delete()
    fresh = [line for line in lines if line.is_new]
    insert_rows(
        [
            RecordKind(record_id=line.record.pk, kind=kind)
            for line in fresh + of_kind
            for kind in line.clean.data.kinds
        ]
    )
    insert_rows(
        [
            Attendance(
                record_id=line.record.pk,
                person_id=one.person.pk,
                presence=one.presence,
                is_keynote=one.is_keynote,
            )
            for line in fresh + listed
            for one in line.attendance
        ]
    )


def columns_of(lines: Sequence[Line]) -> list[str]:
    """Return the columns that any of these stored records changes: an import of lists changes few, and each costs."""
    differing = {
        name
        for line in lines
        for name in WRITTEN
        if name in line.after and line.before is not None and line.before[name] != line.after[name]
    }
    return [name for name in WRITTEN if name in differing or name not in lines[0].after]


def keep_history(lines: list[Line], recorder: Recorder, by: User | None, at: datetime) -> None:
    """Add each version and its event."""
    changes, events = [], []
    for line in lines:
        entered = recorder.entered_as(line.clean.organization, line.clean.kinds)
        data = line.after | ({"entered_as": entered} if entered else {})
        change, entry = history(line.record, data, line.verb, by, at)
        changes.append(change)
        events.append(entry)
    insert_rows(changes)
    insert_rows(events)


def history(
    record: Record, data: dict[str, Any], verb: str, by: User | None, at: datetime
) -> tuple[RecordChange, Event]:
    """Build a version and its event. The event seals the version and holds no words of it: events are never erased."""
    change = RecordChange(
        record_id=record.pk,
        version=record.version,
        verb=verb,
        data=canonical_json(data),
        changed_by=by,
        changed_at=at,
    )
    sealed = {
        "organization": record.organization.code,
        "kinds": data["kinds"],
        "date": data["date"],
        "state": data["state"],
        "version": digest(data),
    }
    entry = event(
        verb=f"record.{verb}",
        obj_type=OBJECT,
        obj_id=record.public_id,
        data=sealed,
        by=by,
        at=at,
        sequence=record.version,
    )
    return change, entry


def facts_of(line: Line) -> Iterable[tuple[str, int, date]]:
    """Name the facts that a saving changed: of what the record was, and of what it is now. Drafts are no facts."""
    for data in (line.before, line.after):
        if data and data["state"] == Record.State.CONFIRMED:
            for kind in data["kinds"]:
                yield f"record.{kind}", line.record.organization_id, date.fromisoformat(data["date"])


def happened(lines: list[Line]) -> dict[tuple[int, str], list[date]]:
    """Return the days of what is now recorded as having happened, by organization and kind."""
    days: dict[tuple[int, str], list[date]] = {}
    for line in lines:
        if line.record.state == Record.State.CONFIRMED:
            for kind in line.clean.data.kinds:
                days.setdefault((line.record.organization_id, kind), []).append(line.record.date)
    return days


def check_keys(rows: Sequence[tuple[Organization, RecordInput]]) -> None:
    """Refuse the same natural key twice among the rows handed in."""
    seen: dict[tuple[int, str], int] = {}
    doubled: dict[int, list[Problem]] = {}
    for place, (organization, data) in enumerate(rows):
        if not data.natural_key:
            continue
        first = seen.setdefault((organization.pk, data.natural_key), place)
        if first != place:
            words = f"与第 {first + 1} 条编号相同（{data.natural_key}），请只留一条。"
            doubled[place] = [Problem("natural_key", words)]
    if doubled:
        raise RowsRefused(doubled)


def stored_by_key(rows: Sequence[tuple[Organization, RecordInput]]) -> dict[tuple[int, str], Record]:
    """Find the records that rows name by their natural keys, held until the transaction ends."""
    keys = sorted({data.natural_key for _, data in rows if data.natural_key})
    organizations = {organization.pk for organization, _ in rows}
    found: dict[tuple[int, str], Record] = {}
    for start in range(0, len(keys), BATCH):
        records = Record.objects.select_for_update(of=("self",)).filter(
            natural_key__in=keys[start : start + BATCH], organization__in=organizations
        )
        for record in records.select_related("organization", "host"):
            found[record.organization_id, record.natural_key] = record
    return found

"""Record the states of organizations: dated rows that follow each other, yearly figures, corrections that leave a trace."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, OrganizationState
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.oversight import last_numbers
from qiangji.orgs.state_kinds import StateKind, state_kind

DAY = timedelta(days=1)
BATCH = 500
OBJECT = "organization"


@dataclass(frozen=True)
class StateInput:
    """A value to record: from ``start_date`` on for a dated item, of ``year`` for a yearly one."""

    organization: Organization
    kind: str
    value: object
    start_date: date | None = None
    year: int | None = None
    document: str = ""


@dataclass(frozen=True)
class Checked:
    """An input that is acceptable, in the form in which it is stored."""

    organization: Organization
    kind: StateKind
    value: str
    start_date: date
    end_date: date | None
    document: str


class History:
    """The rows of one item at one organization in order of their days, and what has to be written to change them."""

    def __init__(self, rows: Sequence[OrganizationState]) -> None:
        self.rows = sorted(rows, key=start_of)
        self.changed: set[int] = set()

    def put(self, new: Checked, by: User | None, at: datetime) -> tuple[OrganizationState, str | None]:
        """Let a value hold from its day: return its row, and the value it corrects where the day had one already.

        A value recorded for a day in the past takes over from the row that covers the day, up to where that one ended.
        """
        place = bisect_right(self.rows, new.start_date, key=start_of)
        before = self.rows[place - 1] if place else None
        if before is not None and before.start_date == new.start_date:
            old = before.value
            before.value, before.document = new.value, new.document
            before.recorded_by, before.recorded_at = by, at
            self.changed.add(id(before))
            return before, old
        end = new.end_date
        if end is None and place < len(self.rows):
            end = self.rows[place].start_date - DAY
        if before is not None and (before.end_date is None or before.end_date >= new.start_date):
            if not new.kind.yearly:
                end = before.end_date
            before.end_date = new.start_date - DAY
            self.changed.add(id(before))
        row = OrganizationState(
            organization=new.organization,
            kind=new.kind.code,
            value=new.value,
            document=new.document,
            start_date=new.start_date,
            end_date=end,
            recorded_by=by,
            recorded_at=at,
        )
        insort(self.rows, row, key=start_of)
        return row, None

    def to_store(self) -> tuple[list[OrganizationState], list[OrganizationState]]:
        """Return the rows to update and the rows to create."""
        changed = [row for row in self.rows if row.pk is not None and id(row) in self.changed]
        return changed, [row for row in self.rows if row.pk is None]


def start_of(row: OrganizationState) -> date:
    """The day by which rows are ordered."""
    return row.start_date


@transaction.atomic
def record_state(
    *,
    organization: Organization,
    kind: str,
    value: object,
    start_date: date | None = None,
    year: int | None = None,
    document: str = "",
    by: User | None,
    at: datetime,
) -> OrganizationState:
    """Record one state of an organization. Raises OrganizationError as ``record_states``."""
    row = StateInput(organization, kind, value, start_date, year, document)
    return record_states(rows=[row], by=by, at=at)[0]


@transaction.atomic
def record_states(*, rows: Sequence[StateInput], by: User | None, at: datetime) -> list[OrganizationState]:
    """Record many states: a constant number of statements per five hundred organizations.

    A value holds until a later one begins. The same day (or year) recorded again is a correction: the row keeps its
    days, and the audit event keeps the old value. Refuses (OrganizationError) an item that the organization does not
    have, a value that the item does not allow, a missing document, and days outside the organization's life.
    """
    checked = [check(row, at) for row in rows]
    lock({row.organization.pk for row in checked})
    histories = load_histories(checked)
    written: list[tuple[Checked, OrganizationState, str | None]] = []
    for new in checked:
        row, corrected = histories[(new.organization.pk, new.kind.code)].put(new, by, at)
        written.append((new, row, corrected))
    changed: list[OrganizationState] = []
    made: list[OrganizationState] = []
    for history in histories.values():
        update, create = history.to_store()
        changed += update
        made += create
    fields = ["value", "document", "end_date", "recorded_by", "recorded_at"]
    OrganizationState.objects.bulk_update(changed, fields, batch_size=BATCH)
    OrganizationState.objects.bulk_create(made, batch_size=BATCH)
    log(written, by=by, at=at)
    note_changes(
        changes=[(f"state.{new.kind.code}", new.organization.pk, new.start_date) for new in checked], at=at
    )
    return [row for _, row, _ in written]


def check(row: StateInput, at: datetime) -> Checked:
    """Return an input in the form in which it is stored, or refuse it."""
    kind = state_kind(row.kind)
    name = row.organization.short_name
    if row.organization.kind not in kind.levels:
        raise OrganizationError(f"“{name}”不登记“{kind.title}”，这一项由院级党组织等组织登记。")
    document = row.document.strip()
    value = kind.canonical(row.value)
    if kind.needs_document and value != "no" and not document:
        raise OrganizationError(f"“{name}”{kind.title}：须填依据文件（文号）。")
    start, end = days_of(row, kind, at)
    founded, abolished = row.organization.start_date, row.organization.end_date
    if (end or start) < founded:
        raise OrganizationError(f"“{name}”{kind.title}：早于设立日期 {founded}，请改用之后的日期。")
    if abolished is not None and start > abolished:
        raise OrganizationError(f"“{name}”已于 {abolished} 撤销，不能再登记之后的{kind.title}。")
    return Checked(row.organization, kind, value, start, end, document)


def days_of(row: StateInput, kind: StateKind, at: datetime) -> tuple[date, date | None]:
    """Return from which day to which a value holds: a calendar year, or from a day on."""
    today = local_day(at)
    if kind.yearly:
        if row.year is None:
            raise OrganizationError(f"{kind.title}按年度登记，请填年度。")
        if not 2000 <= row.year <= today.year + 1:
            raise OrganizationError(
                f"{kind.title}：年度 {row.year} 不对，可登记 2000 年至 {today.year + 1} 年。"
            )
        return date(row.year, 1, 1), date(row.year, 12, 31)
    if row.start_date is None:
        raise OrganizationError(f"{kind.title}：请填起始日期。")
    if row.start_date > today:
        raise OrganizationError(f"{kind.title}：起始日期 {row.start_date} 晚于今天，请在当日或之后登记。")
    return row.start_date, None


def lock(keys: set[int]) -> None:
    """Lock the organizations in the order of their keys: two writers of the same history wait for each other."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        rows = Organization.objects.select_for_update().order_by("pk")
        list(rows.filter(pk__in=ordered[start : start + BATCH]).values_list("pk"))


def load_histories(checked: Sequence[Checked]) -> dict[tuple[int, str], History]:
    """Read what is recorded of these items at these organizations."""
    stored: dict[tuple[int, str], list[OrganizationState]] = defaultdict(list)
    keys = sorted({new.organization.pk for new in checked})
    kinds = {new.kind.code for new in checked}
    for start in range(0, len(keys), BATCH):
        chunk = keys[start : start + BATCH]
        for row in OrganizationState.objects.filter(organization__in=chunk, kind__in=kinds):
            stored[(row.organization_id, row.kind)].append(row)
    wanted = {(new.organization.pk, new.kind.code) for new in checked}
    return {key: History(stored[key]) for key in sorted(wanted)}


def log(
    written: Sequence[tuple[Checked, OrganizationState, str | None]], *, by: User | None, at: datetime
) -> None:
    """Write an audit event per value, numbered on from each organization's last."""
    numbers = last_numbers([new.organization for new, _, _ in written])
    events = []
    for new, _, corrected in written:
        numbers[new.organization.public_id] += 1
        data: dict[str, Any] = {
            "kind": new.kind.code,
            "value": new.value,
            "start_date": new.start_date.isoformat(),
            "document": new.document,
        }
        if corrected is not None:
            data["from"] = corrected
        events.append(
            event(
                verb="state.recorded" if corrected is None else "state.corrected",
                obj_type=OBJECT,
                obj_id=new.organization.public_id,
                data=data,
                by=by,
                at=at,
                sequence=numbers[new.organization.public_id],
            )
        )
    Event.objects.bulk_create(events, batch_size=BATCH)


@transaction.atomic
def end_state(
    *, state: OrganizationState, end_date: date, by: User | None, at: datetime
) -> OrganizationState:
    """Let a dated state end with a day, which is its last, without another value after it.

    Refuses (OrganizationError) a row that has ended, a day before it began, and a day in the future.
    """
    lock({state.organization_id})
    row = OrganizationState.objects.select_related("organization").get(pk=state.pk)
    kind = state_kind(row.kind)
    if row.end_date is not None:
        raise OrganizationError(f"{kind.title}：这一条已于 {row.end_date} 结束，不必再结束。")
    if end_date < row.start_date:
        raise OrganizationError(f"{kind.title}：结束日期不能早于起始日期 {row.start_date}。")
    if end_date > local_day(at):
        raise OrganizationError(f"{kind.title}：结束日期 {end_date} 晚于今天，请在当日或之后登记。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    record(
        verb="state.ended",
        obj_type=OBJECT,
        obj_id=row.organization.public_id,
        data={"kind": row.kind, "value": row.value, "end_date": end_date.isoformat()},
        by=by,
        at=at,
    )
    note_changes(changes=[(f"state.{row.kind}", row.organization_id, end_date + DAY)], at=at)
    return row

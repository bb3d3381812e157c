"""Opening what follows from results, ending it, withdrawing it: always by a person, always with its history."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.lib.dates import local_day
from qiangji.lib.typed import needed, typed_line, typed_words
from qiangji.orgs import paths
from qiangji.rectification.exceptions import RectificationError
from qiangji.rectification.services.moves import withdraw_rectification
from qiangji.rectification.services.opening import NewOrder, open_rectifications
from qiangji.results.exceptions import Locked, Refused
from qiangji.results.models import Consequence, Result
from qiangji.results.selectors.due import (
    MENDING,
    TWICE,
    Due,
    consequences_of,
    results_of_the_year_after,
    still_due,
)
from qiangji.results.selectors.without_result import due_without_result

OBJECT = "consequence"
WORDS_LIMIT = 500
NUMBER_LIMIT = 60


@transaction.atomic
def open_consequences(
    *, due: Sequence[Due], deadline_date: date, by: User, at: datetime
) -> list[Consequence]:
    """Open what follows from results, as a person confirmed it; the duties to mend open their rectifications.

    Raises Refused for a deadline that is over, and Locked where something of it was opened or a result changed
    meanwhile.
    """
    if deadline_date <= local_day(at):
        raise Refused("期限须晚于今天。")
    # Whoever opens the same at the same time waits here and then finds it taken.
    results = list({one.result.pk: one.result for one in due if one.result is not None}.values())
    locked = list(
        Result.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[row.pk for row in results])
        .order_by("pk")
        .select_related("cycle")
    )
    if Result.objects.filter(pk__in=[row.pk for row in locked]).newest().count() != len(locked):
        raise Locked("其中有的结果已经改变，请刷新页面后再办理。")
    open_now = {(one.sheet.pk, *one.key) for one in still_due(results)}
    open_now |= _without_result_now([one.sheet for one in due if one.result is None], at=at)
    if any((one.sheet.pk, *one.key) not in open_now for one in due):
        raise Locked("其中有的事项已经开出，请刷新页面后再办理。")
    mending = [one for one in due if one.kind in MENDING]
    try:
        rectifications = open_rectifications(orders=_orders(mending, deadline_date), by=by, at=at)
    except RectificationError as error:
        raise Refused(str(error)) from error
    opened = dict(zip([(one.sheet.pk, *one.key) for one in mending], rectifications, strict=True))
    rows = Consequence.objects.bulk_create(
        Consequence(
            sheet=one.sheet,
            result=one.result,
            kind=one.kind,
            organization=one.organization,
            owner=one.owner,
            basis=one.basis[:WORDS_LIMIT],
            deadline_date=deadline_date,
            rectification=opened.get((one.sheet.pk, *one.key)),
            opened_by=by,
            opened_at=at,
        )
        for one in due
    )
    Event.objects.bulk_create(_opened(row, by=by, at=at) for row in rows)
    return rows


def _without_result_now(sheets: Sequence[Sheet], *, at: datetime) -> set[tuple[int, int, str]]:
    """Lock sheets without a result, and return what follows for them now."""
    if not sheets:
        return set()
    hold_sheets(Sheet.objects.filter(pk__in=[row.pk for row in sheets]))
    cycles = {row.cycle_id: row.cycle for row in sheets}.values()
    return {(one.sheet.pk, *one.key) for cycle in cycles for one in due_without_result(cycle, at=at)}


def hold_sheets(sheets: QuerySet[Sheet]) -> None:
    """Lock sheets until the transaction ends, before they are read: nothing moves between a finding and its result.

    Hospitals' before branches', as whoever begins a re-assessment takes them.
    """
    rows = sheets.select_for_update(of=("self",), no_key=True)
    list(rows.order_by("-organization_kind", "pk").values_list("pk"))


def with_branches(sheet: Sheet) -> QuerySet[Sheet]:
    """Return a hospital's sheet and those of its branches in the cycle: what one decision rests on."""
    return Sheet.objects.filter(
        paths.below(sheet.organization_path, "organization_path"), cycle=sheet.cycle_id
    )


def _orders(mending: Sequence[Due], deadline_date: date) -> list[NewOrder]:
    """Word the duties to mend as orders: a branch is ordered by its hospital, a hospital by its authority."""
    return [
        NewOrder(
            organization=one.organization,
            kind=one.kind,
            basis=one.basis,
            ordered_by=one.owner,
            deadline_date=deadline_date,
            sheet_id=one.sheet_id,
        )
        for one in mending
    ]


def _opened(row: Consequence, *, by: User, at: datetime) -> Event:
    return audit.event(
        verb="consequence.opened",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={
            "kind": row.kind,
            "organization": row.organization.code,
            "result": str(row.result.public_id) if row.result else None,
            "deadline": row.deadline_date.isoformat(),
        },
        by=by,
        at=at,
        sequence=1,
    )


@transaction.atomic
def finish_consequence(
    *, consequence: Consequence, words: str, notice_number: str = "", by: User, at: datetime
) -> Consequence:
    """Note what was done about a consequence without a rectification.

    Raises Locked for one that is over, or that ends with its rectification; Refused without words.
    """
    row = Consequence.objects.select_for_update(of=("self",), no_key=True).get(pk=consequence.pk)
    words, notice_number = typed_words(words), typed_line(notice_number)
    if row.is_withdrawn or row.done_at is not None:
        raise Locked("这件事已经办结或撤销。")
    if row.rectification_id is not None:
        raise Locked("这件事随整改办结，请在整改页面办理。")
    needed(words, WORDS_LIMIT, Refused(f"请写明办理情况，最多 {WORDS_LIMIT} 字。", field="words"))
    if len(notice_number) > NUMBER_LIMIT:
        raise Refused(f"文号最多 {NUMBER_LIMIT} 字。", field="notice_number")
    notice_number = notice_number or row.notice_number
    row.done_words, row.notice_number, row.done_by, row.done_at = words, notice_number, by, at
    row.save(update_fields=["done_words", "notice_number", "done_by", "done_at"])
    audit.record(
        verb="consequence.done", obj_type=OBJECT, obj_id=row.public_id,
        data={"notice": notice_number}, by=by, at=at,
    )  # fmt: skip
    return row


def withdraw_what_falls(
    results: Sequence[Result], *, mended: Container[int] = (), by: User | None, at: datetime
) -> int:
    """Withdraw, in the caller's transaction, what earlier results of these sheets led to and the new ones do not.

    Whoever is no longer below the line in a year is not below it two years running in the next: what that led to falls
    as well. ``mended`` are the sheets of which a re-assessment ended here: it takes nothing back of its own year, for the
    mending was done. An order that a re-assessment rested on was served, and stays. Returns how many were withdrawn.
    """
    firsts = [row for row in results if row.sequence == 1]
    count = _withdraw_of(
        firsts, {row.sheet_id: _decided(row) for row in firsts}, only_without=True, by=by, at=at
    )
    changed = [row for row in results if row.sequence > 1]
    if not changed:
        return count
    own = {row.sheet_id: _why(row) for row in changed if row.sheet_id not in mended}
    count += _withdraw_of([row for row in changed if row.sheet_id in own], own, by=by, at=at)
    after, reasons = results_of_the_year_after(changed), {}
    for row, cause in after:
        reasons[row.sheet_id] = f"上一年度{_why(cause)}"
    return count + _withdraw_of([row for row, _ in after], reasons, kinds=TWICE, by=by, at=at)


def _decided(row: Result) -> str:
    return f"已认定为{row.get_outcome_display()}"


def _why(row: Result) -> str:
    return f"结果已因{row.get_cause_display()}变为{row.get_outcome_display()}：{row.reason}"


def _withdraw_of(
    standing: Sequence[Result],
    reasons: Mapping[int, str],
    *,
    kinds: Sequence[str] = Consequence.Kind.values,
    only_without: bool = False,
    by: User | None,
    at: datetime,
) -> int:
    """Withdraw what is open of these kinds and does not follow from what stands; ``reasons`` are by sheet.

    ``only_without``: only what was opened before there was a result.
    """
    if not standing:
        return 0
    rows = Consequence.objects.filter(
        sheet__in=reasons,
        kind__in=kinds,
        withdrawn_at__isnull=True,
        done_at__isnull=True,
        rectification__reassessments__isnull=True,
        rectification__branch_reassessments__isnull=True,
    ).select_related("organization", "rectification")
    if only_without:
        rows = rows.filter(result__isnull=True)
    waiting = list(rows.order_by("pk"))
    if not waiting:
        return 0
    kept = {(one.sheet.pk, *one.key) for one in consequences_of(standing)}
    count = 0
    for row in waiting:
        if row.is_done or (row.sheet_id, row.organization_id, row.kind) in kept:
            continue
        withdraw_one(row, reasons[row.sheet_id][:WORDS_LIMIT], by=by, at=at)
        count += 1
    return count


def withdraw_one(row: Consequence, reason: str, *, by: User | None, at: datetime) -> None:
    """Withdraw one in the caller's transaction, with its order to mend where it has one."""
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = by, at, reason
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    if row.rectification is not None:
        withdraw_rectification(row=row.rectification, reason=reason, by=by, at=at)
    audit.record(
        verb="consequence.withdrawn", obj_type=OBJECT, obj_id=row.public_id,
        data={"reason": reason}, by=by, at=at,
    )  # fmt: skip

"""Recognition 认定: deciding the results of a cycle at once, or revising one; the newest row of a sheet counts.

Everything is written in bulk: the rows of results and branches, the sheets' new states, their rows of history, their
audit events. The number of statements does not depend on the number of organizations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Sheet, SheetTransition
from qiangji.assessments.states import Act, State, moves_from
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.lib.bulk import insert_rows, update_rows
from qiangji.lib.dates import local_day
from qiangji.lib.digests import digest
from qiangji.lib.numbers import plain
from qiangji.lib.typed import needed, typed_words
from qiangji.orgs import paths
from qiangji.results.exceptions import Locked, Refused
from qiangji.results.models import BranchStanding, Objection, Reassessment, Result
from qiangji.results.selectors.findings import Finding, digest_of, findings, without_reassessments
from qiangji.results.selectors.standing import standing_since
from qiangji.results.services.causes import REVISING, check_cause, check_not_kept
from qiangji.results.services.consequences import hold_sheets, withdraw_what_falls
from qiangji.scoring.recognition import Outcome, is_lagging

STATE_OF = {
    Outcome.MEETS: State.MEETS_STANDARD,
    Outcome.BELOW: State.BELOW_STANDARD,
    Outcome.WITHHELD: State.WITHHELD,
}
OUTCOME_OF = {outcome: Result.Outcome(state.value) for outcome, state in STATE_OF.items()}
REASON_LIMIT = 1000
ASSESSED_AGAIN = "整改核验通过后复评，按复评得分认定"
LOOKED_AGAIN = "复查结束，按抽查得分重新认定"


@dataclass(frozen=True)
class Recognized:
    """What a recognition wrote, and how many of the sheets that it looked at still wait for a stage."""

    results: list[Result]
    waiting: int


@transaction.atomic
def recognize_cycle(
    *,
    cycle: Cycle,
    seen: str | None = None,
    only: Iterable[UUID] | None = None,
    by: User | None,
    at: datetime,
) -> Recognized:
    """Decide the result of every organization of a cycle that waits for one, or of ``only`` some sheets.

    ``seen`` is the digest of the findings that were decided on: where something changed since, nothing is written.
    Withheld sheets get their row once. Raises Refused for a cycle that is a trial, not open or closed; Locked where the
    findings are not those that were seen.
    """
    locked = locked_cycle(cycle)
    chosen = None if only is None else list(Sheet.objects.filter(cycle=locked, public_id__in=list(only)))
    hold_sheets(decided_on(locked, chosen))
    found = findings(
        locked, on=local_day(at), sheets=None if chosen is None else [sheet.pk for sheet in chosen]
    )
    newest = newest_outcomes(locked)
    waits = waiting_for_decision(found, newest)
    if seen is not None and seen != digest_of(waits):
        raise Locked("打开页面以后，有考评表或支部得分发生了变动。请看过下面的最新情况再确认。")
    # What was recognized before and assessed or looked at again gets a row that says so.
    mending = open_reassessments(waits)
    seconds = [
        one
        for one in waits
        if one.sheet.state == State.INSPECTED and one.sheet.pk in newest and one.sheet.pk not in mending
    ]
    thirds = [one for one in waits if one.sheet.pk in mending]
    others = {one.sheet.pk for one in [*seconds, *thirds]}
    firsts = [one for one in waits if one.sheet.pk not in others]
    digest_seen = digest_of(waits)
    rows = store(firsts, cause=Result.Cause.RECOGNITION, reason="", by=by, at=at)
    rows += store(seconds, cause=Result.Cause.INSPECTION, reason=LOOKED_AGAIN, by=by, at=at)
    rows += store(thirds, cause=Result.Cause.REASSESSMENT, reason=ASSESSED_AGAIN, by=by, at=at)
    audit.record(
        verb="cycle.recognized",
        obj_type="cycle",
        obj_id=locked.public_id,
        data={"results": len(rows), "digest": digest_seen},
        by=by,
        at=at,
    )
    return Recognized(rows, sum(not one.is_final for one in found))


def decided_on(cycle: Cycle, chosen: Sequence[Sheet] | None) -> QuerySet[Sheet]:
    """Return the sheets on which decisions rest: all of a cycle, or the chosen ones with their branches.

    What is still being filled in decides nothing, and whoever fills it in is kept from nothing.
    """
    rows = Sheet.objects.filter(cycle=cycle).exclude(state=State.DRAFT)
    if chosen is None:
        return rows
    ours = Q(pk__in=[])
    for sheet in chosen:
        ours |= paths.below(sheet.organization_path, "organization_path")
    return rows.filter(ours)


def open_reassessments(found: Sequence[Finding]) -> dict[int, Reassessment]:
    """Return, by sheet, the re-assessments that these decisions end; one that the sheet left again by a veto waits on.

    A sheet that was returned as a whole meanwhile is a round further, and still being assessed again.
    """
    ids = [one.sheet.pk for one in found if one.sheet.state != State.WITHHELD]
    rows = Reassessment.objects.filter(sheet__in=ids, new_result__isnull=True)
    return {row.sheet_id: row for row in rows}


def end_reassessments(mending: dict[int, Reassessment], rows: Sequence[Result]) -> None:
    """Tie each re-assessment to the row that it ended in, whatever that was decided for."""
    ended = []
    for row in rows:
        one = mending.get(row.sheet_id)
        if one is not None:
            one.new_result = row
            ended.append(one)
    Reassessment.objects.bulk_update(ended, ["new_result"])


def locked_cycle(cycle: Cycle) -> Cycle:
    """Read a cycle anew and lock it, so that two recognitions do not meet. Raises Refused where it has no results."""
    row = (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner", "recognizer")
        .get(pk=cycle.pk)
    )
    if row.opened_at is None:
        raise Refused("这个周期还没有开启，没有可以认定的考评表。")
    if row.is_trial:
        raise Refused("这是试评周期，结果不作依据，不作认定。")
    return row


def waiting_for_decision(found: Sequence[Finding], newest: Mapping[int, str]) -> list[Finding]:
    """Return the findings that may be decided now: final ones without a result in their present standing.

    ``newest`` are the outcomes that count (``newest_outcomes``). A sheet that was withheld by its two approvers gets its
    row, if the newest says otherwise. A recognition that a re-check would take back waits for two people instead
    (``losing_their_recognition``).
    """
    return [
        one
        for one in found
        if (one.may_be_decided and not loses_recognition(one, newest.get(one.sheet.pk)))
        or (one.sheet.state == State.WITHHELD and newest.get(one.sheet.pk) != Result.Outcome.WITHHELD)
    ]


def newest_outcomes(cycle: Cycle) -> dict[int, str]:
    """Return the outcome that counts of each decided sheet of a cycle: one statement."""
    return dict(Result.objects.filter(cycle=cycle).newest().order_by().values_list("sheet_id", "outcome"))


def loses_recognition(one: Finding, newest: str | None) -> bool:
    """Say whether a recognized organization was looked at again and found below: two people decide that (decision 0045)."""
    return (
        one.sheet.state == State.INSPECTED
        and newest == Result.Outcome.MEETS
        and one.decision.outcome == Outcome.BELOW
    )


def losing_their_recognition(found: Sequence[Finding], newest: Mapping[int, str]) -> list[Finding]:
    """Return the findings of recognized organizations that a re-check found below: each waits for its revocation."""
    return [one for one in found if loses_recognition(one, newest.get(one.sheet.pk))]


@transaction.atomic
def revise_result(
    *,
    sheet: Sheet,
    cause: str,
    reason: str,
    objection: Objection | None = None,
    by: User | None,
    at: datetime,
) -> Result:
    """Decide one organization anew from what its sheet and its branches stand at now; a row is added, never changed.

    ``cause``: an inspection, an appeal, a correction; each needs what proves it (``causes``), an ``objection`` being the
    one upheld in the same transaction. What was assessed again is decided in ``recognize_cycle``. The sheet follows to
    the new result, by the move of the table; where the outcome stays, only the row is added. Raises Refused without a
    reason, without an earlier result, for any other cause, or for a cause that nothing on record bears out;
    Locked while the sheet is in no state that has a result.
    """
    if cause not in REVISING:
        raise Refused("请选明改变结果的起因：抽查、申诉或更正。复评完成后在“认定”一页认定。")
    why = Refused(f"请写明改变结果的原因，最多 {REASON_LIMIT} 字。")
    reason = needed(typed_words(reason), REASON_LIMIT, why)
    cycle = locked_cycle(sheet.cycle)
    hold_sheets(decided_on(cycle, [sheet]))
    found = findings(cycle, on=local_day(at), sheets=[sheet.pk])
    if not found:
        raise Refused("只有公立医院院级党组织的考评表有认定结果。")
    (one,) = found
    newest = Result.objects.filter(sheet=one.sheet).order_by("-sequence").first()
    if newest is None:
        raise Refused("这张考评表还没有认定结果，请先认定。")
    check_not_held(one)
    if not one.is_final:
        raise Locked(f"考评表的状态是“{State(one.sheet.state).label}”，要等得分定下来才能重新认定。")
    if loses_recognition(one, newest.outcome):
        raise Refused("复查后低于标准、要撤销认定的，须由一人提出、另一人审定，请在“撤销认定”里办理。")
    check_cause(cause, one.sheet, newest, objection=objection)
    if newest.outcome == Result.Outcome.MEETS and one.decision.outcome == Outcome.BELOW:
        check_not_kept(cause, one.sheet, newest, objection=objection)
    check_own_reassessment(one)
    return store(found, cause=cause, reason=reason, by=by, at=at)[0]


def check_not_held(one: Finding) -> None:
    """Refuse to decide anew what a condition for a veto holds, its own or a branch's. Raises Locked."""
    if one.is_held:
        raise Locked(
            f"{'、'.join(one.held_by)}经核对存在不予评定的情形，两人审定或重新核对以后才能重新认定。"
        )


def check_own_reassessment(one: Finding) -> None:
    """Refuse to lift an organization below the line by nothing but branches assessed again since it came to stand so.

    Its own re-assessment counts them; nothing else does. Raises Refused.
    """
    if one.sheet.state != State.BELOW_STANDARD or one.decision.outcome == Outcome.BELOW:
        return
    since = standing_since([one.sheet.pk])[one.sheet.pk].decided_at
    if without_reassessments(one, since=since).outcome == Outcome.BELOW:
        raise Refused(
            "只是因为支部复评的得分，结果才会改变。请由验收单位开始这个组织的复评，办完后在“认定”一页认定。"
        )


def store(
    found: Sequence[Finding], *, cause: str, reason: str, by: User | None, at: datetime
) -> list[Result]:
    """Write decisions: results, branches, states, histories, events; end the re-assessments that led to them."""
    mending = open_reassessments(found)
    last = dict(
        Result.objects.filter(sheet__in=[one.sheet.pk for one in found])
        .order_by()
        .values_list("sheet_id")
        .annotate(last=Max("sequence"))
    )
    rows = []
    for one in found:
        version = move_along(one.sheet, OUTCOME_OF[one.decision.outcome], at=at)
        inputs = one.inputs
        rows.append(
            Result(
                sheet=one.sheet,
                cycle_id=one.sheet.cycle_id,
                organization_id=one.sheet.organization_id,
                sequence=last.get(one.sheet.pk, 0) + 1,
                outcome=OUTCOME_OF[one.decision.outcome],
                score=one.score,
                branches_above=one.decision.above,
                branches_all=one.decision.all,
                branches_short=one.decision.short,
                reasons=list(one.decision.reasons),
                inputs=inputs,
                digest=digest(inputs),
                cause=cause,
                reason=reason,
                sheet_version=version,
                decided_by=by,
                decided_at=at,
            )
        )
    insert_rows(rows, learn_keys=True)
    insert_rows([branch for one, row in zip(found, rows, strict=True) for branch in branches_of(one, row)])
    _move_sheets(found, rows, reason=reason, by=by, at=at)
    end_reassessments(mending, rows)
    withdraw_what_falls(rows, mended=mending, by=by, at=at)
    return rows


def branches_of(one: Finding, row: Result) -> list[BranchStanding]:
    """Return how each branch stood."""
    return [
        BranchStanding(
            result_id=row.pk,
            organization_id=unit.organization_id,
            sheet_id=unit.sheet_id,
            name=unit.name,
            score=unit.final_score,
            is_above=unit.final_score is not None and unit.final_score > one.rules.line,
            is_lagging=is_lagging(unit.final_score, one.rules),
            is_withheld=unit.is_withheld,
        )
        for unit in one.units
    ]


def move_along(sheet: Sheet, outcome: str, *, at: datetime) -> int:
    """Set a sheet to its result, in memory; return the version that was decided on. Raises Locked without a move."""
    decided_on = sheet.version
    if sheet.state == outcome:
        return decided_on
    moves = moves_from(sheet.state, final=sheet.final_stage)
    if not any(move.act == Act.RECOGNITION and move.target == outcome for move in moves):
        raise Locked(f"{sheet.organization_name}的考评表状态是“{State(sheet.state).label}”，不能认定结果。")
    sheet.version += 1
    return decided_on


def _move_sheets(
    found: Sequence[Finding], rows: Sequence[Result], *, reason: str, by: User | None, at: datetime
) -> None:
    """Write the moved sheets, a row of history for each, and an event for every decision."""
    histories, events, moved = [], [], []
    sequences = last_events([one.sheet.public_id for one in found])
    for one, row in zip(found, rows, strict=True):
        sheet, before = one.sheet, one.sheet.state
        if sheet.version != row.sheet_version:
            histories.append(_history_of(sheet, row, reason=reason, by=by, at=at))
            sheet.state, sheet.state_at = row.outcome, at
            moved.append(sheet)
        sequence = sequences.get(sheet.public_id, 0) + 1
        events.append(_event_of(sheet, row, before, sequence, reason=reason, by=by, at=at))
    insert_rows(histories)
    update_rows(moved, ["version", "state", "state_at"])
    insert_rows(events)


def _history_of(sheet: Sheet, row: Result, *, reason: str, by: User | None, at: datetime) -> SheetTransition:
    """Return the row of history of a sheet that still stands in its former state."""
    verb = next(
        move.verb
        for move in moves_from(sheet.state, final=sheet.final_stage)
        if move.act == Act.RECOGNITION and move.target == row.outcome
    )
    return SheetTransition(
        sheet_id=sheet.pk,
        sequence=sheet.version,
        verb=verb,
        from_state=sheet.state,
        to_state=row.outcome,
        reason=reason,
        total_points=row.score,
        digest=row.digest,
        moved_by=by,
        moved_at=at,
    )


def _event_of(
    sheet: Sheet, row: Result, before: str, sequence: int, *, reason: str, by: User | None, at: datetime
) -> Event:
    data = {
        "from": before,
        "to": row.outcome,
        "cause": row.cause,
        "reason": reason,
        "score": plain(row.score) or None,
        "digest": row.digest,
    }
    return audit.event(
        verb="sheet.recognized",
        obj_type="sheet",
        obj_id=sheet.public_id,
        data=data,
        by=by,
        at=at,
        sequence=sequence,
    )


def last_events(sheets: Sequence[UUID]) -> dict[UUID, int]:
    """Return the number of the last event of each sheet."""
    found: dict[UUID, int] = {}
    for start in range(0, len(sheets), 500):
        rows = Event.objects.filter(object_type="sheet", object_id__in=sheets[start : start + 500])
        found |= dict(rows.order_by().values_list("object_id").annotate(last=Max("sequence")))
    return found

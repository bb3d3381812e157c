"""Beginning a re-assessment: an order to mend that was verified, or let pass, opens the sheet for another acceptance."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from qiangji.assessments import exceptions as sheets
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import acts_from, review_permission, who_may
from qiangji.assessments.selectors.draws import at_its_end
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.services.returning import return_criteria
from qiangji.assessments.states import Move, Position, State, move_from
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.opening import lost_points
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import BranchReassessment, Objection, Reassessment, Result
from qiangji.results.selectors.ripe import is_mended, ripe_orders
from qiangji.results.services.objections import locked_sheet

MOST_NAMED = 5
OUT = "整改后复评：请按整改结果更新自评、落实情况和佐证。"


def may_reassess(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person begins a re-assessment: whoever accepts the sheet."""
    return acts_from(reach, sheet, Position.SUPERVISOR, review_permission(sheet))


def ripe_order(sheet: Sheet, *, at: datetime) -> Rectification | None:
    """Return the order to mend that a re-assessment of one sheet rests on, as ``ripe_orders`` says."""
    return ripe_orders([sheet], at=at).get(sheet.pk)


def check_answered(sheet: Sheet) -> None:
    """Refuse to begin while a mark of the sheet is objected to: what is upheld later would overwrite the new mark.

    Raises Refused, naming how many wait for their answer, and on which criteria.
    """
    rows = Objection.objects.filter(sheet=sheet, answer__isnull=False, state=Objection.State.OPEN)
    codes = list(
        rows.order_by("answer__criterion__position").values_list("answer__criterion__code", flat=True)
    )
    if codes:
        named = "、".join(codes[:MOST_NAMED]) + ("等" if len(codes) > MOST_NAMED else "")
        raise Refused(
            f"这张考评表还有 {len(codes)} 件对得分的更正、申诉没有答复（条目 {named}）。"
            "请先在“更正和申诉”里答复，再开始复评。"
        )


@transaction.atomic
def start_reassessment(
    *,
    reach: Reach,
    sheet: Sheet,
    due_date: date | None,
    own_deadline_date: date,
    seen_version: int,
    at: datetime,
) -> Reassessment:
    """Begin a new round of a sheet below the line; the criteria that its order names go back to the hospital until a day.

    ``due_date`` is the hospital's, ``own_deadline_date`` the day until which the round is accepted and rated; both run to
    24:00, and neither depends on the cycle's days or on whether the cycle is closed.

    The hospital amends and signs them as any that came back; what is not out keeps what was signed, and every mark of the
    acceptance and the rating that an amendment touches has to be given anew. Where the order was let pass there is nothing
    to amend, and no ``due_date``. It ends in the next recognition. Raises NotAllowed; Locked where the sheet is not below
    the line, or was moved since it was seen; Refused without an order that was verified or let pass, for a day that is
    over, or for a round that would end before the hospital's day.
    """
    row = locked_sheet(sheet)
    if not may_reassess(reach, row):
        raise NotAllowed(f"复评由{who_may(row, Position.SUPERVISOR, review_permission(row))}开始。")
    move = move_from(row.state, "reassess")
    if move is None or row.version != seen_version:
        raise Locked(f"考评表现在是“{State(row.state).label}”，请刷新页面后再办理。")
    order = ripe_order(row, at=at)
    newest = Result.objects.filter(sheet=row).order_by("-sequence").first()
    if order is None or newest is None:
        raise Refused("整改核验通过，或整改期限已过、医院没有提交整改的，才能开始复评。")
    check_answered(row)
    mended = is_mended(order)
    check_days(due_date if mended else None, own_deadline_date, is_mended=mended, today=local_day(at))
    if Reassessment.objects.filter(result=newest).exists():
        raise Locked("这一次结果已经复评过。")
    if Reassessment.objects.filter(sheet=row, new_result__isnull=True).exists():
        raise Locked("上一次复评还没有结果，请先由认定单位重新认定。")
    why = "核验通过" if mended else f"期限已过（{order.deadline_date}），没有提交整改"
    reason = f"{order.get_kind_display()}{why}，开始复评"
    open_round(row, move, own_deadline_date, reason=reason, reach=reach, at=at)
    found = Reassessment.objects.create(
        sheet=row, round=row.round, rectification=order, result=newest, started_by=reach.user, started_at=at
    )
    branches = let_branches_finish(row, own_deadline_date, today=local_day(at))
    _record(found, due_date if mended else None, branches, reach=reach, at=at)
    if mended and due_date:
        open_what_was_mended(row, what_was_mended(row, order), due_date, reach=reach, at=at)
    catch_up(sheet=row, as_of=local_day(at), at=at, by=reach.user)  # what was mended counts in this round
    return found


def open_round(sheet: Sheet, move: Move, until: date, *, reason: str, reach: Reach, at: datetime) -> None:
    """Move a sheet into a further round that runs by a day of its own."""
    move_sheet(sheet, move, reach=reach, at=at, reason=reason)
    sheet.own_deadline_date = until
    sheet.save(update_fields=["own_deadline_date"])


def unfinished_branches(sheet: Sheet, *, on: date) -> QuerySet[Sheet]:
    """Return the sheets of a hospital's standing branches that have no final score and are in no re-assessment."""
    concluded = Q(state=State.WITHHELD) | at_its_end()
    again = BranchReassessment.objects.filter(sheet=OuterRef("pk"), round=OuterRef("round"))
    return Sheet.objects.filter(
        paths.below(sheet.organization_path, "organization_path"),
        ~concluded,
        ~Exists(again),
        Q(organization__end_date__isnull=True) | Q(organization__end_date__gte=on),
        cycle=sheet.cycle_id,
        organization_kind=Organization.Kind.BRANCH,
    ).order_by("pk")


def let_branches_finish(sheet: Sheet, until: date, *, today: date) -> list[Sheet]:
    """Give the unfinished branches of a hospital the day of its round: a closed cycle holds none of them up any more."""
    rows = list(unfinished_branches(sheet, on=today).select_for_update(of=("self",), no_key=True))
    Sheet.objects.filter(pk__in=[row.pk for row in rows]).update(own_deadline_date=until)
    return rows


def _record(
    found: Reassessment, due_date: date | None, branches: list[Sheet], *, reach: Reach, at: datetime
) -> None:
    """Write the audit event of a beginning."""
    sheet, until = found.sheet, found.sheet.own_deadline_date
    audit.record(
        verb="reassessment.started", obj_type="reassessment", obj_id=found.public_id,
        data={
            "sheet": str(sheet.public_id),
            "rectification": str(found.rectification.public_id),
            "round": found.round,
            "hospital_until": due_date.isoformat() if due_date else None,
            "until": until.isoformat() if until else None,
            "branches": [str(branch.public_id) for branch in branches],
        },
        by=reach.user, at=at, sequence=1,
    )  # fmt: skip


def check_days(
    due_date: date | None, own_deadline_date: date, *, is_mended: bool, today: date, whose: str = "医院"
) -> None:
    """Refuse days that are over or out of order. Raises Refused."""
    if is_mended and due_date is None:
        raise Refused(f"请填{whose}更新的期限。", field="due_date")
    if due_date is not None and due_date < today:
        raise Refused(f"{whose}更新的期限不能早于今天。", field="due_date")
    if own_deadline_date < (due_date or today):
        earlier = f"{whose}更新的期限" if due_date else "今天"
        raise Refused(f"完成复评的期限不能早于{earlier}。", field="own_deadline_date")


def what_was_mended(sheet: Sheet, order: Rectification) -> dict[str, str]:
    """Return the criteria that an order names, each with why it goes back; read before the round begins.

    The hospital's order, on which the round of a branch without one rests, names criteria of another table: then what
    lost points goes back.
    """
    if order.sheet_id != sheet.pk:
        return {lost.code: OUT for lost in lost_points([sheet.pk])}
    items = order.items.filter(criterion__edition=sheet.edition_id).order_by("position")
    return {
        code: f"{OUT}整改结果：{done}" if done else OUT
        for code, done in items.values_list("criterion__code", "done")
    }


def open_what_was_mended(
    sheet: Sheet, reasons: dict[str, str], due_date: date, *, reach: Reach, at: datetime
) -> None:
    """Return criteria to the organization until a day. Raises Refused."""
    if not reasons:
        return
    try:
        return_criteria(
            reach=reach, sheet_id=sheet.public_id, reasons=reasons, due_date=due_date,
            seen_version=sheet.version, at=at,
        )  # fmt: skip
    except sheets.AssessmentError as error:
        raise Refused(str(error)) from error

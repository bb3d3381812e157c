"""What the organization concerned may still do about what was decided on it: the days of an appeal, an answer that came."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from qiangji.assessments.models import Sheet, SheetVeto, SheetVetoStep
from qiangji.assessments.services.veto_course import APPEAL, IN_FORCE
from qiangji.assessments.states import RESULTS
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission
from qiangji.results.models import Objection, Result, VetoStep, YearEndVeto

KEY = "own_results"
# How long an answer stays on the list; it is read, not done.
ANSWER_DAYS = 30
ANSWERED = (Objection.State.UPHELD, Objection.State.PARTLY, Objection.State.REJECTED)


def collect(asker: Asker) -> list[Duty]:
    """Return what was decided on the organizations whose sheets one fills: one statement, none for who fills none."""
    seats = asker.reach.nodes_with(Permission.FILL_SHEET, own=True)
    rows = concerned(asker, seats) if seats else ()
    return [duty for sheet in rows for duty in duties_of(sheet, asker.day)]


def concerned(asker: Asker, seats: list[int]) -> QuerySet[Sheet]:
    """Return the own sheets with a veto that can be appealed against, a result that counts, or an answer that came."""
    of_sheet = appealable(
        asker.day, SheetVeto.objects.all(), SheetVetoStep.objects.filter(sheet_veto=OuterRef("pk"))
    )
    of_year = appealable(asker.day, YearEndVeto.objects.all(), VetoStep.objects.filter(veto=OuterRef("pk")))
    newest = Result.objects.filter(sheet=OuterRef("pk")).order_by("-sequence")
    objected = Objection.objects.filter(
        sheet=OuterRef("pk"), result__isnull=False, state=Objection.State.OPEN
    ).order_by()
    answered = Objection.objects.filter(
        sheet=OuterRef("pk"), state__in=ANSWERED, ended_at__gte=asker.at - timedelta(days=ANSWER_DAYS)
    ).order_by("-ended_at")
    rows = Sheet.objects.filter(organization__in=seats).annotate(
        withheld=Subquery(of_sheet.values("public_id")[:1]),
        withheld_until=Subquery(of_sheet.values("appeal_until")[:1]),
        vetoed=Subquery(of_year.values("public_id")[:1]),
        vetoed_until=Subquery(of_year.values("appeal_until")[:1]),
        outcome=Subquery(newest.values("outcome")[:1]),
        decided_at=Subquery(newest.values("decided_at")[:1]),
        is_objected=Exists(objected),
        answered=Subquery(answered.values("state")[:1]),
        answered_kind=Subquery(answered.values("kind")[:1]),
    )
    decided = Q(state__in=RESULTS, cycle__objection_days__isnull=False, decided_at__isnull=False)
    told = Q(withheld__isnull=False) | Q(vetoed__isnull=False) | Q(answered__isnull=False) | decided
    return rows.filter(told).select_related("organization", "cycle").order_by("organization_path", F("pk"))


def appealable(day: date, vetoes: QuerySet, steps: QuerySet) -> QuerySet:
    """Return the vetoes of a sheet that are in force, whose appeal's days run, and that nobody appealed against yet."""
    appealed = steps.filter(verb=APPEAL).order_by()
    rows = vetoes.filter(~Exists(appealed), sheet=OuterRef("pk"), state=IN_FORCE, appeal_until__gte=day)
    return rows.order_by("appeal_until")


def duties_of(sheet: Any, day: date) -> Iterable[Duty]:
    """Return the lines of one sheet."""
    if sheet.withheld is not None:
        to = Action("查看", "assessments:sheet_veto", (sheet.withheld,))
        yield line(sheet, "不予评定已生效，可以申诉", sheet.withheld_until, to)
    if sheet.vetoed is not None:
        to = Action("查看", "results:veto", (sheet.vetoed,))
        yield line(sheet, "年底考核一票否决已生效，可以申诉", sheet.vetoed_until, to)
    until = objection_until(sheet)
    if until is not None and until >= day:
        to = Action("查看", "results:result", (sheet.public_id,))
        outcome = Result.Outcome(sheet.outcome)
        yield line(
            sheet, f"认定结果：{outcome.label}，可以申诉", until, to, is_watch=outcome == Result.Outcome.MEETS
        )
    if sheet.answered is not None:
        kind, state = Objection.Kind(sheet.answered_kind), Objection.State(sheet.answered)
        to = Action("查看", "results:objections", (sheet.public_id,))
        yield line(sheet, f"{kind.label}已答复：{state.label}", None, to)


def objection_until(sheet: Any) -> date | None:
    """Return the last day of an objection against the result that counts, where one can be filed and none waits."""
    if sheet.state not in RESULTS or sheet.decided_at is None or sheet.is_objected:
        return None
    return sheet.cycle.objection_until(sheet.decided_at)


def line(sheet: Sheet, title: str, due: date | None, action: Action, *, is_watch: bool = False) -> Duty:
    """Return one line; what was decided stands on its own page."""
    return Duty(
        source=KEY,
        title=title,
        organization=sheet.organization,
        due=due,
        asks=(Ask(sheet.cycle.title, clause=sheet.cycle.plan_number),),
        action=action,
        is_watch=is_watch,
    )

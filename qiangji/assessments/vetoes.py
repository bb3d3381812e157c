"""Which sheet vetoes an edition has, and how they were answered last: read by the services and the pages alike."""

from django.db.models import Exists, F, OuterRef, QuerySet

from qiangji.assessments.models import Sheet, VetoCheck
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.standards.models import Veto


def sheet_vetoes(sheet: Sheet) -> list[Veto]:
    """Return the edition's conditions under which a sheet is not rated (不予评定), in their order."""
    return list(Veto.objects.filter(edition=sheet.edition_id, kind=Veto.Kind.SHEET).order_by("number"))


def asked_before(sheet: Sheet) -> str:
    """Return the move before which the conditions are answered for: the beginning of the rating, or, where there is
    none, the end of the acceptance.
    """
    return "start_rating" if sheet.final_stage == Stage.RATING else "conclude_acceptance"


def last_answers(sheet: Sheet) -> dict[int, VetoCheck]:
    """Return the newest answer of the present round by veto."""
    checks = VetoCheck.objects.filter(sheet=sheet, round=sheet.round).select_related("veto", "checked_by")
    return {check.veto_id: check for check in checks.order_by("pk")}


def applying_vetoes(sheet: Sheet) -> list[VetoCheck]:
    """Return the answers that keep an accepted sheet from being rated, or from being recognized where nothing is rated."""
    if sheet.state != State.ACCEPTED:
        return []
    return [check for check in last_answers(sheet).values() if check.applies]


def are_answered(sheet: Sheet) -> bool:
    """Say whether every sheet veto was answered in this round, whatever the answers are."""
    answers = last_answers(sheet)
    return all(veto.pk in answers for veto in sheet_vetoes(sheet))


def may_be_rated(sheet: Sheet) -> bool:
    """Say whether every sheet veto was answered in this round, and none applies."""
    answers = last_answers(sheet)
    return all(veto.pk in answers and not answers[veto.pk].applies for veto in sheet_vetoes(sheet))


def answered_anew(sheet: Sheet) -> bool:
    """Say whether a sheet whose final acceptance is concluded still waits for answers by which none applies."""
    is_accepted = sheet.state == State.ACCEPTED and asked_before(sheet) != "start_rating"
    return is_accepted and not may_be_rated(sheet)


def holding_answers() -> QuerySet[VetoCheck]:
    """Return the answers for which accepted sheets wait: a condition applies by the newest one of the present round."""
    newer = VetoCheck.objects.filter(
        sheet=OuterRef("sheet"), veto=OuterRef("veto"), round=OuterRef("round"), pk__gt=OuterRef("pk")
    )
    return VetoCheck.objects.filter(
        ~Exists(newer.order_by()), applies=True, round=F("sheet__round"), sheet__state=State.ACCEPTED
    ).order_by()


def held_by_vetoes(sheets: QuerySet[Sheet]) -> set[int]:
    """Return which accepted sheets wait because a condition applies by its newest answer: one statement."""
    ours = sheets.filter(state=State.ACCEPTED).order_by().values("pk")
    return set(holding_answers().filter(sheet__in=ours).values_list("sheet", flat=True))

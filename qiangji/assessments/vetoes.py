"""Which sheet vetoes an edition has, and how they were answered last: read by the services and the pages alike."""

from qiangji.assessments.models import Sheet, VetoCheck
from qiangji.assessments.states import State
from qiangji.standards.models import Veto


def sheet_vetoes(sheet: Sheet) -> list[Veto]:
    """Return the edition's conditions under which a sheet is not rated (不予评定), in their order."""
    return list(Veto.objects.filter(edition=sheet.edition_id, kind=Veto.Kind.SHEET).order_by("number"))


def last_answers(sheet: Sheet) -> dict[int, VetoCheck]:
    """Return the newest answer of the present round by veto."""
    checks = VetoCheck.objects.filter(sheet=sheet, round=sheet.round).select_related("veto", "checked_by")
    return {check.veto_id: check for check in checks.order_by("pk")}


def applying_vetoes(sheet: Sheet) -> list[VetoCheck]:
    """Return the answers that keep an accepted sheet from being rated."""
    if sheet.state != State.ACCEPTED:
        return []
    return [check for check in last_answers(sheet).values() if check.applies]


def may_be_rated(sheet: Sheet) -> bool:
    """Say whether every sheet veto was answered in this round, and none applies."""
    answers = last_answers(sheet)
    return all(veto.pk in answers and not answers[veto.pk].applies for veto in sheet_vetoes(sheet))

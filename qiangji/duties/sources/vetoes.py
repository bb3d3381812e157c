"""Sheet vetoes 不予评定: a proposal that waits for a second person, an appeal that waits for its answer."""

from django.db.models import OuterRef, Q, Subquery

from qiangji.assessments.models import Sheet, SheetVeto, SheetVetoStep
from qiangji.assessments.services.sheet_vetoes import IN_FORCE, PROPOSED, may_approve
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission

KEY = "vetoes"


def collect(asker: Asker) -> list[Duty]:
    """Return what waits for this person, who proposed none of it: one statement; none for who approves nothing."""
    if not asker.reach.may_somewhere(Permission.APPROVE_VETO):
        return []
    last = SheetVetoStep.objects.filter(sheet_veto=OuterRef("pk")).order_by("-sequence")
    rows = (
        SheetVeto.objects.filter(sheet__in=Sheet.objects.visible_to(asker.reach).order_by())
        .annotate(last=Subquery(last.values("verb")[:1]))
        .filter(Q(state=PROPOSED) | Q(state=IN_FORCE, last="appeal"))
        .exclude(first_by=asker.reach.user)
        .select_related("sheet__organization", "sheet__cycle", "veto")
    )
    return [duty_of(row) for row in rows if may_approve(asker.reach, row.sheet)]


def duty_of(row: SheetVeto) -> Duty:
    """Return one as a duty; what it rests on stands on its own page."""
    title = "审定不予评定" if row.state == PROPOSED else "答复不予评定的申诉"
    return Duty(
        source=KEY,
        title=title,
        organization=row.sheet.organization,
        due=None,
        asks=(Ask(row.sheet.cycle.title, clause=row.sheet.cycle.plan_number, words=title),),
        action=Action("办理", "assessments:sheet_veto", (row.public_id,)),
    )

"""Vetoes of both kinds and revocations 撤销认定: a proposal that waits for a second person, an appeal for its answer."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from qiangji.assessments.models import Sheet, SheetVeto, SheetVetoStep
from qiangji.assessments.services import sheet_vetoes
from qiangji.assessments.services.veto_course import APPEAL, IN_FORCE, PROPOSED
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission
from qiangji.results.models import Revocation, VetoStep, YearEndVeto
from qiangji.results.permissions import may_revoke
from qiangji.results.services import vetoes as year_end

KEY = "vetoes"


def collect(asker: Asker) -> list[Duty]:
    """Return what waits for this person, who proposed none of it: two statements, and one for who recognizes results."""
    revoked = duties_of(revocations(asker), "撤销认定", "results:revocation")
    if not asker.reach.may_somewhere(Permission.APPROVE_VETO):
        return revoked
    reach = asker.reach
    withheld = waiting(
        asker, SheetVeto.objects.all(), SheetVetoStep.objects.filter(sheet_veto=OuterRef("pk"))
    )
    vetoed = waiting(asker, YearEndVeto.objects.all(), VetoStep.objects.filter(veto=OuterRef("pk")))
    return [
        *duties_of(
            (row for row in withheld if sheet_vetoes.may_approve(reach, row.sheet)),
            "不予评定", "assessments:sheet_veto",
        ),
        *duties_of(
            (row for row in vetoed if year_end.may_approve(reach, row.sheet.organization)),
            "年底考核一票否决", "results:veto",
        ),
        *revoked,
    ]  # fmt: skip


def revocations(asker: Asker) -> list[Revocation]:
    """Return the revocations that wait for a second person of one's own recognizing body."""
    cycles = [one.pk for one in asker.cycles_recognized]
    if not cycles:
        return []
    rows = Revocation.objects.filter(sheet__cycle__in=cycles, state=PROPOSED)
    rows = rows.exclude(first_by=asker.reach.user)
    rows = rows.select_related("sheet__organization", "sheet__cycle__owner", "sheet__cycle__recognizer")
    return [row for row in rows if may_revoke(asker.reach, row.sheet)]


def waiting(asker: Asker, rows: QuerySet, steps: QuerySet) -> QuerySet:
    """Keep the vetoes in reach on which somebody else than who proposed them has to say something."""
    last = steps.order_by("-sequence").values("verb")[:1]
    return (
        rows.filter(sheet__in=Sheet.objects.visible_to(asker.reach).order_by())
        .annotate(last=Subquery(last))
        .filter(Q(state=PROPOSED) | Q(state=IN_FORCE, last=APPEAL))
        .exclude(first_by=asker.reach.user)
        .select_related("sheet__organization", "sheet__cycle")
    )


def duties_of(rows: Iterable[Any], name: str, address: str) -> list[Duty]:
    """Return vetoes of one kind as duties; what each rests on stands on its own page."""
    return [duty_of(row, name, address) for row in rows]


def duty_of(row: Any, name: str, address: str) -> Duty:
    title = f"审定{name}" if row.state == PROPOSED else f"答复{name}的申诉"
    return Duty(
        source=KEY,
        title=title,
        organization=row.sheet.organization,
        due=None,
        asks=(Ask(row.sheet.cycle.title, clause=row.sheet.cycle.plan_number, words=title),),
        action=Action("办理", address, (row.public_id,)),
    )

"""Records that a recurring plan made and nobody has confirmed yet: due on the day of the event itself."""

from django.db.models import Count, Q

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.ledgers.models import Record
from qiangji.orgs.authorization import Permission

KEY = "drafts"


def collect(asker: Asker) -> list[Duty]:
    """Return the drafts that this person may confirm, one duty per organization and day: one statement."""
    if not asker.reach.may_somewhere(Permission.RECORD_LEDGERS):
        return []
    organizations = {one.pk: one for one in asker.organizations}
    rows = (
        Record.objects.visible_to(asker.reach)
        .filter(
            asker.reach.condition_for(Permission.RECORD_LEDGERS, "organization__path"),
            Q(organization__in=organizations),
            state=Record.State.DRAFT,
        )
        .order_by("date", "organization__path")
        .values_list("organization", "organization__path", "date")
        .annotate(many=Count("pk", distinct=True))
    )
    return [
        Duty(
            source=KEY,
            title="确认待确认记录",
            organization=organizations[organization],
            due=day,
            asks=(Ask("固定日程", words=f"按固定日程生成，待确认 {many} 条；没有开展的，撤回并说明"),),
            action=Action("确认", "ledgers:drafts"),
            is_own=organization in asker.seats,
        )
        for organization, _, day, many in rows
    ]

"""Records that a recurring plan made and nobody has confirmed yet: due on the day of the event itself."""

from collections import Counter
from datetime import date

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.ledgers.models import Record
from qiangji.ledgers.recorders import may_record
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization

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
            organization__in=organizations,
            state=Record.State.DRAFT,
        )
        .order_by("date", "organization__path")
        .values_list("pk", "organization", "date", "kinds__kind")
    )
    kinds: dict[tuple[int, int, date], list[str]] = {}
    for key, organization, day, kind in rows:
        kinds.setdefault((key, organization, day), []).append(kind)
    counts: Counter[tuple[int, date]] = Counter()
    for (_, organization, day), codes in kinds.items():
        if all(
            code in KINDS and may_record(KINDS[code], organizations[organization], asker.reach)
            for code in codes
        ):
            counts[organization, day] += 1
    return [duty_of(asker, organizations[key], day, many) for (key, day), many in counts.items()]


def duty_of(asker: Asker, organization: Organization, day: date, many: int) -> Duty:
    """Return one duty for the drafts of a day."""
    return Duty(
        source=KEY,
        title="确认待确认记录",
        organization=organization,
        due=day,
        asks=(Ask("固定日程", words=f"按固定日程生成，待确认 {many} 条；没有开展的，撤回并说明"),),
        action=Action("确认", "ledgers:drafts"),
        is_own=organization.pk in asker.seats,
    )

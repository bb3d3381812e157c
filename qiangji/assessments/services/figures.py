"""What a cycle says about its results: who recognizes them, how the line is read, which rate is aimed at by when."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Cycle
from qiangji.assessments.services.cycle_changes import is_decided
from qiangji.audit import services as audit
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import AUTHORITIES


@transaction.atomic
def set_figures(
    *,
    cycle: Cycle,
    recognizer: Organization | None,
    lagging_reading: str,
    target_rate: Decimal | None,
    target_date: date | None,
    by: User | None,
    at: datetime,
) -> Cycle:
    """Set who recognizes (None: the owner), the reading of 90分以下, and the target with its day.

    Raises Refused for a target without its day, a rate past a hundred, or a recognizer that is no authority; Locked where
    results were decided already and recognizer or reading would change: those results rest on them.
    """
    row = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    if (target_rate is None) != (target_date is None):
        raise Refused("标准化率目标和期限要一起填，或都不填。")
    if target_rate is not None and not 0 <= target_rate <= 100:
        raise Refused("标准化率目标在 0 到 100 之间。")
    if recognizer is not None and recognizer.kind not in AUTHORITIES:
        raise Refused("认定单位须是指导委员会或主管部门。")
    if lagging_reading not in Cycle.LaggingReading.values:
        raise Refused("请选择“90分以下”的读法。")
    chosen = None if recognizer is None or recognizer.pk == row.owner_id else recognizer.pk
    rests = (row.recognizer_id, row.lagging_reading) != (chosen, lagging_reading)
    if rests and is_decided(row):
        raise Locked("本周期已有认定结果，认定单位和“90分以下”的读法不能再改。")
    row.recognizer_id, row.lagging_reading = chosen, lagging_reading
    row.target_rate, row.target_date = target_rate, target_date
    row.save(update_fields=["recognizer", "lagging_reading", "target_rate", "target_date"])
    audit.record(
        verb="cycle.figures_set",
        obj_type="cycle",
        obj_id=row.public_id,
        data={
            "recognizer": recognizer.code if recognizer else None,
            "lagging_reading": lagging_reading,
            "target": plain(target_rate) or None,
            "by": target_date.isoformat() if target_date else None,
        },
        by=by,
        at=at,
    )
    return row

"""A nil statement 无此类事项 and a record of that kind cannot both be true: the later record takes the statement back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Declaration
from qiangji.ledgers.vocabulary import kind_of
from qiangji.orgs.services.facts import note_changes

OBJECT = "declaration"


def withdraw_contradicted(
    happened: Mapping[tuple[int, str], Sequence[date]], *, by: User | None, at: datetime
) -> tuple[str, ...]:
    """Withdraw nil statements that events contradict, given by organization and kind; return what to tell the person.

    One statement where none is contradicted. Without a person (by None) nothing may be withdrawn: raises LedgersError.
    """
    if not happened:
        return ()
    nil = Declaration.objects.filter(
        is_nil=True,
        withdrawn_at__isnull=True,
        organization__in={organization for organization, _ in happened},
        kind__in={kind for _, kind in happened},
    ).select_related("organization")
    contradicted = [
        row
        for row in nil
        if any(
            row.start_date <= day <= row.end_date for day in happened.get((row.organization_id, row.kind), ())
        )
    ]
    return take_back(contradicted, by=by, at=at) if contradicted else ()


def take_back(rows: list[Declaration], *, by: User | None, at: datetime) -> tuple[str, ...]:
    """Withdraw declarations, each with its event and its changed fact."""
    if by is None:
        raise LedgersError(
            f"{rows[0].organization}已申明该期间“{kind_of(rows[0].kind).title}”无此类事项，请先撤回申明。"
        )
    Declaration.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_by=by, withdrawn_at=at)
    Event.objects.bulk_create(
        event(
            verb="declaration.withdrawn",
            obj_type=OBJECT,
            obj_id=row.public_id,
            data={"kind": row.kind, "why": "contradicted"},
            by=by,
            at=at,
            sequence=2,
        )
        for row in rows
    )
    note_changes(
        changes=[(f"declaration.{row.kind}", row.organization_id, row.start_date) for row in rows], at=at
    )
    return tuple(
        f"{row.organization.short_name}原申明 {row.start_date} 至 {row.end_date} 无“{kind_of(row.kind).title}”，"
        "与本次登记不符，申明已自动撤回；登记齐全后请重新申明。"
        for row in rows
    )

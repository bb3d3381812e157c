"""Reads that help to record: the same as last time, templates, campaigns that run, and who typed what as what."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Count, Q, QuerySet

from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.models import Record, RecordTemplate
from qiangji.ledgers.snapshots import record_input_of
from qiangji.orgs import paths
from qiangji.orgs.authorization import RoleName, title_of
from qiangji.orgs.models import Organization


def same_as_last(organization: Organization, kinds: Iterable[str]) -> RecordInput | None:
    """Return what the last record of exactly these kinds said, for another day: without its list and its result.

    None where there was none. Restricted records are never offered.
    """
    codes = sorted(set(kinds))
    records = (
        Record.objects.confirmed()
        .filter(organization=organization, is_restricted=False)
        .annotate(
            many=Count("kinds", distinct=True),
            fitting=Count("kinds", filter=Q(kinds__kind__in=codes), distinct=True),
        )
        .filter(many=len(codes), fitting=len(codes))
    )
    last = records.select_related("host").prefetch_related("kinds").order_by("-date", "-pk").first()
    if last is None:
        return None
    return replace(
        record_input_of(last),
        attendance=None,
        expected=None,
        present=None,
        outcome="",
        end_date=None,
        quantity=None,
        year=None,
        state=Record.State.CONFIRMED,
        source=Record.Source.TYPED,
        natural_key="",
    )


def templates_for(organization: Organization) -> QuerySet[RecordTemplate]:
    """Return the templates an organization may start from: its own, and those that nodes above made for all below."""
    above = paths.ancestors(organization.path)[:-1]
    own = Q(organization=organization)
    handed_down = Q(organization__path__in=above, for_subordinates=True)
    rows = RecordTemplate.objects.filter(own | handed_down, retired_at__isnull=True)
    return rows.select_related("organization").order_by("-organization__path", "name")


def campaigns_on(organization: Organization, day: date) -> list[str]:
    """Return the names of campaigns 阶段性行动 that run on a day here or above, for the field of that name."""
    records = (
        Record.objects.confirmed()
        .of_kind("campaign")
        .filter(organization__path__in=paths.ancestors(organization.path), date__lte=day)
        .exclude(end_date__lt=day)
    )
    return list(
        dict.fromkeys(records.order_by("-organization__path", "date").values_list("title", flat=True))
    )


def entered_as(record: Record) -> str:
    """Return the title of the role under which the latest version was typed, "" where no person did."""
    change = record.changes.order_by("-version").first()
    role = json.loads(change.data).get("entered_as", "") if change else ""
    return title_of(role) if role in RoleName.values else ""

"""Duties counted simply: how many records of a kind lie in a period, and how many its documents ask for.

Which figures bind an organization, and what a shortfall means, is the rule engine's to say; here it is only counting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from qiangji.ledgers.asking import Asked
from qiangji.ledgers.models import Record, RecordKind
from qiangji.ledgers.periods import PERIODS, bucket, lies_in
from qiangji.ledgers.vocabulary import KINDS, LedgerKind, Period, Service
from qiangji.orgs.models import Organization

Events = dict[tuple[int, str], list[tuple[date, int]]]
BATCH = 5000

# How the standards of the library are called where a duty is shown in a line.
STANDARD_NAMES: dict[str, str] = {
    "jilin-hospital-committee": "院级量化表",
    "branch-standard": "支部标准",
    "national": "全国性规定",
    "five-goods": "五好标准",
    "brand-standard": "红色品牌标准",
    "pioneer-index": "先锋指数",
    "branch-sample": "支部评分表",
}


@dataclass(frozen=True)
class Duty:
    """One figure that records of a kind serve: how many lie in the period, and how many are asked for."""

    kind: str
    kind_title: str
    what: str
    standard: str
    criterion: str
    per: Period
    at_least: int
    done: int
    usual: bool
    last_day: date
    rule: str = ""

    @property
    def per_title(self) -> str:
        return PERIODS[self.per]

    @property
    def is_met(self) -> bool:
        return self.done >= self.at_least

    @property
    def clause(self) -> str:
        """The standard and criterion that ask for it: 院级量化表 3-2-2."""
        if self.rule:
            return self.rule
        return f"{STANDARD_NAMES[self.standard]} {self.criterion}"

    @property
    def words(self) -> str:
        """The duty in one line: 中心组学习：本季度第 1 次，要求至少 1 次（院级量化表 3-2-2）."""
        usual = "一般" if self.usual else ""
        return f"{self.what}：{self.per_title}第 {self.done} 次，要求{usual}至少 {self.at_least} 次（{self.clause}）"


def counts_of(
    organizations: Iterable[Organization], kinds: Iterable[str], start: date, end: date
) -> dict[tuple[int, str], int]:
    """Count confirmed records by organization and kind in a window, both ends included: one statement per 5000 nodes."""
    keys = [organization.pk for organization in organizations]
    found: dict[tuple[int, str], int] = {}
    for place in range(0, len(keys), BATCH):
        rows = RecordKind.objects.filter(
            kind__in=list(kinds),
            record__organization__in=keys[place : place + BATCH],
            record__state=Record.State.CONFIRMED,
            record__date__gte=start,
            record__date__lte=end,
        )
        counted = rows.values_list("record__organization", "kind").annotate(many=Count("pk"))
        found |= {(organization, kind): many for organization, kind, many in counted}
    return found


def events_of(organizations: Iterable[int], kinds: Iterable[str], years: range) -> Events:
    """Return (day, 所属年度) of every confirmed record by organization and kind: one statement per 5000."""
    keys, codes = list(organizations), list(kinds)
    found: Events = {}
    for place in range(0, len(keys), BATCH):
        batch = keys[place : place + BATCH]
        rows = RecordKind.objects.filter(
            kind__in=codes,
            record__organization__in=batch,
            record__state=Record.State.CONFIRMED,
            record__year__gte=years.start - 1,
            record__year__lt=years.stop + 1,
        ).values_list("record__organization", "kind", "record__date", "record__year")
        for organization, kind, day, year in rows:
            found.setdefault((organization, kind), []).append((day, year))
    return found


def duty_of(kind: LedgerKind, service: Service, events: list[tuple[date, int]], on: date) -> Duty | None:
    """Count one figure in the period around a day; None where a kind serves without a figure."""
    if service.per is None or service.at_least is None:
        return None
    per = service.per
    return Duty(
        kind=kind.code,
        kind_title=kind.title,
        what=service.what,
        standard=service.standard,
        criterion=service.criterion,
        per=per,
        at_least=service.at_least,
        done=sum(lies_in(per, on, event=day, year=year) for day, year in events),
        usual=service.usual,
        last_day=bucket(per, on)[1],
    )


def duties_of(kinds: Iterable[LedgerKind], organization_id: int, events: Events, on: date) -> list[Duty]:
    """Return the figures that kinds serve, in the periods around a day."""
    duties = [
        duty_of(kind, service, events.get((organization_id, kind.code), []), on)
        for kind in kinds
        for service in kind.serves
    ]
    return [duty for duty in duties if duty is not None]


def lacking_of(organization: Organization, asked: Iterable[Asked], on: date) -> list[Duty]:
    """Return which of the figures that bind an organization it has not reached in the periods around a day: one statement."""
    figures = [one for one in asked if KINDS[one.kind].is_kept_at(organization)]
    events = events_of(
        [organization.pk], sorted({one.kind for one in figures}), range(on.year - 1, on.year + 1)
    )
    duties = [
        Duty(
            kind=one.kind, kind_title=KINDS[one.kind].title, what=one.what, standard="", criterion="",
            per=one.per, at_least=one.at_least, usual=one.usual, last_day=bucket(one.per, on)[1],
            done=sum(
                lies_in(one.per, on, event=day, year=year)
                for day, year in events.get((organization.pk, one.kind), ())
            ),
            rule=one.clause,
        )
        for one in figures
    ]  # fmt: skip
    lacks = [duty for duty in duties if not duty.is_met]
    return sorted(strictest(lacks), key=lambda duty: (duty.last_day, duty.kind))


def strictest(duties: list[Duty]) -> list[Duty]:
    """Keep one of the figures that several standards set for the same kind and period: the highest."""
    best: dict[tuple[str, str], Duty] = {}
    for duty in duties:
        known = best.get((duty.kind, duty.per))
        if known is None or duty.at_least > known.at_least:
            best[duty.kind, duty.per] = duty
    return list(best.values())

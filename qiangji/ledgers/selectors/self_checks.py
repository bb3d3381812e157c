"""What a branch's ledgers show of one month, before and after its secretary confirmed it."""

from dataclasses import dataclass
from datetime import date

from qiangji.ledgers.models import Record
from qiangji.ledgers.periods import PERIODS, bucket
from qiangji.ledgers.selectors.duties import duties_of, events_of, strictest
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.models import Organization

KIND = "branch_self_check"
WITHIN = ("month", "quarter")


@dataclass(frozen=True)
class SelfCheckLine:
    """One duty of the month or its quarter: how often it was done, how often it is asked for."""

    title: str
    per_title: str
    done: int
    asked: int

    @property
    def is_short(self) -> bool:
        return self.done < self.asked


@dataclass(frozen=True)
class SelfCheck:
    """One month of a branch; ``record`` is the confirmed one, ``drafts`` wait to be confirmed."""

    month: date
    lines: list[SelfCheckLine]
    drafts: int
    record: Record | None

    @property
    def is_confirmed(self) -> bool:
        return self.record is not None

    @property
    def words(self) -> str:
        """The result as it is kept."""
        done = "；".join(f"{line.title}{line.per_title} {line.done} 次" for line in self.lines)
        short = "、".join(line.title for line in self.lines if line.is_short)
        waiting = f"待确认 {self.drafts} 条。" if self.drafts else ""
        return f"{done}。{'不足：' + short if short else '无不足'}。{waiting}"


def key_of(month: date) -> str:
    """Return the natural key of a month's self-check."""
    return f"self-check:{month:%Y-%m}"


def self_check_of(organization: Organization, month: date) -> SelfCheck:
    """Count a month of a branch: what each monthly and quarterly duty has until the month's end. Three statements."""
    first, last = bucket("month", month)
    kinds = [
        kind
        for kind in KINDS.values()
        if kind.code != KIND
        and kind.is_kept_at(organization)
        and any(service.per in WITHIN for service in kind.serves)
    ]
    codes = [kind.code for kind in kinds]
    events = events_of([organization.pk], codes, range(first.year, first.year + 1))
    until = {key: [event for event in found if event[0] <= last] for key, found in events.items()}
    duties = [duty for duty in duties_of(kinds, organization.pk, until, last) if duty.per in WITHIN]
    lines = [
        SelfCheckLine(duty.kind_title, PERIODS[duty.per], duty.done, duty.at_least)
        for duty in strictest(duties)
    ]
    records = Record.objects.filter(organization=organization)
    confirmed = records.confirmed().filter(natural_key=key_of(first)).first()
    drafts = records.filter(state=Record.State.DRAFT).between(first, last).count()
    return SelfCheck(first, lines, drafts, confirmed)

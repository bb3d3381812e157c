"""Events from the ledgers: records with who was there, declarations, talks, and what follows from a record's own fields."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q

from qiangji.ledgers.models import Attendance, Declaration, HeartTalk, Record, RecordKind
from qiangji.lib.reading import rows_of
from qiangji.rules.fact_types import EventFact
from qiangji.rules.facts import NOBODY, Event, Value
from qiangji.rules.periods import Period
from qiangji.rules.vocabulary import RECORDS
from qiangji.scoring.collecting.family import Family, Place, Scope

OF_RECORDS = {
    "dues_filed": "dues_disclosure",
    "guided_life_meeting": "organization_life_meeting",
    "guided_appraisal": "member_appraisal",
    "dual_theme_day": "dual_organization_life",
}
Persons = frozenset[int]
Who = dict[int, tuple[Persons, Persons, Persons]]  # by record: who was asked, who came, who spoke
NO_LIST: tuple[Persons, Persons, Persons] = (NOBODY, NOBODY, NOBODY)
NATIVE = ("hours", "amount", "quantity")
PRESENT, EXEMPT = str(Attendance.Presence.PRESENT.value), str(Attendance.Presence.EXEMPT.value)


def add_records(scope: Scope) -> None:
    """Read the confirmed records of every kind that is asked for, with those who were there."""
    kinds = {kind for kind in scope.needs.events if kind in RECORDS}
    kinds |= {base for name, base in OF_RECORDS.items() if name in scope.needs.events}
    if "guided_life_meeting" in scope.needs.events:
        kinds.add("life_meeting_guidance")
    if scope.wants("e_branch_organizations", "e_branch_members"):
        kinds.add("platform_statement")
    for family in scope.families.values():
        for kind in scope.needs.events & (set(RECORDS) | set(OF_RECORDS)):
            family.events[kind] = []
    rows = RecordKind.objects.filter(
        recorded_here(scope),
        current(scope, "kind"),
        kind__in=kinds,
        record__state=Record.State.CONFIRMED,
        record__date__lte=scope.moment.as_of,
    ).order_by("record__date", "record_id")
    attended = scope.needs.attended | {OF_RECORDS.get(name, name) for name in scope.needs.attended}
    who = who_was_there(scope, {kind for kind in kinds & attended if RECORDS[kind].attended})
    columns = (
        "record_id", "kind", "record__organization_id", "record__date", "record__end_date", "record__year",
        "record__hours", "record__amount", "record__quantity", "record__values",
    )  # fmt: skip
    properties = Properties()
    for record_id, kind, organization_id, day, until, year, *native, values in rows_of(
        rows.values_list(*columns)
    ):
        place = scope.places.get(organization_id)
        if place is None:
            continue
        expected, present, keynotes = who.get(record_id, NO_LIST)
        leader = place.family.people.get(str(values["leader"])) if "leader" in values else None
        event = Event(
            id=str(record_id), day=day, year=year, values=properties.of(kind, native, values), owner=place.owner,
            expected=expected, present=present if leader is None else present | {leader},
            keynotes=keynotes, until=until, link=link_of(kind, values, place),
        )  # fmt: skip
        note(scope, place, kind, event, values)


def recorded_here(scope: Scope) -> Q:
    """Return the condition "a record of an organization here", from these organizations' own records.

    Asked as "of such an organization" beside a kind of record, a database that has not counted its tables walks through
    the records of that kind in the whole province, once for every batch.
    """
    here = Q(organization__in=list(scope.places)) if scope.is_small else scope.within("organization__path")
    return Q(record__in=Record.objects.filter(here).order_by().values("pk"))


def current(scope: Scope, kind: str) -> Q:
    """Return the condition that a record of this kind may still count: by its day, by its year, or as one that holds on.

    ``kind`` is the lookup of the kind's code from where the query stands.
    """
    recent = Q(record__date__gte=scope.earliest) | Q(record__year__gte=scope.earliest.year)
    holds_on = Q(record__end_date__isnull=True) | Q(record__end_date__gte=scope.earliest)
    lasting = scope.needs.lasting | {"platform_statement"}  # a statement holds until the next one
    return recent | (holds_on & Q(**{f"{kind}__in": lasting}))


def note(scope: Scope, place: Place, kind: str, event: Event, values: Mapping[str, Any]) -> None:
    """Put a record where it counts: under its kind, and under what follows from its fields."""
    family = place.family
    if kind == "branch_self_check":
        event = brought_back(event, str(values.get("month") or ""))
    if kind in scope.needs.events:
        family.happened(kind, event)
    if kind == "platform_statement" and event.owner == 0 and values.get("platform") == "e_branch":
        family.happened("e_branch", event)
    if kind == "dues_disclosure" and values.get("filed_date"):
        filed = date.fromisoformat(values["filed_date"])
        family.happened("dues_filed", Event(event.id, filed, event.year, link=event.id, owner=event.owner))
    if kind == "dual_organization_life" and event.values.get("life_form") == "theme_party_day":
        family.happened("dual_theme_day", event)
    guide = family.people.get(str(values.get("guide") or ""))
    if guide is None or not sits_on_committee(family, guide, event.day):
        return
    name = {"organization_life_meeting": "guided_life_meeting", "member_appraisal": "guided_appraisal"}.get(
        kind
    )
    owner = event.owner
    if kind == "life_meeting_guidance" and values.get("meeting_stage") == "during":
        about = scope.places.get(scope.by_public_id.get(str(values.get("organization") or ""), 0))
        name, owner = (
            "guided_life_meeting",
            about.owner if about is not None and about.family is family else 0,
        )
    if name:
        guided = Event(event.id, event.day, event.year, present=frozenset({guide}), owner=owner)
        family.happened(name, guided)


def sits_on_committee(family: Family, person: int, day: date) -> bool:
    """Say whether somebody is in the subject's committee on a day: other holders of posts do not guide for it."""
    return any(one.key == person and one.on(day) for one in family.populations["committee_members"])


def who_was_there(scope: Scope, kinds: set[str]) -> Who:
    """Read who was asked to the events of some kinds, who came and who spoke: one statement."""
    found: dict[int, tuple[set[int], set[int], set[int]]] = {}
    rows = Attendance.objects.filter(
        recorded_here(scope),
        current(scope, "record__kinds__kind"),
        record__kinds__kind__in=kinds,
        record__state=Record.State.CONFIRMED,
        record__date__lte=scope.moment.as_of,
    ).order_by()
    columns = ("record_id", "person_id", "presence", "is_keynote")
    for record_id, person_id, presence, is_keynote in rows_of(rows.values_list(*columns)):
        here = found.get(record_id)
        if here is None:
            here = found[record_id] = (set(), set(), set())
        if presence != EXEMPT:
            here[0].add(person_id)
        if presence == PRESENT:
            here[1].add(person_id)
        if is_keynote:
            here[2].add(person_id)
    return {
        key: (frozenset(one), frozenset(two), frozenset(three)) for key, (one, two, three) in found.items()
    }


class Properties:
    """What records say, typed as their kinds have it; what many of them say alike is typed once.

    Equal ``values`` come from ``rows_of`` as one and the same object.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], dict[str, Value]] = {}

    def of(self, kind: str, native: Sequence[Any], values: Mapping[str, Any]) -> dict[str, Value]:
        """Return the properties of a record as one of its kinds."""
        key = (kind, *native, id(values))
        if key not in self.known:
            self.known[key] = typed({**dict(zip(NATIVE, native, strict=True)), **values}, RECORDS[kind])
        return self.known[key]


def link_of(kind: str, values: Mapping[str, Any], place: Place) -> str:
    """Return what ties a record to another: an order to repeat names the branch that has to meet again."""
    if kind == "redo_order":
        return str(values.get("organization") or "")
    return place.public_id if kind == "organization_life_meeting" else ""


def brought_back(event: Event, month: str) -> Event:
    """Date a self-check within the month that it is about: it may be confirmed in the days after."""
    if len(month) != 7 or event.day.isoformat()[:7] == month:
        return event
    year, number = int(month[:4]), int(month[5:])
    last = date(year + number // 12, number % 12 + 1, 1).toordinal() - 1
    return Event(event.id, date.fromordinal(last), year, event.values, owner=event.owner)


def typed(values: Mapping[str, Any], fact: EventFact) -> dict[str, Value]:
    """Return the properties that a kind has, each in its type; what does not read as such was not recorded.

    >>> typed({"hours": "1.5", "speaker_kind": ""}, RECORDS["party_class"])
    {'hours': Decimal('1.5')}
    """
    found: dict[str, Value] = {}
    for name, known in fact.properties.items():
        raw = values.get(name)
        if raw is None or raw == "":
            continue
        if known.type == "flag":
            found[name] = bool(raw)
        elif known.type == "choice":
            found[name] = str(raw)
        else:
            try:
                found[name] = Decimal(str(raw))
            except InvalidOperation:
                continue
    return found


def add_talks(scope: Scope) -> None:
    """Read who talked with whom: the pair and the day, which is all that is kept."""
    rows = HeartTalk.objects.filter(
        scope.within("organization__path"),
        withdrawn_at__isnull=True,
        date__gte=scope.earliest,
        date__lte=scope.moment.as_of,
    ).order_by()
    columns = ("pk", "organization_id", "first_id", "second_id", "date")
    for pk, organization_id, first, second, day in rows.values_list(*columns):
        place = scope.places.get(organization_id)
        if place is not None:
            pair = frozenset({first, second})
            event = Event(f"talk-{pk}", day, day.year, pair=pair, present=pair, owner=place.owner)
            place.family.happened("heart_talk", event)


def add_declarations(scope: Scope) -> None:
    """Read for which periods the subjects' own ledgers were declared complete, as far as the day of the evaluation.

    What is seen from an earlier day is not complete beyond it: what is still to come cannot be missing.
    """
    rows = Declaration.objects.filter(
        scope.within("organization__path"),
        organization__kind=scope.kind,
        kind__in=scope.needs.events,
        withdrawn_at__isnull=True,
        start_date__lte=scope.moment.as_of,
        end_date__gte=scope.earliest,
    ).annotate(path=F("organization__path"))
    for path, kind, first, last in rows.order_by("pk").values_list("path", "kind", "start_date", "end_date"):
        family = scope.families.get(path)
        if family is not None:
            family.declared[kind].append(Period(first, min(last, scope.moment.as_of), ""))

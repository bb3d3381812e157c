"""Puts a generated history (``histories``) into the tables, straight, as an installation would hold it after years of use."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from qiangji.accounts.models import User
from qiangji.ledgers.models import Attendance, Declaration, HeartTalk, Record, RecordKind
from qiangji.members.models import (
    BranchMembership,
    Election,
    ElectionStep,
    Exemption,
    Hardship,
    Member,
    Person,
    Tenure,
)
from qiangji.orgs.models import Organization, OrganizationState, Post, Term, TermExtension
from qiangji.standards.models import Edition, ParameterSetting
from tests.history import History, Human

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
NATIVE = {"hours": Decimal, "amount": Decimal, "quantity": int}
Nodes = Mapping[str, Organization]
Editions = Mapping[str, Edition]


def write(history: History, nodes: Nodes, editions: Editions, by: User) -> None:
    """Store everything; some thirty statements."""
    for name, first, last in history.nodes:
        Organization.objects.filter(pk=nodes[name].pk).update(start_date=first, end_date=last)
    ParameterSetting.objects.bulk_create(
        ParameterSetting(
            edition=editions[one.table], criterion_code=one.code, name=one.name, organization=nodes[one.node],
            value=one.value, start_date=one.first, end_date=one.last, document_number="甲党〔2026〕1号",
            document_title="从严规定", set_by=by, set_at=AT, is_withdrawn=one.is_withdrawn,
            **({"closed_by": by, "closed_at": AT} if one.is_withdrawn or one.last else {}),
            reason="写错" if one.is_withdrawn else "",
        )
        for one in history.figures
    )  # fmt: skip
    people = Person.objects.bulk_create(
        Person(name=f"某{number}", occupation="retired" if one.is_retired else "doctor")
        for number, one in enumerate(history.people)
    )
    write_members(history.people, people, nodes)
    write_posts(history, people, nodes)
    write_terms(history, nodes)
    write_records(history, people, nodes)
    HeartTalk.objects.bulk_create(
        HeartTalk(
            organization=nodes[node], first=people[one], second=people[other], date=day, recorded_at=AT,
            withdrawn_at=AT if is_withdrawn else None,
        )
        for node, one, other, day, is_withdrawn in history.talks
    )  # fmt: skip
    Declaration.objects.bulk_create(
        Declaration(
            organization=nodes[one.node], kind=one.kind, start_date=one.first, end_date=one.last, declared_at=AT,
            withdrawn_at=AT if one.is_withdrawn else None, withdrawn_by=by if one.is_withdrawn else None,
        )
        for one in history.declared
    )  # fmt: skip
    OrganizationState.objects.bulk_create(
        OrganizationState(
            organization=nodes[node], kind=kind, value=value, start_date=first, end_date=last, recorded_at=AT
        )
        for node, kind, value, first, last in history.states
    )


def write_members(humans: tuple[Human, ...], people: list[Person], nodes: Nodes) -> None:
    members = {
        number: Member(
            person=people[number], joined_date=one.joined, confirmed_date=one.confirmed, ceased_date=one.ceased,
            ceased_how="moved" if one.ceased else "",
        )
        for number, one in enumerate(humans) if one.joined
    }  # fmt: skip
    Member.objects.bulk_create(members.values())
    BranchMembership.objects.bulk_create(
        BranchMembership(
            member=member, organization=nodes[stay.node], start_date=stay.first, end_date=stay.last,
            arrival="registered", departure="adjusted" if stay.last else "",
        )
        for number, member in members.items() for stay in humans[number].stays
    )  # fmt: skip
    Exemption.objects.bulk_create(
        Exemption(member=member, duty=duty, document="批复〔2026〕1号", start_date=first, end_date=last)
        for number, member in members.items()
        for duty, first, last in humans[number].exempt
    )
    hardships = [
        (member, held) for number, member in members.items() if (held := humans[number].hardship) is not None
    ]
    Hardship.objects.bulk_create(
        Hardship(member=member, start_date=held[0], end_date=held[1]) for member, held in hardships
    )


def write_posts(history: History, people: list[Person], nodes: Nodes) -> None:
    posts = Post.objects.bulk_create(
        Post(
            organization=nodes[seat.node], body=seat.body, kind=seat.kind, is_full_time=seat.full_time,
            start_date=seat.first, end_date=seat.last,
        )
        for seat in history.seats
    )  # fmt: skip
    Tenure.objects.bulk_create(
        Tenure(
            post=post, person=people[one.person], how=one.how, start_date=one.first, end_date=one.last,
            consent_date=one.consent, leaving_consent_date=one.let_go,
        )
        for post, seat in zip(posts, history.seats, strict=True) for one in seat.holders
    )  # fmt: skip


def write_terms(history: History, nodes: Nodes) -> None:
    terms = Term.objects.bulk_create(
        Term(
            organization=nodes[one.node], body=one.body, number=one.number, years=5, start_date=one.first,
            due_date=one.due, end_date=one.last, elected_by=one.elected_by,
        )
        for one in history.terms
    )  # fmt: skip
    both = list(zip(terms, history.terms, strict=True))
    TermExtension.objects.bulk_create(
        TermExtension(
            term=term, due_date=one.moved_to, document="批复〔2026〕2号", approved_by=nodes["H"],
            approved_date=one.moved_to, recorded_at=AT,
        )
        for term, one in both if one.moved_to
    )  # fmt: skip
    elections = Election.objects.bulk_create(
        Election(
            organization=nodes[one.node], body=one.body, kind="regular", term=term, opened_at=AT,
            state="cancelled" if one.is_cancelled else "concluded",
        )
        for term, one in both
    )  # fmt: skip
    ElectionStep.objects.bulk_create(
        ElectionStep(election=election, kind=kind, date=day, taken_at=AT)
        for election, one in zip(elections, history.terms, strict=True)
        for kind, day in one.steps
    )


def write_records(history: History, people: list[Person], nodes: Nodes) -> None:
    rows = []
    for one in history.entries:
        values: dict[str, Any] = {name: value for name, value in one.values.items() if name not in NATIVE}
        named = {"leader": one.leader, "guide": one.guide}
        values |= {name: str(people[key].public_id) for name, key in named.items() if key is not None}
        if one.about:
            values["organization"] = str(nodes[one.about].public_id)
        native = {name: kind(one.values[name]) for name, kind in NATIVE.items() if name in one.values}
        rows.append(
            Record(
                organization=nodes[one.node], state=one.state, date=one.day, end_date=one.end, year=one.year,
                title="台账", values=values, recorded_at=AT, changed_at=AT, **native,
            )
        )  # fmt: skip
    both = list(zip(Record.objects.bulk_create(rows), history.entries, strict=True))
    RecordKind.objects.bulk_create(
        RecordKind(record=row, kind=kind) for row, one in both for kind in one.kinds
    )
    Attendance.objects.bulk_create(
        Attendance(record=row, person=people[person], presence=presence, is_keynote=spoke)
        for row, one in both
        for person, presence, spoke in one.who
    )

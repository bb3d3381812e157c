"""An election step by step: what each step brings about, and what the end of it writes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from qiangji.audit.models import Event
from qiangji.members.elections.concluding import conclude_election
from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    NoData,
    Purpose,
    RequestData,
    ResultData,
    dump,
    load,
)
from qiangji.members.elections.services import (
    cancel_election,
    open_election,
    open_term,
    record_step,
    send_reminder,
)
from qiangji.members.elections.steps import next_step, standing_steps
from qiangji.members.elections.tests.factories import (
    AT,
    DAYS,
    bring,
    contents,
    make_term,
    make_ward,
    open_ward,
)
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Election, ElectionStep, Member, Tenure
from qiangji.orgs.models import Body, ChangedFact, Post, TermExtension
from qiangji.orgs.tests.factories import Cast, cast

Kind = ElectionStep.Kind
pytestmark = pytest.mark.django_db
MEETING = DAYS[Kind.MEETING]


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def members(people: Cast) -> list[Member]:
    return make_ward(people)


def next_of(election: Election) -> str | None:
    return next_step(standing_steps(election.steps.order_by("pk")))


@pytest.mark.shows("B08", "B52")
def test_a_concluded_election_starts_the_new_term_and_seats_the_elected(
    people: Cast, members: list[Member]
) -> None:
    election = open_ward(people)
    bring(election, members, Kind.RESULT_APPROVAL)
    conclude_election(election=election, by=people.party_office, at=AT)
    election.refresh_from_db()
    assert election.state == Election.State.CONCLUDED
    term = election.new_term
    assert term is not None
    assert (term.number, term.start_date, term.years) == (2, MEETING, 3)
    assert election.term is not None
    assert election.term.end_date == MEETING - timedelta(days=1)
    held = Tenure.objects.on(MEETING).filter(post__organization=people.internal_medicine).order_by("post__pk")
    assert [(row.post.title, row.person.name, row.how, row.term) for row in held] == [
        ("书记", "党员04", "elected", term),
        ("组织委员", "党员05", "elected", term),
        ("纪检委员", "党员06", "elected", term),
    ]
    assert not Post.objects.on(MEETING).filter(duty="宣传委员").exists()
    before = Tenure.objects.on(MEETING - timedelta(days=1)).values_list("person__name", flat=True)
    assert sorted(before) == ["党员01", "党员02", "党员03"]
    verbs = (
        Event.objects.filter(object_id=election.public_id).order_by("sequence").values_list("verb", flat=True)
    )
    assert [verbs[0], verbs[8]] == ["election.opened", "election.concluded"]
    assert ChangedFact.objects.filter(kind="election", date=MEETING).exists()


@pytest.mark.shows("B10")
def test_the_new_secretary_carries_the_superiors_prior_consent(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.RESULT_APPROVAL)
    conclude_election(election=election, by=None, at=AT)
    secretary = Tenure.objects.on(MEETING).get(post__kind=Post.Kind.SECRETARY)
    assert secretary.consent_date == DAYS[Kind.CANDIDATES_APPROVAL] < secretary.start_date
    assert secretary.consent_document


@pytest.mark.shows("B54")
def test_a_letter_opens_the_election_and_a_second_letter_joins_it(
    people: Cast, members: list[Member]
) -> None:
    branch = people.internal_medicine
    first = send_reminder(
        organization=branch, body=Body.COMMITTEE, date=date(2026, 4, 28), document="函1", by=None, at=AT
    )
    second = send_reminder(
        organization=branch, body=Body.COMMITTEE, date=date(2026, 4, 29), document="函2", by=None, at=AT
    )
    assert first == second
    assert first.steps.count() == 2
    assert next_of(first) == Kind.REQUEST


def test_a_corrected_step_takes_down_what_rested_on_it(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.MEETING)
    assert next_of(election) == Kind.RESULT
    request = replace(contents(members)[Kind.REQUEST], reason="改期")
    record_step(election=election, kind=Kind.REQUEST, date=DAYS[Kind.REQUEST], data=request, by=None, at=AT)
    assert next_of(election) == Kind.APPROVAL
    assert election.steps.count() == 6


def test_a_refused_request_is_due_again(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.APPROVAL, approval=AnswerData(approved=False, note="请补充名额依据"))
    assert next_of(election) == Kind.REQUEST


@pytest.mark.shows("B52")
def test_an_approved_extension_moves_the_due_day_and_a_request_is_due_again(
    people: Cast, members: list[Member]
) -> None:
    election = open_ward(people)
    later = date(2027, 4, 30)
    said = {
        "request": RequestData(Purpose.EXTENSION, due_date=later, reason="门诊楼搬迁"),
        "approval": AnswerData(due_date=later),
    }
    bring(election, members, Kind.APPROVAL, **said)
    term = open_term(people.internal_medicine, Body.COMMITTEE)
    assert term is not None
    assert term.due_on == later
    extension = TermExtension.objects.get()
    assert (extension.approved_by, extension.approved_date) == (people.hospital_a, DAYS[Kind.APPROVAL])
    assert next_of(election) == Kind.REQUEST
    with pytest.raises(MembersError, match="早于“请示批复”的日期"):
        record_step(
            election=election,
            kind=Kind.REQUEST,
            date=DAYS[Kind.REQUEST],
            data=contents(members)[Kind.REQUEST],
            by=None,
            at=AT,
        )


@pytest.mark.shows("B52")
def test_an_early_election_needs_the_approval_of_the_earlier_day(people: Cast) -> None:
    members = make_ward_due(people, date(2027, 10, 30))
    regular = open_ward(people)
    with pytest.raises(MembersError, match="属于提前换届；请先经上级批准提前"):
        bring(regular, members, Kind.MEETING)
    cancel_election(election=regular, date=AT.date(), reason="改为提前换届", by=None, at=AT)
    early = open_election(
        organization=people.internal_medicine, body=Body.COMMITTEE, kind=Election.Kind.EARLY, by=None, at=AT
    )
    moved = date(2026, 10, 15)
    said = {
        "request": RequestData(Purpose.EARLY, seats=3, due_date=moved, reason="支部合并"),
        "approval": AnswerData(due_date=moved),
    }
    bring(early, members, Kind.RESULT_APPROVAL, **said)
    conclude_election(election=early, by=None, at=AT)
    assert TermExtension.objects.get().due_date == moved
    assert Election.objects.get(pk=early.pk).new_term


def make_ward_due(people: Cast, due: date) -> list[Member]:
    members = make_ward(people)
    term = open_term(people.internal_medicine, Body.COMMITTEE)
    assert term is not None
    term.due_date = due
    term.save(update_fields=["due_date"])
    return members


@pytest.mark.shows("B09")
def test_a_by_election_fills_the_vacant_post_within_the_term(people: Cast, members: list[Member]) -> None:
    post = Post.objects.get(duty="宣传委员")
    Tenure.objects.filter(post=post).update(end_date=date(2026, 5, 31))
    branch, chosen = people.internal_medicine, members[9].person.public_id
    election = open_election(
        organization=branch, body=Body.COMMITTEE, kind=Election.Kind.BY_ELECTION, by=None, at=AT
    )
    said = {
        "request": RequestData(Purpose.BY_ELECTION, posts=(post.public_id,)),
        "candidates": CandidatesData((Named(chosen),), reason="报经同意，等额补选"),
        "meeting": MeetingData(20, 19, 19, 19, 18, ((chosen, 18),)),
        "result": ResultData((Named(chosen),)),
    }
    bring(election, members, Kind.RESULT_APPROVAL, **said)
    conclude_election(election=election, by=None, at=AT)
    seated = Tenure.objects.get(post=post, end_date__isnull=True)
    assert (seated.person, seated.how, seated.start_date) == (members[9].person, "by_election", MEETING)
    term = open_term(branch, Body.COMMITTEE)
    assert term is not None
    assert term.number == 1


def test_a_hospital_without_a_term_elects_its_first_committee(people: Cast) -> None:
    election = open_election(
        organization=people.hospital_a, body=Body.DISCIPLINE, kind=Election.Kind.REGULAR, by=None, at=AT
    )
    assert election.term is None
    make_term(people.hospital_a)
    assert open_term(people.hospital_a, Body.COMMITTEE)


def test_what_a_step_says_survives_storing(members: list[Member]) -> None:
    for kind, data in (contents(members) | {Kind.REMINDER: NoData()}).items():
        assert load(kind, dump(data)) == data


def test_a_cancelled_election_makes_room_for_another(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    cancel_election(election=election, date=AT.date(), reason="支部拟合并", by=None, at=AT)
    assert open_ward(people).pk != election.pk

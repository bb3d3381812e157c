"""The pages of elections: who sees what, what a form refuses beside itself, what is offered as the next step."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.members.elections.access import Rights, names_shown
from qiangji.members.elections.concluding import conclude_election
from qiangji.members.elections.contents import CandidatesData, Named, RequestData
from qiangji.members.elections.services import send_reminder
from qiangji.members.elections.tests.factories import AT, DAYS, bring, make_term, make_ward, open_ward
from qiangji.members.models import Election, ElectionStep, Member, Tenure
from qiangji.members.tests.factories import make_post
from qiangji.orgs.models import Body, Organization
from qiangji.orgs.tests.factories import Cast, cast, make_oversight

Kind = ElectionStep.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def members(people: Cast) -> list[Member]:
    return make_ward(people)


def page(client: Client, user: object, name: str, *arguments: object, status: int = 200, **data: str) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    response = client.get(reverse(f"members:{name}", args=arguments), data)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.shows("B53")
def test_the_january_ledger_lists_every_body_with_its_day_and_what_comes_next(
    client: Client, people: Cast, members: list[Member]
) -> None:
    make_term(people.hospital_a, due=date(2028, 3, 31), years=5)
    shown = page(client, people.party_office, "elections", on="2026-01-01")
    assert "截至 2026-01-01" in shown
    assert "2026-10-30" in shown
    assert "2026-04-30 前" in shown
    assert "2028-03-31" in shown
    assert "外科党支部" in shown
    assert "未登记任期" in shown
    assert "党员01" not in shown


def test_a_supervisor_sees_hospitals_only_and_nobody_elses(
    client: Client, people: Cast, members: list[Member]
) -> None:
    make_term(people.hospital_a)
    make_term(people.hospital_b)
    shown = page(client, people.supervisor, "elections")
    assert "甲医院" in shown
    assert "内科党支部" not in shown
    assert "乙医院" not in shown


@pytest.mark.parametrize("who", ["reader", "member", "administrator"])
def test_the_ledger_says_who_may_to_those_who_may_not(client: Client, people: Cast, who: str) -> None:
    shown = page(client, people.users[who], "elections", status=403)
    assert "党办工作人员" in shown


def test_a_filter_keeps_the_late_ones(client: Client, people: Cast, members: list[Member]) -> None:
    make_term(people.surgery, due=date(2030, 1, 31))
    shown = page(client, people.party_office, "elections", on="2026-09-01", view="late")
    assert "内科党支部" in shown
    assert "外科党支部" not in shown


@pytest.mark.shows("B54")
def test_the_superior_sends_the_letter_and_downloads_it(client: Client, people: Cast) -> None:
    make_term(people.hospital_a)
    client.force_login(people.supervisor)
    address = reverse("members:election_remind", args=[people.hospital_a.public_id, "committee"])
    answer = client.post(address, {"date": "2026-04-28", "document": "函1"}, follow=True)
    election = Election.objects.get()
    assert "等待甲医院办理“换届请示”" in answer.content.decode()
    paper = client.get(reverse("reports:election_letter", args=[election.public_id, "reminder"]))
    assert paper.status_code == 200
    assert paper["Content-Type"].endswith("wordprocessingml.document")


def test_the_next_step_is_the_one_main_action(client: Client, people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.APPROVAL)
    shown = page(client, people.party_office, "election", election.public_id)
    assert shown.count("btn-primary") == 1
    assert "报送候选人预备人选" in shown
    shown = page(client, people.branch_secretary, "election", election.public_id)
    assert "报送候选人预备人选" in shown
    shown = page(client, people.secretary, "election", election.public_id)
    assert "等待内科党支部办理“候选人预备人选请示”" in shown


def test_a_refusal_stands_beside_the_form_and_nothing_is_lost(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = open_ward(people)
    client.force_login(people.party_office)
    address = reverse("members:election_step", args=[election.public_id, "request"])
    typed = {
        "date": "2026-06-20",
        "document": "甲医党〔2026〕9号",
        "seats": "9",
        "meeting_date": "2026-10-12",
        "elected_by": "assembly",
        "reason": "",
    }
    answer = client.post(address, typed)
    assert answer.status_code == 200
    assert "9 人多于 7 人，须说明理由" in answer.content.decode()
    assert "甲医党〔2026〕9号" in answer.content.decode()
    assert client.post(address, typed | {"seats": "3"}).status_code == 302
    assert election.steps.count() == 1


def test_every_step_can_be_taken_by_form(client: Client, people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    client.force_login(people.party_office)
    row = {f"person_{number}": f"党员0{number}" for number in range(1, 5)}
    posts = {f"post_{number}": "member" for number in range(1, 8)} | {"post_1": "secretary"}
    votes = {f"votes_{number}": str(count) for number, count in enumerate((18, 17, 16, 3), 1)}
    figures = {"entitled": "20", "present": "18", "sent": "18", "returned": "18", "valid": "18"}
    yes = {"answer": "yes", "document": "批1"}
    elected = {f"person_{number}": f"党员0{number}" for number in range(1, 4)}
    request = {"seats": "3", "meeting_date": "2026-10-12", "elected_by": "assembly"}
    for kind, typed in [
        ("request", request),
        ("approval", yes),
        ("candidates", row | posts),
        ("candidates_approval", yes),
        ("meeting", figures | votes),
        ("result", elected | posts),
        ("result_approval", yes),
    ]:
        page(client, people.party_office, "election_step", election.public_id, kind)
        address = reverse("members:election_step", args=[election.public_id, kind])
        answer = client.post(address, {"date": DAYS[kind].isoformat()} | typed)
        assert answer.status_code == 302, answer.content.decode()
    shown = page(client, people.party_office, "election_conclude", election.public_id)
    assert "党员03" in shown
    client.post(reverse("members:election_conclude", args=[election.public_id]), {"years": "3"})
    assert Election.objects.get().state == "concluded"
    assert Tenure.objects.filter(end_date=None).count() == 3


@pytest.mark.shows("B09")
def test_a_vacancy_is_listed_and_its_by_election_opened(
    client: Client, people: Cast, members: list[Member]
) -> None:
    make_post(people.internal_medicine, duty="纪检委员", start_date=date(2026, 3, 1))
    shown = page(client, people.party_office, "elections", view="vacant")
    assert "空缺 1" in shown
    assert "纪检委员，自 2026-03-01 起空缺" in shown
    client.force_login(people.party_office)
    where = [people.internal_medicine.public_id, "committee"]
    answer = client.post(reverse("members:election_open", args=where), {"kind": "by_election"})
    assert answer.status_code == 302
    election = Election.objects.get()
    shown = page(client, people.party_office, "election_step", election.public_id, "request")
    assert "纪检委员（自 2026-03-01 起空缺）" in shown


def at_hospital(people: Cast, members: list[Member]) -> Election:
    """An election of the hospital's committee brought to its candidates."""
    make_term(people.hospital_a)
    election = send_reminder(
        organization=people.hospital_a, body=Body.COMMITTEE, date=date(2026, 4, 28), by=None, at=AT
    )
    nominees = tuple(Named(one.person.public_id) for one in members[:6])
    bring(
        election, members, Kind.CANDIDATES, request=RequestData(seats=5), candidates=CandidatesData(nominees)
    )
    return election


def test_names_reach_the_superior_for_this_purpose_and_for_a_year(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = at_hospital(people, members)
    assert "党员01" in page(client, people.supervisor, "election", election.public_id)
    assert "党员01" in page(client, people.party_office, "election", election.public_id)
    Election.objects.filter(pk=election.pk).update(state="cancelled")
    rights = Rights(reads=True, keeps=False, answers=True, sees_people=False)
    election.refresh_from_db()
    last = election.steps.order_by("pk").last()
    assert names_shown(rights, election, last, on=date(2027, 9, 1))
    assert not names_shown(rights, election, last, on=date(2027, 9, 2))


@pytest.mark.parametrize(
    ("who", "status"),
    [("outsider", 404), ("guidance_city", 403), ("reader", 403), ("member", 404), ("administrator", 403)],
)
def test_an_election_is_closed_to_everybody_else(
    client: Client, people: Cast, members: list[Member], who: str, status: int
) -> None:
    election = at_hospital(people, members)
    shown = page(client, people.users[who], "election", election.public_id, status=status)
    assert "党员01" not in shown


def test_the_own_office_cannot_answer_its_own_request(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = at_hospital(people, members)
    client.force_login(people.party_office)
    address = reverse("members:election_step", args=[election.public_id, "candidates_approval"])
    answer = client.post(address, {"date": "2026-09-10", "answer": "yes", "document": "批1"})
    assert answer.status_code == 403
    assert "主管部门工作人员" in answer.content.decode()


def test_where_no_superior_is_in_the_system_the_office_records_its_paper(
    client: Client, people: Cast
) -> None:
    election = send_reminder(
        organization=people.hospital_b, body=Body.COMMITTEE, date=date(2026, 4, 28), by=None, at=AT
    )
    shown = page(client, people.outsider, "election", election.public_id)
    assert "系统内没有登记" in shown
    page(client, people.outsider, "election_step", election.public_id, "reminder")


def test_persons_are_offered_inside_the_line_only(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = at_hospital(people, members)
    assert "党员07 · G" in page(
        client, people.party_office, "election_people", election.public_id, q="党员07"
    )
    page(client, people.supervisor, "election_people", election.public_id, q="党员07", status=403)


def test_a_concluded_election_offers_its_papers(client: Client, people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.RESULT_APPROVAL)
    conclude_election(election=election, by=None, at=AT)
    shown = page(client, people.party_office, "election", election.public_id)
    for kind in ("request", "approval", "candidates", "candidates_approval", "result", "result_approval"):
        address = reverse("reports:election_letter", args=[election.public_id, kind])
        assert address in shown
        assert client.get(address).status_code == 200
    missing = reverse("reports:election_letter", args=[election.public_id, "reminder"])
    assert client.get(missing).status_code == 404


def test_the_list_takes_the_same_statements_for_many(
    client: Client, people: Cast, members: list[Member], django_assert_max_num_queries
) -> None:
    make_oversight(people.authority_a, people.hospital_b)
    for hospital in Organization.objects.filter(kind="hospital"):
        make_term(hospital)
    client.force_login(people.party_office)
    with django_assert_max_num_queries(20):
        client.get(reverse("members:elections"))

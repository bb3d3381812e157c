"""Extensions, early elections and by-elections by their forms."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.members.elections.services import open_election
from qiangji.members.elections.tests.factories import AT, make_ward, open_ward
from qiangji.members.models import Election, Member, Tenure
from qiangji.orgs.models import Body, Post, TermExtension
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def members(people: Cast) -> list[Member]:
    return make_ward(people)


def send(client: Client, election: Election, kind: str, day: str, query: str = "", **typed: object) -> str:
    """Open a step's form, send it, and return the timeline that follows; fails where it is refused."""
    address = reverse("members:election_step", args=[election.public_id, kind]) + query
    assert client.get(address).status_code == 200
    answer = client.post(address, {"date": day} | typed, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    return answer.content.decode()


@pytest.mark.shows("B52")
def test_an_extension_is_asked_for_and_granted_on_screen(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = open_ward(people)
    client.force_login(people.party_office)
    shown = client.get(reverse("members:election", args=[election.public_id])).content.decode()
    assert "申请延期" in shown
    asked = {"due_date": "2027-04-30", "reason": "门诊楼搬迁"}
    send(client, election, "request", "2026-06-20", "?purpose=extension", **asked)
    granted = {"answer": "yes", "document": "甲医党〔2026〕30号", "due_date": "2027-04-30"}
    shown = send(client, election, "approval", "2026-07-01", **granted)
    assert "2027-04-30（经批准变更，原为 2026-10-30）" in shown
    assert "报送请示" in shown
    assert TermExtension.objects.get().document == "甲医党〔2026〕30号"


def test_an_early_election_is_asked_for_with_its_day(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = open_election(
        organization=people.internal_medicine, body=Body.COMMITTEE, kind=Election.Kind.EARLY, by=None, at=AT
    )
    client.force_login(people.party_office)
    asked = {"seats": "3", "meeting_date": "2026-08-10", "elected_by": "assembly"}
    asked |= {"due_date": "2026-08-15", "reason": "支部拟调整"}
    shown = send(client, election, "request", "2026-06-20", **asked)
    assert "申请届满日期 2026-08-15" in shown
    advice = reverse("members:election_advice", args=[election.public_id, "request"])
    assert "不超过 1 年" in client.get(advice, {"due_date": "2026-08-15"}).content.decode()
    assert "超过 1 年" in client.get(advice, {"due_date": "2028-08-15"}).content.decode()


@pytest.mark.shows("B09")
def test_a_by_election_runs_on_screen_from_request_to_tenure(
    client: Client, people: Cast, members: list[Member]
) -> None:
    post = Post.objects.get(duty="宣传委员")
    Tenure.objects.filter(post=post).update(end_date=date(2026, 5, 31))
    election = open_election(
        organization=people.internal_medicine,
        body=Body.COMMITTEE,
        kind=Election.Kind.BY_ELECTION,
        by=None,
        at=AT,
    )
    client.force_login(people.party_office)
    yes = {"answer": "yes", "document": "批1"}
    row = {f"post_{number}": "member" for number in range(1, 5)} | {"person_1": "党员10"}
    figures = {"entitled": "20", "present": "19", "sent": "19", "returned": "19", "valid": "18"}
    asked = {"posts": [str(post.public_id)], "meeting_date": "2026-07-10"}
    send(client, election, "request", "2026-06-20", **asked)
    send(client, election, "approval", "2026-06-25", **yes)
    send(client, election, "candidates", "2026-07-01", **row, reason="等额补选")
    send(client, election, "candidates_approval", "2026-07-02", **yes)
    send(client, election, "meeting", "2026-07-10", **figures, votes_1="18")
    send(client, election, "result", "2026-07-11", **row)
    shown = send(client, election, "result_approval", "2026-07-15", **yes)
    assert "登记届次和任职" in shown
    client.post(reverse("members:election_conclude", args=[election.public_id]))
    seated = Tenure.objects.get(post=post, end_date=None)
    assert (seated.person.name, seated.how, seated.start_date) == ("党员10", "by_election", date(2026, 7, 10))


def test_a_refused_request_shows_its_reason_and_is_sent_again(
    client: Client, people: Cast, members: list[Member]
) -> None:
    election = open_ward(people)
    client.force_login(people.party_office)
    asked = {"seats": "3", "meeting_date": "2026-10-12", "elected_by": "assembly"}
    send(client, election, "request", "2026-06-20", **asked)
    shown = send(client, election, "approval", "2026-06-25", answer="no", note="请补充候选人产生办法")
    assert "请补充候选人产生办法" in shown
    shown = send(client, election, "request", "2026-07-01", **asked)
    assert "批复请示" in shown


def test_an_election_is_called_off_with_a_reason(client: Client, people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    client.force_login(people.party_office)
    address = reverse("members:election_cancel", args=[election.public_id])
    assert "取消的原因" in client.get(address).content.decode()
    answer = client.post(address, {"date": "2026-10-20", "reason": "支部拟合并"}, follow=True)
    assert "已取消" in answer.content.decode()
    concluded = client.get(reverse("members:election_conclude", args=[election.public_id]))
    assert "不必再登记" in concluded.content.decode()

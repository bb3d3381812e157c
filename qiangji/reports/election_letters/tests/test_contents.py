"""What stands in the papers: figures as recorded, addressee and sender the right way round, names only where they may."""

from datetime import UTC, date, datetime

import pytest

from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    Purpose,
    RequestData,
    ResultData,
)
from qiangji.members.elections.services import open_election, send_reminder
from qiangji.members.elections.tests.factories import AT, bring, make_term, make_ward, open_ward
from qiangji.members.models import Election, ElectionStep, Member, Tenure
from qiangji.orgs.models import Body, Post
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.reports.election_letters.contents import Letter
from qiangji.reports.election_letters.report import draft, file_name

Kind = ElectionStep.Kind
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def members(people: Cast) -> list[Member]:
    return make_ward(people)


def paper(election: Election, kind: str, *, with_names: bool = True) -> Letter:
    election.refresh_from_db()
    return draft(election, kind, with_names=with_names, at=NOW)


def text(letter: Letter) -> str:
    return "".join(letter.paragraphs)


@pytest.mark.shows("B54")
def test_the_reminder_says_until_when_and_by_when(people: Cast) -> None:
    make_term(people.hospital_a)
    election = send_reminder(
        organization=people.hospital_a,
        body=Body.COMMITTEE,
        date=date(2026, 4, 28),
        document="函3",
        by=None,
        at=AT,
    )
    letter = paper(election, Kind.REMINDER)
    assert letter.title == "关于做好党委换届工作的提醒函"
    assert (letter.addressee, letter.sender) == ("甲市第一医院党委", "甲市卫生健康委员会")
    assert "任期到2026年10月30日届满" in text(letter)
    assert "在2026年6月30日之前" in text(letter)
    assert file_name(election, letter) == "甲市第一医院党委关于做好党委换届工作的提醒函.docx"


def test_a_whole_election_in_its_papers(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.RESULT_APPROVAL)
    request = paper(election, Kind.REQUEST)
    assert (request.addressee, request.sender) == ("甲市第一医院党委", "内科党支部")
    assert "拟于2026年10月12日召开党员大会进行选举，应选3人" in text(request)
    candidates = paper(election, Kind.CANDIDATES)
    assert candidates.people is not None
    assert candidates.people.rows[0] == ("1", "党员04", "书记")
    assert "应选3人，提名4人" in text(candidates)
    result = paper(election, Kind.RESULT)
    assert result.people is not None
    assert result.people.rows[1] == ("2", "党员05", "委员（组织委员）", "17")
    assert "应到会有选举权的党员20人，实到会18人" in text(result)
    for kind in (Kind.APPROVAL, Kind.CANDIDATES_APPROVAL, Kind.RESULT_APPROVAL):
        answer = paper(election, kind)
        assert (answer.addressee, answer.sender) == ("内科党支部", "甲市第一医院党委")
        assert answer.paragraphs[-1] == "此复。"


def test_papers_without_names_count(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.RESULT)
    for kind in (Kind.CANDIDATES, Kind.RESULT):
        letter = paper(election, kind, with_names=False)
        assert letter.people is None
        assert "党员0" not in text(letter)


def test_an_extension_is_asked_and_granted_until_a_day(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    later = date(2027, 4, 30)
    said = {
        "request": RequestData(Purpose.EXTENSION, due_date=later, reason="门诊楼搬迁。"),
        "approval": AnswerData(due_date=later, note="抓紧筹备"),
    }
    bring(election, members, Kind.APPROVAL, **said)
    request = paper(election, Kind.REQUEST)
    assert request.title == "关于党支部委员会延期换届的请示"
    assert "因门诊楼搬迁，拟将任期延至2027年4月30日" in text(request)
    assert "任期延至2027年4月30日。抓紧筹备。" in text(paper(election, Kind.APPROVAL))


def test_a_refused_request_says_what_to_mend(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.APPROVAL, approval=AnswerData(approved=False, note="请说明名额"))
    assert "修改后重新报送。请说明名额。" in text(paper(election, Kind.APPROVAL))


@pytest.mark.shows("B09")
def test_a_by_election_names_the_vacant_posts(people: Cast, members: list[Member]) -> None:
    post = Post.objects.get(duty="宣传委员")
    Tenure.objects.filter(post=post).update(end_date=date(2026, 5, 31))
    election = open_election(
        organization=people.internal_medicine,
        body=Body.COMMITTEE,
        kind=Election.Kind.BY_ELECTION,
        by=None,
        at=AT,
    )
    chosen = members[9].person.public_id
    said = {
        "request": RequestData(Purpose.BY_ELECTION, posts=(post.public_id,)),
        "candidates": CandidatesData((Named(chosen),), reason="等额补选"),
        "meeting": MeetingData(20, 19, 19, 19, 18, ((chosen, 18),)),
        "result": ResultData((Named(chosen),)),
    }
    bring(election, members, Kind.RESULT_APPROVAL, **said)
    assert "现有职务出缺：宣传委员，共1个" in text(paper(election, Kind.REQUEST))
    assert "等额补选" in text(paper(election, Kind.CANDIDATES))
    assert "任期与本届相同" in text(paper(election, Kind.RESULT_APPROVAL))


def test_a_step_that_is_not_recorded_has_no_paper(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    for kind in (Kind.REMINDER, Kind.MEETING, "nonsense"):
        with pytest.raises(KeyError):
            paper(election, kind)

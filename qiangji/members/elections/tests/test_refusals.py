"""What an election does not allow, one refusal a test: each says what is wrong and what to do."""

from dataclasses import replace
from datetime import date

import pytest

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
    StepData,
)
from qiangji.members.elections.services import cancel_election, open_election, record_step, send_reminder
from qiangji.members.elections.tests.factories import (
    AT,
    DAYS,
    bring,
    contents,
    ids,
    make_term,
    make_ward,
    open_ward,
)
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Election, ElectionStep, Member
from qiangji.members.tests.factories import make_member
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.tests.factories import Cast, cast, make_organization

Kind = ElectionStep.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def members(people: Cast) -> list[Member]:
    return make_ward(people)


def refused(words: str, election: Election, kind: str, data: StepData, **fields: object) -> None:
    """Assert that a step is refused in these words and leaves nothing behind."""
    before = election.steps.count()
    given = {"date": DAYS.get(kind, date(2026, 4, 28)), "document": "批1"} | fields
    with pytest.raises(MembersError, match=words):
        record_step(election=election, kind=kind, data=data, by=None, at=AT, **given)
    assert election.steps.count() == before


def opening(people: Cast, organization: Organization, kind: str, body: str = Body.COMMITTEE) -> Election:
    return open_election(organization=organization, body=body, kind=kind, by=people.party_office, at=AT)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Election.Kind.REGULAR, "已有一次选举在办理"),
        (Election.Kind.BY_ELECTION, "已有一次选举在办理"),
    ],
)
def test_one_election_at_a_time(people: Cast, members: list[Member], kind: str, words: str) -> None:
    open_ward(people)
    with pytest.raises(MembersError, match=words):
        opening(people, people.internal_medicine, kind)


def test_openings_that_cannot_be(people: Cast, members: list[Member]) -> None:
    group = make_organization(people.internal_medicine, Organization.Kind.PARTY_GROUP)
    for organization, kind, body, words in [
        (group, Election.Kind.REGULAR, Body.COMMITTEE, "不在这里办理换届"),
        (people.surgery, Election.Kind.REGULAR, Body.DISCIPLINE, "不设纪律检查委员会"),
        (people.surgery, Election.Kind.EARLY, Body.COMMITTEE, "没有登记任期，谈不上提前换届"),
        (people.surgery, Election.Kind.BY_ELECTION, Body.COMMITTEE, "没有登记任期，不能补选"),
        (people.internal_medicine, Election.Kind.BY_ELECTION, Body.COMMITTEE, "没有空缺的职务"),
    ]:
        with pytest.raises(MembersError, match=words):
            opening(people, organization, kind, body)
    assert not Election.objects.exists()


def test_an_abolished_branch_elects_nobody(people: Cast) -> None:
    Organization.objects.filter(pk=people.surgery.pk).update(end_date=date(2026, 1, 31))
    people.surgery.refresh_from_db()
    with pytest.raises(MembersError, match="已于 2026-01-31 撤销"):
        opening(people, people.surgery, Election.Kind.REGULAR)


def test_steps_out_of_turn_and_out_of_time(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    said = contents(members)
    refused("现在应办的是“换届请示”，还不能登记“选举大会”", election, Kind.MEETING, said[Kind.MEETING])
    refused("晚于今天", election, Kind.REQUEST, said[Kind.REQUEST], date=date(2026, 10, 21))
    bring(election, members, Kind.REQUEST)
    refused("早于“换届请示”的日期 2026-06-20", election, Kind.APPROVAL, AnswerData(), date=date(2026, 6, 19))
    refused("提醒函的日期不能晚于这一天", election, Kind.REMINDER, NoData(), date=date(2026, 6, 21))
    refused("这一步的内容不完整", election, Kind.APPROVAL, NoData())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (RequestData(Purpose.EARLY, seats=3), "不能报送提前换届的请示"),
        (RequestData(Purpose.ELECTION), "须写明应选名额"),
        (RequestData(Purpose.ELECTION, seats=8), "8 人多于 7 人，须说明理由"),
        (RequestData(Purpose.ELECTION, seats=3, elected_by="congress"), "不足 500 名"),
        (RequestData(Purpose.ELECTION, seats=3, meeting_date=date(2026, 6, 1)), "早于请示日期"),
        (RequestData(Purpose.ELECTION, seats=3, meeting_date=date(2026, 11, 1)), "或先报送延期换届请示"),
        (RequestData(Purpose.EXTENSION, due_date=date(2027, 1, 1)), "须写明申请的届满日期和理由"),
        (RequestData(Purpose.EXTENSION, due_date=date(2026, 10, 1), reason="忙"), "须晚于现届满日期"),
    ],
)
def test_requests_that_lack_something(
    people: Cast, members: list[Member], data: RequestData, words: str
) -> None:
    refused(words, open_ward(people), Kind.REQUEST, data)


def test_a_shift_of_a_term_that_nobody_recorded(people: Cast) -> None:
    election = opening(people, people.surgery, Election.Kind.REGULAR)
    data = RequestData(Purpose.EXTENSION, due_date=date(2027, 1, 1), reason="搬迁")
    refused("没有登记任期", election, Kind.REQUEST, data)


def test_an_early_day_that_is_not_earlier(people: Cast, members: list[Member]) -> None:
    election = opening(people, people.internal_medicine, Election.Kind.EARLY)
    data = RequestData(Purpose.EARLY, seats=3, due_date=date(2026, 12, 1), reason="合并")
    refused("提前后的届满日期须早于", election, Kind.REQUEST, data)


def test_a_by_election_of_a_post_that_is_held_or_elsewhere(people: Cast, members: list[Member]) -> None:
    held = Post.objects.get(duty="组织委员")
    Post.objects.create(
        organization=people.internal_medicine, body="committee", kind="member", start_date=date(2026, 1, 1)
    )
    election = opening(people, people.internal_medicine, Election.Kind.BY_ELECTION)
    refused("没有空缺", election, Kind.REQUEST, RequestData(Purpose.BY_ELECTION, posts=(held.public_id,)))
    refused("须选定要补的职务", election, Kind.REQUEST, RequestData(Purpose.BY_ELECTION))


def test_answers_need_a_document_a_reason_or_a_day(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.REQUEST)
    refused("须登记文号", election, Kind.APPROVAL, AnswerData(), document=" ")
    refused("须写明意见", election, Kind.APPROVAL, AnswerData(approved=False))
    shift = RequestData(Purpose.EXTENSION, due_date=date(2027, 1, 1), reason="搬迁")
    record_step(election=election, kind=Kind.REQUEST, date=DAYS[Kind.REQUEST], data=shift, by=None, at=AT)
    refused("须写明批准的届满日期", election, Kind.APPROVAL, AnswerData())


def test_candidates_that_do_not_do(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.APPROVAL)
    persons = ids(members)
    stranger = make_member(people.surgery, "外科人").person.public_id
    novice = make_member(people.internal_medicine, "预备人", confirmed_date=None).person.public_id
    few = tuple(Named(one) for one in persons[:3])
    for nominees, words in [
        ((), "请至少填写一名候选人"),
        (few, "候选人至少 4 人，现有 3 人，请补足"),
        ((*few, few[0]), "同一人在候选人中出现了两次"),
        (tuple(Named(one, "secretary") for one in persons[:4]), "书记最多 1 名，现填 4 名"),
        (tuple(Named(one, "president") for one in persons[:4]), "只有书记、副书记和委员"),
        ((*few, Named(stranger)), "“外科人”在 2026-09-01 不是“内科党支部”的正式党员"),
        ((*few, Named(novice)), "“预备人”在 2026-09-01 不是"),
    ]:
        refused(words, election, Kind.CANDIDATES, CandidatesData(nominees))


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((20, 15, 15, 15, 15), "不足五分之四（16 人），本次会议不能选举"),
        ((20, 21, 18, 18, 18), "多于应到"),
        ((20, 18, 19, 18, 18), "发出选票 19 张多于到会"),
        ((20, 18, 17, 18, 17), "收回选票 18 张多于发出 17 张，选举无效"),
        ((20, 18, 18, 17, 18), "有效票 18 张多于收回"),
        ((20, 18, 18, 18, 16), "有候选人得票多于有效票 16 张"),
    ],
)
def test_meetings_whose_figures_cannot_be(
    people: Cast, members: list[Member], figures: tuple[int, ...], words: str
) -> None:
    election = open_ward(people)
    bring(election, members, Kind.CANDIDATES_APPROVAL)
    good = contents(members)[Kind.MEETING]
    assert isinstance(good, MeetingData)
    refused(words, election, Kind.MEETING, MeetingData(*figures, votes=good.votes))


def test_a_meeting_before_the_month_of_the_terms_end(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.CANDIDATES_APPROVAL)
    early = contents(members)[Kind.MEETING]
    refused("属于提前换届", election, Kind.MEETING, early, date=date(2026, 9, 30))


def test_results_that_the_votes_do_not_carry(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.MEETING)
    said = contents(members)[Kind.RESULT]
    assert isinstance(said, ResultData)
    persons = ids(members)
    lost = replace(said, elected=(*said.elected[:2], Named(persons[6])))
    refused(r"“党员07”得 4 票，未超过到会 18 人的半数（须 10 票）", election, Kind.RESULT, lost)
    many = replace(said, elected=(*said.elected, Named(persons[6])))
    refused("当选 4 人，多于应选名额 3 人", election, Kind.RESULT, many)


def test_a_by_election_fills_no_other_kind_of_post(people: Cast, members: list[Member]) -> None:
    post = Post.objects.create(
        organization=people.internal_medicine, body="committee", kind="member", start_date=date(2026, 1, 1)
    )
    election = opening(people, people.internal_medicine, Election.Kind.BY_ELECTION)
    one = ids(members)[8]
    said: dict[str, StepData] = {
        "request": RequestData(Purpose.BY_ELECTION, posts=(post.public_id,)),
        "candidates": CandidatesData((Named(one),), reason="等额"),
        "meeting": MeetingData(20, 18, 18, 18, 18, ((one, 18),)),
    }
    bring(election, members, Kind.MEETING, **said)
    refused("空缺的书记只有 0 个", election, Kind.RESULT, ResultData((Named(one, "secretary"),)))


def test_nothing_is_concluded_before_its_end_or_twice(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    bring(election, members, Kind.RESULT)
    with pytest.raises(MembersError, match="还没有办完“选举结果批复”"):
        conclude_election(election=election, by=None, at=AT)
    record_step(
        election=election, kind=Kind.RESULT_APPROVAL, date=DAYS[Kind.RESULT_APPROVAL],
        document="批3", data=AnswerData(), by=None, at=AT,
    )  # fmt: skip
    with pytest.raises(MembersError, match="任期为 1 至 5 年"):
        conclude_election(election=election, years=6, by=None, at=AT)
    conclude_election(election=election, by=None, at=AT)
    with pytest.raises(MembersError, match="已完成"):
        conclude_election(election=election, by=None, at=AT)
    with pytest.raises(MembersError, match="已完成，不能取消"):
        cancel_election(election=election, date=AT.date(), reason="错", by=None, at=AT)
    refused("已完成，不能再登记", election, Kind.REQUEST, contents(members)[Kind.REQUEST])


def test_calling_off_needs_a_reason_and_a_day_that_has_come(people: Cast, members: list[Member]) -> None:
    election = open_ward(people)
    with pytest.raises(MembersError, match="须写明原因"):
        cancel_election(election=election, date=AT.date(), reason=" ", by=None, at=AT)
    with pytest.raises(MembersError, match="晚于今天"):
        cancel_election(election=election, date=date(2026, 10, 21), reason="合并", by=None, at=AT)


def test_an_extension_needs_somebody_above(people: Cast) -> None:
    top = make_organization(None, Organization.Kind.HOSPITAL, name="独立医院党委")
    make_term(top)
    election = send_reminder(organization=top, body=Body.COMMITTEE, date=date(2026, 4, 1), by=None, at=AT)
    shift = RequestData(Purpose.EXTENSION, due_date=date(2027, 1, 1), reason="搬迁")
    record_step(election=election, kind=Kind.REQUEST, date=DAYS[Kind.REQUEST], data=shift, by=None, at=AT)
    refused("没有登记上级或主管单位", election, Kind.APPROVAL, AnswerData(due_date=date(2027, 1, 1)))

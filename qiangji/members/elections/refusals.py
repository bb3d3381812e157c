"""What an election does not allow, step by step. Each refusal is Chinese, names the figure and says what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiangji.lib.dates import day_text
from qiangji.members.elections import calculators, figures
from qiangji.members.elections.contents import (
    PURPOSE_WORDS,
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    Purpose,
    RequestData,
    ResultData,
    load,
)
from qiangji.members.elections.steps import CHAIN, may_be_taken, next_step
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Election, ElectionStep, Person
from qiangji.members.selectors.tenures import vacancies
from qiangji.orgs.models import Organization, Post

Kind = ElectionStep.Kind
PURPOSES: dict[str, frozenset[Purpose]] = {
    Election.Kind.REGULAR: frozenset({Purpose.ELECTION, Purpose.EXTENSION}),
    Election.Kind.EARLY: frozenset({Purpose.EARLY}),
    Election.Kind.BY_ELECTION: frozenset({Purpose.BY_ELECTION}),
}
MOST_OF_A_KIND: dict[str, int] = {Post.Kind.SECRETARY: 1, Post.Kind.DEPUTY_SECRETARY: 2}
ELECTED_KINDS = (Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY, Post.Kind.MEMBER)


@dataclass(frozen=True)
class Case:
    """An election with the steps that stand, its term's due day, and the day on which somebody records something."""

    election: Election
    standing: Mapping[str, ElectionStep]
    due: date | None
    today: date

    @property
    def organization(self) -> Organization:
        return self.election.organization

    def said(self, kind: str) -> object:
        """Return what a standing step says, or None."""
        step = self.standing.get(kind)
        return load(kind, step.data) if step is not None else None


def check_turn(case: Case, kind: str, day: date) -> None:
    """Refuse a step out of turn, in the future, or before what it rests on."""
    if not may_be_taken(case.election, case.standing, kind):
        if case.election.state != Election.State.OPEN:
            raise MembersError(f"这次选举{case.election.get_state_display()}，不能再登记步骤。")
        due = next_step(case.standing)
        now = f"现在应办的是“{Kind(due).label}”" if due else "各步骤都已办完，请登记届次和任职"
        raise MembersError(f"{now}，还不能登记“{Kind(kind).label}”。")
    if day > case.today:
        raise MembersError(f"日期 {day} 晚于今天，请在当日或之后登记。")
    if kind == Kind.REMINDER:
        request = case.standing.get(Kind.REQUEST)
        if request is not None and day > request.date:
            raise MembersError(f"请示已于 {request.date} 报送，提醒函的日期不能晚于这一天。")
        return
    before = [one for one in CHAIN[: CHAIN.index(kind)] if one in case.standing]
    if kind == Kind.REQUEST and next_step(case.standing) == Kind.REQUEST and Kind.APPROVAL in case.standing:
        before.append(Kind.APPROVAL)
    for earlier in before:
        step = case.standing[earlier]
        if day < step.date:
            raise MembersError(
                f"“{Kind(kind).label}”的日期 {day} 早于“{Kind(earlier).label}”的日期 {step.date}，请核对先后。"
            )


def check_request(case: Case, day: date, data: RequestData) -> None:
    """Refuse a request that asks for the wrong thing, or without the figures that belong to it."""
    if data.purpose not in PURPOSES[case.election.kind]:
        raise MembersError(
            f"这是{case.election.get_kind_display()}，不能报送{PURPOSE_WORDS[data.purpose]}的请示；请另行发起。"
        )
    if data.purpose in (Purpose.EXTENSION, Purpose.EARLY):
        _check_shift(case, data)
    if data.purpose in (Purpose.ELECTION, Purpose.EARLY):
        _check_seats(case, day, data)
    if data.purpose == Purpose.BY_ELECTION:
        _check_vacant(case, day, data.posts)
    if data.meeting_date is not None and data.meeting_date < day:
        raise MembersError(f"计划选举日期 {data.meeting_date} 早于请示日期 {day}，请核对。")
    if (
        data.purpose == Purpose.ELECTION
        and case.due
        and data.meeting_date
        and data.meeting_date > case.due >= day
    ):
        raise MembersError(
            f"计划选举日期 {data.meeting_date} 晚于届满日期 {case.due}；请改期，或先报送延期换届请示。"
        )


def _check_shift(case: Case, data: RequestData) -> None:
    words = PURPOSE_WORDS[data.purpose]
    if case.due is None:
        raise MembersError(f"没有登记任期，谈不上{words}；请先在班子页登记本届任期。")
    if data.due_date is None or not data.reason.strip():
        raise MembersError(f"{words}须写明申请的届满日期和理由。")
    if data.purpose == Purpose.EXTENSION and data.due_date <= case.due:
        raise MembersError(f"延期后的届满日期须晚于现届满日期 {case.due}。")
    if data.purpose == Purpose.EARLY and data.due_date >= case.due:
        raise MembersError(f"提前后的届满日期须早于现届满日期 {case.due}。")


def _check_seats(case: Case, day: date, data: RequestData) -> None:
    if not data.seats or data.seats < 1:
        raise MembersError("请示须写明应选名额。")
    allowed = figures.seat_range(case.organization, case.election.body, on=day)
    doubt = allowed.judge(data.seats) if allowed else ""
    if doubt and not data.reason.strip():
        raise MembersError(f"应选名额{doubt}依据：{allowed.basis if allowed else ''}。")
    members = figures.full_members(case.organization, on=day)
    if data.elected_by == "congress" and members < calculators.CONGRESS_FROM and not data.reason.strip():
        raise MembersError(
            f"正式党员 {members} 名，不足 {calculators.CONGRESS_FROM} 名；召开党员代表大会须写明理由（例如驻地分散）。"
        )


def _check_vacant(case: Case, day: date, posts: Sequence[UUID]) -> None:
    if not posts:
        raise MembersError("补选请示须选定要补的职务。")
    vacant = {post.public_id for post in vacancies([case.organization], on=day, body=case.election.body)}
    if set(posts) - vacant:
        raise MembersError("所选职务不属于本机构，或在请示当日没有空缺；请在空缺的职务中选择。")


def check_answer(case: Case, asked: str, document: str, data: AnswerData) -> None:
    """Refuse an answer without what makes it one: a document for a yes, a reason for a no, a day for a shift."""
    if not data.approved:
        if not data.note.strip():
            raise MembersError("不同意的，须写明意见，以便对方修改后重报。")
        return
    if not document.strip():
        raise MembersError("同意的批复须登记文号。")
    request = case.said(Kind.REQUEST)
    if (
        asked == Kind.REQUEST
        and isinstance(request, RequestData)
        and request.purpose in (Purpose.EXTENSION, Purpose.EARLY)
        and data.due_date is None
    ):
        raise MembersError(f"批准{PURPOSE_WORDS[request.purpose]}须写明批准的届满日期。")


def check_candidates(case: Case, day: date, data: CandidatesData) -> None:
    """Refuse candidates that do not belong, or that are too few without a reason where a reason may do."""
    _check_people(case, day, data.nominees, "候选人")
    seats = case.election.seats or 0
    needed = calculators.candidates_needed(seats)
    if len(data.nominees) >= needed:
        return
    words = f"应选 {seats} 人，差额 20%，候选人至少 {needed} 人，现有 {len(data.nominees)} 人"
    if case.election.kind != Election.Kind.BY_ELECTION and seats >= 3:
        raise MembersError(f"{words}，请补足后报送。")
    if len(data.nominees) < seats or not data.reason.strip():
        raise MembersError(f"{words}；经上级同意等额选举的，请写明理由。")


def _check_people(case: Case, day: date, named: Sequence[Named], words: str) -> None:
    if not named:
        raise MembersError(f"请至少填写一名{words}。")
    counts = Counter(one.person for one in named)
    if max(counts.values()) > 1:
        raise MembersError(f"同一人在{words}中出现了两次，请删去重复的一行。")
    posts = Counter(one.post for one in named)
    for kind, most in MOST_OF_A_KIND.items():
        if posts[kind] > most:
            raise MembersError(f"{Post.Kind(kind).label}最多 {most} 名，现填 {posts[kind]} 名。")
    if set(posts) - set(ELECTED_KINDS):
        raise MembersError("选举产生的职务只有书记、副书记和委员。")
    _check_eligible(case, day, set(counts), words)


def _check_eligible(case: Case, day: date, persons: set[UUID], words: str) -> None:
    known = set(
        figures.eligible(case.organization, on=day)
        .filter(public_id__in=persons)
        .values_list("public_id", flat=True)
    )
    strangers = Person.objects.filter(public_id__in=persons - known).values_list("name", flat=True)
    if persons - known:
        raise MembersError(
            f"{words}“{'、'.join(strangers)}”在 {day} 不是“{case.organization.short_name}”的正式党员，请核对名册。"
        )


def check_meeting(case: Case, day: date, data: MeetingData) -> None:
    """Refuse a meeting that could not elect, figures that cannot be, and one held too early without approval."""
    seats = case.election.seats or 0
    votes = [count for _, count in data.votes]
    problems = calculators.ballot_problems(
        entitled=data.entitled,
        present=data.present,
        sent=data.sent,
        returned=data.returned,
        valid=data.valid,
        votes=votes,
        seats=seats,
    )
    if problems:
        raise MembersError("".join(problems))
    if case.election.kind != Election.Kind.BY_ELECTION and case.due and day < case.due.replace(day=1):
        raise MembersError(
            f"任期到 {case.due} 届满，{day} 选举属于提前换届；请先经上级批准提前（{day_text(case.due)}所在月份之前均算提前）。"
        )
    _check_eligible(case, day, {person for person, _ in data.votes}, "得票人")


def check_result(case: Case, day: date, data: ResultData) -> None:
    """Refuse more elected than seats, and anyone whose votes did not pass half of those who came."""
    _check_people(case, day, data.elected, "当选人")
    seats = case.election.seats or 0
    if len(data.elected) > seats:
        raise MembersError(
            f"当选 {len(data.elected)} 人，多于应选名额 {seats} 人，请按得票多少取足名额为止。"
        )
    meeting = case.said(Kind.MEETING)
    if not isinstance(meeting, MeetingData):
        raise MembersError("请先登记选举大会的人数和票数。")
    votes, needed = dict(meeting.votes), calculators.votes_needed(meeting.present)
    names = dict(
        Person.objects.filter(public_id__in=[one.person for one in data.elected]).values_list(
            "public_id", "name"
        )
    )
    for one in data.elected:
        if votes.get(one.person, 0) < needed:
            raise MembersError(
                f"“{names[one.person]}”得 {votes.get(one.person, 0)} 票，未超过到会 {meeting.present} 人的半数"
                f"（须 {needed} 票），不能当选。"
            )
    if case.election.kind == Election.Kind.BY_ELECTION:
        _check_filled(case, data)


def _check_filled(case: Case, data: ResultData) -> None:
    request = case.said(Kind.REQUEST)
    posts = request.posts if isinstance(request, RequestData) else ()
    vacant = Counter(Post.objects.filter(public_id__in=posts).values_list("kind", flat=True))
    for kind, number in Counter(one.post for one in data.elected).items():
        if number > vacant[kind]:
            raise MembersError(
                f"补选请示中空缺的{Post.Kind(kind).label}只有 {vacant[kind]} 个，当选 {number} 人，请核对。"
            )

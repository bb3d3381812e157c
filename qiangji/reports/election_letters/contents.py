"""What stands in the papers of an election, as plain data, from the steps that are recorded. Wording is our own.

A paper says what was recorded and nothing else; whoever signs it checks it first. Persons are named only where the
reader may know them, else counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qiangji.lib.dates import day_text
from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    Purpose,
    RequestData,
    ResultData,
)
from qiangji.members.elections.figures import body_title
from qiangji.members.elections.refusals import Case
from qiangji.members.elections.selectors import names_of, posts_named, superior_of
from qiangji.members.elections.timetable import months_before
from qiangji.members.models import ElectionStep
from qiangji.orgs.models import Organization, Post, Term

Kind = ElectionStep.Kind
NO_SUPERIOR = "上级党组织"
REQUEST_END = "以上请示，请予批复。"


@dataclass(frozen=True)
class People:
    """A table of persons in a paper."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Letter:
    """One paper: title, number, to whom, paragraphs, a table of persons if any, from whom, and of which day."""

    title: str
    number: str
    addressee: str
    paragraphs: tuple[str, ...]
    sender: str
    day: date
    people: People | None = None


@dataclass(frozen=True)
class Source:
    """What a paper is drafted from."""

    case: Case
    kind: str
    request_months: int
    with_names: bool = True

    @property
    def step(self) -> ElectionStep:
        return self.case.standing[self.kind]

    @property
    def organization(self) -> Organization:
        return self.case.organization

    @property
    def body(self) -> str:
        """What the body is called in a sentence: 党委, 纪委, 党支部委员会."""
        return body_title(self.organization, self.case.election.body)

    @property
    def superior(self) -> str:
        superior = superior_of(self.organization, on=self.step.date)
        return superior.name if superior else NO_SUPERIOR

    @property
    def request(self) -> RequestData:
        said = self.case.said(Kind.REQUEST)
        return said if isinstance(said, RequestData) else RequestData()

    @property
    def deed(self) -> str:
        """What is being done, in a title."""
        return {
            Purpose.ELECTION: "换届选举",
            Purpose.EXTENSION: "延期换届",
            Purpose.EARLY: "提前换届选举",
            Purpose.BY_ELECTION: "补选",
        }[self.request.purpose]


def letter_of(source: Source) -> Letter:
    """Return the paper of a step that stands. Raises KeyError for a step that has none or is not recorded."""
    writer = WRITERS[source.kind]
    title, paragraphs, people = writer(source)
    to_superior = source.kind in (Kind.REQUEST, Kind.CANDIDATES, Kind.RESULT)
    own, above = source.organization.name, source.superior
    return Letter(
        title=title,
        number=source.step.document,
        addressee=above if to_superior else own,
        paragraphs=tuple(paragraphs),
        sender=own if to_superior else ("" if above == NO_SUPERIOR else above),
        day=source.step.date,
        people=people,
    )


Written = tuple[str, list[str], People | None]


def _reminder(source: Source) -> Written:
    term, due = source.case.election.term, source.case.due
    paragraphs = []
    if term is not None and due is not None:
        paragraphs.append(
            f"你单位第{term.number}届{source.body}于{day_text(term.start_date)}产生，任期到{day_text(due)}届满。"
        )
        last = months_before(due, source.request_months)
        paragraphs.append(f"请及早着手换届准备，在{day_text(last)}之前以书面形式报送换届请示。")
    else:
        paragraphs.append(f"请核对你单位{source.body}的任期，及早着手换届准备，并以书面形式报送换届请示。")
    paragraphs.append("确需延期或者提前的，应当说明理由报批；没有批准，不得变更换届时间。")
    paragraphs.append("特此函告。")
    return f"关于做好{source.body}换届工作的提醒函", paragraphs, None


def _request(source: Source) -> Written:
    asked = source.request
    term, due = source.case.election.term, source.case.due
    title = f"关于{source.body}{source.deed}的请示"
    paragraphs = []
    if term is not None and due is not None:
        paragraphs.append(
            f"我单位第{term.number}届{source.body}于{day_text(term.start_date)}产生，任期到{day_text(due)}届满。"
        )
    if asked.purpose == Purpose.EXTENSION and asked.due_date:
        paragraphs.append(
            f"因{asked.reason.rstrip('。')}，拟将任期延至{day_text(asked.due_date)}，届时按程序换届。"
        )
    elif asked.purpose == Purpose.BY_ELECTION:
        posts = "、".join(post.title for post in posts_named(asked.posts))
        paragraphs.append(f"现有职务出缺：{posts}，共{len(asked.posts)}个，拟在本届任期内补选。")
    elif asked.purpose == Purpose.EARLY and asked.due_date:
        paragraphs.append(f"因{asked.reason.rstrip('。')}，拟将届满日期提前到{day_text(asked.due_date)}。")
    if asked.purpose != Purpose.EXTENSION:
        paragraphs.append(_plan(source))
    if asked.reason and asked.purpose in (Purpose.ELECTION, Purpose.BY_ELECTION):
        paragraphs.append(f"需要说明的情况：{asked.reason.rstrip('。')}。")
    paragraphs.append(REQUEST_END)
    return title, paragraphs, None


def _plan(source: Source) -> str:
    asked = source.request
    how = Term.ElectedBy(asked.elected_by).label
    when = f"拟于{day_text(asked.meeting_date)}" if asked.meeting_date else "拟"
    seats = f"，应选{source.case.election.seats}人" if source.case.election.seats else ""
    return f"{when}召开{how}进行选举{seats}，采用无记名投票方式，候选人预备人选另行报批。"


def _answer(source: Source, asked: str, about: str, granted: list[str]) -> Written:
    said = source.case.said(source.kind)
    answer = said if isinstance(said, AnswerData) else AnswerData()
    request = source.case.standing[asked]
    number = f"（{request.document}）" if request.document else ""
    paragraphs = [f"你单位{day_text(request.date)}报送的{Kind(asked).label}{number}收悉。经研究，批复如下。"]
    if answer.approved:
        paragraphs += granted
    else:
        paragraphs.append("请按下列意见修改后重新报送。")
    if answer.note:
        paragraphs.append(answer.note if answer.note.endswith("。") else f"{answer.note}。")
    paragraphs.append("此复。")
    return f"关于{about}的批复", paragraphs, None


def _approval(source: Source) -> Written:
    said = source.case.said(Kind.APPROVAL)
    moved = said.due_date if isinstance(said, AnswerData) else None
    if source.request.purpose == Purpose.EXTENSION:
        granted = [f"同意{source.body}延期换届，任期延至{day_text(moved)}。" if moved else "同意。"]
    else:
        granted = [f"同意{source.body}{source.deed}，应选{source.case.election.seats}人。"]
        if moved:
            granted.append(f"届满日期提前到{day_text(moved)}。")
        granted.append("请依照党内选举规定组织，确保到会人数和候选人差额符合要求。")
    return _answer(source, Kind.REQUEST, f"{source.body}{source.deed}", granted)


def _candidates(source: Source) -> Written:
    said = source.case.said(Kind.CANDIDATES)
    nominees = said.nominees if isinstance(said, CandidatesData) else ()
    paragraphs = [
        f"{source.body}{source.deed}的候选人预备人选已经酝酿产生，应选{source.case.election.seats}人，"
        f"提名{len(nominees)}人。名单如下。"
    ]
    if isinstance(said, CandidatesData) and said.reason:
        paragraphs.append(f"需要说明的情况：{said.reason.rstrip('。')}。")
    paragraphs.append(REQUEST_END)
    title = f"关于{source.body}{source.deed}候选人预备人选的请示"
    return title, paragraphs, _table(source, nominees, ("序号", "姓名", "拟任职务"))


def _candidates_approval(source: Source) -> Written:
    said = source.case.said(Kind.CANDIDATES)
    number = len(said.nominees) if isinstance(said, CandidatesData) else 0
    granted = [f"同意所报{number}名候选人预备人选，按规定提交大会选举。"]
    return _answer(source, Kind.CANDIDATES, f"{source.body}{source.deed}候选人预备人选", granted)


def _result(source: Source) -> Written:
    said, meeting = source.case.said(Kind.RESULT), source.case.said(Kind.MEETING)
    elected = said.elected if isinstance(said, ResultData) else ()
    how = Term.ElectedBy(source.request.elected_by).label
    day = source.case.standing[Kind.MEETING].date
    paragraphs = [f"我单位于{day_text(day)}召开{how}，进行{source.body}{source.deed}。现将结果报告如下。"]
    votes: dict = {}
    if isinstance(meeting, MeetingData):
        votes = dict(meeting.votes)
        paragraphs.append(
            f"应到会有选举权的党员{meeting.entitled}人，实到会{meeting.present}人，符合规定。"
            f"发出选票{meeting.sent}张，收回{meeting.returned}张，其中有效票{meeting.valid}张，选举有效。"
        )
    paragraphs.append(f"共有{len(elected)}人得票超过半数当选，名单如下。")
    paragraphs.append("以上结果，请予审批。")
    table = _table(source, elected, ("序号", "姓名", "当选职务", "得票"), votes=votes)
    return f"关于{source.body}{source.deed}结果的报告", paragraphs, table


def _result_approval(source: Source) -> Written:
    granted = [f"同意{source.body}{source.deed}的结果。请做好新一届工作的衔接和交接。"]
    if source.request.purpose == Purpose.BY_ELECTION:
        granted = [f"同意{source.body}补选的结果，任期与本届相同。"]
    return _answer(source, Kind.RESULT, f"{source.body}{source.deed}结果", granted)


def _table(
    source: Source, named: tuple[Named, ...], heads: tuple[str, ...], *, votes: dict | None = None
) -> People | None:
    if not source.with_names:
        return None
    names = names_of(named)
    rows = []
    for number, one in enumerate(named, 1):
        post = Post.Kind(one.post).label
        words = f"{post}（{one.duty}）" if one.duty and one.duty != post else str(post)
        row = [str(number), names[one.person], words]
        rows.append(tuple([*row, str(votes.get(one.person, ""))] if votes is not None else row))
    return People(heads, tuple(rows))


WRITERS: dict[str, Callable[[Source], Written]] = {
    Kind.REMINDER: _reminder,
    Kind.REQUEST: _request,
    Kind.APPROVAL: _approval,
    Kind.CANDIDATES: _candidates,
    Kind.CANDIDATES_APPROVAL: _candidates_approval,
    Kind.RESULT: _result,
    Kind.RESULT_APPROVAL: _result_approval,
}

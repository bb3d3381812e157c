"""What pages, papers and the workbench ask of elections. The ledger of all terms has its own module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from qiangji.members.elections.access import Rights, electing_in_reach, is_superior, superior_of
from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    RequestData,
    ResultData,
    StepData,
    load,
)
from qiangji.members.elections.ledger import LedgerRow, by_elections_waiting, ledger
from qiangji.members.elections.steps import (
    CHAIN,
    STEP_KINDS,
    Side,
    next_step,
    standing_steps,
)
from qiangji.members.models import Election, ElectionStep, Person
from qiangji.members.selectors.tenures import vacancies
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization, Post
from qiangji.orgs.reach import Reach
from qiangji.orgs.selectors import supervisor_of

__all__ = [
    "ElectionTask",
    "LedgerRow",
    "Line",
    "by_elections_waiting",
    "election_tasks",
    "election_tasks_of",
    "elections_visible_to",
    "ledger",
    "line_of",
    "names_of",
    "superior_of",
    "timeline",
]

Kind = ElectionStep.Kind


def elections_visible_to(reach: Reach) -> QuerySet[Election]:
    """Return the elections of organizations in the person's line, or of which one is the superior."""
    rows = Election.objects.filter(organization__in=electing_in_reach(reach))
    return rows.select_related("organization", "term", "new_term")


@dataclass(frozen=True)
class Line:
    """One line of an election's timeline: a kind of step, the row that stands, and what it says."""

    kind: str
    step: ElectionStep | None
    data: StepData | None
    is_next: bool
    may_take: bool
    may_correct: bool

    @property
    def title(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def verb(self) -> str:
        return STEP_KINDS[self.kind].verb

    @property
    def side(self) -> str:
        return STEP_KINDS[self.kind].side.value

    @property
    def is_refused(self) -> bool:
        """Whether the superior said no."""
        return isinstance(self.data, AnswerData) and not self.data.approved

    @property
    def words(self) -> list[str]:
        """What a step says, in figures and words, without names."""
        return words_of(self.data)


def words_of(data: StepData | None) -> list[str]:
    """Return what a step says as short phrases, without names."""
    match data:
        case RequestData():
            said = [f"应选 {data.seats} 人"] if data.seats else []
            said += [f"补选职务 {len(data.posts)} 个"] if data.posts else []
            said += [f"计划 {data.meeting_date} 选举"] if data.meeting_date else []
            said += [f"申请届满日期 {data.due_date}"] if data.due_date else []
            return [*said, f"理由：{data.reason}"] if data.reason else said
        case AnswerData():
            said = ["同意" if data.approved else "退回"]
            said += [f"届满日期改为 {data.due_date}"] if data.due_date and data.approved else []
            return [*said, data.note] if data.note else said
        case CandidatesData():
            return [f"候选人 {len(data.nominees)} 名", *([data.reason] if data.reason else [])]
        case MeetingData():
            return [
                f"应到 {data.entitled} 人，到会 {data.present} 人",
                f"发票 {data.sent}，收回 {data.returned}，有效 {data.valid}",
            ]
        case ResultData():
            return [f"当选 {len(data.elected)} 名"]
    return []


def line_of(
    kind: str, standing: dict[str, ElectionStep], rights: Rights, *, is_open: bool, due: str | None
) -> Line:
    """Return one line of the timeline."""
    step = standing.get(kind)
    may = is_open and rights.takes(kind)
    is_next = is_open and (kind == due)
    return Line(
        kind=kind,
        step=step,
        data=load(kind, step.data) if step else None,
        is_next=is_next,
        may_take=may and is_next,
        may_correct=may and step is not None and not is_next,
    )


def timeline(election: Election, steps: Iterable[ElectionStep], rights: Rights) -> list[Line]:
    """Return the lines of an election, letter first; a by-election has no letter."""
    standing = standing_steps(steps)
    due = next_step(standing) if election.state == Election.State.OPEN else None
    is_open = election.state == Election.State.OPEN
    kinds = CHAIN if election.kind != Election.Kind.REGULAR else (Kind.REMINDER, *CHAIN)
    lines = [line_of(kind, standing, rights, is_open=is_open, due=due) for kind in kinds]
    if lines[0].kind == Kind.REMINDER and lines[0].step is None and due == Kind.REQUEST and is_open:
        first = lines[0]
        lines[0] = Line(first.kind, None, None, False, rights.takes(Kind.REMINDER), False)
    return lines


def names_of(named: Iterable[Named | UUID]) -> dict[UUID, str]:
    """Return persons' names by public id, for pages and papers on which they may stand."""
    keys = [one.person if isinstance(one, Named) else one for one in named]
    return dict(Person.objects.filter(public_id__in=keys).values_list("public_id", "name"))


@dataclass(frozen=True)
class ElectionTask:
    """Something in elections that waits for a person: what, where, and by which day."""

    task: str
    organization: Organization
    title: str
    place: tuple[str, tuple[object, ...]]
    deadline: date | None
    is_late: bool

    @property
    def url(self) -> str:
        """The page on which it is done; ``place`` is its name and arguments."""
        view, args = self.place
        return reverse(view, args=args)


def election_tasks(reach: Reach, *, on: date) -> list[ElectionTask]:
    """Return what waits for a person, most urgent first: letters to send, requests, answers, results, by-elections."""
    if not (
        reach.may_somewhere(Permission.MANAGE_POSTS) or reach.may_somewhere(Permission.APPROVE_ELECTIONS)
    ):
        return []
    rows = ledger(reach, on=on)
    superiors = supervisor_of([row.organization for row in rows], on=on)
    return election_tasks_of(reach, rows, {key: one.pk for key, one in superiors.items()})


def election_tasks_of(
    reach: Reach, rows: list[LedgerRow], superiors: Mapping[int, int]
) -> list[ElectionTask]:
    """Return what waits for a person in rows of the ledger that were read already; no statement."""
    tasks = []
    for row in rows:
        task = _task(reach, row, superiors.get(row.organization.pk))
        if task is not None:
            tasks.append(task)
    return tasks + _vacant_tasks(reach, rows)


def _task(reach: Reach, row: LedgerRow, superior: int | None) -> ElectionTask | None:
    under_way = row.election is not None
    if row.state in ("ahead", "none") or (row.next_kind is None and not under_way):
        return None
    keeps = reach.allows_at(Permission.MANAGE_POSTS, row.organization.path)
    answers = keeps if superior is None else is_superior(reach, superior)
    kind = row.next_kind
    side = STEP_KINDS[kind].side if kind else Side.OWN
    if not (answers if side == Side.SUPERIOR else keeps):
        return None
    return ElectionTask(
        task=STEP_KINDS[kind].verb if kind else "登记届次和任职",
        organization=row.organization,
        title=row.title,
        place=_task_place(row, kind),
        deadline=row.next_day,
        is_late=row.state == "late",
    )


def _task_place(row: LedgerRow, kind: str | None) -> tuple[str, tuple[object, ...]]:
    if row.election is not None:
        return "members:election", (row.election.public_id,)
    name = "members:election_remind" if kind == Kind.REMINDER else "members:election_open"
    return name, (row.organization.public_id, row.body)


def _vacant_tasks(reach: Reach, rows: list[LedgerRow]) -> list[ElectionTask]:
    tasks = []
    for row in rows:
        if not row.vacancies or row.election is not None or row.term is None:
            continue
        if reach.allows_at(Permission.MANAGE_POSTS, row.organization.path):
            place = ("members:election_open", (row.organization.public_id, row.body))
            title = f"{row.title}空缺 {row.vacancies} 个"
            tasks.append(ElectionTask("发起补选", row.organization, title, place, None, False))
    return tasks


LETTERS: dict[str, str] = {
    Kind.REMINDER: "提醒函",
    Kind.REQUEST: "请示",
    Kind.APPROVAL: "请示的批复",
    Kind.CANDIDATES: "候选人预备人选请示",
    Kind.CANDIDATES_APPROVAL: "人选的批复",
    Kind.RESULT: "选举结果报告",
    Kind.RESULT_APPROVAL: "选举结果的批复",
}


def letters_of(standing: Mapping[str, ElectionStep]) -> list[tuple[str, str]]:
    """Return the papers that can be drafted from what is recorded: kind of step and title."""
    return [(kind, title) for kind, title in LETTERS.items() if kind in standing]


def is_superiors(kind: str) -> bool:
    """Say whether the superior takes this kind of step."""
    return STEP_KINDS[kind].side == Side.SUPERIOR


def has_vacancy(organization: Organization, body: str, *, on: date) -> bool:
    """Say whether a body has a seat that nobody holds on a day."""
    return vacancies([organization], on=on, body=body).exists()


def posts_named(ids: Iterable[UUID]) -> list[Post]:
    """Return posts by public id, in the order of their body."""
    return list(Post.objects.filter(public_id__in=list(ids)).order_by("position", "pk"))

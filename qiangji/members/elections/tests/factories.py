"""A hospital and a branch with terms that fall due, people to elect, and elections brought to any step."""

from datetime import UTC, date, datetime
from uuid import UUID

from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    Purpose,
    RequestData,
    ResultData,
    StepData,
)
from qiangji.members.elections.services import open_election, record_step
from qiangji.members.models import Election, ElectionStep, Member
from qiangji.members.tests.factories import make_post, make_tenure, store_members
from qiangji.orgs.models import Body, Organization, Post, Term
from qiangji.orgs.tests.factories import Cast

Kind = ElectionStep.Kind
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
STARTED = date(2023, 10, 31)
DUE = date(2026, 10, 30)
DAYS: dict[str, date] = {
    Kind.REQUEST: date(2026, 6, 20),
    Kind.APPROVAL: date(2026, 7, 1),
    Kind.CANDIDATES: date(2026, 9, 1),
    Kind.CANDIDATES_APPROVAL: date(2026, 9, 10),
    Kind.MEETING: date(2026, 10, 12),
    Kind.RESULT: date(2026, 10, 13),
    Kind.RESULT_APPROVAL: date(2026, 10, 19),
}


def make_term(
    organization: Organization, *, body: str = Body.COMMITTEE, due: date = DUE, **fields: object
) -> Term:
    """Store the first term of a body, three years long by default."""
    defaults: dict[str, object] = {
        "number": 1,
        "years": 3,
        "start_date": STARTED,
        "due_date": due,
        "elected_by": Term.ElectedBy.ASSEMBLY,
    }
    return Term.objects.create(organization=organization, body=body, **(defaults | fields))


def make_committee(branch: Organization, people: list[Member]) -> list[Post]:
    """Seat a secretary and two members in a branch's committee since its term began."""
    kinds = [Post.Kind.SECRETARY, Post.Kind.MEMBER, Post.Kind.MEMBER]
    duties = ["", "组织委员", "宣传委员"]
    posts = [
        make_post(branch, kind=kind, duty=duty, position=place, start_date=STARTED)
        for place, (kind, duty) in enumerate(zip(kinds, duties, strict=True))
    ]
    for post, member in zip(posts, people, strict=False):
        make_tenure(post, member.person, start_date=STARTED)
    return posts


def make_ward(people: Cast, size: int = 20) -> list[Member]:
    """Give the internal-medicine branch members, a term that is due, and a committee of three."""
    branch = people.internal_medicine
    members = store_members(branch, [f"党员{number:02d}" for number in range(1, size + 1)])
    make_term(branch)
    make_committee(branch, members)
    return members


def ids(members: list[Member]) -> list[UUID]:
    return [member.person.public_id for member in members]


def contents(members: list[Member], seats: int = 3) -> dict[str, StepData]:
    """What each step says in an election of three that goes well."""
    persons = ids(members)
    kinds = [Post.Kind.SECRETARY, Post.Kind.MEMBER, Post.Kind.MEMBER, Post.Kind.MEMBER]
    nominees = tuple(Named(person, kind) for person, kind in zip(persons[3:7], kinds, strict=True))
    elected = tuple(
        Named(person, kind, duty)
        for person, kind, duty in zip(persons[3:6], kinds, ["", "组织委员", "纪检委员"], strict=False)
    )
    votes = tuple(zip(persons[3:7], (18, 17, 15, 4), strict=True))
    return {
        Kind.REQUEST: RequestData(Purpose.ELECTION, seats=seats, meeting_date=date(2026, 10, 12)),
        Kind.APPROVAL: AnswerData(),
        Kind.CANDIDATES: CandidatesData(nominees),
        Kind.CANDIDATES_APPROVAL: AnswerData(),
        Kind.MEETING: MeetingData(20, 18, 18, 18, 18, votes),
        Kind.RESULT: ResultData(elected),
        Kind.RESULT_APPROVAL: AnswerData(),
    }


def open_ward(people: Cast) -> Election:
    """Begin the election of the internal-medicine branch."""
    return open_election(
        organization=people.internal_medicine,
        body=Body.COMMITTEE,
        kind=Election.Kind.REGULAR,
        by=people.party_office,
        at=AT,
    )


def bring(election: Election, members: list[Member], until: str, **changed: StepData) -> None:
    """Record the steps of an election up to one of them; ``changed`` replaces what a step says, by kind."""
    said = contents(members) | changed
    for kind, day in DAYS.items():
        record_step(
            election=election,
            kind=kind,
            date=day,
            document=f"甲医党〔2026〕{day.month}号",
            data=said[kind],
            by=None,
            at=AT,
        )
        if kind == until:
            return

"""Which form a step gets, and what stands in it already: what the step before said, and the register's counts."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from qiangji.members.elections import figures
from qiangji.members.elections.calculators import candidates_needed, count_votes, votes_needed
from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    Purpose,
    RequestData,
    ResultData,
)
from qiangji.members.elections.forms import (
    AnswerForm,
    ByElectionForm,
    CandidatesForm,
    EarlyForm,
    ExtensionForm,
    MeetingForm,
    ReminderStepForm,
    RequestForm,
    ResultForm,
    StepForm,
    person_text,
    staff_numbers,
)
from qiangji.members.elections.refusals import Case
from qiangji.members.elections.selectors import names_of
from qiangji.members.models import Election, ElectionStep, Person
from qiangji.members.selectors.tenures import first_day_vacant, holders_of, vacancies
from qiangji.orgs.models import Post

Kind = ElectionStep.Kind
SPARE_ROWS = 2
SHIFTS = (Purpose.EXTENSION, Purpose.EARLY)


def form_for(case: Case, kind: str, *, extending: bool, posted: QueryDict | None) -> StepForm:
    """Return the form of a step, filled with what stands or with what the step before says."""
    standing = case.standing.get(kind)
    start: dict[str, Any] = {"date": case.today}
    if standing is not None:
        start |= {"date": standing.date, "document": standing.document}
    common: dict[str, Any] = {"election": case.election, "on": case.today, "initial": start}
    if posted is not None:
        common["data"] = posted
    if kind == Kind.REQUEST:
        return _request_form(case, common, extending=extending)
    if kind == Kind.CANDIDATES:
        return _candidates_form(case, common)
    if kind == Kind.MEETING:
        return _meeting_form(case, common)
    if kind == Kind.RESULT:
        return _result_form(case, common)
    if kind == Kind.REMINDER:
        return ReminderStepForm(**common)
    return _answer_form(case, kind, common)


def _request_form(case: Case, common: dict[str, Any], *, extending: bool) -> StepForm:
    said = case.said(Kind.REQUEST)
    start = common["initial"]
    if case.election.kind == Election.Kind.BY_ELECTION:
        rows = vacancies([case.organization], on=case.today, body=case.election.body)
        vacant = [
            (str(post.public_id), f"{post.title}（自 {first_day_vacant(post)} 起空缺）") for post in rows
        ]
        start["posts"] = [key for key, _ in vacant]
        return ByElectionForm(**common, vacant=vacant)
    if extending and case.election.kind == Election.Kind.REGULAR:
        return ExtensionForm(**common)
    start["seats"] = holders_of(case.organization, case.today, case.election.body).count() or None
    start["meeting_date"] = case.due
    if isinstance(said, RequestData) and said.purpose != Purpose.EXTENSION:
        start |= {name: getattr(said, name) for name in ("seats", "meeting_date", "due_date", "reason")}
        start["elected_by"] = said.elected_by
    elif case.standing.get(Kind.REQUEST) is not None:
        start["date"], start["document"] = case.today, ""
    return (EarlyForm if case.election.kind == Election.Kind.EARLY else RequestForm)(**common)


def _answer_form(case: Case, kind: str, common: dict[str, Any]) -> StepForm:
    request, said = case.said(Kind.REQUEST), case.said(kind)
    shift = kind == Kind.APPROVAL and isinstance(request, RequestData) and request.purpose in SHIFTS
    if isinstance(said, AnswerData):
        common["initial"] |= {"answer": "yes" if said.approved else "no", "note": said.note}
    return AnswerForm(
        **common, asked_until=request.due_date if shift and isinstance(request, RequestData) else None
    )


def _candidates_form(case: Case, common: dict[str, Any]) -> StepForm:
    said = case.said(Kind.CANDIDATES)
    needed = candidates_needed(case.election.seats or 1)
    nominees: tuple[Named, ...] = ()
    if isinstance(said, CandidatesData):
        nominees = said.nominees
        common["initial"]["reason"] = said.reason
    elif case.election.kind == Election.Kind.BY_ELECTION:
        common["initial"]["post_1"] = _vacant_kind(case)
    else:
        common["initial"]["post_1"] = Post.Kind.SECRETARY.value
    _fill_rows(common["initial"], nominees, case.today)
    return CandidatesForm(**common, rows=max(needed, len(nominees)) + SPARE_ROWS)


def _vacant_kind(case: Case) -> str:
    request = case.said(Kind.REQUEST)
    posts = Post.objects.filter(public_id__in=request.posts if isinstance(request, RequestData) else ())
    return str(posts.values_list("kind", flat=True).first() or Post.Kind.MEMBER)


def _fill_rows(start: dict[str, Any], named: tuple[Named, ...], on: date) -> None:
    persons = {
        person.public_id: person
        for person in Person.objects.filter(public_id__in=[one.person for one in named])
    }
    numbers = staff_numbers(list(persons.values()), on=on)
    for number, one in enumerate(named, 1):
        person = persons[one.person]
        start[f"person_{number}"] = person_text(person, numbers.get(person.pk, ""))
        start[f"post_{number}"] = one.post
        start[f"duty_{number}"] = one.duty


def _meeting_form(case: Case, common: dict[str, Any]) -> StepForm:
    said, candidates = case.said(Kind.MEETING), case.said(Kind.CANDIDATES)
    nominees = candidates.nominees if isinstance(candidates, CandidatesData) else ()
    names = names_of(nominees)
    start = common["initial"]
    start["entitled"] = figures.full_members(case.organization, on=case.today)
    if isinstance(said, MeetingData):
        start |= {name: getattr(said, name) for name in ("entitled", "present", "sent", "returned", "valid")}
        votes = dict(said.votes)
        start |= {f"votes_{number}": votes.get(one.person) for number, one in enumerate(nominees, 1)}
    return MeetingForm(**common, candidates=[(one.person, names[one.person]) for one in nominees])


def _result_form(case: Case, common: dict[str, Any]) -> StepForm:
    said = case.said(Kind.RESULT)
    elected = said.elected if isinstance(said, ResultData) else elected_by_votes(case)
    _fill_rows(common["initial"], elected, case.today)
    return ResultForm(**common, rows=max(case.election.seats or 1, len(elected)))


def elected_by_votes(case: Case) -> tuple[Named, ...]:
    """Return whom the recorded votes elect, each to the post proposed; who was written in, as a member."""
    meeting, candidates = case.said(Kind.MEETING), case.said(Kind.CANDIDATES)
    if not isinstance(meeting, MeetingData):
        return ()
    nominees = candidates.nominees if isinstance(candidates, CandidatesData) else ()
    proposed: dict[UUID, Named] = {one.person: one for one in nominees}
    count = count_votes(
        {str(person): votes for person, votes in meeting.votes},
        seats=case.election.seats or 0,
        needed=votes_needed(meeting.present),
    )
    return tuple(proposed.get(UUID(key), Named(UUID(key))) for key in count.elected)

"""What people do in an election: open it, remind, record a step, call it off. ``concluding`` seats the elected.

Each writes one row of history, its audit event and the changed fact in one transaction. Who may do it is asked by the
pages (``access``); what may be done is refused here (MembersError), in words.
"""

from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.members.elections import refusals
from qiangji.members.elections.access import ELECTING, superior_of
from qiangji.members.elections.contents import (
    SHAPES,
    AnswerData,
    CancelledData,
    CandidatesData,
    MeetingData,
    NoData,
    Purpose,
    RequestData,
    ResultData,
    StepData,
    dump,
    load,
)
from qiangji.members.elections.figures import bodies_of, body_title
from qiangji.members.elections.steps import ASKED_BY, standing_steps
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Election, ElectionStep
from qiangji.members.selectors.tenures import vacancies
from qiangji.orgs.facts_selectors import with_due
from qiangji.orgs.models import Organization, Term
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.terms import extend_term

OBJECT = "election"
FACT = "election"
Kind = ElectionStep.Kind


def open_term(organization: Organization, body: str) -> Term | None:
    """Return the term that has not ended, with ``due_on`` as approved extensions moved it."""
    terms = Term.objects.filter(organization=organization, body=body, end_date__isnull=True)
    return with_due(terms).first()


@transaction.atomic
def open_election(
    *,
    organization: Organization,
    body: str,
    kind: str,
    seats: int | None = None,
    by: User | None,
    at: datetime,
) -> Election:
    """Begin an election of a body: of a new committee by its time or early, or of vacant posts.

    Refuses (MembersError) an organization that elects nobody or is abolished, a body it does not have, a second open
    election, an early one without a term, and a by-election without a term or without a vacancy.
    """
    Organization.objects.select_for_update().get(pk=organization.pk)
    term = open_term(organization, body)
    _check_opening(organization, body, kind, term, local_day(at))
    election = Election.objects.create(
        organization=organization, body=body, kind=kind, term=term, seats=seats, opened_at=at
    )
    _note(election, "opened", {"kind": str(kind), "body": str(body), "seats": seats}, local_day(at), by, at)
    return election


def _check_opening(organization: Organization, body: str, kind: str, term: Term | None, today: date) -> None:
    name = organization.short_name
    if organization.kind not in ELECTING:
        raise MembersError(f"“{name}”是{organization.get_kind_display()}，不在这里办理换届。")
    if organization.end_date is not None and organization.end_date < today:
        raise MembersError(f"“{name}”已于 {organization.end_date} 撤销，不再换届。")
    if body not in bodies_of(organization):
        raise MembersError(f"“{name}”不设纪律检查委员会，不能发起它的选举。")
    words = body_title(organization, body)
    if Election.objects.filter(organization=organization, body=body, state=Election.State.OPEN).exists():
        raise MembersError(f"“{name}”{words}已有一次选举在办理，请先办完或取消。")
    if kind == Election.Kind.EARLY and term is None:
        raise MembersError(f"“{name}”{words}没有登记任期，谈不上提前换届；请先登记本届任期。")
    if kind == Election.Kind.BY_ELECTION:
        if term is None:
            raise MembersError(f"“{name}”{words}没有登记任期，不能补选；请先登记本届任期。")
        if not vacancies([organization], on=today, body=body).exists():
            raise MembersError(f"“{name}”{words}没有空缺的职务，不必补选；请先登记离任或增设职务。")


@transaction.atomic
def send_reminder(
    *, organization: Organization, body: str, date: date, document: str = "", by: User | None, at: datetime
) -> Election:
    """Record that the superior reminded a body of its term's end; opens the election where none is open yet."""
    election = Election.objects.filter(
        organization=organization, body=body, state=Election.State.OPEN
    ).first()
    if election is None:
        election = open_election(
            organization=organization, body=body, kind=Election.Kind.REGULAR, by=by, at=at
        )
    record_step(
        election=election, kind=Kind.REMINDER, date=date, document=document, data=NoData(), by=by, at=at
    )
    return election


@transaction.atomic
def record_step(
    *,
    election: Election,
    kind: str,
    date: date,
    document: str = "",
    data: StepData,
    by: User | None,
    at: datetime,
) -> ElectionStep:
    """Record one step of an election; a step that stands is corrected by a newer row, and what followed falls away.

    Refuses (MembersError) whatever ``refusals`` names: a step out of turn, days out of order, a meeting without
    quorum, more elected than seats, an answer without a document, persons who are not full members there.
    """
    row = (
        Election.objects.select_for_update(of=("self",))
        .select_related("organization", "term")
        .get(pk=election.pk)
    )
    case = case_of(row, today=local_day(at))
    if kind not in SHAPES or not isinstance(data, SHAPES[kind]):
        raise MembersError("这一步的内容不完整，请从选举页面重新打开表单填写。")
    refusals.check_turn(case, kind, date)
    _check_content(case, kind, date, document, data)
    _apply(case, kind, date, document, data, by, at)
    step = ElectionStep.objects.create(
        election=row,
        kind=kind,
        date=date,
        document=document.strip(),
        data=dump(data),
        taken_by=by,
        taken_at=at,
    )
    _note(row, f"step.{kind}", {"date": date.isoformat(), "document": document.strip()}, date, by, at)
    return step


def case_of(election: Election, *, today: date) -> refusals.Case:
    """Return an election with the steps that stand and the day its term is due."""
    due = None
    if election.term_id is not None:
        due = getattr(with_due(Term.objects.filter(pk=election.term_id)).first(), "due_on", None)
    return refusals.Case(election, standing_steps(election.steps.order_by("pk")), due, today)


def _check_content(case: refusals.Case, kind: str, day: date, document: str, data: StepData) -> None:
    match data:
        case RequestData():
            refusals.check_request(case, day, data)
        case AnswerData():
            refusals.check_answer(case, ASKED_BY[kind], document, data)
        case CandidatesData():
            refusals.check_candidates(case, day, data)
        case MeetingData():
            refusals.check_meeting(case, day, data)
        case ResultData():
            refusals.check_result(case, day, data)


def _apply(
    case: refusals.Case,
    kind: str,
    day: date,
    document: str,
    data: StepData,
    by: User | None,
    at: datetime,
) -> None:
    """Do what a step brings about: a request sets the seats, an approved shift moves the term's due day."""
    election = case.election
    if isinstance(data, RequestData) and data.purpose != Purpose.EXTENSION:
        election.seats = len(data.posts) if data.purpose == Purpose.BY_ELECTION else data.seats
        election.save(update_fields=["seats"])
    if kind != Kind.APPROVAL or not isinstance(data, AnswerData) or not data.approved:
        return
    request = load(Kind.REQUEST, case.standing[Kind.REQUEST].data)
    if not isinstance(request, RequestData) or request.purpose not in (Purpose.EXTENSION, Purpose.EARLY):
        return
    if election.term is None or data.due_date is None:
        raise MembersError("没有登记任期，不能改变届满日期；请先登记本届任期。")
    extend_term(
        term=election.term,
        due_date=data.due_date,
        document=document,
        approved_by=approver_of(election.organization, day),
        approved_date=day,
        by=by,
        at=at,
    )


def approver_of(organization: Organization, day: date) -> Organization:
    """Return the body that approves; refuses (MembersError) where the system knows nobody above."""
    superior = superior_of(organization, on=day) or organization.parent
    if superior is None:
        raise MembersError(f"“{organization.short_name}”没有登记上级或主管单位，请先在“组织”中设置。")
    return superior


@transaction.atomic
def cancel_election(
    *, election: Election, date: date, reason: str, by: User | None, at: datetime
) -> Election:
    """Call an election off, with a reason; the steps stay as history. Refuses one that is over, and an empty reason."""
    row = Election.objects.select_for_update(of=("self",)).select_related("organization").get(pk=election.pk)
    if row.state != Election.State.OPEN:
        raise MembersError(f"这次选举{row.get_state_display()}，不能取消。")
    if not reason.strip():
        raise MembersError("取消选举须写明原因。")
    if date > local_day(at):
        raise MembersError(f"日期 {date} 晚于今天，请在当日或之后登记。")
    ElectionStep.objects.create(
        election=row,
        kind=Kind.CANCELLATION,
        date=date,
        data=dump(CancelledData(reason.strip())),
        taken_by=by,
        taken_at=at,
    )
    row.state = Election.State.CANCELLED
    row.save(update_fields=["state"])
    _note(row, "cancelled", {"date": date.isoformat()}, date, by, at)
    return row


def _note(
    election: Election, verb: str, data: dict[str, object], day: date, by: User | None, at: datetime
) -> None:
    record(verb=f"election.{verb}", obj_type=OBJECT, obj_id=election.public_id, data=data, by=by, at=at)
    note_changes(changes=[(FACT, election.organization_id, day)], at=at)

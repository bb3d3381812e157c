"""The end of an election: the old term and its tenures end the day before the meeting, the elected take their seats.

Seats are kept where a post of the same kind (and duty) goes on, added where there are not enough, and ended where the
new committee is smaller. A by-election fills the vacant posts that its request named, within the running term.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.members.elections.contents import Named, RequestData, ResultData
from qiangji.members.elections.figures import years_of
from qiangji.members.elections.refusals import Case
from qiangji.members.elections.services import FACT, OBJECT, case_of
from qiangji.members.elections.steps import next_step
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Election, ElectionStep, Person, Tenure
from qiangji.members.selectors.tenures import holders_of
from qiangji.members.services.tenures import NewTenure, appoint_many, end_tenure
from qiangji.orgs.models import Post, Term
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.posts import NewPost, end_post, set_up_posts
from qiangji.orgs.services.terms import start_term

Kind = ElectionStep.Kind
NEEDS_CONSENT = frozenset({Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY})
ONE_DAY = timedelta(days=1)


@transaction.atomic
def conclude_election(
    *, election: Election, years: int | None = None, by: User | None, at: datetime
) -> Election:
    """Record the approved result: the new term from the day of the meeting, and who holds which post in it.

    Refuses (MembersError) an election whose steps are not all taken and approved, and an impossible length of term.
    """
    row = (
        Election.objects.select_for_update(of=("self",))
        .select_related("organization", "term")
        .get(pk=election.pk)
    )
    case = case_of(row, today=local_day(at))
    _check_complete(case)
    if row.kind == Election.Kind.BY_ELECTION:
        _fill(case, by=by, at=at)
    else:
        row.new_term = _begin_term(case, years or years_of(row.organization), by=by, at=at)
    row.state = Election.State.CONCLUDED
    row.save(update_fields=["state", "new_term"])
    day = _meeting_day(case)
    record(
        verb="election.concluded",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"date": day.isoformat(), "new_term": str(row.new_term.public_id) if row.new_term else None},
        by=by,
        at=at,
    )
    note_changes(changes=[(FACT, row.organization_id, day)], at=at)
    return row


def _check_complete(case: Case) -> None:
    if case.election.state != Election.State.OPEN:
        raise MembersError(f"这次选举{case.election.get_state_display()}，不能再登记届次和任职。")
    due = next_step(case.standing)
    if due is not None:
        raise MembersError(f"还没有办完“{Kind(due).label}”，不能登记届次和任职。")


def _meeting_day(case: Case) -> date:
    return case.standing[Kind.MEETING].date


def _elected(case: Case) -> tuple[Named, ...]:
    result = case.said(Kind.RESULT)
    return result.elected if isinstance(result, ResultData) else ()


def _begin_term(case: Case, years: int, *, by: User | None, at: datetime) -> Term:
    if not 1 <= years <= 5:
        raise MembersError(f"任期为 1 至 5 年，填写的是 {years} 年。")
    election, day = case.election, _meeting_day(case)
    organization, body = election.organization, election.body
    for tenure in holders_of(organization, day, body):
        if tenure.start_date >= day:
            raise MembersError(
                f"“{tenure.post.title}”的任职自 {tenure.start_date} 起，不早于选举日期 {day}，请先更正这项任职。"
            )
        end_tenure(tenure=tenure, end_date=day - ONE_DAY, by=by, at=at)
    request = case.said(Kind.REQUEST)
    term = start_term(
        organization=organization,
        body=body,
        years=years,
        start_date=day,
        elected_by=request.elected_by if isinstance(request, RequestData) else Term.ElectedBy.ASSEMBLY,
        document=case.standing[Kind.RESULT_APPROVAL].document,
        by=by,
        at=at,
    )
    seats = Post.objects.on(day).filter(organization=organization, body=body)
    kept, missing = _match(list(seats.order_by("position", "pk")), _elected(case))
    for post in seats.exclude(pk__in=[post.pk for post, _ in kept]):
        end_post(post=post, end_date=max(post.start_date, day - ONE_DAY), by=by, at=at)
    added = set_up_posts(
        rows=[
            NewPost(
                organization=organization,
                body=body,
                kind=one.post,
                start_date=day,
                duty=one.duty,
                position=len(kept) + number,
            )
            for number, one in enumerate(missing)
        ],
        by=by,
        at=at,
    )
    pairs = kept + list(zip(added, missing, strict=True))
    _seat(case, pairs, term, Tenure.How.ELECTED, by=by, at=at)
    return term


def _fill(case: Case, *, by: User | None, at: datetime) -> None:
    request = case.said(Kind.REQUEST)
    wanted = request.posts if isinstance(request, RequestData) else ()
    posts = Post.objects.filter(public_id__in=wanted).order_by("position", "pk")
    kept, missing = _match(list(posts), _elected(case), any_duty=True)
    if missing:
        raise MembersError("当选人多于请示中空缺的职务，请先更正选举结果。")
    _seat(case, kept, case.election.term, Tenure.How.BY_ELECTION, by=by, at=at)


def _match(
    posts: Sequence[Post], elected: Sequence[Named], *, any_duty: bool = False
) -> tuple[list[tuple[Post, Named]], list[Named]]:
    """Give each elected a post of the same kind and duty; return who is left without.

    Who was elected without a duty takes any post of the kind; with ``any_duty``, so does who was elected to another.
    """
    free = list(posts)
    kept: list[tuple[Post, Named]] = []
    missing: list[Named] = []
    for one in sorted(elected, key=lambda one: not one.duty):
        of_kind = [post for post in free if post.kind == one.post]
        fitting = [post for post in of_kind if not one.duty or post.duty == one.duty]
        if any_duty:
            fitting += of_kind
        if not fitting:
            missing.append(one)
            continue
        kept.append((fitting[0], one))
        free.remove(fitting[0])
    return kept, missing


def _seat(
    case: Case,
    pairs: Sequence[tuple[Post, Named]],
    term: Term | None,
    how: str,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Let the elected hold their posts from the day of the meeting; the approval of candidates is the prior consent."""
    persons = {
        person.public_id: person
        for person in Person.objects.filter(public_id__in=[one.person for _, one in pairs])
    }
    consent = case.standing[Kind.CANDIDATES_APPROVAL]
    rows = []
    for post, one in pairs:
        consented = post.kind in NEEDS_CONSENT
        rows.append(
            NewTenure(
                post=post,
                person=persons[one.person],
                start_date=_meeting_day(case),
                how=how,
                document=case.standing[Kind.RESULT_APPROVAL].document,
                consent_date=consent.date if consented else None,
                consent_document=consent.document if consented else "",
                term=term,
            )
        )
    appoint_many(rows=rows, by=by, at=at)

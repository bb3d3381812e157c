"""The year-end veto 年底考核“一票否决”: one person proposes it with proof, another decides; appeal, and end."""

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import holds_at
from qiangji.assessments.services.evidence import is_inside_hospital
from qiangji.assessments.services.veto_course import MOST_PROOFS, VetoCourse
from qiangji.audit import services as audit
from qiangji.files.services import keep, received
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Reassessment, Result, VetoProof, VetoStep, YearEndVeto
from qiangji.results.selectors.standing import standing_since

COURSE = VetoCourse(
    "一票否决", Refused, Locked, NotAllowed, kind="year_end_veto", steps=VetoStep, link="veto", ending="撤销"
)
State = YearEndVeto.State
Verb = VetoStep.Verb


def may_approve(reach: Reach, organization: Organization) -> bool:
    """Say whether this person may propose or decide: somebody above the organization, with no seat in its hospital."""
    return reach.may(Permission.APPROVE_VETO, organization.pk, organization.path) and not is_inside_hospital(
        reach, organization
    )


def may_end(reach: Reach, veto: YearEndVeto) -> bool:
    """Say whether this person may answer an appeal or lift the veto: an approver who did not propose it (domain §7, 11)."""
    return may_approve(reach, veto.organization) and veto.first_by_id != reach.user.pk


def check_may_end(reach: Reach, veto: YearEndVeto) -> None:
    """Refuse whoever may not answer an appeal or lift the veto. Raises NotAllowed."""
    if not may_approve(reach, veto.organization):
        raise NotAllowed(who_approves())
    COURSE.check_no_judge_of_own(veto, reach.user)


def may_appeal(reach: Reach, organization: Organization) -> bool:
    """Say whether this person speaks for the organization in an appeal: who signs for it."""
    return holds_at(reach, organization.pk, Permission.SIGN_SHEET, own=True)


def who_approves() -> str:
    """Say in Chinese who may, for the page that refuses."""
    return f"年底考核一票否决由上级的{'、'.join(roles_that(Permission.APPROVE_VETO, own=False))}提出和审定，本院人员不能办理。"


def grounds_of(sheet: Sheet) -> tuple[Result, Rectification] | None:
    """Return what a year-end veto rests on: the result, still 未达标 since a re-assessment ended, and the order before it.

    What a result says of its cause proves nothing; the ``Reassessment`` does. A correction that leaves it below the line
    leaves the ground as well.
    """
    result = Result.objects.filter(sheet=sheet).order_by("-sequence").first()
    since = standing_since([sheet.pk]).get(sheet.pk)
    if result is None or result.outcome != Result.Outcome.BELOW:
        return None
    if since is None or since.reassessment_id is None:
        return None
    again = Reassessment.objects.get(pk=since.reassessment_id)
    mending = Rectification.objects.filter(
        sheet=sheet,
        organization=sheet.organization_id,
        kind=Rectification.Kind.TIME_LIMITED,
        opened_at__lte=again.started_at,
    ).exclude(state=Rectification.State.WITHDRAWN)
    row = mending.order_by("-opened_at", "-pk").first()
    return (result, row) if row is not None else None


@transaction.atomic
def propose_veto(*, reach: Reach, sheet: Sheet, basis: str, at: datetime) -> YearEndVeto:
    """Propose a year-end veto. It has no effect before another person has decided.

    Raises NotAllowed; Refused without a basis, or where the organization is not still below the line by a re-assessment
    after its time limit; Locked where one is proposed or in force already.
    """
    locked = Sheet.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    sheet = locked.get(pk=sheet.pk)
    if not may_approve(reach, sheet.organization):
        raise NotAllowed(who_approves())
    grounds = grounds_of(sheet)
    if grounds is None:
        raise Refused("只有限期整改以后复评仍未达标的组织，才能提出年底考核一票否决。")
    if YearEndVeto.objects.filter(sheet=sheet, state__in=[State.PROPOSED, State.IN_FORCE]).exists():
        raise Locked("这个组织已有一项年底考核一票否决，不能重复提出。")
    basis = COURSE.words(basis)
    veto = YearEndVeto.objects.create(
        sheet=sheet, organization=sheet.organization, result=grounds[0], rectification=grounds[1],
        basis=basis, first_by=reach.user, first_at=at,
    )  # fmt: skip
    COURSE.note(veto, Verb.PROPOSE, basis, _data(veto), by=reach.user, at=at)
    return veto


@transaction.atomic
def decide_veto(
    *,
    reach: Reach,
    veto: YearEndVeto,
    agrees: bool,
    words: str,
    notice_number: str = "",
    end_date: date | None = None,
    seen_version: int,
    at: datetime,
) -> YearEndVeto:
    """Decide a proposal as the second person: put it into force with its notice and its end, or reject it.

    Raises NotAllowed for who proposed it; Locked where it was decided already; Refused without words, proof, notice
    number or an end that leaves room for an appeal.
    """
    row = locked_veto(veto, seen_version)
    if not may_approve(reach, row.organization):
        raise NotAllowed(who_approves())
    COURSE.check_decidable(row, reach.user)
    words = COURSE.words(words)
    if agrees:
        until = COURSE.appeal_until(row.sheet.cycle, at)
        if not row.proofs.filter(detached_at__isnull=True).exists():
            raise Refused("还没有依据材料，请提出人先上传。")
        notice_number = COURSE.notice(notice_number)
        if end_date is None or end_date < until:
            raise COURSE.about("end", f"终止日期须不早于申诉期限（{until}）。")
        row.notice_number, row.appeal_until, row.end_date = notice_number, until, end_date
    row.state = State.IN_FORCE if agrees else State.REJECTED
    row.second_by, row.second_at = reach.user, at
    _advance(row, Verb.APPROVE if agrees else Verb.REJECT, words, by=reach.user, at=at)
    return row


@transaction.atomic
def appeal_veto(
    *, reach: Reach, veto: YearEndVeto, words: str, seen_version: int, at: datetime
) -> YearEndVeto:
    """Appeal against a veto in force, for the organization. Raises NotAllowed, Locked (over, or appealed), Refused."""
    row = locked_veto(veto, seen_version)
    if not may_appeal(reach, row.organization):
        names = "、".join(roles_that(Permission.SIGN_SHEET, own=True))
        raise NotAllowed(f"申诉由{row.organization.name}的{names}提出。")
    COURSE.check_appealable(row, at)
    _advance(row, Verb.APPEAL, COURSE.words(words), by=reach.user, at=at)
    return row


@transaction.atomic
def answer_appeal(
    *, reach: Reach, veto: YearEndVeto, upheld: bool, words: str, seen_version: int, at: datetime
) -> YearEndVeto:
    """Answer an appeal: keep the veto (``upheld`` False), or lift it.

    Whoever proposed it is no judge of the appeal. Raises NotAllowed, Locked, Refused without words.
    """
    row = locked_veto(veto, seen_version)
    check_may_end(reach, row)
    COURSE.check_answerable(row)
    if upheld:
        row.state = State.LIFTED
    _advance(row, Verb.LIFT if upheld else Verb.UPHOLD, COURSE.words(words), by=reach.user, at=at)
    return row


@transaction.atomic
def lift_veto(*, reach: Reach, veto: YearEndVeto, words: str, seen_version: int, at: datetime) -> YearEndVeto:
    """Lift a veto in force before its end, for instance since its result no longer stands. Raises as above."""
    row = locked_veto(veto, seen_version)
    check_may_end(reach, row)
    COURSE.check_endable(row)
    row.state = State.LIFTED
    _advance(row, Verb.LIFT, COURSE.words(words), by=reach.user, at=at)
    return row


def attach_veto_proof(*, reach: Reach, veto: YearEndVeto, upload: File, at: datetime) -> VetoProof:
    """Store a file that a proposal rests on. Raises FileRefused, NotAllowed, Locked once decided, Refused for a double."""
    with received(upload) as incoming, transaction.atomic():
        row = locked_veto(veto)
        if row.first_by_id != reach.user.pk:
            raise NotAllowed("依据材料由提出人上传。")
        if row.state != State.PROPOSED:
            raise Locked("已经审定，依据材料不能再增减。")
        content = keep(incoming, at=at)
        kept = set(row.proofs.filter(detached_at__isnull=True).values_list("content_id", flat=True))
        if content.pk in kept or len(kept) >= MOST_PROOFS:
            raise Refused(f"内容相同的材料不必重复上传，最多 {MOST_PROOFS} 份。")
        proof = VetoProof.objects.create(
            veto=row, content=content, filename=incoming.filename, attached_by=reach.user, attached_at=at
        )
        audit.record(
            verb="veto_proof.attached", obj_type="veto_proof", obj_id=proof.public_id,
            data={"veto": str(row.public_id), "content": content.digest}, by=reach.user, at=at, sequence=1,
        )  # fmt: skip
        return proof


def open_appeal(veto: YearEndVeto) -> VetoStep | None:
    """Return the appeal that waits for an answer, if there is one."""
    return COURSE.open_appeal(veto)


def locked_veto(veto: YearEndVeto, seen_version: int | None = None) -> YearEndVeto:
    """Read a veto anew and lock it. Raises Locked where it was changed since it was seen."""
    rows = YearEndVeto.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organization", "sheet__cycle"
    )
    row = rows.get(pk=veto.pk)
    if seen_version is not None:
        COURSE.check_seen(row, seen_version)
    return row


def _advance(row: YearEndVeto, verb: str, words: str, *, by: User, at: datetime) -> None:
    COURSE.advance(row, verb, words, _data(row), by=by, at=at)


def _data(row: YearEndVeto) -> dict[str, object]:
    """Return what the log says of a year-end veto beside its state."""
    return {"organization": row.organization.code}

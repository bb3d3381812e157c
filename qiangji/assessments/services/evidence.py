"""Evidence 佐证材料: hanging a file on an answer, using one file for several answers, taking one away, reading one.

Everything that writes holds the sheet's row, so that nothing is added or taken away between a signature and the
review of what was signed. The pages check who may; these services check whether the sheet still allows it.
"""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Answer, Evidence, Sheet
from qiangji.assessments.permissions import check_open
from qiangji.assessments.states import State
from qiangji.audit import services as audit
from qiangji.files.models import Content
from qiangji.files.services import keep, received
from qiangji.lib.typed import typed_line
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

MOST_PER_ANSWER = 20
REASON_LIMIT = 200


def attach_evidence(*, answer: Answer, upload: File, by: User, at: datetime) -> Evidence:
    """Store an uploaded file and hang it on an answer.

    Raises FileRefused for a file that is not taken, Locked once the sheet was submitted, Refused where the answer has
    this very content already or as many files as it may have.
    """
    with received(upload) as incoming, transaction.atomic():
        check_draft(answer)
        content = keep(incoming, at=at)
        return _attach(answer, content, incoming.filename, by=by, at=at)


@transaction.atomic
def attach_existing(*, answer: Answer, evidence: Evidence, by: User, at: datetime) -> Evidence:
    """Let a file that the organization has attached before, here or in another year, support an answer too.

    It may be a detached one, which takes the detaching back. Raises Locked and Refused as ``attach_evidence`` does,
    and Refused for another organization's file or one whose bytes were swept.
    """
    sheet = check_draft(answer)
    if evidence.answer.sheet.organization_id != sheet.organization_id:
        raise Refused("只能选用本组织上传过的材料。")
    content = Content.objects.select_for_update().get(pk=evidence.content_id)
    if content.is_swept:
        raise Refused(f"“{evidence.filename}”移除已久，内容已按规定清除，请重新上传。")
    return _attach(answer, content, evidence.filename, by=by, at=at)


@transaction.atomic
def detach_evidence(*, evidence: Evidence, reason: str, by: User, at: datetime) -> Evidence:
    """Take a file off its answer; the row stays with who, when and why. Raises Locked, and Refused without a reason."""
    check_draft(evidence.answer)
    reason = typed_line(reason)
    if not reason:
        raise Refused("请写明移除原因，例如“传错文件”“已换成新版”。")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"移除原因最多 {REASON_LIMIT} 字，现在是 {len(reason)} 字。")
    current = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if current.is_detached:
        raise Refused(f"“{current.filename}”已经移除，请刷新查看。")
    current.detached_at, current.detached_by, current.detach_reason = at, by, reason
    current.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    _record("evidence.detached", current, {"reason": reason}, by=by, at=at)
    return current


@transaction.atomic
def record_opening(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Note that somebody from outside the hospital opened a file (domain §1: evidence opened in a review)."""
    # The lock numbers the events of people who open the same file at once.
    Evidence.objects.select_for_update().get(pk=evidence.pk)
    _record("evidence.opened", evidence, {}, by=by, at=at)


def is_inside(reach: Reach, sheet: Sheet) -> bool:
    """Say whether a person holds a role within the hospital-level organization that a sheet belongs to."""
    return is_inside_hospital(reach, sheet.organization)


def is_inside_hospital(reach: Reach, organization: Organization) -> bool:
    """Say whether a person holds a role within the hospital-level organization that a node belongs to, or is."""
    top = organization.path
    if organization.kind != Organization.Kind.HOSPITAL:
        above = Organization.objects.filter(
            kind=Organization.Kind.HOSPITAL, path__in=paths.ancestors(organization.path)
        ).order_by()
        top = above.values_list("path", flat=True).first() or top
    return any(paths.covers(top, held.path) for held in reach.held)


def check_draft(answer: Answer) -> Sheet:
    """Lock the sheet until the transaction ends. Raises Locked unless it is being filled."""
    rows = Sheet.objects.select_related("cycle").select_for_update(of=("self",), no_key=True)
    sheet = rows.get(pk=answer.sheet_id)
    check_open(sheet)
    if sheet.state != State.DRAFT:
        raise Locked(
            f"考评表现在是“{State(sheet.state).label}”，佐证材料已锁定，不能增加或移除。退回后可以修改。"
        )
    return sheet


def _attach(answer: Answer, content: Content, filename: str, *, by: User, at: datetime) -> Evidence:
    attached = Evidence.objects.filter(answer=answer, detached_at__isnull=True)
    names = dict(attached.values_list("content_id", "filename"))
    if content.pk in names:
        raise Refused(f"本条已有内容相同的文件“{names[content.pk]}”，不必重复上传。")
    if len(names) >= MOST_PER_ANSWER:
        raise Refused(f"每条最多 {MOST_PER_ANSWER} 份材料。请先移除不需要的，或把多页合并成一个 PDF。")
    evidence = Evidence.objects.create(
        answer=answer, content=content, filename=filename, attached_by=by, attached_at=at
    )
    _record("evidence.attached", evidence, {"size": content.size}, by=by, at=at, sequence=1)
    return evidence


def _record(
    verb: str, evidence: Evidence, more: dict, *, by: User, at: datetime, sequence: int | None = None
) -> None:
    """Write the audit event. The name of the file stays out: it may hold a person's, and events are never erased."""
    data = {"answer": str(evidence.answer.public_id), "content": evidence.content.digest} | more
    audit.record(
        verb=verb,
        obj_type="evidence",
        obj_id=evidence.public_id,
        data=data,
        by=by,
        at=at,
        sequence=sequence,
    )

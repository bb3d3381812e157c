"""Scans of the signed and sealed sheet (盖章扫描件): optional, hung on the submission they were made of.

They can be made only once the sheet is signed, so they are added after the submission, also late. They are taken away
only until the review begins: from then on they are as locked as the evidence beside them (domain §2).
"""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Sheet, Submission, SubmissionScan
from qiangji.assessments.permissions import check_open
from qiangji.assessments.states import State
from qiangji.audit import services as audit
from qiangji.files.services import keep, received
from qiangji.lib.typed import needed, typed_line

MOST = 10
REASON_LIMIT = 200


def locked_with_cycle(key: int) -> Sheet:
    """Lock a sheet until the transaction ends, its cycle beside it."""
    rows = Sheet.objects.select_related("cycle").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=key)


def attach_scan(*, submission: Submission, upload: File, by: User, at: datetime) -> SubmissionScan:
    """Store a scan of what was signed.

    Raises FileRefused for a file that is not taken, Locked where the sheet was returned since (another round will be
    signed), Refused for the same content twice or too many.
    """
    with received(upload) as incoming, transaction.atomic():
        sheet = locked_with_cycle(submission.sheet_id)
        check_open(sheet)
        if sheet.state == State.DRAFT or sheet.round != submission.round:
            raise Locked("考评表已退回修改，请在重新签字提交之后再上传扫描件。")
        content = keep(incoming, at=at)
        kept = dict(submission.scans.filter(detached_at__isnull=True).values_list("content_id", "filename"))
        if content.pk in kept:
            raise Refused(f"已有内容相同的扫描件“{kept[content.pk]}”，不必重复上传。")
        if len(kept) >= MOST:
            raise Refused(f"最多 {MOST} 个扫描件，可把多页合并成一个 PDF。")
        scan = SubmissionScan.objects.create(
            submission=submission, content=content, filename=incoming.filename, attached_by=by, attached_at=at
        )
        _record("scan.attached", scan, {}, by=by, at=at)
        return scan


def may_be_detached(sheet: Sheet, submission: Submission) -> bool:
    """Say whether a submission's scans can still be replaced: nobody has begun to review what was signed."""
    return sheet.state == State.SUBMITTED and sheet.round == submission.round


@transaction.atomic
def detach_scan(*, scan: SubmissionScan, reason: str, by: User, at: datetime) -> SubmissionScan:
    """Take a scan away; the row stays with who, when and why.

    Only between the signature and the first look of a reviewer: what was there in a review stays, and so does what
    belongs to a round that was returned. Raises Locked, and Refused without a reason or when it is gone.
    """
    sheet = locked_with_cycle(scan.submission.sheet_id)
    check_open(sheet)
    if not may_be_detached(sheet, scan.submission):
        raise Locked(
            f"考评表现在是“{State(sheet.state).label}”，扫描件已锁定，不能移除。传错的可以补传正确的一份。"
        )
    why = Refused(f"请写明移除原因，最多 {REASON_LIMIT} 字。")
    reason = needed(typed_line(reason), REASON_LIMIT, why)
    current = SubmissionScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
    if current.detached_at is not None:
        raise Refused(f"“{current.filename}”已经移除，请刷新查看。")
    current.detached_at, current.detached_by, current.detach_reason = at, by, reason
    current.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    _record("scan.detached", current, {"reason": reason}, by=by, at=at)
    return current


def _record(verb: str, scan: SubmissionScan, more: dict[str, str], *, by: User, at: datetime) -> None:
    data = {"submission": str(scan.submission.public_id), "content": scan.content.digest} | more
    audit.record(verb=verb, obj_type="scan", obj_id=scan.public_id, data=data, by=by, at=at)

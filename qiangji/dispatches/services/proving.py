"""The files that prove what was done: added and taken away while the task is with its organization."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.dispatches.exceptions import Locked, Refused
from qiangji.dispatches.models import Proof, Task
from qiangji.dispatches.services.moves import locked, require
from qiangji.dispatches.states import WITH_THEM, Side
from qiangji.files.services import keep, received
from qiangji.lib.typed import typed_line
from qiangji.orgs.reach import Reach

MOST_PROOFS = 20
REASON = 200


def attach_proof(*, reach: Reach, row: Task, upload: File, at: datetime) -> Proof:
    """Store a file that proves what was done.

    Raises FileRefused for a file that is not taken, NotAllowed, Locked once handed in, Refused for the same content
    twice or too many.
    """
    with received(upload) as incoming, transaction.atomic():
        stored = locked(row)
        require(reach, stored, Side.OWN, "上传佐证")
        _check_open(stored)
        content = keep(incoming, at=at)
        kept = dict(stored.proofs.filter(detached_at__isnull=True).values_list("content_id", "filename"))
        if content.pk in kept:
            raise Refused(f"已有内容相同的佐证“{kept[content.pk]}”，不必重复上传。")
        if len(kept) >= MOST_PROOFS:
            raise Refused(f"最多 {MOST_PROOFS} 份佐证，可把多份合并成一个 PDF。")
        proof = Proof.objects.create(
            task=stored, content=content, filename=incoming.filename, attached_by=reach.user, attached_at=at
        )
        _record("proof.attached", proof, by=reach.user, at=at, sequence=1)
        return proof


@transaction.atomic
def detach_proof(*, reach: Reach, proof: Proof, reason: str, at: datetime) -> Proof:
    """Take a proof away before the handing in; the row stays. Raises NotAllowed, Locked, Refused without a reason."""
    stored = locked(proof.task)
    require(reach, stored, Side.OWN, "移除佐证")
    _check_open(stored)
    reason = typed_line(reason)
    if not reason or len(reason) > REASON:
        raise Refused(f"请写明移除原因，最多 {REASON} 字，例如“传错文件”。")
    fresh = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    if fresh.is_detached:
        raise Locked("这份佐证已经移除。")
    fresh.detached_at, fresh.detached_by, fresh.detach_reason = at, reach.user, reason
    fresh.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    _record("proof.detached", fresh, by=reach.user, at=at)
    return fresh


@transaction.atomic
def note_opening(*, proof: Proof, by: User, at: datetime) -> None:
    """Write down that somebody else than the organization opened a proof."""
    _record("proof.opened", proof, by=by, at=at)


def _check_open(row: Task) -> None:
    if row.state not in WITH_THEM:
        raise Locked("答复已提交，佐证不能再增减；退回续办以后可以。")


def _record(verb: str, proof: Proof, *, by: User, at: datetime, sequence: int | None = None) -> None:
    audit.record(
        verb=verb,
        obj_type="dispatch_proof",
        obj_id=proof.public_id,
        data={"task": str(proof.task.public_id), "content": proof.content.digest},
        by=by,
        at=at,
        sequence=sequence,
    )

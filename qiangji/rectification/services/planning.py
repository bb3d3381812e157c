"""Writing down a plan and what was done about it: gap, cause, measure, result; and the proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.files.services import keep, received
from qiangji.lib.typed import typed_line
from qiangji.orgs.reach import Reach
from qiangji.rectification.exceptions import Locked, Refused
from qiangji.rectification.models import Item, Proof, Rectification
from qiangji.rectification.services.moves import locked, note, require
from qiangji.rectification.states import Side, State

LIMIT = 500
MOST_ITEMS = 200
MOST_PROOFS = 20
WRITABLE = (State.OPENED, State.UNDER_WAY)


@dataclass(frozen=True)
class Written:
    """One line of the plan as typed; ``position`` 0 adds a line."""

    position: int
    gap: str
    cause: str
    measure: str
    done: str


@transaction.atomic
def write_plan(
    *, reach: Reach, row: Rectification, lines: Sequence[Written], seen_version: int, at: datetime
) -> Rectification:
    """Store the plan's lines as typed; the gap of a line that comes from a criterion stays as it is.

    Before the plan is settled gaps, causes and measures are written, afterwards only what was done. Raises Locked,
    NotAllowed, Refused for a text that is too long or a line without a gap.
    """
    stored = locked(row, seen_version)
    require(reach, stored, Side.OWN, "填写整改方案和结果")
    if stored.state not in WRITABLE:
        raise Locked(f"这项整改的状态是“{State(stored.state).label}”，内容已锁定。")
    items = {item.position: item for item in stored.items.all()}
    planning = stored.state == State.OPENED
    changed, added = [], []
    for line in lines:
        for label, text in (
            ("差距", line.gap),
            ("原因", line.cause),
            ("措施", line.measure),
            ("整改结果", line.done),
        ):
            if len(text) > LIMIT:
                raise Refused(f"{label}最多 {LIMIT} 字，现在是 {len(text)} 字。")
        item = items.get(line.position)
        if item is None and line.position == 0 and planning:
            added += [] if line == Written(0, "", "", "", "") else [line]
        elif item is not None and _write(item, line, planning=planning):
            changed.append(item)
    if len(items) + len(added) > MOST_ITEMS:
        raise Refused(f"一项整改最多列 {MOST_ITEMS} 条。")
    if any(not line.gap for line in added):
        raise Refused("新增的一行没有写差距，请先写明差在哪里。")
    if not changed and not added:
        return stored
    Item.objects.bulk_update(changed, ["gap", "cause", "measure", "done", "version"])
    first = max(items, default=0) + 1
    Item.objects.bulk_create(
        Item(rectification=stored, position=place, gap=line.gap, cause=line.cause, measure=line.measure)
        for place, line in enumerate(added, start=first)
    )
    note(stored, "write", words=f"填写 {len(changed) + len(added)} 项", by=reach.user, at=at)
    return stored


def _write(item: Item, line: Written, *, planning: bool) -> bool:
    """Set what may be written in this state; say whether anything changed."""
    before = (item.gap, item.cause, item.measure, item.done)
    if planning:
        item.cause, item.measure = line.cause, line.measure
        if item.criterion_id is None and line.gap:
            item.gap = line.gap
    else:
        item.done = line.done
    if before == (item.gap, item.cause, item.measure, item.done):
        return False
    item.version += 1
    return True


def attach_proof(*, reach: Reach, row: Rectification, upload: File, at: datetime) -> Proof:
    """Store a file that proves what was done.

    Raises FileRefused for a file that is not taken, NotAllowed, Locked once handed in, Refused for the same content
    twice or too many.
    """
    with received(upload) as incoming, transaction.atomic():
        stored = locked(row)
        require(reach, stored, Side.OWN, "上传佐证")
        if stored.state not in WRITABLE:
            raise Locked("已提交核验，佐证不能再增减。")
        content = keep(incoming, at=at)
        kept = dict(stored.proofs.filter(detached_at__isnull=True).values_list("content_id", "filename"))
        if content.pk in kept:
            raise Refused(f"已有内容相同的佐证“{kept[content.pk]}”，不必重复上传。")
        if len(kept) >= MOST_PROOFS:
            raise Refused(f"最多 {MOST_PROOFS} 份佐证，可把多份合并成一个 PDF。")
        proof = Proof.objects.create(
            rectification=stored,
            content=content,
            filename=incoming.filename,
            attached_by=reach.user,
            attached_at=at,
        )
        _record("proof.attached", proof, by=reach.user, at=at, sequence=1)
        return proof


@transaction.atomic
def detach_proof(*, reach: Reach, proof: Proof, reason: str, at: datetime) -> Proof:
    """Take a proof away before the handing in; the row stays. Raises NotAllowed, Locked, Refused without a reason."""
    stored = locked(proof.rectification)
    require(reach, stored, Side.OWN, "移除佐证")
    reason = typed_line(reason)
    if stored.state not in WRITABLE:
        raise Locked("已提交核验，佐证不能再增减。")
    if not reason or len(reason) > 200:
        raise Refused("请写明移除原因，最多 200 字，例如“传错文件”。")
    fresh = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    if fresh.is_detached:
        raise Locked("这份佐证已经移除。")
    fresh.detached_at, fresh.detached_by, fresh.detach_reason = at, reach.user, reason
    fresh.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    _record("proof.detached", fresh, by=reach.user, at=at)
    return fresh


@transaction.atomic
def note_opening(*, proof: Proof, by: User, at: datetime) -> None:
    """Write down that somebody else than who rectifies opened a proof."""
    _record("proof.opened", proof, by=by, at=at)


def _record(verb: str, proof: Proof, *, by: User, at: datetime, sequence: int | None = None) -> None:
    audit.record(
        verb=verb,
        obj_type="rectification_proof",
        obj_id=proof.public_id,
        data={"rectification": str(proof.rectification.public_id), "content": proof.content.digest},
        by=by,
        at=at,
        sequence=sequence,
    )

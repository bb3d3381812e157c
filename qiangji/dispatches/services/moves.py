"""Taking a task from step to step; each step is a row of history and an audit event in the same transaction."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from qiangji.audit import services as audit
from qiangji.dispatches.exceptions import Locked, NotAllowed, Refused
from qiangji.dispatches.models import TEXT, WORDS, Answer, Step, Task
from qiangji.dispatches.permissions import acts, who_may
from qiangji.dispatches.selectors.targets import owners_of
from qiangji.dispatches.services.issuing import OBJECT
from qiangji.dispatches.states import BACK, OPEN, WITH_THEM, Side, State, move_from
from qiangji.lib.dates import local_day
from qiangji.lib.typed import typed_words
from qiangji.orgs.reach import Reach


def locked(row: Task, seen_version: int | None = None) -> Task:
    """Read a task anew and lock it. Raises Locked where it was changed since it was seen."""
    stored = (
        Task.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization", "issuer", "dispatch", "owner")
        .get(pk=row.pk)
    )
    if seen_version is not None and stored.version != seen_version:
        raise Locked("这项督导刚刚有变动，请看过最新情况后再办理。")
    return stored


def require(reach: Reach, row: Task, side: Side, what: str) -> None:
    """Refuse who does not act on a side. Raises NotAllowed."""
    if not acts(reach, row, side):
        raise NotAllowed(f"“{what}”由{who_may(row, side)}办理。")


def note(
    row: Task, verb: str, *, side: Side, reach: Reach, at: datetime, words: str = "", target: str = ""
) -> None:
    """Write a step: its row of history, the new state where it has one, its audit event."""
    row.version += 1
    before = row.state
    if target:
        row.state, row.state_at = target, at
    row.save(update_fields=["version", "state", "state_at", "owner", "deadline_date", "draft", "answered_at"])
    Step.objects.create(
        task=row,
        sequence=row.version,
        verb=verb,
        from_state=before,
        to_state=row.state,
        body_id=row.organization_id if side == Side.OWN else row.issuer_id,
        words=words,
        taken_by=reach.user,
        taken_at=at,
    )
    audit.record(
        verb=f"dispatch.{verb}",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"from": before, "to": row.state},
        by=reach.user,
        at=at,
        sequence=row.version,
    )


def clean(words: str, limit: int = WORDS) -> str:
    """Return words without what a database cannot hold. Raises Refused where they are too long."""
    words = typed_words(words)
    if len(words) > limit:
        raise Refused(f"最多 {limit} 字，现在是 {len(words)} 字。")
    return words


def missing_for_answer(row: Task) -> list[str]:
    """Return in words what has to be there before an answer is handed in."""
    missing = [] if row.draft else ["请先写办理情况"]
    if row.dispatch.needs_proof and not row.proofs.filter(detached_at__isnull=True).exists():
        missing.append("这项督导须附至少一份佐证，会议纪要、通知、报告都可以，不要求照片")
    return missing


@transaction.atomic
def move(
    *,
    reach: Reach,
    row: Task,
    verb: str,
    words: str = "",
    deadline_date: date | None = None,
    seen_version: int,
    at: datetime,
) -> Task:
    """Make a move of the table.

    ``deadline_date`` is the new deadline of a move that gives the task back; it may be left out while the old one runs.
    Raises Locked (wrong state, or changed since it was seen), NotAllowed, Refused for words, an answer, a proof or a
    deadline that is missing.
    """
    stored = locked(row, seen_version)
    step = move_from(stored.state, verb)
    if step is None:
        raise Locked(f"这项督导的状态是“{State(stored.state).label}”，不能办理这一步。")
    require(reach, stored, step.side, step.label)
    words = clean(words)
    if step.asks_words and not words:
        raise Refused(f"“{step.label}”须写明意见。")
    if verb in BACK:
        _set_deadline(stored, deadline_date, local_day(at))
    if verb == "answer":
        missing = missing_for_answer(stored)
        if missing:
            raise Refused(*missing)
        number = stored.answers.count() + 1
        Answer.objects.create(
            task=stored, number=number, text=stored.draft, answered_by=reach.user, answered_at=at
        )
        stored.answered_at = at
    note(stored, verb, side=step.side, reach=reach, words=words, target=step.target, at=at)
    return stored


def _set_deadline(row: Task, deadline_date: date | None, day: date) -> None:
    """Set the deadline of a task that is given back. Raises Refused where none would be ahead."""
    wanted = deadline_date or row.deadline_date
    if wanted < day or (deadline_date is not None and deadline_date <= day):
        raise Refused("原来的期限已到，请给一个晚于今天的新期限。")
    row.deadline_date = wanted


@transaction.atomic
def save_draft(*, reach: Reach, row: Task, text: str, seen_version: int, at: datetime) -> Task:
    """Store the answer as typed; nobody above sees it before it is handed in. Raises Locked, NotAllowed, Refused."""
    stored = locked(row, seen_version)
    require(reach, stored, Side.OWN, "填写答复")
    if stored.state not in WITH_THEM:
        raise Locked(f"这项督导的状态是“{State(stored.state).label}”，答复已锁定。")
    text = clean(text, TEXT)
    if text == stored.draft:
        return stored
    stored.draft = text
    note(stored, "write", side=Side.OWN, reach=reach, at=at)
    return stored


@transaction.atomic
def remark(*, reach: Reach, row: Task, words: str, seen_version: int, at: datetime) -> Task:
    """Report progress (the organization) or urge (who issued it) while a task is with the organization.

    Raises Locked, NotAllowed for who acts on neither side, Refused without words.
    """
    stored = locked(row, seen_version)
    side = Side.OWN if acts(reach, stored, Side.OWN) else Side.ISSUER
    require(reach, stored, side, "催办")
    if stored.state not in WITH_THEM:
        raise Locked(f"这项督导的状态是“{State(stored.state).label}”，不在承办单位手里。")
    words = clean(words)
    if not words:
        raise Refused("请写明进展。" if side == Side.OWN else "请写明催办的话。")
    note(stored, "report" if side == Side.OWN else "urge", side=side, reach=reach, words=words, at=at)
    return stored


@transaction.atomic
def extend(
    *, reach: Reach, row: Task, deadline_date: date, words: str, seen_version: int, at: datetime
) -> Task:
    """Set another deadline, with a reason; done by who issued it. Raises Locked, NotAllowed, Refused."""
    stored = locked(row, seen_version)
    require(reach, stored, Side.ISSUER, "调整期限")
    if stored.state not in OPEN:
        raise Locked("这项督导已经结束，不能再调整期限。")
    words = clean(words, WORDS - 40)
    if not words:
        raise Refused("调整期限须写明原因。")
    if deadline_date <= local_day(at):
        raise Refused("新的期限须晚于今天。")
    before, stored.deadline_date = stored.deadline_date, deadline_date
    note(stored, "extend", side=Side.ISSUER, reach=reach, words=f"{before} → {deadline_date}：{words}", at=at)
    return stored


@transaction.atomic
def hand_over(*, reach: Reach, row: Task, owner_id: UUID, seen_version: int, at: datetime) -> Task:
    """Let a colleague of the issuing body follow a task up. Raises Locked, NotAllowed, Refused for anybody else."""
    stored = locked(row, seen_version)
    require(reach, stored, Side.ISSUER, "更换督办人")
    if stored.state not in OPEN:
        raise Locked("这项督导已经结束，不必再更换督办人。")
    owner = owners_of(stored.issuer, on=local_day(at)).filter(public_id=owner_id).first()
    if owner is None:
        raise Refused("督办人须是本单位在岗的督导人员，请重新选择。")
    if owner.pk == stored.owner_id:
        return stored
    stored.owner = owner
    note(stored, "hand_over", side=Side.ISSUER, reach=reach, at=at)
    return stored

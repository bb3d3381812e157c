"""Taking a rectification from step to step; each step is a row of history and an audit event."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.typed import typed_words
from qiangji.members.models import Person, Tenure
from qiangji.orgs.models import Body, Post
from qiangji.orgs.reach import Reach
from qiangji.orgs.selectors import hospital_of
from qiangji.rectification.exceptions import Incomplete, Locked, NotAllowed, Refused
from qiangji.rectification.models import Rectification, Step
from qiangji.rectification.permissions import acts, who_may
from qiangji.rectification.services.opening import OBJECT
from qiangji.rectification.states import (
    ANSWER_HELP,
    ASK_HELP,
    HAND_IN,
    OPEN,
    VERIFY,
    Needs,
    Side,
    State,
    move_from,
)

WORDS_LIMIT = 1000
LEADERS = (Body.COMMITTEE, Body.ADMINISTRATION, Body.DISCIPLINE)
LEADING_POSTS = (
    Post.Kind.SECRETARY,
    Post.Kind.DEPUTY_SECRETARY,
    Post.Kind.MEMBER,
    Post.Kind.PRESIDENT,
    Post.Kind.VICE_PRESIDENT,
)


def locked(row: Rectification, seen_version: int | None = None) -> Rectification:
    """Read a rectification anew and lock it. Raises Locked where it was changed since it was seen."""
    stored = (
        Rectification.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization", "ordered_by")
        .get(pk=row.pk)
    )
    if seen_version is not None and stored.version != seen_version:
        raise Locked("这项整改刚刚有变动，请刷新页面后再办理。")
    return stored


def require(reach: Reach, row: Rectification, side: Side, what: str) -> None:
    """Refuse who does not act on a side. Raises NotAllowed."""
    if not acts(reach, row, side):
        raise NotAllowed(f"“{what}”由{who_may(reach, row, side)}办理。")


def note(
    row: Rectification,
    verb: str,
    *,
    words: str = "",
    target: str = "",
    content: list[dict[str, Any]] | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Write a step: its row of history, the new state where it has one, its audit event."""
    row.version += 1
    before = row.state
    if target:
        row.state, row.state_at = target, at
    row.save(update_fields=["version", "state", "state_at", "leader", "deadline_date"])
    Step.objects.create(
        rectification=row,
        sequence=row.version,
        verb=verb,
        from_state=before,
        to_state=row.state,
        words=words,
        content=content,
        taken_by=by,
        taken_at=at,
    )
    audit.record(
        verb=f"rectification.{verb}",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"from": before, "to": row.state},
        by=by,
        at=at,
        sequence=row.version,
    )


def open_help(row: Rectification) -> Step | None:
    """Return the help that was asked for and not answered yet, if there is any."""
    last = row.steps.filter(verb__in=(ASK_HELP, ANSWER_HELP)).order_by("-sequence").first()
    return last if last is not None and last.verb == ASK_HELP else None


def handed_in_by(row: Rectification, user: User) -> bool:
    """Say whether this person handed it in last, as for a branch that was abolished: then another verifies it."""
    last = row.steps.filter(verb=HAND_IN).order_by("-sequence").first()
    return last is not None and last.taken_by_id == user.pk


def verified_by_another(row: Rectification) -> str:
    """Say in Chinese who verifies what this person handed in."""
    return f"这项整改由您提交核验，须由{row.ordered_by.name}的另一人核验。"


def missing_for(row: Rectification, needs: tuple[Needs, ...]) -> list[str]:
    """Return in words what is not on record yet."""
    items = list(row.items.all())
    missing = []
    if Needs.LEADER in needs and row.needs_leader and row.leader_id is None:
        missing.append("请由医院党组织先指定一名联系领导")
    if Needs.PLAN in needs:
        if not items:
            missing.append("请至少列出一项差距")
        open_ones = [item for item in items if not item.cause or not item.measure]
        if open_ones:
            missing.append(f"还有 {len(open_ones)} 项差距没有写原因或措施")
    if Needs.DONE in needs:
        open_ones = [item for item in items if not item.done]
        if open_ones:
            missing.append(f"还有 {len(open_ones)} 项没有写整改结果")
    if Needs.PROOF in needs and not row.proofs.filter(detached_at__isnull=True).exists():
        missing.append("请上传至少一份佐证，会议纪要、通知、报告都可以，不要求照片")
    return missing


@transaction.atomic
def move(
    *,
    reach: Reach,
    row: Rectification,
    verb: str,
    words: str = "",
    seen_version: int,
    at: datetime,
) -> Rectification:
    """Make a move of the table.

    Raises Locked (wrong state, or changed since it was seen), NotAllowed, also for who would verify what they handed in
    themselves, Refused without the words that a move asks for, Incomplete naming each record that has to come first.
    """
    stored = locked(row, seen_version)
    step = move_from(stored.state, verb)
    if step is None:
        raise Locked(f"这项整改的状态是“{State(stored.state).label}”，不能办理这一步。")
    require(reach, stored, step.side, step.label)
    if verb == VERIFY and handed_in_by(stored, reach.user):
        raise NotAllowed(verified_by_another(stored))
    words = clean(words)
    if step.asks_words and not words:
        raise Refused(f"“{step.label}”须写明意见。")
    missing = missing_for(stored, step.needs)
    if missing:
        raise Incomplete(missing)
    if step.target == State.CLOSED and open_help(stored) is not None:
        raise Locked("请求上级的帮助还没有答复，请先答复再办结。")
    content = lines_of(stored) if step.target == State.HANDED_IN else None
    note(stored, verb, words=words, target=step.target, content=content, by=reach.user, at=at)
    return stored


def lines_of(row: Rectification) -> list[dict[str, Any]]:
    """Return the plan's lines as they stand, for the step that hands them in."""
    columns = ("position", "criterion_id", "gap", "cause", "measure", "done")
    return [dict(zip(columns, line, strict=True)) for line in row.items.values_list(*columns)]


@transaction.atomic
def withdraw_rectification(
    *, row: Rectification, reason: str, by: User | None, at: datetime
) -> Rectification:
    """Withdraw a rectification because the result it rests on no longer stands; one withdrawn already stays as it is.

    Raises Refused without a reason.
    """
    stored = locked(row)
    if stored.state == State.WITHDRAWN:
        return stored
    reason = clean(reason)
    if not reason:
        raise Refused("撤销须写明原因。")
    note(stored, "withdraw", words=reason, target=State.WITHDRAWN, by=by, at=at)
    return stored


def leaders_for(row: Rectification, day: date) -> list[tuple[UUID, str]]:
    """Return who of the hospital's leading group may take a branch on: public id, and name with post."""
    hospital = hospital_of(row.organization)
    if hospital is None:
        return []
    tenures = (
        Tenure.objects.on(day)
        .filter(post__organization=hospital, post__body__in=LEADERS, post__kind__in=LEADING_POSTS)
        .select_related("person", "post")
        .order_by("post__body", "post__position", "post__pk")
    )
    found: dict[UUID, str] = {}
    for tenure in tenures:
        found.setdefault(tenure.person.public_id, f"{tenure.person.name}（{tenure.post.title}）")
    return list(found.items())


@transaction.atomic
def assign_leader(
    *, reach: Reach, row: Rectification, person_id: UUID, seen_version: int, at: datetime
) -> Rectification:
    """Assign a leader to a lagging branch (班子成员联系帮包); done by who ordered the rectification.

    Raises Locked, NotAllowed, Refused for somebody who holds no leading post of the hospital on that day.
    """
    stored = locked(row, seen_version)
    require(reach, stored, Side.ORDERER, "指定联系领导")
    if not stored.needs_leader or stored.state not in OPEN:
        raise Locked("只有正在办理的重点管理整顿才指定联系领导。")
    if person_id not in dict(leaders_for(stored, local_day(at))):
        raise Refused("联系领导须是本院现任的党委、纪委或行政班子成员。")
    stored.leader = Person.objects.get(public_id=person_id)
    note(stored, "assign", by=reach.user, at=at)
    return stored


@transaction.atomic
def extend(
    *, reach: Reach, row: Rectification, deadline_date: date, words: str, seen_version: int, at: datetime
) -> Rectification:
    """Set another deadline, with a reason; done by who ordered it. Raises Locked, NotAllowed, Refused."""
    stored = locked(row, seen_version)
    require(reach, stored, Side.ORDERER, "调整期限")
    words = clean(words)
    if stored.state not in OPEN:
        raise Locked("这项整改已经结束，不能再调整期限。")
    if not words:
        raise Refused("调整期限须写明原因。")
    if deadline_date <= local_day(at):
        raise Refused("新的期限须晚于今天。")
    before, stored.deadline_date = stored.deadline_date, deadline_date
    note(stored, "extend", words=f"{before} → {deadline_date}：{words}"[:WORDS_LIMIT], by=reach.user, at=at)
    return stored


def clean(words: str) -> str:
    """Return words without what a database or a paper cannot hold. Raises Refused where they are too long."""
    words = typed_words(words)
    if len(words) > WORDS_LIMIT:
        raise Refused(f"最多 {WORDS_LIMIT} 字，现在是 {len(words)} 字。")
    return words

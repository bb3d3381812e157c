"""Taking a practice from step to step; each step is a row of history and an audit event."""

from datetime import datetime

from django.db import transaction

from qiangji.audit import services as audit
from qiangji.lib.typed import typed_words
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.practices.bodies import ranges_for, reviewers_of
from qiangji.practices.exceptions import Locked, NotAllowed, Problem, Refused
from qiangji.practices.models import Practice, PracticeStep, PracticeText
from qiangji.practices.permissions import acts, who_may
from qiangji.practices.states import Move, Side, State, move_from
from qiangji.practices.wording import Words, missing_in

OBJECT = "practice"
WORDS_LIMIT = 1000


def locked(row: Practice, seen_version: int | None = None) -> Practice:
    """Read a practice anew and lock it. Raises Locked where it was changed since it was seen."""
    stored = (
        Practice.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization", "submitted_to", "published_by", "published_to")
        .get(pk=row.pk)
    )
    if seen_version is not None and stored.version != seen_version:
        raise Locked("这条好做法刚刚有变动，请刷新页面后再办理。")
    return stored


def require(reach: Reach, row: Practice, side: Side, what: str) -> None:
    """Refuse who does not act on a side. Raises NotAllowed."""
    if not acts(reach, row, side):
        raise NotAllowed(f"“{what}”由{who_may(row, side)}办理。")


def note(
    row: Practice,
    verb: str,
    *,
    before: str,
    reach: Reach,
    at: datetime,
    words: str = "",
    body: Organization | None = None,
) -> None:
    """Store a practice with its next version, and write the step: its row of history and its audit event."""
    row.version += 1
    if row.state != before:
        row.state_at = at
    row.save()
    PracticeStep.objects.create(
        practice=row,
        sequence=row.version,
        verb=verb,
        from_state=before,
        to_state=row.state,
        number=row.number,
        body=body,
        words=words,
        taken_by=reach.user,
        taken_at=at,
    )
    audit.record(
        verb=f"practice.{verb}",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={
            "from": before,
            "to": row.state,
            "text": row.number,
            "published_to": row.published_to.code if row.published_to else None,
        },
        by=reach.user,
        at=at,
        sequence=row.version,
    )


def clean(words: str) -> str:
    """Return words without what a database cannot hold. Raises Refused where they are too long."""
    words = typed_words(words)
    if len(words) > WORDS_LIMIT:
        raise Refused(f"最多 {WORDS_LIMIT} 字，现在是 {len(words)} 字。")
    return words


@transaction.atomic
def move(
    *,
    reach: Reach,
    row: Practice,
    verb: str,
    words: str = "",
    node_id: int | None = None,
    seen_version: int,
    at: datetime,
) -> Practice:
    """Make a move of the table. ``node_id`` is the body it is handed to (submit), or where it is read (publish, spread).

    Raises Locked (wrong state, or changed since it was seen), NotAllowed, Refused naming each point that is missing.
    """
    stored = locked(row, seen_version)
    step = move_from(stored.state, verb, published=stored.published_number is not None)
    if step is None:
        raise Locked(f"这条好做法的状态是“{State(stored.state).label}”，不能办理这一步。")
    require(reach, stored, step.side, step.label)
    words = clean(words)
    if step.asks_words and not words:
        raise Refused(Problem("words", f"“{step.label}”须写明原因。"))
    before, body = stored.state, None
    if verb == "submit":
        body = stored.submitted_to = hand_in(reach, stored, node_id)
    elif step.side != Side.OWN:
        body = decide(reach, stored, step, node_id, at)
    elif verb == "abandon":
        stored.number = stored.published_number or stored.number
    stored.state = step.target
    note(stored, verb, before=before, reach=reach, at=at, words=words, body=body)
    return stored


def hand_in(reach: Reach, row: Practice, node_id: int | None) -> Organization:
    """Return the body that a text is handed to. Raises Refused for a text that is not whole, or without a body."""
    text = PracticeText.objects.get(practice=row, number=row.number)
    missing = missing_in(Words.of(text))
    if missing:
        raise Refused(*missing)
    bodies = reviewers_of(row.organization, on=reach.day)
    if not bodies:
        raise Refused("还没有登记本单位的主管部门或上级，无处可交，请联系系统管理员。")
    chosen = bodies[0] if node_id is None else next((one for one in bodies if one.pk == node_id), None)
    if chosen is None:
        raise Refused(Problem("node", "请从列出的审定单位里选择一个。"))
    return chosen


def decide(reach: Reach, row: Practice, step: Move, node_id: int | None, at: datetime) -> Organization | None:
    """Do what a reviewing body decided, and return the body. Nobody reviews what the same person handed in."""
    if step.verb == "take_down":
        return row.published_by
    if step.side == Side.REVIEWER:
        last = row.steps.filter(verb="submit").order_by("-sequence").first()
        if last is not None and last.taken_by_id == reach.user.pk:
            raise NotAllowed("这条好做法是您本人提交的，请由审定单位的其他人员审定。")
    if step.verb == "return":
        return row.submitted_to
    ranges = ranges_for(reach, row)
    chosen = next((one for one in ranges if one.node.pk == node_id), None)
    if chosen is None:
        raise Refused(Problem("node", "请选择发布到哪个范围。"))
    if step.verb == "spread" and chosen.node.pk == row.published_to_id:
        raise Refused(Problem("node", "已经发布在这个范围，请选择另一个范围。"))
    body = Organization.objects.get(pk=chosen.body_id)
    row.published_to, row.published_by = chosen.node, body
    if step.verb == "publish":
        row.published_number, row.published_at = row.number, at
    return body

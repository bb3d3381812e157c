"""A draft in one person's hands: locked, still open, and at the step they saw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import record
from qiangji.standards.models import Draft, DraftStep
from qiangji.standards.workshop.exceptions import DraftClosed, DraftMoved
from qiangji.standards.workshop.state import State


@dataclass
class Bench:
    """A draft under its lock, with the step that counts and its state."""

    draft: Draft
    step: DraftStep
    state: State


def take(draft: Draft, seen: int) -> Bench:
    """Lock a draft that is still open at the step the person saw, in the caller's transaction.

    Raises DraftClosed, and DraftMoved, which says who went on and what they did.
    """
    held = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("organization", "earlier__standard")
        .defer("original")
        .get(pk=draft.pk)
    )
    if not held.is_open:
        state = held.get_status_display()
        raise DraftClosed(f"这份录入稿{state}，不能再改。要更正已发布的标准，请录入新的版本。")
    if held.current != seen:
        raise DraftMoved(_moved(held))
    step = held.steps.get(sequence=held.current)
    return Bench(held, step, State.from_json(step.state))


MOVES = {"draft.changed": "做了修改", "draft.undone": "撤销了", "draft.redone": "重做了"}


def _moved(draft: Draft) -> str:
    """Say who moved the pointer last, and what they did."""
    last = (
        Event.objects.filter(object_type="draft", object_id=draft.public_id, verb__in=MOVES)
        .order_by("-sequence")
        .first()
    )
    if last is None:
        return "页面不是最新的样子，请刷新后再改。"
    names = User.objects.filter(public_id__in=[last.actor_id] if last.actor_id else []).values_list(
        "name", flat=True
    )
    name = names.first() or "有人"
    step = draft.steps.get(sequence=json.loads(last.data)["step"])
    return (
        f"{name}刚才在这份录入稿里{MOVES[last.verb]}（{step.label}）。您的这一步没有生效，两边的内容都没有丢失；"
        "请看过最新的样子再改。"
    )


def note(verb: str, draft: Draft, data: dict[str, Any], by: User, at: datetime) -> None:
    """Write a draft's event, in the caller's transaction."""
    record(verb=verb, obj_type="draft", obj_id=draft.public_id, data=data, by=by, at=at)

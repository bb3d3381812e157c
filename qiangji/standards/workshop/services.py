"""The only writer of drafts: take a table in, mend it step by step, undo, and make an edition of it.

Every step keeps the whole state after it and names the step it was made on; `Draft.current` points at the one that
counts. Undoing and redoing move that pointer, a correction after undoing grows a branch beside what was undone, and no
step is ever changed. Whoever acts says which step they saw: where somebody else moved the pointer meanwhile, nothing
happens and they are told who did what.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from qiangji.accounts.models import User
from qiangji.files.compound import SIGNATURE
from qiangji.files.exceptions import FileRefused
from qiangji.files.models import Content
from qiangji.files.names import clean_name
from qiangji.files.services import keep, received, received_text
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.standards.comparison import compare
from qiangji.standards.models import Criterion, Draft, DraftStep, Edition
from qiangji.standards.reader import ParsedStandard, parse_bytes, parse_pasted
from qiangji.standards.succession import lines_of
from qiangji.standards.workshop.bench import Bench, note, take
from qiangji.standards.workshop.edition import lines_of_state
from qiangji.standards.workshop.exceptions import (
    DraftRefused,
    NothingToUndo,
    OperationRefused,
)
from qiangji.standards.workshop.operations import perform
from qiangji.standards.workshop.publishing import remove_trial
from qiangji.standards.workshop.reading import state_from_parsed
from qiangji.standards.workshop.state import State, codes, storable

PASTED = "粘贴的表格.txt"
PACKED = (b"PK", SIGNATURE)
NOT_FROM_A_PAGE = {"choose_earlier"}
COMPLETE = (
    "这是本系统导出的标准文件（YAML），内容已经完整，不用再整理；请管理员用 qiangji standard import 导入。"
)


def start_draft(*, organization: Organization, filename: str, data: bytes, by: User, at: datetime) -> Draft:
    """Read a file and put what was understood on the bench; the file itself is kept.

    Raises DraftRefused, with the reader's reasons, for a file that cannot be read as a table; nothing is stored then.
    """
    name = clean_name(filename)
    return _start(organization, name, data, parse_bytes(data, filename=name), by, at)


def start_pasted(*, organization: Organization, text: str, by: User, at: datetime) -> Draft:
    """Put a table on the bench that was pasted as text. Raises DraftRefused as `start_draft` does."""
    if not text.strip():
        raise DraftRefused("没有粘贴任何内容，请从 Word 或 Excel 里复制整张表再粘贴。")
    data = text.encode("utf-8", "replace")
    return _start(organization, PASTED, data, parse_pasted(text), by, at)


def _start(
    organization: Organization, filename: str, data: bytes, parsed: ParsedStandard, by: User, at: datetime
) -> Draft:
    if parsed.spec is not None:
        raise DraftRefused(COMPLETE)
    if not parsed.criteria():
        messages = [f"{p.where}：{p.message}" if p.where else p.message for p in parsed.problems]
        raise DraftRefused("这个文件不能读成量化表", messages=messages)
    read = state_from_parsed(parsed, year=local_day(at).year)
    state = State.from_json(storable(read.as_json()))
    upload = ContentFile(data, name=filename)
    try:
        received_as = received(upload) if data.startswith(PACKED) else received_text(upload)
        with received_as as incoming, transaction.atomic():
            content = keep(incoming, at=at)
            return _store(organization, filename, content, parsed, state, by, at)
    except FileRefused as refusal:
        raise DraftRefused(str(refusal)) from refusal


def _store(
    organization: Organization,
    filename: str,
    content: Content,
    parsed: ParsedStandard,
    state: State,
    by: User,
    at: datetime,
) -> Draft:
    draft = Draft.objects.create(
        organization=organization,
        filename=filename,
        content=content,
        original=storable([{"where": line.where, "cells": line.cells} for line in parsed.original]),
        created_by=by,
        created_at=at,
        changed_at=at,
    )
    DraftStep.objects.create(
        draft=draft, sequence=0, label="读入文件", state=state.as_json(), made_by=by, made_at=at
    )
    counts = {"criteria": len(state.criteria()), "doubts": len(state.doubts)}
    data = {"digest": content.digest, "organization": organization.code, **counts}
    note("draft.started", draft, data, by, at)
    return draft


@transaction.atomic
def apply(
    *, draft: Draft, operation: str, arguments: Mapping[str, Any], seen: int, by: User, at: datetime
) -> Draft:
    """Make one correction on the step that the person saw; where it changes nothing, no step is made.

    Raises OperationRefused where it cannot be made, DraftMoved where somebody else went on meanwhile, DraftClosed where
    the draft is published or discarded.
    """
    if operation in NOT_FROM_A_PAGE:
        raise OperationRefused("请从“对照”里选择版本。")
    bench = take(draft, seen)
    if operation == "set_earlier":
        _check_earlier_code(bench, arguments)
    return _step(bench, operation, arguments, by, at)


@transaction.atomic
def set_earlier_edition(*, draft: Draft, edition: Edition | None, seen: int, by: User, at: datetime) -> Draft:
    """Hold the table against an earlier edition and suggest which criteria live on; None drops the comparison.

    Nothing is decided by it. Raises as `apply` does, and OperationRefused for an edition that is not published.
    """
    bench = take(draft, seen)
    if edition is None:
        return _step(bench, "choose_earlier", {}, by, at)
    if not edition.is_published:
        raise OperationRefused(f"{edition.ref} 还是草稿，只能与已发布的版本对照。")
    found = compare(lines_of(edition), lines_of_state(bench.state)).earlier_of
    matches = {key: found[code] for key, code in codes(bench.state).items() if found.get(code)}
    arguments = {"edition": str(edition.public_id), "matches": matches}
    return _step(bench, "choose_earlier", arguments, by, at)


def _check_earlier_code(bench: Bench, arguments: Mapping[str, Any]) -> None:
    code = arguments.get("code")
    earlier = bench.draft.earlier
    if code and earlier and not Criterion.objects.filter(edition=earlier, code=code).exists():
        raise OperationRefused(f"对照的版本里没有编码“{code}”，请从列出的编码中选，或留空表示新增。")


def _step(bench: Bench, operation: str, arguments: Mapping[str, Any], by: User, at: datetime) -> Draft:
    draft = bench.draft
    turn = (draft.steps.aggregate(last=Max("sequence"))["last"] or 0) + 1
    done = perform(bench.state, operation, arguments, turn=turn)
    if done.state.model_copy(update={"turn": bench.state.turn}) == bench.state:
        return draft
    DraftStep.objects.create(
        draft=draft,
        sequence=turn,
        parent=bench.step.sequence,
        label=done.label,
        state=done.state.as_json(),
        made_by=by,
        made_at=at,
    )
    _point(draft, turn, done.state, at)
    data = {"step": turn, "on": bench.step.sequence, "operation": operation}
    note("draft.changed", draft, data, by, at)
    return draft


@transaction.atomic
def undo(*, draft: Draft, seen: int, by: User, at: datetime) -> Draft:
    """Go back to the step before. Raises NothingToUndo at the first one, and DraftMoved and DraftClosed."""
    bench = take(draft, seen)
    if bench.step.parent is None:
        raise NothingToUndo("已经是读入时的样子，没有可以撤销的。")
    back = bench.draft.steps.get(sequence=bench.step.parent)
    _point(bench.draft, back.sequence, State.from_json(back.state), at)
    note("draft.undone", bench.draft, {"step": bench.step.sequence}, by, at)
    return bench.draft


@transaction.atomic
def redo(*, draft: Draft, seen: int, by: User, at: datetime) -> Draft:
    """Go forward again, to the step last made on this one. Raises NothingToUndo, DraftMoved and DraftClosed."""
    bench = take(draft, seen)
    onward = bench.draft.steps.filter(parent=bench.step.sequence).order_by("sequence").last()
    if onward is None:
        raise NothingToUndo("后面没有撤销过的步骤，不能重做。")
    _point(bench.draft, onward.sequence, State.from_json(onward.state), at)
    note("draft.redone", bench.draft, {"step": onward.sequence}, by, at)
    return bench.draft


@transaction.atomic
def discard(*, draft: Draft, seen: int, by: User, at: datetime) -> Draft:
    """Set a draft aside for good, with its trial; its steps stay on record. Raises DraftMoved and DraftClosed."""
    bench = take(draft, seen)
    remove_trial(bench.draft)
    bench.draft.status = Draft.Status.DISCARDED
    bench.draft.changed_at = at
    bench.draft.save(update_fields=["status", "changed_at"])
    note("draft.discarded", bench.draft, {"step": bench.step.sequence}, by, at)
    return bench.draft


def _point(draft: Draft, sequence: int, state: State, at: datetime) -> None:
    """Let another step count, and the edition that its state is held against."""
    draft.current, draft.changed_at = sequence, at
    fields = ["current", "changed_at"]
    if state.earlier != (str(draft.earlier.public_id) if draft.earlier else ""):
        draft.earlier = _edition(state.earlier) if state.earlier else None
        fields.append("earlier")
    draft.save(update_fields=fields)


def _edition(public_id: str) -> Edition:
    return Edition.objects.select_related("standard").get(public_id=public_id)

"""From a draft to an edition: a trial while it is still open, and the published one in the end.

A trial is an edition that stays a draft, under a label of its own (2026-试1), so that trial cycles can run on it. The
next trial, the publication or the discarding takes it away again, unless a cycle stands on it: then it stays what it is
beside the published one, and its sheets keep it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.standards.models import Draft, Edition, Standard
from qiangji.standards.schema import APPLIES_TO_LABELS
from qiangji.standards.services import Words, publish_edition, store_edition, store_wording
from qiangji.standards.succession import decide_map
from qiangji.standards.workshop.bench import Bench, note, take
from qiangji.standards.workshop.checks import Finding, errors
from qiangji.standards.workshop.edition import spec_of, texts_of
from qiangji.standards.workshop.exceptions import DraftUnfinished
from qiangji.standards.workshop.state import State, codes

TRIAL = "-试"
LONGEST_LABEL = 40


@transaction.atomic
def publish_draft(*, draft: Draft, seen: int, by: User, at: datetime) -> Edition:
    """Make the draft a published edition, with its document's words and, where decided, the map to the earlier one.

    Raises DraftUnfinished naming every error that is left, DraftMoved and DraftClosed; nothing is stored then.
    """
    bench = take(draft, seen)
    _refuse_unfinished(bench.state, publishing=True)
    remove_trial(bench.draft)
    edition = _store(bench, bench.state.details.label, by, at)
    details = bench.state.details
    publish_edition(
        edition=edition, by=by, at=at, adopted_by=details.adopted_by, adoption_number=details.adoption_number
    )
    if bench.draft.earlier is not None:
        known = codes(bench.state)
        pairs = {known[c.key]: c.earlier for c in bench.state.criteria()}
        decide_map(earlier=bench.draft.earlier, later=edition, pairs=pairs, by=by, at=at)
    edition.refresh_from_db()
    _close(bench.draft, edition, at)
    open_doubts = sum(not doubt.settled for doubt in bench.state.doubts)
    data = {"step": bench.step.sequence, "edition": edition.ref, "open_doubts": open_doubts}
    note("draft.published", bench.draft, data, by, at)
    return edition


@transaction.atomic
def store_trial(*, draft: Draft, seen: int, by: User, at: datetime) -> Edition:
    """Store the table as it stands as a draft edition on which trial cycles can run; the draft stays open.

    It replaces the draft's earlier trial unless a cycle stands on that. Raises DraftUnfinished for what keeps the table
    from holding together (adoption may still be missing), DraftMoved and DraftClosed.
    """
    bench = take(draft, seen)
    _refuse_unfinished(bench.state, publishing=False)
    remove_trial(bench.draft)
    edition = _store(bench, _trial_label(bench.state), by, at)
    bench.draft.edition, bench.draft.changed_at = edition, at
    bench.draft.save(update_fields=["edition", "changed_at"])
    note("draft.tried", bench.draft, {"step": bench.step.sequence, "edition": edition.ref}, by, at)
    return edition


def obstacles(state: State, *, publishing: bool) -> list[Finding]:
    """Return what the other editions have against this one: a label that is taken, another kind of organization."""
    details = state.details
    standard = Standard.objects.filter(code=details.code).first() if details.code else None
    if standard is None:
        return []
    found = []
    if publishing and standard.editions.filter(label=details.label).exists():
        found.append(
            Finding(
                "error",
                "label_taken",
                f"标准版本 {details.code}@{details.label} 已经存在，不能覆盖",
                "请另写一个版本，例如加上年份或“修订”",
                "details.label",
                publishing_only=True,
            )
        )
    if details.applies_to and standard.applies_to != details.applies_to:
        found.append(
            Finding(
                "error",
                "other_kind",
                f"代号为 {details.code} 的标准适用于{APPLIES_TO_LABELS[standard.applies_to]}",
                "请换一个标准代号，或改正适用对象",
                "details.applies_to",
            )
        )
    return found


def remove_trial(draft: Draft) -> None:
    """Take away the draft's trial edition, in the caller's transaction; one that a cycle stands on stays."""
    if draft.edition_id is None:
        return
    # Under its lock, so that no cycle opens on it while it goes.
    trial = (
        Edition.objects.select_for_update(of=("self",)).select_related("standard").get(pk=draft.edition_id)
    )
    draft.edition = None
    draft.save(update_fields=["edition"])
    standard = trial.standard
    try:
        trial.delete()
    except ProtectedError:
        return
    if not standard.editions.exists():
        standard.delete()


def _refuse_unfinished(state: State, *, publishing: bool) -> None:
    left = [*errors(state, publishing=publishing), *obstacles(state, publishing=publishing)]
    if left:
        action = "发布" if publishing else "试用"
        messages = [f"{finding.message}：{finding.remedy}" for finding in left]
        raise DraftUnfinished(f"还有 {len(left)} 处要改，不能{action}", messages=messages)


def _store(bench: Bench, label: str, by: User, at: datetime) -> Edition:
    draft, state = bench.draft, bench.state
    spec = spec_of(state, label=label)
    edition = store_edition(spec, origin=Edition.Origin.IMPORT, organization=draft.organization)
    digest = draft.content.digest if draft.content is not None else ""
    words = Words(
        filename=draft.filename,
        digest=digest,
        title=state.details.title,
        criteria=texts_of(state),
        vetoes=[veto.text for veto in state.vetoes],
    )
    store_wording(edition, words, by=by, at=at)
    data = {
        "ref": edition.ref,
        "digest": digest,
        "draft": str(draft.public_id),
        "step": bench.step.sequence,
    }
    record(verb="edition.imported", obj_type="edition", obj_id=edition.public_id, data=data, by=by, at=at)
    return edition


def _close(draft: Draft, edition: Edition, at: datetime) -> None:
    draft.status, draft.edition, draft.changed_at = Draft.Status.PUBLISHED, edition, at
    draft.save(update_fields=["status", "edition", "changed_at"])


def _trial_label(state: State) -> str:
    """The first free label of the kind 2026-试1."""
    details = state.details
    taken = set(Edition.objects.filter(standard__code=details.code).values_list("label", flat=True))
    stem = f"{details.label[: LONGEST_LABEL - 6]}{TRIAL}"
    return next(label for n in range(1, len(taken) + 2) if (label := f"{stem}{n}") not in taken)

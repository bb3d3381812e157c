"""Changing a cycle, before and after its opening, and closing it: what may change when, each change with its reason.

Before the opening everything may change. Afterwards sheets rest on the editions, the final stages and the facts' period,
so these stand; the line and the share stand once a result was decided by them; deadlines move, but never to a day that is
over. A closed cycle changes no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Cycle, Sheet, SheetTransition, SheetVeto, SheetVetoStep
from qiangji.assessments.services.cycles import EditionChoice, check_dates, check_editions, choose
from qiangji.assessments.services.veto_course import APPEAL
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import RESULTS, State
from qiangji.assessments.vetoes import held_by_vetoes
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.lib.typed import typed_words
from qiangji.orgs.models import Organization

LABELS = {
    "title": "名称",
    "plan_number": "批准文件文号",
    "period_start_date": "事实起始日",
    "period_end_date": "事实截止日",
    "self_deadline_date": "自评申报截止日",
    "acceptance_deadline_date": "验收截止日",
    "rating_deadline_date": "评定截止日",
    "inspection_deadline_date": "抽查截止日",
    "closing_date": "周期关闭日",
    "pass_line": "达标线",
    "branch_share": "支部达标比例（%）",
    "inspection_ratio": "抽查比例",
    "objection_days": "提出更正、申诉的期限（日）",
    "answer_days": "答复更正、申诉的期限（日）",
    "is_trial": "试评",
}
FIXED_ONCE_OPENED = ("period_start_date", "period_end_date", "is_trial")
FIXED_ONCE_DECIDED = ("pass_line", "branch_share")
DEADLINES = (
    "self_deadline_date",
    "acceptance_deadline_date",
    "rating_deadline_date",
    "inspection_deadline_date",
    "closing_date",
)
REASON_LIMIT = 500


def is_decided(cycle: Cycle) -> bool:
    """Say whether a result rests on the cycle's figures, or did: what is looked at again meanwhile was decided by them."""
    now = Sheet.objects.filter(cycle=cycle, state__in=RESULTS)
    ever = SheetTransition.objects.filter(sheet__cycle=cycle, to_state__in=RESULTS)
    return now.exists() or ever.exists()


def fixed_fields(cycle: Cycle) -> tuple[str, ...]:
    """Return what can be changed no more."""
    if cycle.opened_at is None:
        return ()
    return FIXED_ONCE_OPENED + (FIXED_ONCE_DECIDED if is_decided(cycle) else ())


@transaction.atomic
def change_cycle(
    *,
    cycle: Cycle,
    values: Mapping[str, Any],
    editions: Sequence[EditionChoice] | None,
    reason: str,
    by: User | None,
    at: datetime,
) -> Cycle:
    """Change a cycle's own fields, and before its opening its editions; ``editions`` None leaves these.

    Raises Locked for what stands by now or a closed cycle; Refused for nothing changed, no reason after the opening,
    dates out of order or moved to a day that is over, figures out of range.
    """
    row = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    if row.closed_at is not None:
        raise Locked("本考核周期已关闭，不能再改。")
    reason = _reason(reason, needed=row.opened_at is not None)
    changed = {name: (getattr(row, name), new) for name, new in values.items() if getattr(row, name) != new}
    fixed = [LABELS[name] for name in changed if name in fixed_fields(row)]
    if fixed:
        raise Locked(f"{'、'.join(fixed)}在开启或认定之后不能再改：已建的考评表和结果以它为准。")
    chosen = _editions(row, editions)
    if not changed and not chosen:
        raise Refused("没有改动。")
    _check_future(changed, local_day(at))
    for name, (_, new) in changed.items():
        setattr(row, name, new)
    _check(row, [*editions] if editions is not None and row.opened_at is None else None)
    row.save(update_fields=list(changed))
    lines = [[LABELS[name], said(old), said(new)] for name, (old, new) in changed.items()] + chosen
    log("cycle.changed", row, {"changes": lines, "reason": reason}, by, at)
    return row


def _reason(reason: str, *, needed: bool) -> str:
    reason = typed_words(reason)
    if needed and not reason:
        raise Refused("周期开启以后，改动须写明原因。")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"原因最多 {REASON_LIMIT} 字，现在是 {len(reason)} 字。")
    return reason


def _editions(row: Cycle, editions: Sequence[EditionChoice] | None) -> list[list[str]]:
    """Store other editions where the cycle is not opened; return what changed as lines of the history."""
    if editions is None:
        return []
    present = {one.organization_kind: one for one in row.editions.select_related("edition")}
    before = {kind: (one.edition_id, one.final_stage) for kind, one in present.items()}
    after = {one.organization_kind: (one.edition.pk, one.final_stage) for one in editions}
    if before == after:
        return []
    if row.opened_at is not None:
        raise Locked("所用标准和最终得分阶段在开启之后不能再改：已建的考评表以它为准。")
    new = {one.organization_kind: f"{one.edition}，{Stage(one.final_stage).label}" for one in editions}
    old = {kind: f"{one.edition}，{one.get_final_stage_display()}" for kind, one in present.items()}
    row.editions.all().delete()
    choose(row, list(editions))
    return [
        [f"{Organization.Kind(kind).label}所用标准", old.get(kind, "（无）"), new.get(kind, "（无）")]
        for kind in dict.fromkeys([*old, *new])
        if before.get(kind) != after.get(kind)
    ]


def _check_future(changed: Mapping[str, tuple[Any, Any]], day: date) -> None:
    over = [LABELS[name] for name in DEADLINES if name in changed and (new := changed[name][1]) and new < day]
    if over:
        raise Refused(f"{'、'.join(over)}不能改到今天以前。")


def _check(row: Cycle, editions: list[EditionChoice] | None) -> None:
    """Check a cycle as it would stand."""
    deadlines = (row.self_deadline_date, row.acceptance_deadline_date, row.rating_deadline_date)
    check_dates(row.year, (row.period_start_date, row.period_end_date), deadlines, row.closing_date)
    if row.inspection_deadline_date and row.inspection_deadline_date > row.closing_date:
        raise Refused("抽查截止日不能晚于周期关闭日。")
    if row.inspection_ratio is not None and not 0 < row.inspection_ratio <= 1:
        raise Refused("抽查比例须大于 0、不超过 1，例如 0.1。")
    if not 0 <= row.branch_share <= 100:
        raise Refused("支部达标比例在 0 到 100 之间。")
    if editions is not None:
        check_editions(editions, is_trial=row.is_trial)


def said(value: Any) -> str:
    """Return a value as the history shows it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if isinstance(value, Decimal) else str(value)


def log(verb: str, row: Cycle, data: dict[str, Any], by: User | None, at: datetime) -> None:
    """Write a cycle's event."""
    audit.record(verb=verb, obj_type="cycle", obj_id=row.public_id, data=data, by=by, at=at)


@dataclass(frozen=True)
class Gap:
    """Something that is open when a cycle is to be closed; ``holds`` says whether it keeps it from closing."""

    what: str
    count: int
    state: str = ""
    holds: bool = True


UNFINISHED = {
    State.SUBMITTED: "已提交、还没有验收",
    State.UNDER_ACCEPTANCE: "验收还没有完成",
    State.UNDER_RATING: "评定还没有完成",
    State.DRAWN: "已抽中、还没有抽查",
    State.UNDER_INSPECTION: "抽查还没有完成",
}


def veto_gaps(cycle: Cycle, day: date) -> list[Gap]:
    """Return what is not settled on a day about sheet vetoes: a condition that holds a sheet, a veto that is proposed, or
    still open to an appeal or its answer.

    A closed cycle leads no sheet from withheld to a result any more, and lets no condition be answered anew, so these are
    settled first: three statements.
    """
    accepted = Sheet.objects.filter(cycle=cycle, final_stage=Stage.ACCEPTANCE)
    rows = SheetVeto.objects.filter(sheet__cycle=cycle)
    proposed = rows.filter(state=SheetVeto.State.PROPOSED).count()
    last = SheetVetoStep.objects.filter(sheet_veto=OuterRef("pk")).order_by("-sequence").values("verb")[:1]
    appealable = (
        rows.filter(state=SheetVeto.State.IN_FORCE)
        .annotate(last=Subquery(last))
        .filter(Q(appeal_until__gte=day) | Q(last=APPEAL))
        .count()
    )
    found = (
        Gap("经核对存在不予评定的情形、还没有审定或重新核对", len(held_by_vetoes(accepted))),
        Gap("不予评定已提出、还没有审定", proposed),
        Gap("不予评定还在申诉期限内，或申诉没有答复", appealable),
    )
    return [gap for gap in found if gap.count]


def gaps_of(cycle: Cycle) -> list[Gap]:
    """Return what is open in a cycle's sheets: one statement. Whoever did not hand in does not hold the others up."""
    rows = Sheet.objects.filter(cycle=cycle).order_by()
    counts: dict[tuple[str, str, str], int] = {
        (state, kind, final): count
        for state, kind, final, count in rows.values_list(
            "state", "organization_kind", "final_stage"
        ).annotate(n=Count("pk"))
    }
    found = [
        Gap(words, count, state.value)
        for state, words in UNFINISHED.items()
        if (count := sum(n for (at, _, _), n in counts.items() if at == state))
    ]
    unrated = sum(n for (at, _, final), n in counts.items() if at == State.ACCEPTED and final == Stage.RATING)
    if unrated:
        found.append(Gap("已验收、还没有评定", unrated, State.ACCEPTED.value))
    ended = (State.RATED, State.INSPECTED)
    undecided = sum(
        n
        for (at, kind, final), n in counts.items()
        if kind == Organization.Kind.HOSPITAL
        and (at in ended or (at == State.ACCEPTED and final == Stage.ACCEPTANCE))
    )
    if undecided and not cycle.is_trial:
        found.append(Gap("院级党组织还没有认定结果", undecided, State.RATED.value))
    drafts = sum(n for (at, _, _), n in counts.items() if at == State.DRAFT)
    if drafts:
        found.append(Gap("始终没有申报，关闭后按未申报计", drafts, State.DRAFT.value, holds=False))
    return found


@transaction.atomic
def close_cycle(
    *, cycle: Cycle, reason: str, more: Sequence[Gap] = (), by: User | None, at: datetime
) -> Cycle:
    """Close a cycle: from now on nothing in it is written but corrections and what follows from them.

    ``more`` is what floors above find open. Raises Locked for one that is not opened or is closed; Refused naming what
    is open, and without words where some never handed in.
    """
    row = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    if row.opened_at is None or row.closed_at is not None:
        raise Locked("只有已开启、还没有关闭的周期可以关闭。")
    gaps = [*gaps_of(row), *veto_gaps(row, local_day(at)), *more]
    holding = [gap for gap in gaps if gap.holds]
    if holding:
        raise Refused(f"还不能关闭：{'；'.join(f'{gap.what} {gap.count} 件' for gap in holding)}。")
    reason = _reason(reason, needed=False)
    if gaps and not reason:
        raise Refused("还有单位始终没有申报，关闭须写明情况。")
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    log("cycle.closed", row, {"reason": reason, "open": [[gap.what, gap.count] for gap in gaps]}, by, at)
    return row

"""The draw of the spot check: freeze the population, draw by a seed agreed in public, substitute by the next ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.models import Cycle, Draw, DrawEntry, Sheet, Substitution
from qiangji.assessments.permissions import holds_at
from qiangji.assessments.selectors.draws import drawable, free_to_draw, may_draw_from, selected, strata_of
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.states import State, move_from
from qiangji.audit import services as audit
from qiangji.lib.numbers import plain
from qiangji.lib.typed import storable, typed_line
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.scoring.draw_file import risk_part
from qiangji.scoring.drawing import Listed, draw, population_digest

BATCH = 1000
NUMBER_LIMIT = 60


@dataclass(frozen=True)
class Plan:
    """How a draw is to be made, by which approved plan: the cycle's where none is named.

    ``risks``: by code, why an organization is marked as risky.
    """

    population: str
    strata: Sequence[str]
    ratio: Decimal
    risk_ratio: Decimal | None = None
    risks: Mapping[str, str] = field(default_factory=dict)
    plan_number: str = ""


def check_may_draw(reach: Reach | None, organizer: Organization) -> None:
    """Refuse whoever does not organize spot checks at this node; None is the command line. Raises NotAllowed."""
    if reach is not None and not holds_at(reach, organizer.pk, Permission.DRAW_SAMPLE, own=True):
        names = "、".join(roles_that(Permission.DRAW_SAMPLE, own=True))
        raise NotAllowed(f"{organizer.name}的抽查由本单位的{names}组织。")


@transaction.atomic
def freeze_population(
    *, cycle: Cycle, organizer: Organization, plan: Plan, reach: Reach | None, at: datetime
) -> Draw:
    """Freeze who can be drawn, each in a stratum, and publish it with its digest, before there is a seed.

    Raises NotAllowed; Locked for applicants of a closed cycle; Refused for a ratio out of range, for risky ones that are
    not in the population or without a reason, for a share without anybody marked, and where nobody can be drawn.
    """
    check_may_draw(reach, organizer)
    cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    check_still_open(cycle, plan.population)
    check_plan(cycle, plan)
    sheets = sheets_to_list(cycle, organizer, plan, at)
    strata = strata_of(sheets, plan.strata, at=at)
    population = [Listed(sheet.organization.code, strata[sheet.pk]) for sheet in sheets]
    last = Draw.objects.filter(cycle=cycle, organizer=organizer).aggregate(last=Max("number"))["last"] or 0
    made = Draw.objects.create(
        cycle=cycle,
        organizer=organizer,
        number=last + 1,
        plan_number=typed_line(plan.plan_number) or cycle.plan_number,
        population=plan.population,
        strata=list(plan.strata),
        ratio=plan.ratio,
        risk_ratio=plan.risk_ratio,
        size=len(population),
        population_digest=population_digest(population),
        frozen_by=reach.user if reach else None,
        frozen_at=at,
    )
    list_entries(made, sheets, strata, plan.risks)
    note(
        "draw.frozen",
        made,
        reach,
        at,
        {"size": made.size, "digest": made.population_digest, "plan": made.plan_number},
    )
    return made


def sheets_to_list(cycle: Cycle, organizer: Organization, plan: Plan, at: datetime) -> list[Sheet]:
    """Return who can be drawn by a plan. Raises Refused beside a list that was not drawn from, for nobody, for strangers."""
    waiting = Draw.objects.filter(
        cycle=cycle, organizer=organizer, population=plan.population, drawn_at=None, voided_at=None
    ).first()
    if waiting is not None:
        raise Refused(f"第{waiting.number}次抽查的名单已冻结而未抽取，请先抽取，或作废后再冻结新的名单。")
    sheets = list(drawable(cycle, organizer, plan.population, at=at))
    if not sheets:
        raise Refused(
            f"“{Draw.Population(plan.population).label}”范围内没有组织可抽：须先完成评定（或认定），且未在其他抽查之中。"
        )
    listed = [sheet.organization.code for sheet in sheets]
    strangers = [code for code in plan.risks if code not in set(listed)]
    if strangers:
        raise Refused(f"列为重点的 {'、'.join(strangers[:5])} 不在抽取范围内，请核对代码。")
    return sheets


def list_entries(
    made: Draw, sheets: Sequence[Sheet], strata: Mapping[int, str], risks: Mapping[str, str]
) -> None:
    """Write down who is in a draw, each in its stratum, with the reason where it was marked as risky."""
    DrawEntry.objects.bulk_create(
        [
            DrawEntry(
                draw=made,
                sheet=sheet,
                code=sheet.organization.code,
                name=sheet.organization_name,
                stratum=strata[sheet.pk],
                risk_reason=typed_line(risks.get(sheet.organization.code, "")),
            )
            for sheet in sheets
        ],
        batch_size=BATCH,
    )


def check_still_open(cycle: Cycle, population: str) -> None:
    """Refuse to draw applicants of a closed cycle: its results stand. Who holds a title is drawn again in later years.

    Raises Locked.
    """
    if not may_draw_from(cycle, population):
        raise Locked(
            "本考核周期已经关闭，结果已定，不能再从已评定的单位中抽取；"
            f"要复查达标单位，抽取范围请选“{Draw.Population.HOLDERS.label}”。"
        )


def check_plan(cycle: Cycle, plan: Plan) -> None:
    """Refuse what no draw can be made by."""
    if cycle.opened_at is None:
        raise Refused("考核周期还没有开启，没有可抽的考评表。")
    if plan.population not in Draw.Population.values:
        raise Refused("请选择抽取范围。")
    number = typed_line(plan.plan_number) or cycle.plan_number
    if not number or len(number) > NUMBER_LIMIT:
        raise Refused(f"请填写抽查方案的批准文件文号，最多 {NUMBER_LIMIT} 字。")
    unknown = [name for name in plan.strata if name not in Draw.Division.values]
    if unknown:
        raise Refused(f"不能按“{'、'.join(unknown)}”分层，可用：{'、'.join(Draw.Division.values)}。")
    for name, ratio in (("抽查比例", plan.ratio), ("重点比例", plan.risk_ratio)):
        if ratio is not None and (not ratio.is_finite() or not 0 < ratio <= 1 or ratio != round(ratio, 4)):
            raise Refused(f"{name}应大于 0、不超过 1（即 100%），最多四位小数；现在是 {plain(ratio)}。")
    if plan.risk_ratio is not None and not plan.risks:
        raise Refused("设了重点比例，请写明哪些组织列为重点和理由；没有重点的，请把重点比例留空。")
    if plan.risks and plan.risk_ratio is None:
        raise Refused("列了重点组织，请填写重点比例。")
    silent = [code for code, reason in plan.risks.items() if not reason.strip()]
    if silent:
        raise Refused(f"{'、'.join(silent[:5])} 列为重点，须写明理由。")


@transaction.atomic
def draw_sample(*, draw_id: int, seed: str, seed_source: str, reach: Reach | None, at: datetime) -> Draw:
    """Draw by a seed that was agreed in public. The same population and seed draw the same, whoever repeats it.

    Raises NotAllowed; Locked for a draw that was made already, or one of applicants once its cycle is closed; Refused for
    an unusable seed or one of unsaid origin.
    """
    made = locked_draw(draw_id)
    check_may_draw(reach, made.organizer)
    if made.voided_at is not None:
        raise Locked("这份名单已作废，请冻结新的名单。")
    check_still_open(made.cycle, made.population)
    if made.is_drawn:
        raise Locked(f"本次抽查已于 {made.drawn_at:%Y-%m-%d} 抽取，种子不能更改；要替换请逐个办理。")
    seed, seed_source = storable(seed).strip(), typed_line(seed_source)
    if not seed_source:
        raise Refused("请写明种子是怎样产生的，例如：现场三人各掷一次骰子。")
    entries = list(made.entries.select_for_update().order_by("code"))
    try:
        strata = draw([Listed(one.code, one.stratum) for one in entries], ratio=made.ratio, seed=seed)
    except ValueError as error:
        raise Refused(str(error)) from error
    by_code = {one.code: one for one in entries}
    for stratum in strata:
        for rank, ticket in enumerate(stratum.tickets, start=1):
            entry = by_code[ticket.code]
            entry.ticket, entry.rank, entry.is_drawn = ticket.ticket, rank, rank <= stratum.count
    if made.risk_ratio is not None:
        risky = [one.code for one in entries if one.risk_reason]
        for ticket in risk_part(risky, ratio=made.risk_ratio, seed=seed):
            by_code[ticket.code].is_risk_drawn = True
    DrawEntry.objects.bulk_update(entries, ["ticket", "rank", "is_drawn", "is_risk_drawn"], batch_size=BATCH)
    made.seed, made.seed_source, made.drawn_at = seed, seed_source, at
    made.drawn_by = reach.user if reach else None
    made.save(update_fields=["seed", "seed_source", "drawn_at", "drawn_by"])
    chosen = [one for one in entries if one.is_drawn or one.is_risk_drawn]
    mark_drawn(made, [one.sheet_id for one in chosen], reach, at)
    note(
        "draw.drawn",
        made,
        reach,
        at,
        {"seed": seed, "source": seed_source, "drawn": sorted(one.code for one in chosen)},
    )
    return made


@transaction.atomic
def void_population(*, draw_id: int, reason: str, reach: Reach, at: datetime) -> Draw:
    """Declare a frozen population void before a seed is known. It stays on record, with the reason.

    Raises NotAllowed; Locked once it was drawn or voided; Refused without a reason.
    """
    made = locked_draw(draw_id)
    check_may_draw(reach, made.organizer)
    if made.is_drawn or made.voided_at is not None:
        raise Locked("已抽取或已作废的名单不能再作废。")
    reason = typed_line(reason)
    if not reason:
        raise Refused("作废须写明理由。")
    made.voided_at, made.void_reason = at, reason
    made.save(update_fields=["voided_at", "void_reason"])
    note("draw.voided", made, reach, at, {"reason": made.void_reason})
    return made


def locked_draw(draw_id: int) -> Draw:
    """Read a draw by its key and lock it until the transaction ends."""
    return (
        Draw.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organizer", "cycle")
        .get(pk=draw_id)
    )


def mark_drawn(made: Draw, sheets: Sequence[int], reach: Reach | None, at: datetime) -> None:
    """Move the sheets of a draw of applicants to 已抽中. Whoever holds a title keeps it until the team begins."""
    if made.population != Draw.Population.APPLICANTS:
        return
    for sheet in locked_sheets(Sheet.objects.filter(pk__in=sheets)):
        move = move_from(sheet.state, "draw", final=sheet.final_stage)
        if move is not None:
            move_sheet(sheet, move, reach=reach, at=at)


def locked_sheets(sheets: QuerySet[Sheet]) -> list[Sheet]:
    """Read sheets in the order of their keys and lock them."""
    return list(sheets.select_for_update(of=("self",), no_key=True).order_by("pk"))


@transaction.atomic
def substitute(*, entry_id: int, reason: str, reach: Reach, at: datetime) -> Substitution:
    """Give a drawn organization's place to the next ticket of its stratum (or, drawn for risk alone, of the risky ones).

    Raises NotAllowed; Refused without a reason, for one that is not drawn any more, or whose inspection has begun. Where
    no ticket is left the place stays empty, which is recorded as well.
    """
    made = locked_draw(DrawEntry.objects.values_list("draw_id", flat=True).get(pk=entry_id))
    check_may_draw(reach, made.organizer)
    leaving = made.entries.select_related("sheet").get(pk=entry_id)
    reason = typed_line(reason)
    if not reason:
        raise Refused("替换须写明理由。")
    if not selected(made).filter(pk=leaving.pk).exists():
        raise Refused(f"{leaving.name}没有抽中，或已被替换。")
    inspection = getattr(leaving, "inspection", None)
    if inspection is not None:
        raise Refused(f"{leaving.name}已分派给{inspection.team}，请先撤回分派再替换。")
    coming = next_ticket(made, leaving)
    sequence = made.substitutions.count() + 1
    row = Substitution.objects.create(
        draw=made,
        sequence=sequence,
        leaving=leaving,
        coming=coming,
        reason=reason,
        substituted_by=reach.user,
        substituted_at=at,
    )
    for sheet in locked_sheets(Sheet.objects.filter(pk=leaving.sheet_id, state=State.DRAWN)):
        move = move_from(sheet.state, "undraw", final=sheet.final_stage)
        if move is not None:
            move_sheet(sheet, move, reach=reach, at=at, reason=reason)
    if coming is not None:
        mark_drawn(made, [coming.sheet_id], reach, at)
    note(
        "draw.substituted",
        made,
        reach,
        at,
        {"leaving": leaving.code, "coming": coming.code if coming else None, "reason": reason},
    )
    return row


def next_ticket(made: Draw, leaving: DrawEntry) -> DrawEntry | None:
    """Return the entry whose ticket comes next: in order, not drawn by lot, never substituted in or out, still free."""
    entries = made.entries.filter(left_as__isnull=True, came_as__isnull=True).exclude(pk=leaving.pk)
    if made.population == Draw.Population.APPLICANTS:
        free = free_to_draw("sheet__") | Q(sheet__state=State.DRAWN)
    else:
        free = Q(sheet__state=State.MEETS_STANDARD)
    if leaving.is_risk_drawn and not leaving.is_drawn:
        waiting = entries.filter(~Q(risk_reason=""), is_risk_drawn=False)
        return waiting.filter(free).order_by("ticket").first()
    return entries.filter(free, stratum=leaving.stratum, is_drawn=False).order_by("rank").first()


def note(verb: str, made: Draw, reach: Reach | None, at: datetime, data: dict[str, object]) -> None:
    """Write the audit event of a draw."""
    audit.record(
        verb=verb,
        obj_type="draw",
        obj_id=made.public_id,
        data={"cycle": str(made.cycle.public_id), "number": made.number, **data},
        by=reach.user if reach else None,
        at=at,
    )

"""What a draw needs to know: who can be drawn, in which stratum, who is selected now, and the draw as a document."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiangji.assessments.models import Cycle, Draw, DrawEntry, Sheet
from qiangji.assessments.states import FINAL_STATE, State
from qiangji.assessments.vetoes import holding_answers
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, OrganizationState
from qiangji.orgs.reach import Held, Reach
from qiangji.orgs.state_kinds import state_kind
from qiangji.scoring.draw_file import document_of, risk_part, written
from qiangji.scoring.drawing import Listed, draw

WHOLE = "全部"
DIRECT = "省直"
UNRECORDED = "未登记"


def drawable(cycle: Cycle, organizer: Organization, population: str, *, at: datetime) -> QuerySet[Sheet]:
    """Return the hospital-level sheets that a draw of this body can hold now: concluded ones, or recognized ones.

    Its own subtree counts, and what it supervises or guides, each with subtree.
    """
    below = reach_of_node(organizer, at=at).condition("organization__path")
    states = Q(state=State.MEETS_STANDARD) if population == Draw.Population.HOLDERS else free_to_draw()
    sheets = Sheet.objects.filter(
        below, states, cycle=cycle, organization_kind=Organization.Kind.HOSPITAL, organization__is_public=True
    )
    return sheets.select_related("organization", "cycle").order_by("organization__code")


def at_its_end(prefix: str = "") -> Q:
    """Return the condition "its own final stage is concluded" on sheets: a state alone does not say so."""
    ended = Q()
    for stage, state in FINAL_STATE.items():
        ended |= Q(**{f"{prefix}final_stage": stage, f"{prefix}state": state})
    return ended


def free_to_draw(prefix: str = "") -> Q:
    """Return the condition "at its end, and no condition for a veto holds it" on sheets.

    What is held waits for two people; a spot check would let it go on to a result without them.
    """
    holding = holding_answers().filter(sheet=OuterRef(f"{prefix}pk"))
    return Q(at_its_end(prefix), ~Exists(holding))


def may_draw_from(cycle: Cycle, population: str) -> bool:
    """Say whether a population can still be drawn from: of a closed cycle only who holds a title, to be looked at again."""
    return cycle.closed_at is None or population == Draw.Population.HOLDERS


def reach_of_node(organizer: Organization, *, at: datetime) -> Reach:
    """Return what a body reaches, whoever acts for it."""
    held = Held(RoleName.GUIDANCE, organizer.pk, organizer.path)
    return Reach(user=None, day=local_day(at), held=(held,))  # type: ignore[arg-type]


def strata_of(sheets: Sequence[Sheet], divisions: Sequence[str], *, at: datetime) -> dict[int, str]:
    """Return the stratum of every sheet, by its key; the parts of a name stand in the order that was asked."""
    namers = {
        Draw.Division.CITY: cities_of,
        Draw.Division.LEVEL: levels_of,
        Draw.Division.FORM: forms_of,
    }
    parts = [namers[Draw.Division(division)](sheets, at) for division in divisions]
    return {sheet.pk: " · ".join(part[sheet.pk] for part in parts) if parts else WHOLE for sheet in sheets}


def cities_of(sheets: Sequence[Sheet], at: datetime) -> dict[int, str]:
    """Name the city committee above each organization; one directly below the province has none."""
    cities = Organization.objects.filter(
        kind=Organization.Kind.GUIDANCE_COMMITTEE, level=Organization.Level.CITY
    )
    names = dict(cities.values_list("path", "short_name"))
    found = {}
    for sheet in sheets:
        above = (names[path] for path in paths.ancestors(sheet.organization.path) if path in names)
        found[sheet.pk] = next(above, DIRECT)
    return found


def levels_of(sheets: Sequence[Sheet], at: datetime) -> dict[int, str]:
    """Name the recorded level 医院等级 of each hospital on the day."""
    rows = OrganizationState.objects.on(local_day(at)).filter(
        kind="hospital_level", organization__in=[sheet.organization_id for sheet in sheets]
    )
    levels = dict(rows.values_list("organization_id", "value"))
    kind = state_kind("hospital_level")
    shown = {sheet.pk: levels.get(sheet.organization_id) for sheet in sheets}
    return {pk: kind.shown(value) if value else UNRECORDED for pk, value in shown.items()}


def forms_of(sheets: Sequence[Sheet], at: datetime) -> dict[int, str]:
    """Name the form of each organization: 党委, 党总支 or 党支部."""
    return {sheet.pk: sheet.organization.get_form_display() for sheet in sheets}


def selected(made: Draw) -> QuerySet[DrawEntry]:
    """Return the entries that are to be inspected now: drawn or come in as substitutes, and not substituted since."""
    drawn = Q(is_drawn=True) | Q(is_risk_drawn=True) | Q(came_as__isnull=False)
    return made.entries.filter(drawn, left_as__isnull=True)


def listed(made: Draw) -> list[Listed]:
    """Return the frozen population."""
    return [Listed(*row) for row in made.entries.order_by("code").values_list("code", "stratum")]


def draw_document(made: Draw, *, with_reasons: bool = True) -> dict[str, Any]:
    """Return a draw as a document that can be verified without the program; substitutions are told beside it.

    Why an organization was marked as risky, or substituted, is told only to who organizes the draw.
    """
    population = listed(made)
    strata = draw(population, ratio=made.ratio, seed=made.seed)
    document = document_of(
        population,
        strata,
        cycle=made.cycle.year,
        ratio=made.ratio,
        seed=made.seed,
        risk=risk_of(made, with_reasons=with_reasons),
    )
    moves = made.substitutions.select_related("leaving", "coming")
    document["substitutions"] = [
        {
            "leaving": row.leaving.code,
            "coming": row.coming.code if row.coming else None,
            **({"reason": row.reason} if with_reasons else {}),
        }
        for row in moves
    ]
    return document


def risk_of(made: Draw, *, with_reasons: bool) -> dict[str, Any] | None:
    """Return the share drawn for risk: who was marked and why, and who was drawn of them."""
    if made.risk_ratio is None:
        return None
    marked = list(made.entries.exclude(risk_reason="").order_by("code").values_list("code", "risk_reason"))
    drawn = risk_part([code for code, _ in marked], ratio=made.risk_ratio, seed=made.seed)
    return {
        "ratio": plain(made.risk_ratio),
        "listed": [
            {"organization": code, **({"reason": reason} if with_reasons else {})} for code, reason in marked
        ],
        "drawn": [written(ticket) for ticket in drawn],
    }

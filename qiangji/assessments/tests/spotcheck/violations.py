"""Rows of draws and inspections that their tables refuse, by the constraint that does."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from qiangji.assessments.models import (
    Draw,
    DrawEntry,
    Finding,
    Inspection,
    InterviewCount,
    Substitution,
    Team,
    TeamMember,
)
from qiangji.assessments.tests.worlds import SIGNED, World

DAY = timedelta(days=1)
Changes = dict[str, Any]


def draw_of(w: World, **changes: Any) -> Draw:
    fields: Changes = {
        "cycle": w.cycle, "organizer": w.cast.city_a, "number": 1, "population": "applicants", "strata": [],
        "plan_number": "测试〔2026〕9号",
        "ratio": Decimal("0.5"), "size": 1, "population_digest": "0" * 64, "frozen_at": SIGNED,
    }  # fmt: skip
    return Draw(**(fields | changes))


def stored_draw(w: World) -> Draw:
    return Draw.objects.filter(number=7).first() or save(draw_of(w, number=7))


def save(row: Any) -> Any:
    row.save()
    return row


def entry_of(w: World, **changes: Any) -> DrawEntry:
    fields: Changes = {
        "draw": stored_draw(w),
        "sheet": w.sheet,
        "code": "T1",
        "name": "甲",
        "stratum": "全部",
    }
    return DrawEntry(**(fields | changes))


def stored_entries(w: World) -> dict[int, DrawEntry]:
    """Two entries of one draw, by number."""
    made = {1: w.sheet, 2: w.branch}
    return {
        number: DrawEntry.objects.filter(code=f"E{number}").first()
        or save(entry_of(w, code=f"E{number}", sheet=sheet))
        for number, sheet in made.items()
    }


def substitution_of(w: World, *, leaving: int = 1, coming: int | None = None, **changes: Any) -> Substitution:
    entries = stored_entries(w)
    fields: Changes = {
        "draw": stored_draw(w), "sequence": 1, "leaving": entries[leaving],
        "coming": entries[coming] if coming else None, "reason": "搬迁",
        "substituted_by": w.cast.reader, "substituted_at": SIGNED,
    }  # fmt: skip
    return Substitution(**(fields | changes))


def team_of(w: World, **changes: Any) -> Team:
    days: Changes = {"start_date": SIGNED.date(), "end_date": SIGNED.date()}
    return Team(**({"draw": stored_draw(w), "name": "第一组"} | days | changes))


def stored_team(w: World) -> Team:
    return Team.objects.filter(name="在用组").first() or save(team_of(w, name="在用组"))


def teammate_of(w: World, **changes: Any) -> TeamMember:
    return TeamMember(**({"team": stored_team(w), "user": w.cast.supervisor} | changes))


def inspection_of(w: World, **changes: Any) -> Inspection:
    fields: Changes = {
        "team": stored_team(w), "entry": stored_entries(w)[1], "sheet": w.sheet, "round": 1,
        "visit_date": SIGNED.date(), "methods": ["records"],
    }  # fmt: skip
    return Inspection(**(fields | changes))


def stored_inspection(w: World) -> Inspection:
    return Inspection.objects.first() or save(inspection_of(w))


def finding_of(w: World, **changes: Any) -> Finding:
    fields: Changes = {
        "client_id": uuid.uuid4(), "inspection": stored_inspection(w), "method": "records", "kind": "problem",
        "text": "缺记录", "recorded_by": w.cast.reader, "recorded_at": SIGNED,
    }  # fmt: skip
    return Finding(**(fields | changes))


def interview_of(w: World, **changes: Any) -> InterviewCount:
    return InterviewCount(
        **({"inspection": stored_inspection(w), "group": "staff", "question": "life"} | changes)
    )


SPOT_CHECK = {
    "assessments_draw_numbered": lambda w: [draw_of(w), draw_of(w)],
    "assessments_draw_ratios": lambda w: [
        draw_of(w, ratio=Decimal(0)),
        draw_of(w, ratio=Decimal("1.1")),
        draw_of(w, risk_ratio=Decimal(0)),
    ],
    "assessments_draw_names_its_plan": lambda w: [draw_of(w, plan_number="")],
    "assessments_draw_has_a_population": lambda w: [draw_of(w, size=0), draw_of(w, population_digest="")],
    "assessments_draw_seeded_after_freezing": lambda w: [
        draw_of(w, seed="7"),
        draw_of(w, drawn_at=SIGNED),
        draw_of(w, seed="7", drawn_at=SIGNED - DAY),
    ],
    "assessments_draw_voided_before_drawing": lambda w: [
        draw_of(w, voided_at=SIGNED),
        draw_of(w, void_reason="漏了一家"),
        draw_of(w, voided_at=SIGNED, void_reason="漏了一家", seed="7", drawn_at=SIGNED),
    ],
    "assessments_draw_population_known": lambda w: [draw_of(w, population="everybody")],
    "assessments_draw_lists_once": lambda w: [entry_of(w), entry_of(w, sheet=w.branch)],
    "assessments_draw_lists_a_sheet_once": lambda w: [entry_of(w), entry_of(w, code="T2")],
    "assessments_draw_entry_has_its_ticket": lambda w: [
        entry_of(w, ticket="ab"),
        entry_of(w, rank=1),
        entry_of(w, is_drawn=True),
    ],
    "assessments_risk_is_drawn_with_a_reason": lambda w: [
        entry_of(w, is_risk_drawn=True, ticket="ab", rank=1)
    ],
    "assessments_substitution_numbered": lambda w: [substitution_of(w), substitution_of(w, leaving=2)],
    "assessments_substitution_whole": lambda w: [substitution_of(w, reason=""), substitution_of(w, coming=1)],
    "assessments_team_named_once": lambda w: [team_of(w), team_of(w)],
    "assessments_team_days_in_order": lambda w: [team_of(w, end_date=SIGNED.date() - DAY)],
    "assessments_once_in_a_team": lambda w: [teammate_of(w), teammate_of(w)],
    "assessments_one_lead_a_team": lambda w: [
        teammate_of(w, is_lead=True),
        teammate_of(w, user=w.cast.reader, is_lead=True),
    ],
    "assessments_inspection_concluded_whole": lambda w: [
        inspection_of(w, concluded_at=SIGNED),
        inspection_of(w, concluded_at=SIGNED, concluded_by=w.cast.reader, summary="属实"),
        inspection_of(w, concluded_at=SIGNED, concluded_by=w.cast.reader, started_at=SIGNED),
    ],
    "assessments_finding_whole": lambda w: [
        finding_of(w, text=""),
        finding_of(w, kind="rumour"),
        finding_of(w, method="hearsay"),
    ],
    "assessments_interview_counted_once": lambda w: [interview_of(w), interview_of(w)],
    "assessments_interview_form_known": lambda w: [
        interview_of(w, group="everybody"),
        interview_of(w, question="gossip"),
    ],
}

"""What the tables themselves refuse, whoever writes to them: each constraint violated once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from qiangji.assessments.models import (
    Answer,
    Cycle,
    CycleEdition,
    Mark,
    MarkChange,
    Proposal,
    Sheet,
    SheetTransition,
    Submission,
    TextChange,
    VetoCheck,
)
from qiangji.assessments.states import State
from qiangji.assessments.tests.returns.violations import RETURNS
from qiangji.assessments.tests.review_violations import ASSIGNMENTS
from qiangji.assessments.tests.spotcheck.violations import SPOT_CHECK
from qiangji.assessments.tests.worlds import SIGNED, World
from qiangji.lib.append_only import HistoryIsKept
from qiangji.standards.models import Veto

DAY = timedelta(days=1)


def mark_of(small: World, **changes: Any) -> Mark:
    fields = {
        "answer": small.answer("1-1-1"),
        "stage": "self",
        "points": Decimal(1),
        "marked_by": small.cast.party_office,
        "marked_at": SIGNED,
    }
    return Mark(**(fields | changes))


def change_of(small: World, **changes: Any) -> MarkChange:
    fields = {
        "answer": small.answer("1-1-1"),
        "stage": "self",
        "version": 1,
        "changed_by": small.cast.party_office,
        "changed_at": SIGNED,
    }
    return MarkChange(**(fields | changes))


def spell_of(small: World, **changes: Any) -> TextChange:
    fields = {
        "answer": small.answer("1-1-1"),
        "first_version": 1,
        "last_version": 2,
        "edited_by": small.cast.party_office,
        "started_at": SIGNED,
        "ended_at": SIGNED,
    }
    return TextChange(**(fields | changes))


def submission_of(small: World, **changes: Any) -> Submission:
    fields = {
        "sheet": small.sheet,
        "round": 1,
        "meeting_date": SIGNED.date(),
        "minutes_number": "18",
        "signed_by": small.cast.secretary,
        "signer_name": "书记甲",
        "signed_at": SIGNED,
        "total_points": Decimal(10),
        "digest": "0" * 64,
    }
    return Submission(**(fields | changes))


def move_of(small: World) -> SheetTransition:
    return SheetTransition(
        sheet=small.sheet,
        sequence=1,
        verb="submit",
        from_state="draft",
        to_state="submitted",
        moved_by=small.cast.secretary,
        moved_at=SIGNED,
    )


def veto_check_of(small: World, **changes: Any) -> VetoCheck:
    veto = Veto.objects.create(edition=small.sheet.edition, number=1, kind=Veto.Kind.SHEET, title="情形")
    fields = {
        "sheet": small.sheet,
        "veto": veto,
        "round": 1,
        "checked_by": small.cast.supervisor,
        "checked_at": SIGNED,
    }
    return VetoCheck(**(fields | changes))


def proposal_of(small: World, **changes: Any) -> Proposal:
    fields = {
        "answer": small.answer("1-1-1"), "verdict": "met", "points": None, "lowest": Decimal(0),
        "highest": Decimal(2), "reason": "符合", "trace": {}, "changed_at": SIGNED,
    }  # fmt: skip
    return Proposal(**(fields | changes))


def copy_of(row: models.Model, **changes: Any) -> models.Model:
    """The same row once more, with another key and some fields changed."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del fields["id"]
    fields.pop("public_id", None)
    return type(row)(**(fields | changes))


def edition_of(small: World) -> CycleEdition:
    return CycleEdition.objects.get(cycle=small.cycle, organization_kind="hospital")


def changed(row: models.Model, **changes: Any) -> models.Model:
    for name, value in changes.items():
        setattr(row, name, value)
    return row


OPEN = {"proposed_verdict": "pending", "proposed_digest": "0" * 64}
VIOLATIONS = (
    SPOT_CHECK
    | ASSIGNMENTS
    | RETURNS
    | {
        "assessments_cycle_once": lambda w: [copy_of(w.cycle)],
        "assessments_cycle_dates_in_order": lambda w: [
            changed(w.cycle_row(), self_deadline_date=date(2026, 12, 1)),
            changed(w.cycle_row(), period_end_date=date(2026, 1, 1)),
            changed(w.cycle_row(), closing_date=date(2026, 12, 14)),
            changed(w.cycle_row(), acceptance_deadline_date=date(2026, 12, 16)),
        ],
        "assessments_cycle_figures": lambda w: [
            changed(w.cycle_row(), pass_line=Decimal(-1)),
            changed(w.cycle_row(), branch_share=Decimal(-1)),
            changed(w.cycle_row(), branch_share=Decimal("100.01")),
        ],
        "assessments_cycle_inspection_ratio": lambda w: [
            changed(w.cycle_row(), inspection_ratio=Decimal(0)),
            changed(w.cycle_row(), inspection_ratio=Decimal("1.0001")),
        ],
        "assessments_cycle_target_with_its_date": lambda w: [
            changed(w.cycle_row(), target_rate=Decimal(95)),
            changed(w.cycle_row(), target_date=date(2028, 12, 31)),
            changed(w.cycle_row(), target_rate=Decimal(101), target_date=date(2028, 12, 31)),
        ],
        "assessments_cycle_inspection_before_closing": lambda w: [
            changed(w.cycle_row(), inspection_deadline_date=date(2027, 12, 31)),
        ],
        "assessments_cycle_lagging_reading_known": lambda w: [
            changed(w.cycle_row(), lagging_reading="maybe")
        ],
        "assessments_cycle_closed_was_open": lambda w: [
            changed(w.cycle_row(), opened_at=None, closed_at=SIGNED),
        ],
        "assessments_one_edition_per_kind": lambda w: [copy_of(edition_of(w))],
        "assessments_final_stage_is_a_review": lambda w: [
            changed(edition_of(w), final_stage="self"),
            changed(edition_of(w), final_stage="inspection"),
        ],
        "assessments_one_sheet_per_cycle": lambda w: [copy_of(w.sheet)],
        "assessments_sheet_state_known": lambda w: [changed(w.sheet, state="lost")],
        "assessments_one_submission_per_round": lambda w: [submission_of(w), submission_of(w)],
        "assessments_submission_whole": lambda w: [
            submission_of(w, minutes_number=""),
            submission_of(w, digest=""),
        ],
        "assessments_one_answer_per_criterion": lambda w: [copy_of(w.answer("1-1-1"))],
        "assessments_edited_means_who_and_when": lambda w: [
            changed(w.answer("1-1-1"), text="无主的话"),
            changed(w.answer("1-1-1"), version=1),
            changed(w.answer("1-1-1"), version=1, edited_at=SIGNED),
            changed(w.answer("1-1-1"), edited_by=w.cast.secretary, edited_at=SIGNED),
        ],
        "assessments_carried_text_whole": lambda w: [
            changed(w.answer("1-1-1"), carried_year=2025),
            changed(w.answer("1-1-1"), carried_version=1),
            changed(w.answer("1-1-1"), carried_year=2025, carried_version=0),
            changed(w.answer("1-1-1"), carried_year=2025, carried_version=1),
        ],
        "assessments_one_mark_per_stage": lambda w: [mark_of(w), mark_of(w)],
        "assessments_mark_stage_known": lambda w: [mark_of(w, stage="final")],
        "assessments_mark_version": lambda w: [mark_of(w, version=0)],
        "assessments_mark_change_numbered": lambda w: [change_of(w), change_of(w)],
        "assessments_mark_change_range_whole": lambda w: [
            change_of(w, **OPEN, proposed_lowest=Decimal(2), proposed_highest=Decimal(1)),
            change_of(w, **OPEN, proposed_lowest=Decimal(2)),
        ],
        "assessments_mark_change_proposal_whole": lambda w: [
            change_of(w, proposed_verdict="met"),
            change_of(w, proposed_digest="0" * 64),
            change_of(w, proposed_points=Decimal(1)),
            change_of(w, stage="check", proposed_verdict="met", proposed_digest="0" * 64),
        ],
        "assessments_text_change_numbered": lambda w: [spell_of(w), spell_of(w)],
        "assessments_text_change_in_order": lambda w: [
            spell_of(w, first_version=3),
            spell_of(w, ended_at=SIGNED - DAY),
        ],
        "assessments_transition_numbered": lambda w: [move_of(w), move_of(w)],
        "assessments_proposal_in_range": lambda w: [
            proposal_of(w, points=Decimal(3)),
            proposal_of(w, points=Decimal(-1)),
            proposal_of(w, lowest=Decimal(5)),
        ],
        "assessments_proposal_verdict_known": lambda w: [proposal_of(w, verdict="perhaps")],
        "assessments_applying_veto_has_a_basis": lambda w: [veto_check_of(w, applies=True)],
    }
)


class Rows(World):
    """The world with rows read anew, for tests that spoil them."""

    def cycle_row(self) -> Cycle:
        return Cycle.objects.get(pk=self.cycle.pk)


def is_refused(row: models.Model) -> bool:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_tables_refuse(small: World, name: str) -> None:
    rows = VIOLATIONS[name](Rows(small.cast, small.cycle))
    twins = len(rows) == 2 and type(rows[0]) is type(rows[1]) and "CheckConstraint" not in kind_of(name)
    if twins:
        assert not is_refused(rows[0])
        rows = rows[1:]
    assert all(is_refused(row) for row in rows)


def kind_of(name: str) -> str:
    return type(constraints()[name]).__name__


def constraints() -> dict[str, models.BaseConstraint]:
    """Every constraint of this app's own tables, by name; those of attachments are tried where they are defined."""
    found = {}
    for model in apps.get_app_config("assessments").get_models():
        for one in model._meta.constraints:
            if one.name.startswith("assessments_") and "attach" not in one.name:
                found[one.name] = one
    return found


def test_every_constraint_of_the_app_is_tried_here() -> None:
    inherited = {name for name in constraints() if name.endswith("_detached_whole")}
    assert set(VIOLATIONS) == set(constraints()) - inherited


def test_points_of_five_digits_and_hundredths_are_kept_exactly(small: World) -> None:
    mark_of(small, points=Decimal("12345.67")).save()
    assert Mark.objects.get().points == Decimal("12345.67")


def test_a_change_of_a_mark_is_written_once(small: World) -> None:
    change = change_of(small)
    change.save()
    with pytest.raises(HistoryIsKept):
        change.save()
    with pytest.raises(HistoryIsKept):
        MarkChange.objects.all().delete()


def test_an_organization_with_a_sheet_cannot_be_deleted(small: World) -> None:
    with pytest.raises(models.ProtectedError):
        small.cast.hospital_a.delete()


def test_an_answer_with_marks_cannot_be_deleted(small: World) -> None:
    mark_of(small).save()
    with pytest.raises(models.ProtectedError):
        Answer.objects.get(pk=small.answer("1-1-1").pk).delete()


def test_only_the_cycles_final_stage_makes_a_sheet_final(small: World) -> None:
    finals = {}
    for stage in ("acceptance", "rating"):
        sheet = Sheet(final_stage=stage)
        finals[stage] = [state for state in State if changed(sheet, state=state).is_final]
    rated = [
        State.RATED,
        State.DRAWN,
        State.UNDER_INSPECTION,
        State.INSPECTED,
        State.MEETS_STANDARD,
        State.BELOW_STANDARD,
    ]
    assert finals["rating"] == rated
    assert finals["acceptance"] == [State.ACCEPTED, State.UNDER_RATING, *rated, State.WITHHELD]


def test_rows_name_themselves_for_people(small: World) -> None:
    assert str(small.sheet) == "甲市第一医院党委"
    assert str(small.answer("1-1-1")) == "甲市第一医院党委 1-1-1 第1条"
    assert str(small.cycle) == "2026年度考评"
    assert str(edition_of(small)) == "2026年度考评 · 院级党组织"

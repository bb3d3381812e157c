"""Facts that move: what they touch is evaluated again at once, a stopped run goes on, and marks remember their proposal."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qiangji.assessments.models import Answer, Evaluation, MarkChange, Proposal
from qiangji.assessments.services import evaluating
from qiangji.assessments.services.evaluating import catch_up, judges_for
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.tests.factories import sheet_of
from qiangji.assessments.tests.test_evaluating import AFTERWARDS, AT, annex, annex_of_file, evaluate, proposal
from qiangji.assessments.tests.worlds import World
from qiangji.ledgers.tests.factories import make_declaration, make_record
from qiangji.orgs.models import ChangedFact, Organization
from qiangji.orgs.reach import reach_of
from qiangji.scoring import proposing
from qiangji.scoring.affecting import facts_of_kind, index_of

__all__ = ["annex", "annex_of_file"]
pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 15, 4, 0, tzinfo=UTC)


def changed(annex: World, kind: str, organization: Organization | None = None) -> None:
    ChangedFact.objects.create(
        kind=kind, organization=organization or annex.cast.hospital_a, date=date(2026, 6, 1), changed_at=AT
    )


def caught_up(annex: World, as_of: date = AFTERWARDS) -> evaluating.Evaluated:
    return catch_up(sheet=sheet_of(annex.cast.hospital_a), as_of=as_of, at=LATER, by=None)


def test_a_new_fact_changes_only_what_asks_for_it_and_says_from_what_to_what(annex: World) -> None:
    evaluate(annex)
    make_declaration(annex.cast.hospital_a, "leader_sanction", is_nil=True)
    changed(annex, "declaration.leader_sanction")
    done = caught_up(annex)
    assert 0 < done.proposals < 10
    assert [(one.code, one.before, one.after) for one in done.changes] == [
        ("3-3-4", "缺少数据，0–1 分", "符合，1 分")
    ]
    assert proposal(annex, "3-3-4").verdict == "met"


def test_the_narrow_evaluation_leaves_what_the_whole_one_would(annex: World) -> None:
    evaluate(annex)
    make_record(annex.cast.hospital_a, ["enlarged_committee_meeting"], date=date(2026, 3, 3))
    changed(annex, "record.enlarged_committee_meeting")
    caught_up(annex)
    assert evaluate(annex).changed == 0


def test_where_no_fact_moved_nothing_is_read_or_written(annex: World) -> None:
    evaluate(annex)
    assert caught_up(annex).sheets == 0
    assert not Evaluation.objects.filter(evaluated_at=LATER).exists()


def test_a_fact_of_another_hospital_touches_nothing_here(annex: World) -> None:
    evaluate(annex)
    changed(annex, "record.theme_party_day", annex.cast.hospital_b)
    assert caught_up(annex).sheets == 0


def test_on_another_day_everything_is_judged_again(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    assert caught_up(annex).proposals == 78


def test_older_facts_give_way_to_newer_ones(annex: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else evaluated with newer facts while this run was still judging."""
    evaluate(annex)
    Evaluation.objects.update(last_fact=10**9)
    make_declaration(annex.cast.hospital_a, "leader_sanction", is_nil=True)
    assert evaluate(annex).changed == 0
    assert set(Evaluation.objects.values_list("last_fact", flat=True)) == {10**9}


def test_a_stopped_run_goes_on_where_it_stopped(annex: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "AT_ONCE", 1)

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(annex, report=stop)
    assert Evaluation.objects.count() == 1
    heard: list[tuple[int, int]] = []
    done = evaluate(annex, resume=True, report=lambda *step: heard.append(step))
    assert (done.sheets, heard) == (1, [(1, 1)])
    assert evaluate(annex, resume=True).sheets == 0
    changed(annex, "record.theme_party_day", annex.cast.surgery)
    assert evaluate(annex, resume=True).sheets == 1


def test_batches_bring_the_same_as_one(annex: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "AT_ONCE", 1)
    monkeypatch.setattr(proposing, "AT_ONCE", 1)
    evaluate(annex)
    monkeypatch.undo()
    assert evaluate(annex).changed == 0
    assert Proposal.objects.count() == 2 * 78


def test_one_sheet_and_many_take_the_same_statements(annex: World) -> None:
    def statements(organization: Organization | None) -> int:
        with CaptureQueriesContext(connection) as captured:
            evaluate(annex, organization=organization)
        return len(captured)

    evaluate(annex)
    make_declaration(annex.cast.hospital_a, "leader_sanction", is_nil=True)
    one = statements(annex.cast.hospital_a)
    make_declaration(annex.cast.hospital_b, "leader_sanction", is_nil=True)
    assert one == statements(None)


def test_every_fact_of_a_check_finds_its_way_back_to_it(annex: World) -> None:
    judges = judges_for(sheet_of(annex.cast.hospital_a).edition)
    index = index_of(judges)
    assert {code for codes in index.by_fact.values() for code in codes} == {
        judge.criterion.code for judge in judges
    }
    assert [judge.criterion.code for judge in index.touched(["declaration.leader_sanction"])] == ["3-3-4"]
    assert len(index.touched(["tenure"])) == len(judges)
    assert index.touched(["floating"]) == []
    assert facts_of_kind("state.committee_size_reason") is None
    assert facts_of_kind("state.member_hours_excused") is None


def mark(annex: World, points: str, version: int = 0) -> MarkChange:
    sheet = sheet_of(annex.cast.hospital_a)
    save_mark(
        reach=reach_of(annex.cast.party_office, at=LATER), sheet_id=sheet.public_id,
        edit=MarkEdit("3-2-2", "self", Decimal(points), "", version), at=LATER,
    )  # fmt: skip
    return MarkChange.objects.get(answer__sheet=sheet, answer__criterion__code="3-2-2", version=version + 1)


def test_a_mark_remembers_what_the_facts_proposed_beside_it(annex: World) -> None:
    evaluate(annex)
    found = proposal(annex, "3-2-2")
    taken = mark(annex, "2")
    assert (taken.proposed_verdict, taken.proposed_points, taken.proposed_digest) == ("met", 2, found.digest)
    departing = mark(annex, "1", version=1)
    assert (departing.to_points, departing.proposed_points) == (1, 2)


def test_a_mark_remembers_what_was_still_open_and_promised_beside_it(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    taken = mark(annex, "2")
    assert (taken.proposed_verdict, taken.proposed_points) == ("pending", None)
    assert (taken.proposed_lowest, taken.proposed_highest) == (0, 2)
    assert taken.proposed_by_date == date(2026, 12, 31)


def test_a_mark_without_a_proposal_remembers_none(annex: World) -> None:
    found = mark(annex, "2")
    assert (found.proposed_verdict, found.proposed_digest, found.proposed_points) == ("", "", None)


def test_half_a_remembered_proposal_is_refused(annex: World) -> None:
    answer = Answer.objects.filter(sheet=sheet_of(annex.cast.hospital_a))[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        MarkChange.objects.create(
            answer=answer, stage="self", version=1, to_points=1, changed_by=annex.cast.party_office,
            changed_at=AT, proposed_verdict="met",
        )  # fmt: skip
    whole = {"proposed_verdict": "pending", "proposed_digest": "0" * 64}
    with pytest.raises(IntegrityError), transaction.atomic():
        MarkChange.objects.create(
            answer=answer, stage="self", version=1, to_points=1, changed_by=annex.cast.party_office,
            changed_at=AT, proposed_highest=2, **whole,
        )  # fmt: skip

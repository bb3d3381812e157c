"""Proposals: what the facts of a hospital propose for its sheet, who sees them, and that marks stay a person's."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.models import Answer, Evaluation, Mark, Proposal, Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.services.saving import MarkEdit, TextEdit, save
from qiangji.assessments.tests.factories import OPENED, make_cycle, sheet_of, supervise_outsider
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.audit.models import Event
from qiangji.ledgers.tests.factories import make_declaration, make_record
from qiangji.members.tests.factories import make_post, make_tenure, store_members
from qiangji.orgs.models import ChangedFact, Organization, OrganizationState, Post
from qiangji.orgs.paths import below
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.loader import library_dir, load_edition
from qiangji.standards.models import Edition, Standard
from qiangji.standards.services import publish_edition, store_edition

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
AFTERWARDS = date(2027, 1, 15)  # the year is over, the cycle not yet closed
DAYS = (date(2026, 2, 10), date(2026, 5, 12), date(2026, 8, 11), date(2026, 10, 13))


def store_annex() -> Edition:
    """Store and publish annex 2 as the library has it, without the rest of the library."""
    spec = load_edition(library_dir() / "jilin-hospital-committee" / "2020")
    edition = store_edition(spec, origin=Edition.Origin.LIBRARY)
    return publish_edition(edition=edition, by=None, at=OPENED)


@pytest.fixture(scope="module")
def annex_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast with sheets of annex 2: hospital 甲 studies each quarter with a leader's keynote, hospital 乙 has nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        supervise_outsider(people)
        cycle = make_cycle(people.province, store_annex())
        open_cycle(cycle=cycle, by=None, at=OPENED)
        study(people)
        yield World(people, cycle)
        transaction.set_rollback(True)


def study(people: Cast, days: Iterable[date] = DAYS) -> None:
    """Give hospital 甲 a committee of five and a centre-group study on each of these days, one in every quarter."""
    members = store_members(people.internal_medicine, ["赵一", "钱二", "孙三", "李四", "周五"])
    for number, member in enumerate(members):
        kind = Post.Kind.SECRETARY if number == 0 else Post.Kind.MEMBER
        make_tenure(make_post(people.hospital_a, kind=kind), member.person)
    group = [member.person for member in members]
    for day in days:
        make_record(people.hospital_a, ["study_centre_group"], people=group, keynote=group[1], date=day)


@pytest.fixture
def annex(annex_of_file: World, db: None) -> World:
    """The file's world; ``db`` undoes what a test does to it."""
    return annex_of_file


def evaluate(annex: World, as_of: date = AFTERWARDS, **changes: Any) -> Any:
    return evaluate_sheets(**({"cycle": annex.cycle, "as_of": as_of, "at": AT, "by": None} | changes))


def proposal(annex: World, code: str, organization: Organization | None = None) -> Proposal:
    place = organization or annex.cast.hospital_a
    return Proposal.objects.get(answer__sheet__organization=place, answer__criterion__code=code)


def test_four_studies_with_keynotes_earn_the_points_and_write_the_text(annex: World) -> None:
    done = evaluate(annex)
    assert (done.sheets, done.proposals) == (2, 2 * 78)
    found = proposal(annex, "3-2-2")
    assert (found.verdict, found.points) == ("met", Decimal(2))
    assert "中心组学习 4 次" in found.text
    assert found.missing == ""
    assert not Mark.objects.exists()
    assert Event.objects.filter(verb="cycle.evaluated").count() == 1


def test_before_the_last_quarter_it_is_a_range_with_its_day(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    found = proposal(annex, "3-2-2")
    assert (found.verdict, found.points) == ("pending", None)
    assert (found.lowest, found.highest) == (Decimal(0), Decimal(2))
    assert found.mend_by == date(2026, 12, 31)


def test_what_was_not_recorded_is_named(annex: World) -> None:
    evaluate(annex)
    found = proposal(annex, "3-2-2", annex.cast.hospital_b)
    assert found.verdict == "unmet"
    assert "第一季度中心组学习现有 0 次" in found.missing
    assert proposal(annex, "9-0-4").verdict == "unknown"


def test_silence_proves_nothing_but_a_statement_does(annex: World) -> None:
    evaluate(annex)
    assert proposal(annex, "3-3-4").verdict == "unknown"
    make_declaration(annex.cast.hospital_a, "leader_sanction", is_nil=True)
    evaluate(annex)
    assert proposal(annex, "3-3-4").verdict == "met"


def test_a_state_and_a_precondition_are_read(annex: World) -> None:
    hospital = annex.cast.hospital_a
    recorded = {"start_date": date(2020, 1, 1), "recorded_at": AT}
    OrganizationState.objects.create(
        organization=hospital, kind="hospital_level", value="level_1", **recorded
    )
    evaluate(annex)
    assert proposal(annex, "1-1-2").verdict == "not_applicable"
    assert proposal(annex, "2-1-2").verdict == "met"


def test_the_same_facts_on_the_same_day_change_nothing(annex: World) -> None:
    evaluate(annex)
    before = list(Proposal.objects.order_by("pk").values())
    again = evaluate_sheets(cycle=annex.cycle, as_of=AFTERWARDS, at=datetime(2027, 1, 1, tzinfo=UTC), by=None)
    assert again.changed == 0
    assert list(Proposal.objects.order_by("pk").values()) == before


def test_statements_do_not_grow_with_the_hospitals(annex: World) -> None:
    def statements(organization: Organization | None) -> int:
        with CaptureQueriesContext(connection) as captured:
            evaluate(annex, organization=organization)
        return len(captured)

    evaluate(annex)
    assert statements(annex.cast.hospital_a) == statements(None)


def test_a_mark_stays_what_a_person_gave(annex: World) -> None:
    sheet = sheet_of(annex.cast.hospital_a)
    answer = Answer.objects.get(sheet=sheet, criterion__code="3-2-2")
    Mark.objects.create(
        answer=answer, stage="self", points=Decimal(1), marked_by=annex.cast.party_office, marked_at=AT
    )
    evaluate(annex)
    assert Mark.objects.get(answer=answer).points == Decimal(1)
    assert Answer.objects.get(pk=answer.pk).text == ""
    page = as_user(annex.cast.party_office).get(reverse("assessments:sheet", args=[sheet.public_id]))
    assert "您给的分与建议不同" in page.content.decode()


def test_a_mark_above_the_proposal_needs_its_reason_before_submission(annex: World) -> None:
    evaluate(annex)
    sheet = sheet_of(annex.cast.hospital_a)
    answer = Answer.objects.get(sheet=sheet, criterion__code="8-0-4")
    assert proposal(annex, "8-0-4").points == 0
    given_by = {"marked_by": annex.cast.party_office, "marked_at": AT}
    Mark.objects.create(answer=answer, stage="self", points=Decimal(2), **given_by)

    def asked() -> str:
        found = {one.code: one.what for one in missing_points(given(sheet, "self"), "self")}
        return found.get("8-0-4", "")

    assert "与按事实建议的 0 分不同" in asked()
    Answer.objects.filter(pk=answer.pk).update(
        text="会议记录在纸质档案里", version=1, edited_by=annex.cast.party_office, edited_at=AT
    )
    assert asked() == ""


def test_a_text_that_was_generated_is_no_reason_for_another_mark(annex: World) -> None:
    """Taken and then marked otherwise, it asks for words of one's own; even once the facts say something else."""
    evaluate(annex)
    sheet, reach = sheet_of(annex.cast.hospital_a), reach_of(annex.cast.party_office, at=AT)

    def write(edit: MarkEdit | TextEdit) -> None:
        save(reach=reach, sheet_id=sheet.public_id, edit=edit, at=AT)

    def asked() -> str:
        return {one.code: one.what for one in missing_points(given(sheet, "self"), "self")}.get("3-2-2", "")

    offer = proposal(annex, "3-2-2")
    write(TextEdit("3-2-2", offer.text, 0))
    write(MarkEdit("3-2-2", "self", Decimal(2), "", 0))
    assert asked() == ""
    write(MarkEdit("3-2-2", "self", Decimal(1), "", 1))
    assert "所给 1 分与按事实建议的 2 分不同，须在落实情况中自己写明理由" in asked()
    Proposal.objects.filter(pk=offer.pk).update(text="另一段生成的文字。")
    assert "自己写明理由" in asked()
    write(TextEdit("3-2-2", f"{offer.text}第三季度的一次改为自学，只计一半。", 1))
    assert asked() == ""


def test_a_taken_text_that_facts_have_left_behind_is_offered_anew_and_ones_own_is_not(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    sheet, reach = sheet_of(annex.cast.hospital_a), reach_of(annex.cast.party_office, at=AT)

    def written(text: str, version: int) -> None:
        save(reach=reach, sheet_id=sheet.public_id, edit=TextEdit("3-2-2", text, version), at=AT)

    written(proposal(annex, "3-2-2").offered_text, 0)
    assert "更新文字" not in opened(annex, annex.cast.party_office)
    evaluate(annex)
    row = opened(annex, annex.cast.party_office).partition('id="c-3-2-2"')[2].partition("</article>")[0]
    assert "更新文字</button>" in row
    written("四次都由主要负责同志主持。", 1)
    assert "更新文字" not in opened(annex, annex.cast.party_office)


def test_a_mark_outside_what_is_still_open_asks_for_its_reason(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    sheet, by = sheet_of(annex.cast.hospital_a), annex.cast.party_office
    answer = Answer.objects.get(sheet=sheet, criterion__code="3-2-2")
    offer = proposal(annex, "3-2-2")
    Answer.objects.filter(pk=answer.pk).update(text=offer.offered_text, version=1, edited_by=by, edited_at=AT)
    mark = Mark.objects.create(answer=answer, stage="self", points=Decimal(1), marked_by=by, marked_at=AT)

    def asked() -> str:
        return {one.code: one.what for one in missing_points(given(sheet, "self"), "self")}.get("3-2-2", "")

    assert asked() == ""
    Proposal.objects.filter(pk=offer.pk).update(lowest=0, highest=Decimal("0.5"))
    assert "所给 1 分不在按事实建议的 0–0.5 分以内" in asked()
    assert "您给的分与建议不同" in opened(annex, annex.cast.party_office)
    Mark.objects.filter(pk=mark.pk).update(points=Decimal("0.5"))
    assert asked() == ""


def test_the_history_tells_its_own_staff_what_was_proposed_when_the_mark_was_given(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    sheet = sheet_of(annex.cast.hospital_a)
    reach = reach_of(annex.cast.party_office, at=AT)

    def told(user: Any) -> str:
        address = reverse("assessments:history", args=[sheet.public_id, "3-2-2"])
        return as_user(user).get(address).content.decode()

    save(reach=reach, sheet_id=sheet.public_id, edit=MarkEdit("3-2-2", "self", Decimal(2), "", 0), at=AT)
    evaluate(annex)
    save(reach=reach, sheet_id=sheet.public_id, edit=MarkEdit("3-2-2", "self", Decimal(1), "", 1), at=AT)
    assert "当时建议 0–2 分（未到期，承诺 2026-12-31）" in told(annex.cast.party_office)
    assert "当时建议 2 分" in told(annex.cast.party_office)
    Sheet.objects.filter(pk=sheet.pk).update(state="submitted", state_at=OPENED)
    assert "→ <b>1</b>" in told(annex.cast.supervisor)
    assert "当时建议" not in told(annex.cast.supervisor)


def opened(annex: World, user: Any) -> str:
    sheet = sheet_of(annex.cast.hospital_a)
    return as_user(user).get(reverse("assessments:sheet", args=[sheet.public_id])).content.decode()


def test_the_sheet_offers_what_is_proposed_to_those_who_fill_it_only(annex: World) -> None:
    evaluate(annex)
    page = opened(annex, annex.cast.party_office)
    assert page.count('class="offer is-') == 84
    assert "建议 2 分" in page
    assert "采用本部分" in page
    assert "建议" not in opened(annex, annex.cast.supervisor)


def test_a_sheet_arrives_filled_when_whoever_fills_it_opens_it_first(annex: World) -> None:
    assert 'class="offer is-' not in opened(annex, annex.cast.supervisor)
    assert not Evaluation.objects.exists()
    page = opened(annex, annex.cast.party_office)
    assert page.count('class="offer is-') == 84
    assert "78 条有建议" in page
    assert not Mark.objects.exists()
    first = Evaluation.objects.get(sheet=sheet_of(annex.cast.hospital_a))
    opened(annex, annex.cast.party_office)
    assert Evaluation.objects.get(pk=first.pk).evaluated_at == first.evaluated_at


def test_an_open_one_is_offered_on_a_promise_and_says_so(annex: World) -> None:
    """Apart from what is settled, with the day, and with a text that names it."""
    evaluate(annex, date(2026, 9, 30))
    found = proposal(annex, "3-2-2")
    assert found.promise == found.highest == 2
    assert found.offered_text == f"{found.text}其余于2026年12月31日前完成。"
    assert "中心组学习 3 次" in found.text
    page = opened(annex, annex.cast.party_office)
    row = page.partition('id="c-3-2-2"')[2].partition("</article>")[0]
    assert 'data-offer="" data-promise="2"' in row
    assert "承诺期限 2026-12-31" in row
    assert "按承诺采用 2 分</button>" in row
    part = page.partition('id="part-3"')[2].partition("<article")[0]
    promised = Proposal.objects.filter(
        answer__sheet=sheet_of(annex.cast.hospital_a), answer__criterion__code__startswith="3-",
        verdict="pending", points=None, mend_by__isnull=False,
    )  # fmt: skip
    assert f"按承诺采用未到期的 {promised.count()} 条" in part


def test_missing_data_and_what_is_settled_are_never_offered_on_a_promise(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    others = Proposal.objects.exclude(verdict="pending")
    assert {one.verdict for one in others} >= {"unknown", "met"}
    assert not [one for one in others if one.promise is not None]
    assert all(one.offered_text == one.text for one in others)
    page = opened(annex, annex.cast.party_office)
    for code in others.filter(answer__sheet=sheet_of(annex.cast.hospital_a)).values_list(
        "answer__criterion__code", flat=True
    ):
        assert "data-promise" not in page.partition(f'id="c-{code}"')[2].partition("</article>")[0]


def test_the_sheet_says_that_facts_have_changed_since(annex: World) -> None:
    evaluate(annex)
    assert "此后台账有变动" not in opened(annex, annex.cast.party_office)
    ChangedFact.objects.create(
        kind="record.theme_party_day", organization=annex.cast.surgery, date=date(2026, 6, 1), changed_at=AT
    )
    assert "此后台账有变动" in opened(annex, annex.cast.party_office)


def test_who_fills_asks_for_an_evaluation_and_a_submitted_sheet_refuses(annex: World) -> None:
    sheet = sheet_of(annex.cast.hospital_a)
    client = as_user(annex.cast.party_office)
    answer = client.post(reverse("assessments:evaluate", args=[sheet.public_id]), follow=True)
    assert "已按登记的事实核对 78 条" in answer.content.decode()
    Sheet.objects.filter(pk=sheet.pk).update(state="submitted")
    before = Evaluation.objects.get(sheet=sheet).evaluated_at
    client.post(reverse("assessments:evaluate", args=[sheet.public_id]))
    assert Evaluation.objects.get(sheet=sheet).evaluated_at == before


def test_a_table_without_checks_offers_nothing(annex: World) -> None:
    """Another standard of the hospital's own: nothing is asked of the facts, and nothing breaks."""
    Standard.objects.update(code="local-table")
    sheet = sheet_of(annex.cast.hospital_a)
    client = as_user(annex.cast.party_office)
    address = reverse("assessments:sheet", args=[sheet.public_id])
    assert "按登记的事实核对" not in client.get(address).content.decode()
    answer = client.post(reverse("assessments:evaluate", args=[sheet.public_id]), follow=True)
    assert "没有可以按事实核对的条目" in answer.content.decode()


def test_the_command_lists_every_proposal_of_one_organization(annex: World) -> None:
    out, err = StringIO(), StringIO()
    call_command(
        "evaluate", cycle=2026, as_of="2027-01-15", organization=annex.cast.hospital_a.code, json=True,
        stdout=out, stderr=err,
    )  # fmt: skip
    document = json.loads(out.getvalue())
    assert (document["cycle"], document["as_of"], len(document["proposals"])) == (2026, "2027-01-15", 78)
    found = next(one for one in document["proposals"] if one["criterion"] == "3-2-2")
    assert found["organization"] == annex.cast.hospital_a.code
    assert (found["answer"], found["points"], found["range"]) == ("met", "2", ["2", "2"])
    assert "核对 1 张考评表" in err.getvalue()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cycle": 2019}, "没有已开启的 2019 年度"),
        ({"cycle": 2026, "as_of": "昨天"}, "不是日期"),
        ({"cycle": 2026, "organization": "没有"}, "没有代码为“没有”的组织"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(annex: World, options: dict[str, Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", **options, stderr=StringIO())


def test_an_organization_without_a_sheet_is_named(annex: World) -> None:
    with pytest.raises(CommandError, match="没有可以核对的考评表"):
        call_command("evaluate", cycle=2026, organization=annex.cast.surgery.code, stderr=StringIO())


def test_what_happened_elsewhere_does_not_count(annex: World) -> None:
    """Facts of the next hospital on the path lie in the same stretch of statements and must find no place."""
    make_record(annex.cast.hospital_b, ["enlarged_committee_meeting"], date=date(2026, 3, 3))
    evaluate(annex, organization=annex.cast.hospital_a)
    assert proposal(annex, "8-0-4").verdict == "unmet"
    assert (
        Proposal.objects.filter(below(annex.cast.hospital_b.path, "answer__sheet__organization_path")).count()
        == 0
    )

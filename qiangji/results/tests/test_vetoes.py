"""The year-end veto: two named people, proof, notice, appeal, end; and that it is no other veto."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.tests.worlds import as_user, counted
from qiangji.duties.asker import Asker
from qiangji.duties.sources import vetoes as source
from qiangji.files.tests import samples
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_role
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Reassessment, Result, VetoStep, YearEndVeto
from qiangji.results.selectors.vetoes import state_of, vetoes_of
from qiangji.results.services import vetoes
from qiangji.results.tests.worlds import ResultsWorld

END = date(2027, 12, 31)


def still_below(world: ResultsWorld, node: Organization | None = None) -> Sheet:
    """A hospital that is below, was told to mend, and is below by a re-assessment."""
    sheet = world.hospital("80", node=node)
    world.recognize()
    world.ordered(sheet)
    world.assessed_again(sheet)
    return sheet


def proposed(world: ResultsWorld, *, proof: bool = True) -> YearEndVeto:
    reach = world.reach(world.cast.supervisor)
    veto = vetoes.propose_veto(reach=reach, sheet=still_below(world), basis="整改后仍未达标", at=world.tick())
    if proof:
        upload = samples.upload(samples.pdf("veto"), "依据.pdf")
        vetoes.attach_veto_proof(reach=reach, veto=veto, upload=upload, at=world.tick())
    return veto


def decide(
    world: ResultsWorld, veto: YearEndVeto, *, by: User | None = None, **changes: object
) -> YearEndVeto:
    arguments = {
        "reach": world.reach(by or world.cast.guidance_city), "veto": veto, "agrees": True, "words": "属实",
        "notice_number": "甲医党指〔2027〕1号", "end_date": END, "seen_version": veto.version,
        "at": world.tick(),
    } | changes  # fmt: skip
    return vetoes.decide_veto(**arguments)


@pytest.mark.shows("A32")
def test_two_people_put_it_into_force_with_notice_appeal_and_end(world: ResultsWorld) -> None:
    veto = decide(world, proposed(world))
    assert veto.state == "in_force"
    assert {veto.first_by, veto.second_by} == {world.cast.supervisor, world.cast.guidance_city}
    assert (veto.end_date, veto.notice_number) == (END, "甲医党指〔2027〕1号")
    assert veto.appeal_until > world.clock.date()
    assert [step.verb for step in veto.steps.all()] == ["propose", "approve"]


@pytest.mark.parametrize(("named", "days"), [(None, 15), (7, 7)])
def test_an_appeal_has_the_days_that_the_cycle_names(
    world: ResultsWorld, named: int | None, days: int
) -> None:
    Cycle.objects.filter(pk=world.cycle.pk).update(objection_days=named)
    veto = decide(world, proposed(world))
    assert veto.appeal_until == local_day(veto.second_at) + timedelta(days=days)


def test_a_proposal_alone_has_no_effect(world: ResultsWorld) -> None:
    veto = proposed(world)
    assert (veto.state, veto.second_by, veto.notice_number) == ("proposed", None, "")


def test_nobody_decides_the_own_proposal(world: ResultsWorld) -> None:
    with pytest.raises(NotAllowed, match="另一人"):
        decide(world, proposed(world), by=world.cast.supervisor)


def test_who_sits_in_the_hospital_does_not_decide(world: ResultsWorld) -> None:
    veto = proposed(world)
    make_role(world.cast.guidance_city, veto.organization, RoleName.MEMBER)
    with pytest.raises(NotAllowed, match="本院人员不能办理"):
        decide(world, veto)
    assert decide(world, veto, by=world.cast.guidance_province).state == "in_force"


def test_who_sits_in_the_hospital_does_not_propose(world: ResultsWorld) -> None:
    sheet = still_below(world)
    make_role(world.cast.supervisor, sheet.organization, RoleName.MEMBER)
    with pytest.raises(NotAllowed, match="本院人员不能办理"):
        vetoes.propose_veto(
            reach=world.reach(world.cast.supervisor), sheet=sheet, basis="仍未达标", at=world.tick()
        )


def test_the_database_refuses_one_person_twice(world: ResultsWorld) -> None:
    veto = proposed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearEndVeto.objects.filter(pk=veto.pk).update(
            state="rejected", second_by=world.cast.supervisor, second_at=world.clock
        )


def test_the_database_refuses_force_without_notice_and_end(world: ResultsWorld) -> None:
    veto = proposed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearEndVeto.objects.filter(pk=veto.pk).update(
            state="in_force", second_by=world.cast.guidance_city, second_at=world.clock
        )


def test_it_rests_on_a_reassessment_after_mending(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    with pytest.raises(Refused, match="复评仍未达标"):
        vetoes.propose_veto(
            reach=world.reach(world.cast.supervisor), sheet=sheet, basis="未达标", at=world.tick()
        )


def test_a_result_that_only_says_so_is_no_ground(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    (row,) = world.recognize()
    world.ordered(sheet)
    said = {"public_id": uuid4(), "sequence": 2, "cause": "reassessment", "reason": "复评"}
    kept = {
        field.attname: getattr(row, field.attname) for field in Result._meta.fields if field.attname != "id"
    }
    Result.objects.create(**(kept | said))
    assert world.newest(sheet).cause == "reassessment"
    assert vetoes.grounds_of(sheet) is None


def test_a_correction_that_leaves_it_below_leaves_the_ground(world: ResultsWorld) -> None:
    sheet = still_below(world)
    newest = world.revised(sheet, "correction", "82")
    again = Reassessment.objects.get()
    assert vetoes.grounds_of(sheet) == (newest, again.rectification)


def test_what_fell_again_after_it_had_passed_is_no_ground(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    world.ordered(sheet)
    world.rescore(sheet, "95")
    world.assessed_again(sheet)
    world.revised(sheet, "inspection", "85")
    assert world.newest(sheet).outcome == "below_standard"
    assert vetoes.grounds_of(sheet) is None


def test_without_an_order_to_mend_there_is_no_veto(world: ResultsWorld) -> None:
    sheet = still_below(world)
    Rectification.objects.update(state=Rectification.State.WITHDRAWN)
    with pytest.raises(Refused):
        vetoes.propose_veto(
            reach=world.reach(world.cast.supervisor), sheet=sheet, basis="未达标", at=world.tick()
        )


def test_force_needs_a_proof(world: ResultsWorld) -> None:
    with pytest.raises(Refused, match="依据材料"):
        decide(world, proposed(world, proof=False))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"notice_number": " "}, "文号"),
        ({"end_date": None}, "终止日期"),
        ({"end_date": date(2026, 12, 21)}, "终止日期"),
        ({"words": ""}, "理由"),
    ],
)
def test_force_needs_notice_end_and_words(world: ResultsWorld, changes: dict, words: str) -> None:
    with pytest.raises(Refused, match=words):
        decide(world, proposed(world), **changes)


def test_a_rejected_proposal_makes_room_for_another(world: ResultsWorld) -> None:
    veto = decide(world, proposed(world), agrees=False)
    assert veto.state == "rejected"
    assert vetoes.propose_veto(
        reach=world.reach(world.cast.supervisor), sheet=veto.sheet, basis="补充依据", at=world.tick()
    )


def test_there_is_one_at_a_time(world: ResultsWorld) -> None:
    veto = proposed(world)
    with pytest.raises(Locked, match="不能重复"):
        vetoes.propose_veto(
            reach=world.reach(world.cast.guidance_city), sheet=veto.sheet, basis="又一次", at=world.tick()
        )


def appeal(world: ResultsWorld, veto: YearEndVeto, user: User | None = None) -> YearEndVeto:
    return vetoes.appeal_veto(
        reach=world.reach(user or world.cast.secretary), veto=veto, words="已经整改", seen_version=veto.version,
        at=world.tick(),
    )  # fmt: skip


def in_force_on_a(world: ResultsWorld) -> YearEndVeto:
    """A veto of hospital 甲, whose secretary is in the cast."""
    sheet = still_below(world, world.cast.hospital_a)
    reach = world.reach(world.cast.supervisor)
    veto = vetoes.propose_veto(reach=reach, sheet=sheet, basis="整改后仍未达标", at=world.tick())
    upload = samples.upload(samples.pdf("veto"), "依据.pdf")
    vetoes.attach_veto_proof(reach=reach, veto=veto, upload=upload, at=world.tick())
    return decide(world, veto)


@pytest.mark.parametrize(
    ("upheld", "state", "verb"), [(True, "lifted", "lift"), (False, "in_force", "uphold")]
)
def test_an_appeal_is_answered(world: ResultsWorld, upheld: bool, state: str, verb: str) -> None:
    veto = appeal(world, in_force_on_a(world))
    veto = vetoes.answer_appeal(
        reach=world.reach(world.cast.guidance_province), veto=veto, upheld=upheld, words="经核查",
        seen_version=veto.version, at=world.tick(),
    )  # fmt: skip
    assert veto.state == state
    assert VetoStep.objects.filter(veto=veto).last().verb == verb


@pytest.mark.parametrize("act", ["answer_appeal", "lift_veto"])
def test_whoever_proposed_it_neither_answers_the_appeal_nor_lifts_it(world: ResultsWorld, act: str) -> None:
    veto = in_force_on_a(world)
    more = {}
    if act == "answer_appeal":
        veto, more = appeal(world, veto), {"upheld": False}
    with pytest.raises(NotAllowed, match="另一人"):
        getattr(vetoes, act)(
            reach=world.reach(world.cast.supervisor), veto=veto, words="不成立", seen_version=veto.version,
            at=world.tick(), **more,
        )  # fmt: skip


def test_an_appeal_that_waits_is_answered_before_it_is_lifted(world: ResultsWorld) -> None:
    veto = appeal(world, in_force_on_a(world))
    with pytest.raises(Locked, match="等待答复"):
        vetoes.lift_veto(
            reach=world.reach(world.cast.guidance_city), veto=veto, words="撤销", seen_version=veto.version,
            at=world.tick(),
        )  # fmt: skip


def test_only_who_signs_for_the_organization_appeals(world: ResultsWorld) -> None:
    veto = in_force_on_a(world)
    with pytest.raises(NotAllowed):
        appeal(world, veto, world.cast.party_office)


def test_an_appeal_comes_in_time(world: ResultsWorld) -> None:
    veto = in_force_on_a(world)
    world.clock += timedelta(days=30)
    with pytest.raises(Locked, match="期限"):
        appeal(world, veto)


def test_it_can_be_lifted_when_its_result_falls(world: ResultsWorld) -> None:
    veto = in_force_on_a(world)
    veto = vetoes.lift_veto(
        reach=world.reach(world.cast.guidance_city), veto=veto, words="结果已更正", seen_version=veto.version,
        at=world.tick(),
    )  # fmt: skip
    assert veto.state == "lifted"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"notice_number": ""}, "notice_number", "请填写通知文号"),
        ({"end": "2026-12-01"}, "end", "终止日期须不早于"),
        ({"words": " "}, "words", "请写明理由"),
    ],
)
def test_a_refused_decision_keeps_what_was_typed_with_the_error_at_its_field(
    world: ResultsWorld, changes: dict, field: str, said: str
) -> None:
    veto = proposed(world)
    sent = {
        "words": "属实",
        "notice_number": "甲〔2027〕1号",
        "end": "2099-12-31",
        "agrees": "yes",
        "seen_version": "1",
    }
    page = as_user(world.cast.guidance_city).post(
        reverse("results:decide_veto", args=[veto.public_id]), sent | changes
    )
    assert page.status_code == 409
    text = page.content.decode()
    assert said in text
    assert f'id="error_1_decide-{field}"' in text
    assert all(value in text for value in (sent | changes).values())
    veto.refresh_from_db()
    assert veto.state == "proposed"


def test_what_waits_is_due_for_a_second_person_only(world: ResultsWorld) -> None:
    """A proposal stands on the list of who may decide it, and on nobody's once it is decided."""
    veto = proposed(world)

    def titles(user: User) -> list[str]:
        return [one.title for one in source.collect(Asker(world.reach(user), at=world.clock))]

    assert titles(world.cast.guidance_city) == ["审定年底考核一票否决"]
    assert titles(world.cast.supervisor) == titles(world.cast.secretary) == []
    decide(world, veto)
    assert titles(world.cast.guidance_city) == []


CHANGED = "它所依据的结果已经改变"


def test_the_page_says_that_its_result_changed_only_when_another_outcome_was_decided(
    world: ResultsWorld,
) -> None:
    veto = decide(world, proposed(world))
    client, address = as_user(world.cast.guidance_city), reverse("results:veto", args=[veto.public_id])
    for state in ("under_acceptance", "rated", "below_standard"):
        Sheet.objects.filter(pk=veto.sheet_id).update(state=state)
        assert CHANGED not in client.get(address).content.decode()
    world.revised(veto.sheet, "appeal", "96")
    assert CHANGED in client.get(address).content.decode()


@pytest.mark.shows("A32")
def test_the_vetoes_of_a_cycle_are_a_list_with_notice_days_and_state(world: ResultsWorld) -> None:
    veto = decide(world, proposed(world))
    address = reverse("results:vetoes", args=[world.cycle.public_id])
    for who in (world.cast.guidance_city, world.cast.guidance_province, world.cast.supervisor):
        text = as_user(who).get(address).content.decode()
        for words in ("甲医党指〔2027〕1号", "2027-12-31", "生效", veto.organization.name):
            assert words in text
    assert veto.organization.name not in as_user(world.cast.party_office).get(address).content.decode()


@pytest.mark.shows("A32")
def test_the_list_is_written_as_excel_with_what_the_page_shows(world: ResultsWorld) -> None:
    veto = decide(world, proposed(world))
    address = reverse("reports:veto_list", args=[world.cycle.public_id])
    answer = as_user(world.cast.guidance_city).get(address)
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    (line,) = [row for row in rows if row[0] == veto.organization.code]
    day = local_day(veto.second_at).isoformat()
    assert line[1:] == (
        veto.organization.name, veto.organization.parent.short_name, "甲医党指〔2027〕1号", day, "2027-12-31", "生效"
    )  # fmt: skip


def test_a_veto_past_its_end_says_so_the_day_after(world: ResultsWorld) -> None:
    veto = decide(world, proposed(world))
    assert [state_of(veto, on=day) for day in (END, END + timedelta(days=1))] == ["生效", "生效，已到期"]


def test_the_list_takes_the_same_statements_however_many_there_are(world: ResultsWorld) -> None:
    def statements() -> int:
        with counted() as taken:
            [one.organization.parent for one in vetoes_of(world.cycle, world.reach(world.cast.guidance_city))]
        return len(taken())

    decide(world, proposed(world))
    few = statements()
    decide(world, proposed(world))
    assert statements() == few

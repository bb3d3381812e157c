"""What results rest on, set before they are decided; and the target a region is held against."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.services.figures import set_figures
from qiangji.results.permissions import may_recognize
from qiangji.results.tests.worlds import ResultsWorld


def set_for(world: ResultsWorld, **changes: object) -> Cycle:
    arguments = {
        "cycle": world.cycle, "recognizer": None, "lagging_reading": "at_or_below", "target_rate": None,
        "target_date": None, "by": world.cast.guidance_province, "at": world.tick(),
    } | changes  # fmt: skip
    return set_figures(**arguments)


def test_another_body_can_be_made_the_recognizer(world: ResultsWorld) -> None:
    cycle = set_for(world, recognizer=world.cast.city_a)
    assert may_recognize(world.reach(world.cast.guidance_city), cycle)
    assert not may_recognize(world.reach(world.cast.guidance_province), cycle)


def test_what_results_rest_on_stays_once_they_are_decided(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.recognize()
    with pytest.raises(Locked, match="不能再改"):
        set_for(world, lagging_reading="below")
    assert set_for(world, target_rate=Decimal(95), target_date=date(2027, 12, 31)).target_rate == 95


def test_figures_stay_while_the_only_results_are_looked_at_again(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    Sheet.objects.filter(pk=sheet.pk).update(state="under_inspection")
    with pytest.raises(Locked, match="不能再改"):
        set_for(world, lagging_reading="below")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target_rate": Decimal(95)}, "一起填"),
        ({"target_rate": Decimal(101), "target_date": date(2027, 1, 1)}, "0 到 100"),
        ({"lagging_reading": "x"}, "读法"),
    ],
)
def test_figures_that_do_not_fit_are_refused(world: ResultsWorld, changes: dict, words: str) -> None:
    with pytest.raises(Refused, match=words):
        set_for(world, **changes)


def test_a_hospital_does_not_recognize(world: ResultsWorld) -> None:
    with pytest.raises(Refused, match="认定单位"):
        set_for(world, recognizer=world.cast.hospital_a)


@pytest.mark.shows("A19", "G05")
def test_a_new_target_is_set_and_the_summary_says_how_far_it_is(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.recognize()
    client = Client()
    client.force_login(world.cast.guidance_province)
    answer = client.post(
        reverse("results:figures", args=[world.cycle.public_id]),
        {
            "recognizer": str(world.cast.province.pk),
            "lagging_reading": "at_or_below",
            "target_rate": "95",
            "target_date": "2027-12-31",
        },  # fmt: skip
    )
    assert answer.status_code == 302
    place = [world.cycle.public_id, world.cast.province.public_id]
    words = client.get(reverse("results:summary", args=place)).content.decode()
    # Three public hospitals, two of them without a sheet; above 95 % are all three.
    assert "2027-12-31 前高于 95%；还差 2 个组织（61.7 个百分点）" in words

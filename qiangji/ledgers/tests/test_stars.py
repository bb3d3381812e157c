"""Stars of a branch: both scores combined, by a formula that a site sets; the default says that it is ours."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from qiangji.ledgers.selectors import served_by
from qiangji.ledgers.stars import StarsRefused, stars_of, stars_words
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
RATING = {"member_points": "92", "superior_points": "85"}
POINTS = st.decimals(0, 100, places=1)


@pytest.mark.parametrize(
    ("values", "points", "stars"),
    [
        (RATING, "88.5", 4),
        (RATING | {"member_share": 100}, "92", 5),
        (RATING | {"member_share": 0}, "85", 4),
        ({"member_points": "90", "superior_points": "90"}, "90", 5),
        ({"member_points": "89.9", "superior_points": "90"}, "89.95", 4),
        ({"member_points": "10", "superior_points": "20"}, "15", 1),
        (RATING | {"star_lines": "95，90,80,70,60"}, "88.5", 4),
    ],
)
def test_the_two_scores_combine_to_points_and_stars(values: dict[str, Any], points: str, stars: int) -> None:
    found = stars_of(values)
    assert (found.points, found.stars) == (Decimal(points), stars)


@given(POINTS, POINTS, st.integers(0, 100))
def test_combined_points_lie_between_the_two_and_more_never_costs_a_star(
    members: Decimal, superior: Decimal, share: int
) -> None:
    values = {"member_points": str(members), "superior_points": str(superior), "member_share": share}
    found = stars_of(values)
    assert min(members, superior) <= found.points <= max(members, superior)
    better = stars_of(values | {"superior_points": "100"})
    assert better.stars >= found.stars


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"member_points": ""}, "党员年度积分没有登记"),
        ({"superior_points": "101"}, "上级赋分为 101，应在 0 到 100 之间"),
        ({"member_points": "NaN"}, "党员年度积分为 NaN"),
        ({"member_share": -1}, "党员积分占比为 -1"),
        ({"star_lines": "好,中,差"}, "读不懂"),
        ({"star_lines": "60,70"}, "从高到低"),
        ({"star_lines": "190,80"}, "0 到 100"),
    ],
)
def test_figures_of_which_no_stars_can_be_made_are_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(StarsRefused, match=words):
        stars_of(RATING | changes)
    assert "还算不出星级" in stars_words(RATING | changes)


def test_the_default_says_that_it_is_ours_and_a_sites_own_does_not() -> None:
    assert "系统默认" in stars_words(RATING)
    own = RATING | {"member_share": 60, "star_lines": "90,80,70"}
    assert "由本单位定" in stars_words(own)
    assert "系统默认" not in stars_words(own)


def test_stars_that_differ_from_the_formula_ask_for_their_reason() -> None:
    assert "请写明依据" in stars_words(RATING | {"stars": 5})
    assert "请写明依据" not in stars_words(RATING | {"stars": 4})


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.mark.shows("B65")
def test_a_rating_shows_its_stars_where_it_was_recorded_and_the_criterion_it_serves(people: Cast) -> None:
    values = RATING | {"organization": str(people.surgery.public_id)}
    record = make_record(
        people.hospital_a, ["branch_star_rating"], title="外科党支部 2025 年星级", year=2025,
        date=date(2026, 2, 3), values=values,
    )  # fmt: skip
    served = served_by(record)
    assert served.also == ["党支部星级评定（院级量化表 6-0-3）"]
    client = Client()
    client.force_login(people.party_office)
    text = client.get(reverse("ledgers:record", args=[record.public_id])).content.decode()
    assert "合成 88.5 分，4 星" in text
    assert "系统默认" in text
    assert "文件没有规定公式" in text


@pytest.mark.shows("B65")
def test_the_party_office_types_a_rating_with_a_formula_of_its_own(people: Cast) -> None:
    client = Client()
    client.force_login(people.party_office)
    address = reverse("ledgers:new", args=[people.hospital_a.public_id])
    assert "不填为 50，系统默认。" in client.get(address, {"kind": "branch_star_rating"}).content.decode()
    typed = {
        "kind": "branch_star_rating", "date": "2026-02-03", "organization": people.surgery.name,
        "member_points": "92", "superior_points": "85", "member_share": "60", "star_lines": "90,80,70",
    }  # fmt: skip
    text = client.post(address, typed, follow=True).content.decode()
    assert "合成 89.2 分，3 星" in text
    assert "占比和星级线由本单位定" in text
    assert "6-0-3" in text

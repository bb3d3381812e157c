"""One's marks beside others': to oneself, unnamed, and only once enough others have marked."""

from decimal import Decimal

import pytest

from qiangji.accounts.models import User
from qiangji.assessments.models import Mark, Sheet
from qiangji.assessments.selectors.comparing import choices, compared, spreads
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import fill, make_cycle, make_edition
from qiangji.assessments.tests.test_assigning import person
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization, make_oversight, make_role, make_user

OTHERS = 5


@pytest.fixture
def compare(office: World) -> World:
    """Next year: our reviewer and five others, each with three accepted sheets; ours takes half of 2-0-1 off."""
    people = [office.cast.supervisor, *(make_user(f"other{n}", f"他人{n}") for n in range(OTHERS))]
    nodes = []
    for one in people:
        if one != office.cast.supervisor:
            make_role(one, office.cast.authority_a, RoleName.SUPERVISOR)
        for _ in range(3):
            node = make_organization(office.cast.city_a, Organization.Kind.HOSPITAL)
            make_oversight(office.cast.authority_a, node)
            nodes.append((one, node))
    cycle = make_cycle(office.cast.province, make_edition("next"), year=2027)
    open_cycle(cycle=cycle, by=None, at=office.clock)
    for one, node in nodes:
        sheet = Sheet.objects.get(cycle=cycle, organization=node)
        fill(sheet, "acceptance", one, c2_0_1="1.5" if one == office.cast.supervisor else "3")
    Sheet.objects.filter(cycle=cycle).update(state="accepted")
    return office


def line(world: World, user: User, code: str = "2-0-1") -> object:
    reach = world.reach(user)
    choice = choices(reach)[0]
    return next(one for one in compared(reach, choice) if one.code == code)


def test_my_share_of_full_marks_and_mean_stand_beside_others(compare: World) -> None:
    found = line(compare, compare.cast.supervisor)
    assert (found.mine.count, found.mine.share, found.mine.mean) == (3, 0, Decimal("1.5"))
    assert (found.others.count, found.others.share, found.others.mean, found.reviewers) == (15, 100, 0, 5)
    assert found.is_far


def test_the_farthest_apart_comes_first(compare: World) -> None:
    reach = compare.reach(compare.cast.supervisor)
    assert compared(reach, choices(reach)[0])[0].code == "2-0-1"


def test_nothing_of_too_few_others_is_shown(compare: World) -> None:
    few = [person(f"other{n}") for n in range(2)]
    Mark.objects.exclude(marked_by__in=[*few, compare.cast.supervisor]).delete()
    found = line(compare, compare.cast.supervisor)
    assert found.others is None
    assert not found.is_far


def test_marks_that_are_not_concluded_are_not_held_against_anybody(compare: World) -> None:
    Sheet.objects.filter(answers__marks__marked_by__username="other0").update(state="under_acceptance")
    assert line(compare, compare.cast.supervisor).reviewers == 4


def test_nobody_else_is_named(compare: World) -> None:
    page = as_user(compare.cast.supervisor).get("/assessments/reviews/comparison/").content.decode()
    assert "2-0-1" in page
    assert "明显偏严" in page
    assert "他人0" not in page


def test_the_head_sees_a_spread_without_names(compare: World) -> None:
    (first, *_) = spreads(choices(compare.reach(person("head")))[0])
    assert (first.code, first.reviewers, first.lowest, first.median, first.highest) == (
        "2-0-1",
        6,
        0,
        100,
        100,
    )
    page = as_user(person("head")).get("/assessments/reviews/comparison/").content.decode()
    assert "分布" in page
    assert "主管甲" not in page


def test_no_spread_of_too_few_reviewers(compare: World) -> None:
    Mark.objects.filter(marked_by__username__in=["other0", "other1"]).delete()
    assert not spreads(choices(compare.reach(person("head")))[0])


def test_whoever_marked_nothing_is_told_what_will_stand_here(office: World) -> None:
    page = as_user(office.cast.supervisor).get("/assessments/reviews/comparison/").content.decode()
    assert "您还没有验收或评定过考评表" in page

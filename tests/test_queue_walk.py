"""The queue and the opening in a real browser: taken, handed over, recused; and an opening that stops midway and goes on."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, ReviewAssignment
from qiangji.assessments.tests.factories import make_edition
from qiangji.assessments.tests.worlds import World, make_world
from qiangji.assessments.views import cycles as views
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization, make_oversight, make_role, make_user
from tests.browser import enter_as, fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUEUE = "/assessments/reviews/"
# The first page of a run draws every template anew, on machines that do other things as well.
PATIENCE = 60_000
# How many branches each hospital has beside the cast's one with its two.
BESIDE = {"无支部医院": 0, "十支部医院": 10, "廿九支部医院": 29}
SHEETS = 1 + 2 + len(BESIDE) + sum(BESIDE.values())


@pytest.fixture
def office(transactional_db: None) -> World:
    """Hospital 甲's sheet waits for its authority, where a colleague works as well."""
    world = make_world()
    make_role(make_user("colleague", "同事甲"), world.cast.authority_a, RoleName.SUPERVISOR)
    world.bring_to("submitted")
    return world


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast in a city with hospitals beside theirs, one of them large, and no cycle yet."""
    people = cast()
    make_edition("opening-hospital", "hospital")
    make_edition("opening-branch", "branch")
    for name, branches in BESIDE.items():
        hospital = make_organization(people.city_a, Organization.Kind.HOSPITAL, name=f"{name}党委")
        make_oversight(people.authority_a, hospital)
        for order in range(branches):
            make_organization(hospital, Organization.Kind.BRANCH, name=f"{name}第{order + 1}党支部")
    return people


def come(page: Page, site: str, user: User, address: str) -> None:
    """Sign somebody in and open an address."""
    page.set_default_timeout(PATIENCE)
    page.context.clear_cookies()
    enter_as(page, site, user)
    page.goto(site + address)


@pytest.mark.shows("A24")
def test_a_sheet_is_taken_handed_over_and_kept_from_who_works_in_it(
    browser_page: Page, site: str, office: World
) -> None:
    page, name = browser_page, office.sheet.organization_name
    colleague = User.objects.get(username="colleague")
    come(page, site, office.cast.supervisor, QUEUE + "?scope=pool")
    page.get_by_label(f"选择{name}").check()
    expect(page.locator("[data-picked]")).to_have_text("已选 1 张")
    page.get_by_role("button", name="认领", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("已认领 1 张")
    page.goto(site + QUEUE + "?scope=mine")
    page.get_by_label(f"选择{name}").check()
    page.get_by_label("交给").select_option(label="同事甲")
    page.get_by_label("说明", exact=True).fill("前两部分已核对")
    page.get_by_role("button", name="转交").click()
    expect(page.locator("#messages")).to_contain_text("已把 1 张考评表交给同事甲")
    assert ReviewAssignment.objects.get(ended_at__isnull=True).reviewer == colleague
    come(page, site, colleague, QUEUE + "?scope=mine")
    expect(page.locator(".queue-hands")).to_contain_text("前两部分已核对")
    fits(page)
    make_role(colleague, office.cast.hospital_a, RoleName.PARTY_OFFICE)
    come(page, site, colleague, QUEUE + "?scope=all")
    expect(page.locator(".queue-task").first).to_contain_text("须回避")
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("button", name="开始验收")).to_have_count(0)


@pytest.mark.shows("A16")
def test_an_opening_that_stops_midway_goes_on_where_it_stopped(
    browser_page: Page, site: str, people: Cast, monkeypatch: Any
) -> None:
    monkeypatch.setattr(views, "STEP", 12)
    page, held = browser_page, []

    def hold(route: Route) -> None:
        """Let the first step of the page itself through, and keep those after it waiting."""
        if held:
            return
        held.append(route)
        route.continue_()

    come(page, site, people.guidance_city, "/assessments/cycles/new/")
    page.get_by_label("批准文件文号").fill("甲医党指〔2026〕2号")
    page.get_by_role("button", name="建立周期").click()
    page.route("**/open/", hold)
    page.get_by_role("button", name="开启，为各组织建表").click()
    expect(page.locator("#opening")).to_contain_text("正在建考评表")
    cycle = Cycle.objects.get()
    page.unroute("**/open/")
    page.goto(f"{site}/assessments/cycles/{cycle.public_id}/")
    expect(page.locator("#opening")).to_contain_text("建考评表没有做完")
    made = cycle.sheets.count()
    assert 0 < made < SHEETS
    page.get_by_role("button", name="继续建表").click()
    expect(page.locator("#messages")).to_contain_text(f"已为 {SHEETS} 个组织建立考评表", timeout=PATIENCE)
    assert cycle.sheets.count() == SHEETS
    assert cycle.sheets.values("organization").distinct().count() == SHEETS

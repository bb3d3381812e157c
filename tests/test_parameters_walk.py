"""A figure set stricter in a real browser: refused where it is looser, kept where it is stricter, seen by whoever it binds."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import OPENED, make_cycle, sheet_of, supervise_outsider
from qiangji.assessments.tests.test_evaluating import store_annex
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import ParameterSetting
from tests.browser import enter_as, look_at

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None) -> Cast:
    people = cast()
    supervise_outsider(people)
    open_cycle(cycle=make_cycle(people.province, store_annex()), by=None, at=OPENED)
    return people


def test_a_city_asks_more_of_its_hospitals(people: Cast, site: str, browser_page: Page) -> None:
    page, edition = browser_page, sheet_of(people.hospital_a).edition
    address = site + reverse("assessments:check", args=[edition.public_id, "3-2-2"])
    enter_as(page, site, people.guidance_city)
    page.goto(address)
    figure = page.locator("#p-yearly")
    figure.get_by_text("从严设定").click()
    figure.get_by_label("改为").fill("3")
    figure.get_by_label("依据文号").fill("甲市党指〔2026〕3号")
    figure.get_by_label("文件名称").fill("关于加强中心组学习的通知")
    figure.get_by_role("button", name="设定", exact=True).click()
    expect(page.get_by_text("只能从严：本版规定全年中心组学习次数至少 4 次，不能改为 3 次。")).to_be_visible()
    look_at(page, "parameters-refused")
    assert not ParameterSetting.objects.exists()

    figure.get_by_label("改为").fill("6")
    figure.get_by_role("button", name="设定", exact=True).click()
    expect(figure.get_by_text("至少 6 次")).to_be_visible()
    figure.get_by_text("设定记录 1 条").click()
    figure.get_by_text("结束或撤回").click()
    look_at(page, "parameters-set")

    enter_as(page, site, people.party_office)
    page.goto(address)
    expect(figure.get_by_text("至少 6 次")).to_be_visible()
    expect(figure.get_by_text("甲市党指〔2026〕3号设定")).to_be_visible()
    look_at(page, "parameters-bound")

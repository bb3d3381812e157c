"""From imported wording to a proposed mark, without YAML: what the words ask is offered, adjusted, tried, adopted.

The authority of the hospitals reads a table in, whose words name how often something is done. A hospital's sheet of last
year was submitted, so that the authority may try the check on the facts of that year. Nobody's mark changes by it.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from qiangji.assessments.models import Mark, Proposal, Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import OPENED, make_cycle, make_edition, supervise_outsider
from qiangji.ledgers.tests.factories import make_record
from qiangji.lib.dates import local_day
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Edition, SiteCheck
from tests.browser import enter_as, look_at
from tests.sheet_in_browser import open_sheet
from tests.test_workshop_walk import bring_in, fill_details, publish, settle_all, word_table

pytestmark = pytest.mark.browser
THIS_YEAR = local_day(timezone.now()).year  # the server's clock is the machine's
LAST_YEAR = THIS_YEAR - 1
TABLE = [
    [
        "一、组织建设（4分）",
        "班子建设",
        "1.每季度至少召开1次党员领导干部民主生活会或专题学习，全年不少于4次。",
        "2",
        "",
    ],
    ["", "", "2.召开党委扩大会议每半年不少于1次。", "2", ""],
    ["二、宣传工作（2分）", "", "1.宣传内容准确。", "2", ""],
]


@pytest.fixture
def people(transactional_db: None, settings, tmp_path: Path) -> Cast:
    """Hospital 甲 held two enlarged meetings last year and one this year; its sheet of last year was submitted."""
    settings.MEDIA_ROOT = tmp_path / "files"
    people = cast()
    supervise_outsider(people)
    last = make_cycle(people.province, make_edition(), year=LAST_YEAR)
    open_cycle(cycle=last, by=None, at=OPENED)
    Sheet.objects.filter(cycle=last, organization=people.hospital_a).update(state="submitted")
    for day in (date(LAST_YEAR, 3, 3), date(LAST_YEAR, 9, 9), date(THIS_YEAR, 1, 5)):
        make_record(people.hospital_a, ["enlarged_committee_meeting"], date=day)
    return people


def test_what_the_words_ask_becomes_a_check_and_the_sheet_follows(
    browser_page: Page, site: str, people: Cast, tmp_path: Path
) -> None:
    page = browser_page
    enter_as(page, site, people.supervisor)
    bring_in(page, site, word_table(tmp_path / "考评表.docx", TABLE, "甲市医院党建考评表"))
    fill_details(page, str(THIS_YEAR))
    settle_all(page)
    publish(page, str(THIS_YEAR))
    edition = Edition.objects.get(standard__code="city-hospital")
    open_cycle(cycle=make_cycle(people.province, edition, year=THIS_YEAR), by=None, at=OPENED)

    adjust_the_offer(page)
    try_on_last_year(page)
    adopt(page)
    the_sheet_follows(page, site, people)


def adjust_the_offer(page: Page) -> None:
    """Open the criterion from its edition, begin with what was read from its words, and call the figure adjustable."""
    page.get_by_role("link", name="判定办法").click()
    page.get_by_role("link", name=re.compile("党委扩大会议")).click()
    expect(page.locator("#found + ul")).to_contain_text("每半年至少 1 次")
    look_at(page, "check-offered")
    page.get_by_role("link", name="用这些写判定").click()
    line = page.locator(".chk-ask").first
    expect(line.get_by_label("看哪一种台账")).to_have_value("enlarged_committee_meeting")
    expect(line.get_by_label("按什么分段")).to_have_value("half")
    page.get_by_label("用一句话说明怎样算做到").fill("本年每半年召开党委扩大会议 1 次以上。")
    line.get_by_label("各地可以不同").check()
    expect(line.get_by_label("这个数字叫什么")).to_be_visible()
    expect(page.get_by_label("用一句话说明怎样算做到")).to_have_value("本年每半年召开党委扩大会议 1 次以上。")
    look_at(page, "check-form")
    page.get_by_role("button", name="存为草稿").click()
    expect(line).to_contain_text("要写明这一项")
    line.get_by_label("这个数字叫什么").fill("半年扩大会议次数")
    line.get_by_label("单位").fill("次")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.locator("#messages")).to_contain_text("已存为第 1 版草稿")
    expect(page.locator("#how ~ .chk-tree")).to_contain_text("每半年党委扩大会议不少于 1 次")


def try_on_last_year(page: Page) -> None:
    """Nothing can be adopted untried; the facts of the submitted year answer, and are kept as a case."""
    expect(page.get_by_role("button", name="采用这一版")).to_be_disabled()
    page.get_by_label("组织", exact=True).select_option(label="甲市第一医院党委")
    page.get_by_role("button", name=f"按 {LAST_YEAR} 年全年试算").click()
    expect(page.locator("#try ~ [role=status]")).to_contain_text(
        f"甲市第一医院党委，{LAST_YEAR} 年全年：建议 2 分"
    )
    page.get_by_text("把这次的事实存为样例").click()
    page.get_by_label("说的是什么情形").fill("上下半年各开过一次")
    look_at(page, "check-tried")
    page.get_by_role("button", name="存为样例").click()
    expect(page.locator("#cases ~ ul")).to_contain_text("上下半年各开过一次")
    expect(page.locator("#cases ~ ul")).to_contain_text("一致")


def adopt(page: Page) -> None:
    """See what it would answer for all who reported, say why, and find the check in force with its origin."""
    page.get_by_role("button", name="已申报的各单位会怎样").click()
    expect(page.locator(".chk-effect")).to_contain_text("已申报的 1 个单位")
    look_at(page, "check-effect")
    page.get_by_label("采用的理由").fill("甲卫党〔2026〕9号")
    page.get_by_role("button", name="采用这一版").click()
    expect(page.locator("#messages")).to_contain_text("第 1 版已采用")
    expect(page.locator(".chk-origin")).to_contain_text("自定判定第 1 版")
    expect(page.locator(".chk-origin")).to_contain_text("甲卫党〔2026〕9号")
    look_at(page, "check-adopted")
    assert SiteCheck.objects.get().state == "adopted"


def the_sheet_follows(page: Page, site: str, people: Cast) -> None:
    """The hospital's sheet, which knew no proposals before, has one by the new check; no mark was given by it."""
    sheet = Sheet.objects.get(organization=people.hospital_a, cycle__year=THIS_YEAR)
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    expect(page.locator("#c-1-1-2 .offer")).to_contain_text("党委扩大会议")
    assert Proposal.objects.get(answer__sheet=sheet).answer.criterion.code == "1-1-2"
    assert not Mark.objects.exists()

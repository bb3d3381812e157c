"""A whole cycle in a real browser, from its opening to its filing, by eight people, with hospitals at every edge.

A criterion comes back and is amended; a branch stands at exactly 90; nine of ten branches suffice and 26 of 29 do not;
an organization without branches is judged on its own; one is withheld by two named
people; an inspection overturns a rating; an appeal is upheld.
"""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from qiangji.accounts.models import User
from qiangji.assessments.models import Draw, Inspection, Sheet, SheetVeto
from qiangji.assessments.states import State
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import PASSWORD
from qiangji.results.models import BranchStanding, Consequence, Receipt, Result, Summary
from qiangji.scoring.drawing import Listed, draw
from tests.browser import enter_as
from tests.cycle_world import VETOES, City, lay_marks, make_city, the_cycle

# Eight sheets go from signature to rating on their pages: on a busy machine that takes longer than any other test may.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
MESSAGES = "#messages"
# A cycle is opened and decided for fifty organizations at once, on machines that do other things as well.
PATIENCE = 60_000


@pytest.fixture
def city(transactional_db: None, settings: Any, tmp_path: Path) -> City:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_city()


class Walk:
    """One window in which the people of the cycle follow each other."""

    def __init__(self, page: Page, site: str, city: City, faults: list[str]) -> None:
        self.page, self.site, self.city, self.faults = page, site, city, faults
        page.set_default_timeout(PATIENCE)

    def come(self, user: User, address: str) -> None:
        """Sign somebody in and open an address."""
        self.page.context.clear_cookies()
        enter_as(self.page, self.site, user)
        self.page.goto(self.site + address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def told(self, words: str) -> None:
        expect(self.page.locator(MESSAGES)).to_contain_text(words)

    def sheet_of(self, organization: Organization) -> str:
        return f"/assessments/sheets/{self.city.sheet(organization).public_id}/"

    def sign(self, user: User, organization: Organization) -> None:
        """Hand a sheet in with the password."""
        self.come(user, self.sheet_of(organization) + "submit/")
        self.page.get_by_label("会议日期").fill(timezone.localdate().isoformat())
        self.page.get_by_label("会议纪要编号").fill("党委会〔2026〕18号")
        self.page.get_by_label("签字密码").fill(PASSWORD)
        self.press("签字并提交")
        self.told("已签字并提交")

    def confirm_rest(self) -> None:
        self.press("确认其余")
        self.told("已确认")


def open_the_cycle(walk: Walk) -> None:
    """The city's committee sets the cycle up and opens it."""
    walk.come(walk.city.people.guidance_city, "/assessments/cycles/new/")
    walk.page.get_by_label("批准文件文号").fill("甲医党指〔2026〕2号")
    walk.press("建立周期")
    walk.told("周期已建立")
    walk.press("开启，为各组织建表")
    expect(walk.page.locator(MESSAGES)).to_be_visible()
    assert the_cycle().sheets.count() == 7 + 2 + 39


def accept_the_branch(walk: Walk) -> None:
    """The branch signs, its hospital accepts: it stands at exactly 90."""
    people = walk.city.people
    walk.sign(people.branch_secretary, people.internal_medicine)
    walk.come(people.party_office, walk.sheet_of(people.internal_medicine))
    walk.press("开始验收")
    walk.confirm_rest()
    walk.press("完成验收")
    expect(walk.page.locator(".sheet-head")).to_contain_text("已验收")


def accept_with_a_return(walk: Walk) -> None:
    """The hospital signs; one criterion comes back, is amended and signed, while the rest stays locked."""
    people = walk.city.people
    own = people.hospital_a
    walk.sign(people.secretary, own)
    walk.come(people.supervisor, walk.sheet_of(own))
    walk.press("开始验收")
    walk.page.get_by_role("link", name="退回条目", exact=True).first.click()
    walk.page.get_by_label("修改期限").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    walk.page.locator("#reason-1-1-2").fill("没有写会议日期，请补充。")
    walk.press("退回写了原因的条目")
    walk.come(people.party_office, walk.sheet_of(own) + "returns/")
    walk.page.get_by_role("link", name="修改", exact=True).click()
    walk.page.get_by_label("落实情况").fill("2026年3月5日党委会研究，纪要已归档。")
    walk.press("保存修改")
    walk.come(people.secretary, walk.sheet_of(own) + "returns/sign/")
    walk.page.get_by_label("签字密码").fill(PASSWORD)
    walk.press("签字提交修改")
    walk.come(people.supervisor, walk.sheet_of(own))
    expect(walk.page.locator("#c-1-1-2")).to_contain_text("纪要已归档")
    walk.confirm_rest()
    conclude(walk, "完成验收", "已验收")


def conclude(walk: Walk, button: str, state: str) -> None:
    """End a stage; what changed meanwhile is shown first and has to be seen."""
    walk.press(button)
    walk.page.wait_for_load_state()
    seen = walk.page.get_by_role("button", name="已核对，")
    if seen.count():
        assert all("409" in fault for fault in walk.faults)
        walk.faults.clear()
        seen.click()
    expect(walk.page.locator(".sheet-head")).to_contain_text(state)


def rate(walk: Walk) -> None:
    """The authority denies the vetoes and rates as accepted."""
    walk.page.get_by_role("link", name="开始评定").click()
    for choice in walk.page.get_by_label("不存在").all():
        choice.check()
    walk.press("确认核对结果")
    walk.confirm_rest()
    conclude(walk, "完成评定", "已评定")


def rate_the_others(walk: Walk) -> None:
    """Each hospital beside signs, is accepted and rated as it marked itself."""
    for name, hospital in walk.city.hospitals.items():
        walk.sign(walk.city.heads[name], hospital)
        walk.come(walk.city.people.supervisor, walk.sheet_of(hospital))
        walk.press("开始验收")
        walk.confirm_rest()
        conclude(walk, "完成验收", "已验收")
        rate(walk)


def withhold(walk: Walk) -> None:
    """One hospital is not to be assessed: one person proposes it with proof, another decides."""
    city, page = walk.city, walk.page
    sheet = city.sheet(city.hospitals["否决医院"])
    walk.come(city.people.supervisor, f"{walk.sheet_of(sheet.organization)}withholding/")
    page.locator("#id_veto").select_option(label=f"2. {VETOES[1]}")
    page.locator("#id_basis").fill("市纪委通报，组织处理决定已送达。")
    proof = {"name": "处理决定.pdf", "mimeType": "application/pdf", "buffer": samples.pdf("decision")}
    page.locator("#files").set_input_files(proof)  # type: ignore[arg-type]
    walk.press("提出")
    address = f"/assessments/withholding/{SheetVeto.objects.get().public_id}/"
    expect(page.locator("main")).to_contain_text("组织处理决定已送达")
    walk.come(city.people.guidance_city, address)
    page.locator("textarea[name=words]").fill("情况属实。")
    page.locator("input[name=notice_number]").fill("甲医党指函〔2026〕9号")
    page.locator("button[name=agrees][value=yes]").click()
    expect(page.locator("main")).to_contain_text("甲医党指函〔2026〕9号")
    assert Sheet.objects.get(pk=sheet.pk).state == State.WITHHELD


def seed_that_draws(made: Draw, code: str) -> str:
    """Return dice that draw a hospital: which one is inspected is no matter of this walk."""
    listed = [Listed(one.code, one.stratum) for one in made.entries.all()]
    for number in range(216):
        dice = f"{number // 36 + 1}-{number // 6 % 6 + 1}-{number % 6 + 1}"
        if [ticket.code for part in draw(listed, ratio=made.ratio, seed=dice) for ticket in part.drawn] == [
            code
        ]:
            return dice
    raise AssertionError(f"no dice draw {code} alone")


def draw_and_inspect(walk: Walk) -> None:
    """The committee draws one hospital and sends its inspector, whose mark brings it from 92 to 88."""
    city, page = walk.city, walk.page
    chosen = city.hospitals["抽查医院"]
    walk.come(city.people.guidance_city, f"/assessments/cycles/{the_cycle().public_id}/draws/new/")
    page.get_by_label("抽查比例").fill("10")
    walk.press("冻结并公布名单")
    page.locator("#id_seed").fill(seed_that_draws(Draw.objects.get(), chosen.code))
    page.locator("#id_seed_source").fill("三人各掷一次骰子")
    walk.press("按种子抽取")
    page.get_by_role("link", name="新建抽查组").click()
    page.locator("#id_end_date").fill((timezone.localdate() + timedelta(days=9)).isoformat())
    page.get_by_label("抽查员").check()
    page.get_by_label("组长").select_option(label="抽查员")
    walk.press("建立抽查组")
    page.locator("summary", has_text="分派").click()
    page.get_by_label("计划日期").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="分派", exact=True).click()
    visit = Inspection.objects.get()
    walk.come(city.inspector, f"/assessments/inspections/{visit.public_id}/")
    walk.press("开始抽查")
    walk.page.goto(walk.site + walk.sheet_of(chosen))
    row = page.locator("#c-2-0-2")
    row.locator("input.mark").fill("26")
    row.locator("input.remark").fill("抽看记录，少开一次会。")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    walk.page.goto(f"{walk.site}/assessments/inspections/{visit.public_id}/")
    page.get_by_label("小结").fill("与填报有出入，按实际核减。")
    walk.press("完成抽查")
    expect(page.locator(".page-head")).to_contain_text("已完成")


def recognize(walk: Walk) -> None:
    """The committee decides what the page shows."""
    walk.come(walk.city.people.guidance_city, f"/results/cycle/{the_cycle().public_id}/recognition/")
    walk.press("确认认定全部 7 个")
    expect(walk.page.locator(MESSAGES)).to_be_visible()


def outcome_of(organization: Organization) -> tuple[str, Decimal | None]:
    newest = Result.objects.newest().get(organization=organization)
    return newest.outcome, newest.score


def check_results(city: City) -> None:
    """Each edge falls to its side."""
    meets, below = Result.Outcome.MEETS, Result.Outcome.BELOW
    assert outcome_of(city.people.hospital_a) == (below, Decimal(96))
    assert BranchStanding.objects.get(organization=city.people.internal_medicine).is_lagging
    expected = {
        "无支部医院": (meets, Decimal(95)),
        "十支部医院": (meets, Decimal(96)),
        "廿九支部医院": (below, Decimal(97)),
        "抽查医院": (below, Decimal(88)),
        "申诉医院": (below, Decimal(90)),
        "否决医院": (Result.Outcome.WITHHELD, Decimal(98)),
    }
    assert {name: outcome_of(node) for name, node in city.hospitals.items()} == expected


def appeal(walk: Walk) -> None:
    """The hospital at the line objects to a mark; the authority upholds it; the committee decides anew."""
    city, page = walk.city, walk.page
    node = city.hospitals["申诉医院"]
    key = city.sheet(node).public_id
    walk.come(city.heads["申诉医院"], f"/results/sheet/{key}/objections/new/")
    page.get_by_label("针对").select_option("2-0-1")
    page.get_by_label("类别").select_option("appeal")
    page.get_by_label("理由").fill("第四季度会议纪要漏传，已补交。")
    walk.press("提出")
    walk.come(city.people.supervisor, f"/results/sheet/{key}/objections/")
    page.locator("main table a").first.click()
    page.get_by_label("成立", exact=True).check()
    page.get_by_label("更正后的得分").fill("22")
    page.get_by_label("说明").fill("纪要属实，补记 2 分。")
    page.get_by_role("button", name="答复").click()
    expect(page.locator("main")).to_contain_text("成立")
    walk.come(city.people.guidance_city, f"/results/sheet/{key}/revise/")
    page.locator("#id_cause").select_option("appeal")
    page.locator("#id_reason").fill("申诉成立，更正得分后重新认定。")
    page.locator("main form button.btn-primary").click()
    expect(page.locator(MESSAGES)).to_be_visible()
    assert outcome_of(node) == (Result.Outcome.MEETS, Decimal(92))


def follow_and_file(walk: Walk) -> None:
    """What follows is opened; the city files with the province, which gives its receipt."""
    city, page = walk.city, walk.page
    key = the_cycle().public_id
    walk.come(city.people.guidance_city, f"/results/cycle/{key}/consequences/")
    page.get_by_role("button", name="开出全部").first.click()
    assert Consequence.objects.filter(kind=Consequence.Kind.KEY_BRANCH).exists()
    page.goto(f"{walk.site}/results/cycle/{key}/summary/{city.people.city_a.public_id}/")
    page.locator("#number").fill("甲医党指汇〔2026〕1号")
    page.get_by_role("button", name="固定").click()
    page.goto(f"{walk.site}/results/summary/{Summary.objects.get().public_id}/")
    page.get_by_role("button", name="备案").click()
    expect(page.locator("main")).to_contain_text("报送")
    address = page.url.removeprefix(walk.site)
    walk.come(city.people.guidance_province, address)
    page.locator("#number").fill("北医党指备〔2026〕7号")
    page.get_by_role("button", name="予以备案").click()
    expect(page.locator("main")).to_contain_text("北医党指备〔2026〕7号")
    assert Receipt.objects.get().is_accepted
    walk.come(city.people.reader, address)
    expect(page.locator("main")).to_contain_text("北医党指备〔2026〕7号")


@pytest.mark.shows("A16", "A17", "A23", "A24", "A25", "A26", "A27", "A28", "A29", "A30", "A31")
def test_a_cycle_from_its_opening_to_its_filing(
    browser_page: Page, site: str, city: City, faults: list[str]
) -> None:
    walk = Walk(browser_page, site, city, faults)
    open_the_cycle(walk)
    lay_marks(city)
    accept_the_branch(walk)
    accept_with_a_return(walk)
    rate(walk)
    rate_the_others(walk)
    withhold(walk)
    draw_and_inspect(walk)
    recognize(walk)
    check_results(city)
    appeal(walk)
    follow_and_file(walk)
    states = set(Sheet.objects.filter(organization_kind="hospital").values_list("state", flat=True))
    assert states == {State.MEETS_STANDARD, State.BELOW_STANDARD, State.WITHHELD}

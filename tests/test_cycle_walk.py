"""A whole cycle of the demo's province in a real browser, opening to filing, with hospitals at every edge.

A criterion comes back and is amended; a branch stands at exactly 90; nine of ten branches suffice and 26 of 29 do not;
an organization without branches is judged on its own; one is withheld by two named
people; an inspection overturns a rating; an appeal is upheld; the other hospitals of the province never apply.
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
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.results.models import BranchStanding, Consequence, Receipt, Result, Summary
from qiangji.scoring.drawing import Listed, draw
from qiangji.standards.selectors import edition_by_ref
from qiangji.web.demo.planting import PASSWORD
from qiangji.web.demo.sheets import BRANCH_EDITION, HOSPITAL_EDITION
from tests.browser import enter_as
from tests.demo_province import (
    APPEALING,
    AT_THE_LINE,
    EDGES,
    HOSPITALS,
    INSPECTED,
    OF_MANY,
    OF_TEN,
    WITHHELD,
    WITHOUT,
    Province,
    best_of,
    lay_marks,
    lower_mark,
    make_province,
    rows_of,
    the_cycle,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
MESSAGES, VETOES_DENIED = "#messages", "确认核对结果"
# A cycle is opened and decided for fifty organizations at once, on machines that do other things as well.
PATIENCE = 60_000


PROVINCE, CITY, CITY_AUTHORITY = "D00", "D01", "D01W"
BRANCH = f"{AT_THE_LINE}B01"


@pytest.fixture
def province(transactional_db: None, settings: Any, tmp_path: Path) -> Province:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_province()


class Walk:
    """One window in which the people of the cycle follow each other."""

    def __init__(self, page: Page, site: str, province: Province, faults: list[str]) -> None:
        self.page, self.site, self.province, self.faults = page, site, province, faults
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

    def holder(self, code: str, role: str) -> User:
        return self.province.holder(code, role)

    @property
    def committee(self) -> User:
        """Who speaks for the province's guidance committee, whose cycle it is."""
        return self.holder(PROVINCE, RoleName.GUIDANCE)

    def sheet_of(self, code: str) -> str:
        return f"/assessments/sheets/{self.province.sheet(code).public_id}/"

    def sign(self, user: User, code: str) -> None:
        """Hand a sheet in with the password."""
        self.come(user, self.sheet_of(code) + "submit/")
        self.page.get_by_label("会议日期").fill(timezone.localdate().isoformat())
        self.page.get_by_label("会议纪要编号").fill("党委会〔2026〕18号")
        self.page.get_by_label("签字密码").fill(PASSWORD)
        self.press("签字并提交")
        self.told("已签字并提交")

    def confirm_rest(self) -> None:
        self.press("确认其余")
        self.told("已确认")


def open_the_cycle(walk: Walk) -> None:
    """The province's committee sets the cycle up and opens it for every hospital and branch."""
    walk.come(walk.committee, "/assessments/cycles/new/")
    walk.page.get_by_label("批准文件文号").fill("北原医党指〔2026〕3号")
    for label, ref in (("院级党组织所用标准", HOSPITAL_EDITION), ("内设党支部所用标准", BRANCH_EDITION)):
        walk.page.get_by_label(label).select_option(str(edition_by_ref(ref).pk))
    walk.press("建立周期")
    walk.told("周期已建立")
    walk.press("开启，为各组织建表")
    assessed = Organization.objects.filter(kind__in=(Organization.Kind.HOSPITAL, Organization.Kind.BRANCH))
    walk.told(f"已为 {assessed.count()} 个组织建立考评表")
    kinds = the_cycle().sheets.values_list("organization_kind", flat=True)
    assert list(kinds).count(Organization.Kind.HOSPITAL) == HOSPITALS
    assert len(kinds) == assessed.count()
    assert {code: walk.province.branches(code).count() for code in (WITHOUT, OF_TEN, OF_MANY)} == {
        WITHOUT: 0,
        OF_TEN: 10,
        OF_MANY: 29,
    }


def accept_the_branch(walk: Walk) -> None:
    """The branch signs, its hospital accepts: it stands at exactly 90."""
    walk.sign(walk.holder(BRANCH, RoleName.BRANCH_SECRETARY), BRANCH)
    walk.come(walk.holder(AT_THE_LINE, RoleName.PARTY_OFFICE), walk.sheet_of(BRANCH))
    walk.press("开始验收")
    walk.confirm_rest()
    conclude(walk, "完成验收", "已验收")


def accept_with_a_return(walk: Walk) -> None:
    """The hospital signs; one criterion comes back, is amended and signed, while the rest stays locked."""
    code = rows_of(walk.province.sheet(AT_THE_LINE))[0].criterion.code
    secretary = walk.holder(AT_THE_LINE, RoleName.HOSPITAL_SECRETARY)
    walk.sign(secretary, AT_THE_LINE)
    walk.come(walk.province.reviewer(AT_THE_LINE), walk.sheet_of(AT_THE_LINE))
    walk.press("开始验收")
    walk.page.get_by_role("link", name="退回条目", exact=True).first.click()
    walk.page.get_by_label("修改期限").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    walk.page.locator(f"#reason-{code}").fill("没有写会议日期，请补充。")
    walk.press("退回写了原因的条目")
    walk.come(walk.holder(AT_THE_LINE, RoleName.PARTY_OFFICE), walk.sheet_of(AT_THE_LINE) + "returns/")
    walk.page.get_by_role("link", name="修改", exact=True).click()
    walk.page.get_by_label("落实情况").fill("2026年3月5日党委会研究，纪要已归档。")
    walk.press("保存修改")
    walk.come(secretary, walk.sheet_of(AT_THE_LINE) + "returns/sign/")
    walk.page.get_by_label("签字密码").fill(PASSWORD)
    walk.press("签字提交修改")
    walk.come(walk.province.reviewer(AT_THE_LINE), walk.sheet_of(AT_THE_LINE))
    expect(walk.page.locator(f"#c-{code}")).to_contain_text("纪要已归档")
    walk.confirm_rest()
    conclude(walk, "完成验收", "已验收")


def conclude(walk: Walk, button: str, state: str) -> None:
    """End a stage: a final one asks for the vetoes first, and what changed meanwhile has to be seen."""
    with walk.page.expect_navigation():
        walk.press(button)
    if walk.page.get_by_role("button", name=VETOES_DENIED).count():
        deny_vetoes(walk)
    seen = walk.page.get_by_role("button", name="已核对，")
    if seen.count():
        assert all("409" in fault for fault in walk.faults)
        walk.faults.clear()
        seen.click()
    expect(walk.page.locator(".sheet-head")).to_contain_text(state)


def deny_vetoes(walk: Walk) -> None:
    """Answer that none of the conditions applies under which a sheet is not rated."""
    answer = walk.page.get_by_role("button", name=VETOES_DENIED)
    expect(answer).to_be_visible()
    for choice in walk.page.get_by_label("不存在").all():
        choice.check()
    with walk.page.expect_navigation():
        answer.click()


def rate(walk: Walk) -> None:
    """The authority denies the vetoes and rates as accepted."""
    walk.page.get_by_role("link", name="开始评定").click()
    deny_vetoes(walk)
    walk.confirm_rest()
    conclude(walk, "完成评定", "已评定")


def rate_the_others(walk: Walk) -> None:
    """Each of the other six signs, is accepted and rated as it marked itself."""
    for code in EDGES:
        if code == AT_THE_LINE:
            continue
        walk.sign(walk.holder(code, RoleName.HOSPITAL_SECRETARY), code)
        walk.come(walk.province.reviewer(code), walk.sheet_of(code))
        walk.press("开始验收")
        walk.confirm_rest()
        conclude(walk, "完成验收", "已验收")
        rate(walk)


def withhold(walk: Walk) -> None:
    """One hospital is not to be assessed: one person proposes it with proof, another decides."""
    page = walk.page
    sheet = walk.province.sheet(WITHHELD)
    walk.come(walk.province.reviewer(WITHHELD), f"{walk.sheet_of(WITHHELD)}withholding/")
    page.locator("#id_veto").select_option(index=1)
    page.locator("#id_basis").fill("市纪委通报，组织处理决定已送达。")
    proof = {"name": "处理决定.pdf", "mimeType": "application/pdf", "buffer": samples.pdf("decision")}
    page.locator("#files").set_input_files(proof)  # type: ignore[arg-type]
    walk.press("提出")
    address = f"/assessments/withholding/{SheetVeto.objects.get().public_id}/"
    expect(page.locator("main")).to_contain_text("组织处理决定已送达")
    walk.come(walk.holder(CITY, RoleName.GUIDANCE), address)
    page.locator("textarea[name=words]").fill("情况属实。")
    page.locator("input[name=notice_number]").fill("岚医党指函〔2026〕9号")
    page.locator("button[name=agrees][value=yes]").click()
    expect(page.locator("main")).to_contain_text("岚医党指函〔2026〕9号")
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
    """The committee draws one hospital and sends its inspector, whose mark brings it from 91 below the line."""
    page, inspector = walk.page, walk.holder(PROVINCE, RoleName.INSPECTOR)
    criterion, mark, _ = lower_mark(walk.province, INSPECTED)
    walk.come(walk.committee, f"/assessments/cycles/{the_cycle().public_id}/draws/new/")
    page.get_by_label("抽查比例").fill("10")
    walk.press("冻结并公布名单")
    page.locator("#id_seed").fill(seed_that_draws(Draw.objects.get(), INSPECTED))
    page.locator("#id_seed_source").fill("三人各掷一次骰子")
    walk.press("按种子抽取")
    page.get_by_role("link", name="新建抽查组").click()
    page.locator("#id_end_date").fill((timezone.localdate() + timedelta(days=9)).isoformat())
    page.get_by_label(str(inspector)).check()
    page.get_by_label("组长").select_option(label=str(inspector))
    walk.press("建立抽查组")
    page.locator("summary", has_text="分派").click()
    page.get_by_label("计划日期").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="分派", exact=True).click()
    visit = Inspection.objects.get()
    walk.come(inspector, f"/assessments/inspections/{visit.public_id}/")
    walk.press("开始抽查")
    walk.page.goto(walk.site + walk.sheet_of(INSPECTED))
    row = page.locator(f"#c-{criterion}")
    row.locator("input.mark").fill(plain(mark))
    row.locator("input.remark").fill("抽看记录，少开一次会。")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    walk.page.goto(f"{walk.site}/assessments/inspections/{visit.public_id}/")
    page.get_by_label("小结").fill("与填报有出入，按实际核减。")
    walk.press("完成抽查")
    expect(page.locator(".page-head")).to_contain_text("已完成")


def recognize(walk: Walk) -> None:
    """The committee decides what the page shows."""
    walk.come(walk.committee, f"/results/cycle/{the_cycle().public_id}/recognition/")
    walk.press(f"确认认定全部 {len(EDGES)} 个")
    expect(walk.page.locator(MESSAGES)).to_be_visible()


def outcome_of(code: str) -> tuple[str, Decimal | None]:
    newest = Result.objects.newest().get(organization__code=code)
    return newest.outcome, newest.score


def check_results(province: Province) -> None:
    """Each edge falls to its side."""
    meets, below = Result.Outcome.MEETS, Result.Outcome.BELOW
    assert BranchStanding.objects.get(organization__code=BRANCH).is_lagging
    assert {code: outcome_of(code) for code in EDGES} == {
        AT_THE_LINE: (below, Decimal(96)),
        WITHOUT: (meets, Decimal(95)),
        OF_TEN: (meets, Decimal(96)),
        OF_MANY: (below, Decimal(97)),
        INSPECTED: (below, 91 - lower_mark(province, INSPECTED)[2]),
        APPEALING: (below, Decimal(90)),
        WITHHELD: (Result.Outcome.WITHHELD, Decimal(98)),
    }


def appeal(walk: Walk) -> None:
    """The hospital at the line objects to a mark; the authority upholds it; the committee decides anew."""
    page = walk.page
    key = walk.province.sheet(APPEALING).public_id
    criterion, lost = next(iter(walk.province.lost[APPEALING].items()))
    answer = next(row for row in rows_of(walk.province.sheet(APPEALING)) if row.criterion.code == criterion)
    walk.come(walk.holder(APPEALING, RoleName.HOSPITAL_SECRETARY), f"/results/sheet/{key}/objections/new/")
    page.get_by_label("针对").select_option(criterion)
    page.get_by_label("类别").select_option("appeal")
    page.get_by_label("理由").fill("第四季度会议纪要漏传，已补交。")
    walk.press("提出")
    walk.come(walk.province.reviewer(APPEALING), f"/results/sheet/{key}/objections/")
    page.locator("main table a").first.click()
    page.get_by_label("成立", exact=True).check()
    page.get_by_label("更正后的得分").fill(plain(best_of(answer.criterion)))
    page.get_by_label("说明").fill("纪要属实，补记所扣的分。")
    page.get_by_role("button", name="答复").click()
    expect(page.locator("main")).to_contain_text("成立")
    walk.come(walk.committee, f"/results/sheet/{key}/revise/")
    page.locator("#id_cause").select_option("appeal")
    page.locator("#id_reason").fill("申诉成立，更正得分后重新认定。")
    page.locator("main form button.btn-primary").click()
    expect(page.locator(MESSAGES)).to_be_visible()
    assert outcome_of(APPEALING) == (Result.Outcome.MEETS, 90 + lost)


def follow_and_file(walk: Walk) -> None:
    """What follows is opened; the city files with the province, which gives its receipt."""
    page, key = walk.page, the_cycle().public_id
    walk.come(walk.committee, f"/results/cycle/{key}/consequences/")
    page.get_by_role("button", name="开出全部").first.click()
    assert Consequence.objects.filter(kind=Consequence.Kind.KEY_BRANCH).exists()
    city = walk.province.nodes[CITY]
    walk.come(walk.holder(CITY, RoleName.GUIDANCE), f"/results/cycle/{key}/summary/{city.public_id}/")
    page.locator("#number").fill("岚医党指汇〔2026〕1号")
    page.get_by_role("button", name="固定").click()
    page.goto(f"{walk.site}/results/summary/{Summary.objects.get().public_id}/")
    page.get_by_role("button", name="备案").click()
    expect(page.locator("main")).to_contain_text("报送")
    address = page.url.removeprefix(walk.site)
    walk.come(walk.committee, address)
    page.locator("#number").fill("北原医党指备〔2026〕7号")
    page.get_by_role("button", name="予以备案").click()
    expect(page.locator("main")).to_contain_text("北原医党指备〔2026〕7号")
    assert Receipt.objects.get().is_accepted
    walk.come(walk.holder(PROVINCE, RoleName.READER), address)
    expect(page.locator("main")).to_contain_text("北原医党指备〔2026〕7号")


@pytest.mark.shows("A16", "A17", "A23", "A24", "A25", "A26", "A27", "A28", "A29", "A30", "A31")
def test_a_cycle_from_its_opening_to_its_filing(
    browser_page: Page, site: str, province: Province, faults: list[str]
) -> None:
    walk = Walk(browser_page, site, province, faults)
    open_the_cycle(walk)
    lay_marks(province)
    accept_the_branch(walk)
    accept_with_a_return(walk)
    rate(walk)
    rate_the_others(walk)
    withhold(walk)
    draw_and_inspect(walk)
    recognize(walk)
    check_results(province)
    appeal(walk)
    follow_and_file(walk)
    states = set(Sheet.objects.filter(organization__code__in=EDGES).values_list("state", flat=True))
    assert states == {State.MEETS_STANDARD, State.BELOW_STANDARD, State.WITHHELD}

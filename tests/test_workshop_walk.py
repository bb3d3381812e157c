"""A clerk who knows neither YAML nor Python turns a flawed Word table into a published edition, and next year's too.

The table has a part that does not add up, a criterion without points, a deduction that does not say how much, and two
criteria in one cell. Also walked: undo and redo by keys, rows linked both ways, what happens when somebody else went on
meanwhile, when the network is gone, and a browser closed in the middle.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from qiangji.lib.numbers import plain
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Draft, Edition, EditionMap
from qiangji.standards.tests.drafts import flawed_state, large_state, make_draft
from qiangji.standards.workshop.services import apply
from qiangji.standards.workshop.state import State
from tests.browser import axe, enter_as, fits, look_at, screenshot

pytestmark = pytest.mark.browser
AT = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
HEADINGS = ["项目", "小项", "考核标准", "分值", "评分办法"]
FLAWED = [
    ["一、组织建设（6分）", "班子建设", "1.班子成员分工明确。", "2", "未明确不得分"],
    ["", "", "2.每季度至少专题研究党建一次。", "3", "每少1次扣1分，扣完为止"],
    ["", "支部建设", "1.支部设置合理。2.支部按期换届，提前6个月提醒。", "2", ""],
    ["二、宣传工作（4分）", "", "1.每年组织宣传不少于2次。", "", ""],
    ["", "", "2.宣传内容准确。", "2", "不准确的酌情扣分"],
]


@pytest.fixture
def people(transactional_db: None, settings, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "files"
    return cast()


def word_table(path: Path, rows: Sequence[Sequence[str]], title: str) -> Path:
    document = Document()
    document.add_paragraph(title)
    table = document.add_table(rows=0, cols=len(HEADINGS))
    for row in [HEADINGS, *rows]:
        cells = table.add_row().cells
        for cell, words in zip(cells, row, strict=True):
            cell.text = words
    document.add_paragraph("备注：班子成员严重违纪违法的，不予评定。")
    document.save(str(path))
    return path


def row_of(page: Page, words: str):
    return page.locator(".w-row", has_text=words)


def bring_in(page: Page, site: str, path: Path) -> None:
    """From the list by the button to the page of work, by choosing the file."""
    page.goto(f"{site}/standards/drafts/")
    page.get_by_role("link", name=re.compile("录入.*量化表")).first.click()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("#w-understood-title")).to_be_visible()


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d:\d\d"))


def fill_details(page: Page, label: str) -> None:
    page.locator("#details").get_by_role("link", name="修改基本信息").click()
    box = page.locator("#details-editor")
    for name, value in {
        "标准代号": "city-hospital",
        "版本": label,
        "施行年份": label,
        "依据文件": "甲市医院党建考评办法",
        "适用地区": "甲市",
        "采用机关": "甲市卫生健康委员会党组",
        "采用文号": f"甲卫党〔{label}〕9号",
    }.items():
        box.get_by_label(name, exact=True).fill(value)
    box.get_by_label("适用组织").select_option(label="院级党组织")
    box.get_by_label("效力").select_option(label="规范性文件")
    box.get_by_role("button", name="保存").click()
    expect(page.locator("#details .w-facts")).to_contain_text(f"甲卫党〔{label}〕9号")


def split_at(page: Page, words: str, mark: str) -> None:
    """Open a row by the keyboard, put the cursor before a mark, split there."""
    row_of(page, words).focus()
    page.keyboard.press("Enter")
    text = row_of(page, words).locator("textarea[name=text]")
    expect(text).to_be_focused()
    text.evaluate(
        "(field, mark) => field.setSelectionRange(field.value.indexOf(mark), field.value.indexOf(mark))", mark
    )
    page.keyboard.press("Alt+Enter")


def publish(page: Page, label: str) -> None:
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="发布这个版本").click()
    expect(page.locator("#messages")).to_contain_text("已发布")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"（{label}）")


@pytest.mark.shows("F01", "F02", "F03")
def test_flawed_table_becomes_an_edition_without_yaml(
    browser_page: Page, site: str, people: Cast, tmp_path: Path, faults: list[str]
) -> None:
    page = browser_page
    enter_as(page, site, people.party_office)
    bring_in(page, site, word_table(tmp_path / "考评表.docx", FLAWED, "甲市医院党建考评表"))
    look_at(page, "workshop-flawed")
    expect(page.locator("#w-findings")).to_contain_text("各条之和")
    mend_the_wrong_sum(page)
    mend_the_doubtful_deduction(page, faults)
    give_the_missing_points_back_and_forth(page)
    fill_details(page, "2026")
    settle_all(page)
    saved(page)

    page.close()
    page = page.context.new_page()
    page.goto(f"{site}/standards/drafts/{Draft.objects.get().public_id}/")
    expect(row_of(page, "宣传内容准确")).to_contain_text("每次扣 0.5 分")
    expect(page.locator("#w-next")).not_to_contain_text("处要改")
    publish(page, "2026")
    look_at(page, "workshop-published")

    edition = Edition.objects.get()
    assert edition.is_published
    assert edition.adopted_by == "甲市卫生健康委员会党组"
    points = [plain(criterion.points) for criterion in edition.criteria.order_by("position")]
    assert points == ["2", "2", "1", "1", "2", "2"]
    assert edition.criteria.get(title__contains="宣传内容").scoring["kind"] == "deduct"


def mend_the_wrong_sum(page: Page) -> None:
    """Give each of the first part's criteria its points; two of them stood in one cell."""
    expect(row_of(page, "按期换届")).not_to_contain_text("支部设置合理")
    row_of(page, "支部设置合理").locator(".w-figure").fill("1")
    row_of(page, "按期换届").locator(".w-figure").fill("1")
    row_of(page, "至少专题研究").locator(".w-figure").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator("#w-body .w-section-head").first).to_contain_text("声明 6 分，各条合计 6 分")


def mend_the_doubtful_deduction(page: Page, faults: list[str]) -> None:
    """Choose a deduction, be told which figure is missing, and fill it in."""
    doubted = row_of(page, "宣传内容准确")
    doubted.get_by_role("link", name="修改").click()
    box = doubted.locator(".w-editor")
    box.get_by_label("计分方式").select_option(label="按次扣分")
    box.get_by_role("button", name="保存").click()
    expect(box).to_contain_text("请填写这一项")
    faults[:] = [fault for fault in faults if "422" not in fault]
    box.get_by_label("按什么计次", exact=True).fill("次")
    box.get_by_label("每次扣几分").fill("0.5")
    box.get_by_role("button", name="保存").click()
    expect(doubted).to_contain_text("每次扣 0.5 分")


def give_the_missing_points_back_and_forth(page: Page) -> None:
    """Fill in the points where the problem is told, undo it by key, and do it again."""
    page.get_by_role("button", name="填分值").first.wait_for()
    page.locator(".w-fix-figure").first.fill("2")
    page.get_by_role("button", name="填分值").first.click()
    last_part = page.locator("#w-body .w-section-head").last
    expect(last_part).to_contain_text("声明 4 分，各条合计 4 分")
    page.locator("#w-body .w-row").first.focus()
    page.keyboard.press("Control+z")
    expect(last_part).to_contain_text("少 2 分")
    page.keyboard.press("Control+Shift+z")
    expect(last_part).to_contain_text("声明 4 分，各条合计 4 分")


def settle_all(page: Page) -> None:
    """Press 核对无误 until nothing is left to look at but what one may leave open."""
    while page.get_by_role("button", name="核对无误").count():
        left = page.get_by_role("button", name="核对无误").count()
        page.get_by_role("button", name="核对无误").first.click()
        expect(page.get_by_role("button", name="核对无误")).to_have_count(left - 1)
    total = page.get_by_role("button", name=re.compile("把总分改为"))
    if total.count():
        total.click()
        expect(total).to_have_count(0)


@pytest.mark.shows("F04")
def test_next_year_is_held_against_this_year(browser_page: Page, site: str, people: Cast) -> None:
    page = browser_page
    enter_as(page, site, people.party_office)
    first = make_draft(people.hospital_a, people.party_office, state=mended())
    page.goto(f"{site}/standards/drafts/{first.public_id}/")
    publish(page, "2026")
    state = mended(label="2027")
    later = make_draft(people.hospital_a, people.party_office, state=state)
    apply(
        draft=later,
        operation="set_text",
        arguments={"key": "c1", "text": "班子成员分工明确，并在院内公示。"},
        seen=0,
        by=people.party_office,
        at=AT,
    )
    page.goto(f"{site}/standards/drafts/{later.public_id}/compare/")
    look_at(page, "workshop-compare-empty")
    page.get_by_label("对照的版本").select_option(label="甲市医院党建考评表（2026）")
    page.get_by_role("button", name="开始对照").click()
    expect(page.locator("#c1")).to_contain_text("文字有变")
    look_at(page, "workshop-compare")
    page.locator("#c4").get_by_role("combobox").fill("")
    page.locator("#c4").get_by_role("button", name="确定").click()
    expect(page.locator("#c4")).to_contain_text("新增")
    page.get_by_role("button", name="确认全部 3 条建议").click()
    expect(page.locator("#compare")).to_contain_text("全部已确定")
    page.get_by_role("link", name="回到录入稿").click()
    publish(page, "2027")
    assert EditionMap.objects.get().matches.filter(earlier__isnull=False, later__isnull=False).count() == 3


def mended(label: str = "2026") -> State:
    """The table of the tests with nothing wrong."""
    state = flawed_state()
    details = state.details.model_copy(update={"label": label, "year": int(label)})
    first, second = state.sections
    third = first.groups[1].criteria[0].model_copy(update={"points": 1})
    groups = (first.groups[0], first.groups[1].model_copy(update={"criteria": (third,)}))
    fourth = second.groups[0].criteria[0].model_copy(update={"points": 4})
    other = (second.groups[0].model_copy(update={"criteria": (fourth,)}),)
    sections = (first.model_copy(update={"groups": groups}), second.model_copy(update={"groups": other}))
    return State.from_json(
        state.model_copy(update={"details": details, "sections": sections, "doubts": ()}).as_json()
    )


def test_rows_and_original_are_linked_both_ways(browser_page: Page, site: str, people: Cast) -> None:
    draft = make_draft(people.hospital_a, people.party_office, state=large_state())
    page = browser_page
    enter_as(page, site, people.party_office)
    page.goto(f"{site}/standards/drafts/{draft.public_id}/")
    page.locator("#c705").focus()
    expect(page.locator("#o64")).to_have_class(re.compile("is-linked"))
    expect(page.locator("#o64")).to_be_in_viewport()
    page.locator("#o64").scroll_into_view_if_needed()
    page.locator("#o66 td").nth(2).click()
    expect(page.locator("#c707")).to_have_class(re.compile("is-linked"))
    expect(page.locator("#c707")).to_be_in_viewport()
    axe(page)
    screenshot(page, "workshop-large")


def test_row_is_split_where_the_cursor_stands(browser_page: Page, site: str, people: Cast) -> None:
    draft = make_draft(people.hospital_a, people.party_office)
    page = browser_page
    enter_as(page, site, people.party_office)
    page.goto(f"{site}/standards/drafts/{draft.public_id}/")
    split_at(page, "每季度研究党建", "3.按期换届")
    expect(row_of(page, "按期换届")).not_to_contain_text("每季度研究党建")
    expect(row_of(page, "每季度研究党建")).to_contain_text("每次扣 0.5 分")
    saved(page)


def test_what_cannot_be_saved_is_kept_and_said(
    browser_page: Page, site: str, people: Cast, faults: list[str]
) -> None:
    draft = make_draft(people.hospital_a, people.party_office)
    page = browser_page
    enter_as(page, site, people.party_office)
    page.goto(f"{site}/standards/drafts/{draft.public_id}/")
    page.locator("#c1").get_by_role("link", name="修改").click()
    page.locator("#c1-editor textarea[name=text]").fill("正在写的一条")
    apply(
        draft=draft,
        operation="set_title",
        arguments={"key": "c1", "title": "分工"},
        seen=0,
        by=people.secretary,
        at=AT,
    )
    page.locator("#c4 .w-figure").fill("4")
    page.keyboard.press("Tab")
    tray = page.locator("#w-unsaved")
    expect(tray).to_contain_text("书记甲")
    expect(page.locator("#c1 .w-title")).to_have_text("分工")
    expect(page.locator("#c1-editor textarea[name=text]")).to_have_value("正在写的一条")
    look_at(page, "workshop-moved")
    page.route("**/do/set_points/", lambda route: route.abort())
    tray.get_by_role("button", name="重新保存").click()
    expect(tray).to_contain_text("网络不通")
    page.unroute("**/do/set_points/")
    tray.get_by_role("button", name="重新保存").click()
    expect(tray).to_be_hidden()
    expect(page.locator("#c4 .w-figure")).to_have_value("4")
    saved(page)
    page.locator("#c3 .w-figure").fill("很多")
    page.keyboard.press("Tab")
    expect(page.locator("#c3 .w-refused")).to_contain_text("分值")
    expect(page.locator("#c3 .w-figure")).to_have_value("很多")
    faults[:] = [fault for fault in faults if not re.search("409|422|ERR_FAILED", fault)]


def test_whoever_may_only_look_gets_a_page_to_read(browser_page: Page, site: str, people: Cast) -> None:
    draft = make_draft(people.hospital_a, people.party_office)
    enter_as(browser_page, site, people.supervisor)
    browser_page.goto(f"{site}/standards/drafts/{draft.public_id}/")
    expect(browser_page.get_by_role("button", name="撤销")).to_have_count(0)
    browser_page.locator("#c3").focus()
    expect(browser_page.locator("#o4")).to_have_class(re.compile("is-linked"))
    look_at(browser_page, "workshop-reading")


def test_phone_shows_one_pane_at_a_time(phone_page: Page, site: str, people: Cast) -> None:
    draft = make_draft(people.hospital_a, people.party_office)
    page = phone_page
    enter_as(page, site, people.party_office)
    page.goto(f"{site}/standards/drafts/{draft.public_id}/")
    expect(page.locator("#w-original")).to_be_hidden()
    page.get_by_role("button", name="问题", exact=True).click()
    expect(page.locator("#c1")).to_be_hidden()
    page.locator(".w-jump", has_text="2-0-1").click()
    expect(page.locator("#c4")).to_be_in_viewport()
    page.locator("#c4 .w-figure").fill("4")
    page.locator("#c4 .w-figure").press("Enter")
    expect(page.locator("#s2-head")).to_contain_text("声明 4 分，各条合计 4 分")
    page.locator("#c4 .w-origin").click()
    expect(page.locator("#o5")).to_be_in_viewport()
    page.locator("#o2 td").nth(2).click()
    expect(page.locator("#c1")).to_be_in_viewport()
    fits(page)
    axe(page)
    screenshot(page, "workshop-phone")

"""Next year's table in a real browser: its map decided, last year's answers carried over, an interpretation read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from qiangji.assessments.models import Answer, Evidence, Mark, Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.stages import Stage
from qiangji.assessments.tests.factories import fill, make_cycle, supervise_outsider
from qiangji.audit.models import Event
from qiangji.files.tests import samples
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Criterion, Edition, EditionMap
from qiangji.standards.services import load_library
from qiangji.standards.succession import add_interpretation, decided_pairs
from qiangji.standards.tests.editions import edition_data, write_edition
from tests.browser import enter_as, look_at
from tests.test_workshop_walk import bring_in, fill_details, publish, settle_all, word_table

pytestmark = pytest.mark.browser
LAST_YEAR = datetime(2025, 3, 1, 1, 0, tzinfo=UTC)
SIGNED = datetime(2025, 10, 20, 2, 0, tzinfo=UTC)
THIS_YEAR = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def next_table() -> dict:
    """The table of the year after: a line reworded, one worth more, one gone, two new, and another order of parts."""
    data = edition_data(label="2026")
    duties = data["sections"][0]
    duties["points"], data["total_points"] = 5, 7
    duties["groups"][0]["criteria"] = [
        {"code": "1-1-1", "number": 1, "title": "会议有议题、有纪要", "points": "1.5"},
        {"code": "1-1-2", "number": 2, "title": "分工每年公布", "points": 2},
    ]
    duties["groups"][1]["criteria"] = [
        {"code": "1-2-3", "number": 3, "title": "开展意识形态分析研判", "points": "1.5"}
    ]
    return data


@pytest.fixture
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def people(transactional_db: None, tmp_path: Path, media: None) -> Cast:
    """The cast; last year's sheet of hospital 甲 filled and rated; this year's cycle open on the next edition."""
    people = cast()
    supervise_outsider(people)
    write_edition(tmp_path / "a", edition_data(label="2025", year_of_effect=2025))
    load_library(at=LAST_YEAR, directory=tmp_path / "a")
    cycle = make_cycle(people.province, Edition.objects.get(label="2025"), year=2025)
    open_cycle(cycle=cycle, by=None, at=LAST_YEAR)
    sheet = Sheet.objects.get(cycle=cycle, organization=people.hospital_a)
    fill(sheet, Stage.SELF, people.party_office, SIGNED)
    fill(sheet, Stage.RATING, people.supervisor, SIGNED, c1_1_2="0.5")
    for answer in sheet.answers.select_related("criterion"):
        Answer.objects.filter(pk=answer.pk).update(
            text=f"2025 年{answer.criterion.title}：已完成。",
            version=1,
            edited_by=people.party_office,
            edited_at=SIGNED,
        )
    minutes = sheet.answers.get(criterion__code="1-1-2")
    upload = samples.upload(samples.pdf("minutes"), "会议纪要.pdf")
    attach_evidence(answer=minutes, upload=upload, by=people.party_office, at=SIGNED)
    Sheet.objects.filter(pk=sheet.pk).update(state="rated")

    write_edition(tmp_path / "b", next_table())
    load_library(at=THIS_YEAR, directory=tmp_path / "b")
    later = make_cycle(people.province, Edition.objects.get(label="2026"), year=2026)
    open_cycle(cycle=later, by=None, at=THIS_YEAR)
    return people


def this_years(people: Cast) -> Sheet:
    return Sheet.objects.get(cycle__year=2026, organization=people.hospital_a)


def decide(page: Page, site: str, people: Cast) -> None:
    """Look at the suggestions, give one new line its earlier code, decide all at once."""
    later = Edition.objects.get(label="2026")
    enter_as(page, site, people.guidance_province)
    page.goto(site + reverse("standards:edition", args=[later.public_id]))
    page.get_by_role("link", name="与其他版本对照").click()
    expect(page.locator(".cmp-counts")).to_contain_text("分值有变 1")
    expect(page.get_by_label("沿用自（1-1-1）")).to_have_value("1-1-2")
    expect(page.get_by_label("沿用自（1-2-3）")).to_have_value("")
    look_at(page, "succession-compare")
    page.get_by_label("沿用自（1-2-3）").fill("8-8-8")
    page.get_by_role("button", name="确定对照表").click()
    expect(page.get_by_role("alert").first).to_contain_text("没有编码“8-8-8”")
    page.get_by_label("沿用自（1-2-3）").fill("")
    page.get_by_role("button", name="确定对照表").click()
    expect(page.locator("#messages")).to_contain_text("对照表已确定：3 条沿用")
    expect(page.locator(".cmp-counts")).to_contain_text("新增 1")


def carry(page: Page, site: str, people: Cast) -> None:
    """From the quiet offer on the sheet to the page that shows what comes, and back with it."""
    sheet = this_years(people)
    page.context.clear_cookies()
    enter_as(page, site, people.party_office)
    page.goto(site + reverse("assessments:sheet", args=[sheet.public_id]))
    expect(page.locator(".carry-offer")).to_contain_text("2025 年度考评表带入 3 条落实情况、1 份佐证材料")
    expect(page.locator("#c-1-1-1 .past")).to_contain_text("上年")
    expect(page.locator("#c-1-1-1 .past")).to_contain_text("0.5 分")
    expect(page.locator("#c-1-1-1")).to_contain_text("甲组〔2026〕5号")
    look_at(page, "succession-sheet")
    page.locator(".carry-offer a").click()
    expect(page.get_by_role("heading", name="将带入的 3 条")).to_be_visible()
    expect(page.locator("main")).to_contain_text("本表已没有的 1 条")
    look_at(page, "succession-carry")
    page.get_by_label("2-0-1").uncheck()
    page.get_by_role("button", name="带入选中的条目").click()
    expect(page.locator("#messages")).to_contain_text("已带入2 条落实情况、1 份佐证材料")
    expect(page.locator("#c-1-1-1 textarea.text")).to_have_value("2025 年会议有纪要：已完成。")
    expect(page.locator("#c-1-1-1 [data-evidence-count]")).to_have_text("1")
    expect(page.locator("#c-1-1-1 input.mark")).to_have_value("")
    expect(page.locator("#total")).to_have_text("0")
    expect(page.locator(".carry-offer")).to_contain_text("带入 1 条落实情况")


def test_next_years_table_takes_last_years_answers_over(browser_page: Page, site: str, people: Cast) -> None:
    page = browser_page
    add_interpretation(
        criterion=Criterion.objects.get(edition__label="2026", code="1-1-1"),
        organization=people.city_a,
        number="甲组〔2026〕5号",
        issuer="甲市委组织部",
        effective_date=date(2026, 5, 1),
        text="专项任务已结束，改按现行任务考核。",
        by=people.guidance_city,
        at=THIS_YEAR,
    )
    decide(page, site, people)
    carry(page, site, people)

    sheet = this_years(people)
    page.locator("#c-1-1-1 textarea.text").fill("2026 年会议都有议题和纪要。")
    page.locator("#c-1-1-1 input.mark").fill("1.5")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    answer = sheet.answers.get(criterion__code="1-1-1")
    assert (answer.text, answer.version) == ("2026 年会议都有议题和纪要。", 2)
    assert Mark.objects.get(answer__sheet=sheet).points == Decimal("1.5")
    assert Evidence.objects.get(answer__sheet=sheet).filename == "会议纪要.pdf"
    assert decided_pairs(EditionMap.objects.get()) == {
        "1-1-1": "1-1-2",
        "1-1-2": "1-1-1",
        "2-0-1": "2-0-1",
    }
    verbs = Event.objects.filter(object_type="sheet", object_id=sheet.public_id).values_list(
        "verb", flat=True
    )
    assert list(verbs.order_by("sequence")) == ["sheet.opened", "sheet.carried_over"]


def test_on_a_phone_the_offer_leads_to_a_page_that_fits(phone_page: Page, site: str, people: Cast) -> None:
    sheet = this_years(people)
    enter_as(phone_page, site, people.party_office)
    phone_page.goto(site + reverse("assessments:sheet", args=[sheet.public_id]))
    expect(phone_page.locator(".carry-offer")).to_contain_text("对照表确定后可带入")
    phone_page.locator(".carry-offer a").click()
    expect(phone_page.locator(".alert")).to_contain_text("哪些条目沿用还没有由人确定")
    phone_page.get_by_role("link", name="两个版本的对照页").click()
    expect(phone_page.get_by_role("heading", level=1)).to_have_text("版本对照")
    expect(phone_page.locator("main")).to_contain_text("对照关系由最上级组织的")


# ---- the whole way: two years' tables from their files --------------------------------------------------------------

FIRST_TABLE = [
    ["一、组织建设（6分）", "班子建设", "1.班子成员分工明确并公布。", "2", "未明确不得分"],
    ["", "", "2.每季度至少专题研究党建一次。", "4", "每少1次扣1分，扣完为止"],
    ["二、宣传工作（4分）", "", "1.每年组织宣传不少于2次。", "4", ""],
]
NEXT_TABLE = [
    ["一、组织建设（5分）", "班子建设", "1.每季度至少专题研究党建两次。", "3", "每少1次扣1分，扣完为止"],
    ["", "", "2.班子成员分工明确并公布。", "2", "未明确不得分"],
    ["二、作风建设（5分）", "", "1.群众满意度达到九成以上。", "5", ""],
]


def publish_table(page: Page, site: str, path: Path, label: str, earlier: str = "") -> Edition:
    """Bring a file in, say what it is, hold it against the earlier edition, publish."""
    bring_in(page, site, path)
    fill_details(page, label)
    settle_all(page)
    address = page.url
    if earlier:
        page.goto(f"{address.rstrip('/')}/compare/")
        page.get_by_label("对照的版本").select_option(label=earlier)
        page.get_by_role("button", name="开始对照").click()
        page.get_by_role("button", name="确认全部").click()
        expect(page.locator("#compare")).to_contain_text("全部已确定")
        page.goto(address)
    publish(page, label)
    return Edition.objects.get(label=label)


def answered(people: Cast, edition: Edition) -> None:
    """This year's cycle on an edition, with every criterion of hospital 甲 answered and rated."""
    cycle = make_cycle(people.province, edition, year=2026)
    open_cycle(cycle=cycle, by=None, at=THIS_YEAR)
    sheet = Sheet.objects.get(cycle=cycle, organization=people.hospital_a)
    fill(sheet, Stage.RATING, people.supervisor, THIS_YEAR)
    for answer in sheet.answers.select_related("criterion"):
        Answer.objects.filter(pk=answer.pk).update(
            text=f"已做到：{answer.criterion.title}",
            version=1,
            edited_by=people.party_office,
            edited_at=THIS_YEAR,
        )
    Sheet.objects.filter(pk=sheet.pk).update(state="rated")


def test_two_years_of_files_and_the_answers_between_them(
    browser_page: Page, site: str, transactional_db: None, media: None, tmp_path: Path
) -> None:
    people, page = cast(), browser_page
    supervise_outsider(people)
    enter_as(page, site, people.party_office)
    first = word_table(tmp_path / "2026.docx", FIRST_TABLE, "甲市医院党建考评表")
    answered(people, publish_table(page, site, first, "2026"))
    second = word_table(tmp_path / "2027.docx", NEXT_TABLE, "甲市医院党建考评表")
    later = publish_table(page, site, second, "2027", earlier="甲市医院党建考评表（2026）")
    cycle = make_cycle(people.province, later, year=2027)
    open_cycle(cycle=cycle, by=None, at=datetime(2027, 3, 1, 1, 0, tzinfo=UTC))
    sheet = Sheet.objects.get(cycle=cycle, organization=people.hospital_a)

    page.goto(site + reverse("assessments:sheet", args=[sheet.public_id]))
    expect(page.locator(".carry-offer")).to_contain_text("2026 年度考评表带入 2 条落实情况")
    page.locator(".carry-offer a").click()
    expect(page.locator("main")).to_contain_text("分值有变、文字有变")
    page.get_by_role("button", name="带入选中的条目").click()
    expect(page.locator("#messages")).to_contain_text("已带入2 条落实情况")
    texts = dict(sheet.answers.exclude(text="").values_list("criterion__position", "text"))
    assert texts.keys() == {1, 2}
    assert "每季度至少专题研究党建一次" in texts[1]
    assert "班子成员分工明确并公布" in texts[2]
    assert not Mark.objects.filter(answer__sheet=sheet).exists()

"""The page of figures side by side, and what the page of an edition says of sources, doubts and drafts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.content import to_yaml
from qiangji.standards.models import Edition
from qiangji.standards.reader import parse_bytes
from qiangji.standards.selectors import edition_by_ref, edition_spec
from qiangji.standards.services import import_edition, load_library

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FIGURES = "standards:figures"


@pytest.fixture
def people() -> Cast:
    load_library(at=AT)
    return cast()


@pytest.fixture
def client(people: Cast, client: Client) -> Client:
    client.force_login(people.party_office)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def section_of(text: str, row: str) -> str:
    """The part of the figures page on one matter."""
    return text.split(f'id="{row}"')[1].split("</section>")[0]


@pytest.mark.shows("F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F10")
@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("F01", ["同时适用，都要做到", "高于 90 分", "不少于内设党支部的 90%", "可按周期改"]),
        (
            "F02",
            ["各地不同，按采用的版本", "不少于 4 次/年", "不少于 1 次/季", "不少于 8 次/年", "四（一）2"],
        ),
        (
            "F03",
            [
                "用途不同，分别核对",
                "党员干部",
                "不少于 40 学时/年",
                "一般不少于 32 学时/年",
                "一般不少于 56 学时/年",
            ],
        ),
        ("F04", ["用途不同，分别核对", "不少于 30%", "不少于 20%", "<strong>10%</strong>"]),
        ("F05", ["都核对，取严的显示", "不少于在编职工的 0.5%", "不少于 3 人", "原文没有数字"]),
        ("F06", ["各地不同，按采用的版本", "年度职工总收入的 0.5%", "标准由当地定", "列入医院年度预算"]),
        ("F07", ["6 星", "5 星", "星数和算法没有写", "默认"]),
        ("F08", ["一般不少于 6 个月", "不少于 4 个月", "第二十二条"]),
        ("F09", ["同时适用，都要做到", "1 次/月", "七一、国庆等"]),
        ("F10", ["用途不同，分别核对", "不少于 1 次/半年", "不少于 2 次/年", "分开计数"]),
    ],
)
def test_each_matter_shows_its_figures_and_how_they_stand_to_each_other(
    client: Client, row: str, shown: list[str]
) -> None:
    text = section_of(page(client, FIGURES), row)
    assert [words for words in shown if words not in text] == []


def test_a_figure_names_its_document_force_jurisdiction_and_edition(client: Client) -> None:
    text = section_of(page(client, FIGURES), "F02")
    edition = edition_by_ref("five-goods@2014")
    assert f"{reverse('standards:edition', args=[edition.public_id])}#c-6-2-1" in text
    assert "规范性文件，江苏省镇江市市直卫生系统" in text
    assert "现行效力须核对" in text


def test_an_example_binds_nobody_and_an_unchecked_regulation_says_so(client: Client) -> None:
    text = page(client, FIGURES)
    assert "未见机关采用，不约束任何单位" in section_of(text, "F04")
    assert "在吉林省由发文机关施行；其他地区未见采用" in section_of(text, "F04")
    assert "数字未与原文核对，只作参考" in section_of(text, "F08")


def test_the_adopting_authority_of_an_edition_is_named(client: Client) -> None:
    Edition.objects.filter(standard__code="pioneer-index").update(
        adopted_by="某市卫健委", adoption_number="某卫党〔2026〕2号"
    )
    assert "某市卫健委（某卫党〔2026〕2号）已采用" in section_of(page(client, FIGURES), "F04")


def test_the_same_parameter_in_an_edition_that_a_site_brought_in_stands_beside(client: Client) -> None:
    spec = edition_spec(edition_by_ref("five-goods@2014"))
    text = to_yaml(spec).replace("value: 8\n", "value: 10\n").replace("全年 ≥8 次", "全年 ≥10 次")
    parsed = parse_bytes(text.encode(), filename="a.yaml")
    import_edition(parsed=parsed, code="five-goods", label="2026", by=None, at=AT, publish=True)
    shown = section_of(page(client, FIGURES), "F02")
    assert "（2026）6-2-1</a>：至少 10 次/年" in shown


def test_the_strictest_count_is_shown_for_a_hospital_of_its_size(client: Client) -> None:
    text = section_of(page(client, FIGURES, staff="2100"), "F05")
    row = text.split("2100 人</th>")[1].split("</tr>")[0]
    assert row.count("11 人") == 2
    assert "<strong>11 人</strong>" in row


@pytest.mark.parametrize("staff", ["0", "-3", "很多", "0.5", "1000000000"])
def test_a_number_of_staff_that_is_none_gets_a_message(client: Client, staff: str) -> None:
    text = section_of(page(client, FIGURES, staff=staff), "F05")
    assert "staff-error" in text
    assert "300 人</th>" in text


def test_the_page_without_a_loaded_library_still_answers(people: Cast, client: Client) -> None:
    Edition.objects.all().delete()
    assert "标准库中的版本尚未载入" in page(client, FIGURES)


def test_the_list_of_standards_leads_to_the_figures(client: Client) -> None:
    assert reverse(FIGURES) in page(client, "standards:editions")


def test_the_draft_says_what_it_awaits(client: Client) -> None:
    text = page(client, "standards:edition", edition_by_ref("branch-standard@2026").public_id)
    assert "草稿，只能试评" in text
    assert "待补附件3" in text
    assert "只核对，不计分" in text
    assert "（规范性文件，吉林省）" in text
    assert "（示例，某县（原文隐去名称））" in text


def test_what_was_not_checked_against_the_original_is_marked(client: Client) -> None:
    text = page(client, "standards:edition", edition_by_ref("national@2026").public_id)
    assert "有 41 条须与原文核对" in text
    assert text.count("须与原文核对</span>") == 41
    assert "支部党员大会：<strong>一般至少 1 次/季</strong>" in text


def test_an_edition_leads_from_a_criterion_to_what_other_documents_say(client: Client) -> None:
    text = page(client, "standards:edition", edition_by_ref("jilin-hospital-committee@2020").public_id)
    assert f"{reverse(FIGURES)}#F02" in text.split('id="c-3-2-2"')[1].split("</li>")[0]
    assert f"{reverse(FIGURES)}#" not in text.split('id="c-1-1-1"')[1].split("</li>")[0]

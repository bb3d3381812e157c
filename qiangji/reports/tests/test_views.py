"""The downloads: who gets which form, under which name."""

import io
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from qiangji.assessments.models import Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.reports.official_form.tests.factories import opened, texts_of
from qiangji.reports.tests.factories import built_in_edition, give_marks, make_sheet
from qiangji.standards.models import Edition
from qiangji.standards.reader import parse_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return built_in_edition()


@pytest.fixture
def people() -> Cast:
    return cast()


def form_address(sheet: Sheet) -> str:
    return reverse("reports:sheet_form", args=[sheet.public_id])


def register_address(sheet: Sheet) -> str:
    return reverse("reports:self_check_register", args=[sheet.public_id])


def file_name(disposition: str) -> str:
    """Return the RFC 5987 name of a Content-Disposition header."""
    kind, _, name = disposition.partition("; filename*=utf-8''")
    assert kind == "attachment"
    return unquote(name)


def test_the_party_office_downloads_its_form(client: Client, edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    give_marks(sheet, Stage.SELF, people.party_office)
    client.force_login(people.party_office)
    response = client.get(form_address(sheet))
    assert response.status_code == 200
    assert response["Content-Type"].endswith("wordprocessingml.document")
    assert file_name(response["Content-Disposition"]) == "甲市第一医院党委2026年度量化表（暂定）.docx"
    document = opened(response.content)
    assert document.paragraphs[1].text.startswith("申报单位党委名称：甲市第一医院党委")
    assert texts_of(document)[1][4] == "3"


def test_a_final_form_has_a_plain_name(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.party_office)
    response = client.get(form_address(make_sheet(people, edition, state=State.RATED)))
    assert file_name(response["Content-Disposition"]) == "甲市第一医院党委2026年度量化表.docx"


def test_the_superior_gets_it_only_once_submitted(client: Client, edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    client.force_login(people.supervisor)
    refused = client.get(form_address(sheet))
    assert refused.status_code == 403
    assert "提交之前" in refused.content.decode()
    Sheet.objects.filter(pk=sheet.pk).update(state=State.SUBMITTED)
    assert client.get(form_address(sheet)).status_code == 200


def test_an_outsider_meets_nothing(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.outsider)
    assert client.get(form_address(make_sheet(people, edition, state=State.RATED))).status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: Client, edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    empty = reverse("reports:edition_form", args=[edition.public_id])
    own = (form_address(sheet), sheet_address(sheet), register_address(sheet))
    for address in (*own, empty, table_address(edition, "docx")):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("accounts:sign_in"))


def test_a_form_is_kept_in_no_cache(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.party_office)
    assert "no-store" in client.get(form_address(make_sheet(people, edition)))["Cache-Control"]


def test_forms_are_read_and_never_posted_to(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.party_office)
    assert client.post(form_address(make_sheet(people, edition))).status_code == 405


def test_the_empty_form_of_an_edition(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.member)
    response = client.get(reverse("reports:edition_form", args=[edition.public_id]))
    assert file_name(response["Content-Disposition"]) == f"{edition.title}（{edition.label}）空白表.docx"
    assert len(texts_of(opened(response.content))) == 26


def test_an_unknown_edition_is_not_found(client: Client, people: Cast) -> None:
    client.force_login(people.member)
    assert client.get(reverse("reports:edition_form", args=[uuid4()])).status_code == 404


def test_a_download_takes_few_queries(
    client: Client, edition: Edition, people: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = make_sheet(people, edition)
    client.force_login(people.party_office)
    with django_assert_max_num_queries(12):
        client.get(form_address(sheet))


def sheet_address(sheet: Sheet) -> str:
    return reverse("reports:sheet_form_excel", args=[sheet.public_id])


def test_the_party_office_downloads_its_form_as_a_sheet(
    client: Client, edition: Edition, people: Cast
) -> None:
    sheet = make_sheet(people, edition)
    give_marks(sheet, Stage.SELF, people.party_office)
    client.force_login(people.party_office)
    response = client.get(sheet_address(sheet))
    assert response.status_code == 200
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert "no-store" in response["Cache-Control"]
    assert file_name(response["Content-Disposition"]) == "甲市第一医院党委2026年度量化表（暂定）.xlsx"
    drawn = load_workbook(io.BytesIO(response.content)).active
    sums = [drawn.cell(row, 5).value for row in range(4, 4 + 24)]
    assert sum(sums) == 100
    assert drawn.cell(4 + 24, 1).value == "备注"


def test_the_sheet_form_follows_the_rights_of_the_word_form(
    client: Client, edition: Edition, people: Cast
) -> None:
    sheet = make_sheet(people, edition)
    client.force_login(people.supervisor)
    assert client.get(sheet_address(sheet)).status_code == 403
    Sheet.objects.filter(pk=sheet.pk).update(state=State.SUBMITTED)
    assert client.get(sheet_address(sheet)).status_code == 200
    client.force_login(people.outsider)
    assert client.get(sheet_address(sheet)).status_code == 404


def table_address(edition: Edition, suffix: str) -> str:
    return reverse("reports:edition_table", args=[edition.public_id, suffix])


@pytest.mark.any_case
@pytest.mark.parametrize("suffix", ["yaml", "docx", "xlsx"])
def test_an_edition_is_downloaded_in_each_format_and_reads_back(
    client: Client, edition: Edition, people: Cast, suffix: str
) -> None:
    client.force_login(people.member)
    response = client.get(table_address(edition, suffix))
    assert file_name(response["Content-Disposition"]) == f"{edition.title}（{edition.label}）.{suffix}"
    read = parse_bytes(response.content, filename=f"表.{suffix}").as_json()
    assert read["counts"] == {"sections": 9, "criteria": 84, "vetoes": 2}
    assert read["problems"] == []


def test_an_unknown_format_is_not_found(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.member)
    assert client.get(table_address(edition, "pdf")).status_code == 404


def test_a_draft_of_another_organization_is_not_found(client: Client, edition: Edition, people: Cast) -> None:
    Edition.objects.filter(pk=edition.pk).update(
        status="draft", published_at=None, organization=people.hospital_a
    )
    client.force_login(people.outsider)
    empty = reverse("reports:edition_form", args=[edition.public_id])
    for address in (empty, table_address(edition, "docx")):
        assert client.get(address).status_code == 404
    client.force_login(people.party_office)
    assert client.get(table_address(edition, "docx")).status_code == 200


def test_an_edition_takes_few_queries(
    client: Client, edition: Edition, people: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(people.member)
    with django_assert_max_num_queries(10):
        client.get(table_address(edition, "xlsx"))


@pytest.mark.shows("A05")
def test_the_party_office_downloads_its_register(client: Client, edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    give_marks(sheet, Stage.SELF, people.party_office, but={"3-2-2": "1.5"})
    client.force_login(people.party_office)
    response = client.get(register_address(sheet))
    assert response.status_code == 200
    assert response["Content-Type"].endswith("wordprocessingml.document")
    assert file_name(response["Content-Disposition"]) == "甲市第一医院党委2026年度自查情况登记表.docx"
    assert "no-store" in response["Cache-Control"]
    rows = [[cell.text for cell in row.cells] for row in opened(response.content).tables[-1].rows]
    assert [row[1] for row in rows] == ["条号", "3-2-2"]


def test_the_superior_gets_the_register_only_once_submitted(
    client: Client, edition: Edition, people: Cast
) -> None:
    sheet = make_sheet(people, edition)
    client.force_login(people.supervisor)
    refused = client.get(register_address(sheet))
    assert refused.status_code == 403
    assert "提交之前" in refused.content.decode()
    Sheet.objects.filter(pk=sheet.pk).update(state=State.SUBMITTED)
    assert client.get(register_address(sheet)).status_code == 200


def test_an_outsider_meets_no_register(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.outsider)
    sheet = make_sheet(people, edition, state=State.RATED)
    assert client.get(register_address(sheet)).status_code == 404


def test_registers_are_never_posted_to(client: Client, edition: Edition, people: Cast) -> None:
    client.force_login(people.party_office)
    assert client.post(register_address(make_sheet(people, edition))).status_code == 405


def test_a_register_takes_few_queries(
    client: Client, edition: Edition, people: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = make_sheet(people, edition)
    client.force_login(people.party_office)
    with django_assert_max_num_queries(11):
        client.get(register_address(sheet))


@pytest.fixture
def own_layout(tmp_path: Path, settings: Settings) -> Path:
    """A layout file of the site's own, still to be written."""
    path = tmp_path / "own.yaml"
    settings.REGISTER_LAYOUT = str(path)
    return path


@pytest.mark.shows("A05")
def test_a_site_prints_its_own_columns(
    client: Client, edition: Edition, people: Cast, own_layout: Path
) -> None:
    own_layout.write_text(
        "title: 甲院自查表\nrows: all\nentries:\n  heading: 清单\n  columns:\n"
        "    - column: self\n    - {column: code, heading: 编号}\n",
        encoding="utf-8",
    )
    client.force_login(people.party_office)
    document = opened(client.get(register_address(make_sheet(people, edition))).content)
    assert document.paragraphs[0].text == "甲院自查表"
    assert "不是官方附件" in document.paragraphs[1].text
    (register,) = document.tables[1:]
    assert [cell.text for cell in register.rows[0].cells] == ["自评得分", "编号"]
    assert len(register.rows) == 1 + 84


def test_a_broken_layout_is_a_page_that_says_where_and_what_to_do(
    client: Client, edition: Edition, people: Cast, own_layout: Path
) -> None:
    own_layout.write_text("title: 甲院自查表\nrows: some\n", encoding="utf-8")
    sheet = make_sheet(people, edition)
    client.force_login(people.party_office)
    response = client.get(register_address(sheet))
    page = response.content.decode()
    assert response.status_code == 503
    assert "own.yaml:2：“rows”只能是 not_full、all" in page
    assert "own.yaml:1：缺少“entries”，请补上" in page
    assert "QIANGJI_REGISTER_LAYOUT" in page
    assert str(own_layout.parent) not in page
    assert reverse("assessments:sheet", args=[sheet.public_id]) in page
    assert client.get(form_address(sheet)).status_code == 200


def test_a_broken_layout_is_not_told_to_who_may_not_read_the_sheet(
    client: Client, edition: Edition, people: Cast, own_layout: Path
) -> None:
    client.force_login(people.supervisor)
    assert client.get(register_address(make_sheet(people, edition))).status_code == 403

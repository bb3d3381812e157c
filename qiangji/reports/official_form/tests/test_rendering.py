"""The form as an office program lays it out: that it opens, how many pages it takes, what stands on each of them."""

from pathlib import Path

import pytest

from qiangji.reports.official_form.contents import FormHead
from qiangji.reports.official_form.tests.factories import criterion, form, row, section
from qiangji.reports.official_form.writer import write_form
from qiangji.reports.tests.packages import MISSING, rendered

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}; the form is not rendered"
    ),
]


def test_a_form_of_many_rows_flows_over_pages_under_its_headings(tmp_path: Path) -> None:
    head = FormHead("某院量化表", unit_name="甲医院党委", is_provisional=True)
    long = criterion(2, "1", ["0.5"], implementation="落实情况写得很长，" * 150 + "到此为止")
    rows = [row(criterion(1, "2", ["2"]), title=f"第{number}组") for number in range(12)]
    pages = rendered(
        write_form(form(section(*rows, row(long, title="长行")), head=head, wording_note="条文为归纳。")),
        tmp_path,
    )
    assert 3 <= len(pages) <= 6
    assert all("具体标准" in page and page.startswith("暂定") for page in pages)
    assert [number for number, page in enumerate(pages, 1) if f"—{number}—" not in page] == []
    assert "申报单位党委名称：甲医院党委" in pages[0]
    assert "到此为止" in "".join(pages)
    assert "有下列情形之一的" in pages[-1]
    assert "条文为归纳" in pages[-1]


def test_a_final_form_is_a_single_page_where_it_fits(tmp_path: Path) -> None:
    pages = rendered(write_form(form()), tmp_path)
    assert len(pages) == 1
    assert "暂定" not in pages[0]
    assert "备注" in pages[0]

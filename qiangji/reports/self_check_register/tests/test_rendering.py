"""The register as an office program lays it out."""

from pathlib import Path

import pytest

from qiangji.reports.self_check_register.tests.factories import layout, register, row
from qiangji.reports.self_check_register.writer import PAGE_HEADER, write_register
from qiangji.reports.tests.packages import MISSING, rendered

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}; the register is not rendered"
    ),
]


@pytest.mark.shows("A05")
def test_a_register_of_many_gaps_flows_over_pages_under_its_headings(tmp_path: Path) -> None:
    long = row("2-1-1", implementation="落实情况写得很长，" * 120 + "到此为止")
    rows = [row(f"1-1-{number}") for number in range(1, 31)]
    pages = rendered(write_register(register(*rows, long), layout()), tmp_path)
    assert 4 <= len(pages) <= 9
    assert all(page.startswith(PAGE_HEADER) for page in pages)
    assert all("具体标准" in page and "落实情况" in page for page in pages)
    assert [number for number, page in enumerate(pages, 1) if f"—{number}—" not in page] == []
    assert "附件4未收到" in pages[0]
    assert "到此为止" in "".join(pages)
    assert "打印时间" in pages[-1]


def test_a_register_without_gaps_is_a_single_page(tmp_path: Path) -> None:
    pages = rendered(write_register(register(row("1-1-1", "2")), layout()), tmp_path)
    assert len(pages) == 1
    assert "没有需要登记的条目" in pages[0]

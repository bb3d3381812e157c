"""Names as they are stored and handed out."""

import pytest

from qiangji.files.names import LONGEST, UNNAMED, clean_name, with_extension


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\用户\\桌面\\会议记录.docx", "会议记录.docx"),
        ("会议\x00记\n录\x7f.pdf", "会议记录.pdf"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("零宽\u200b\u2066名.pdf", "零宽名.pdf"),
        ('一<二>三:"四|五?六*.pdf', "一_二_三__四_五_六_.pdf"),
        ("  两  个   空格 .pdf", "两 个 空格 .pdf"),
        ("con.pdf", "_con.pdf"),
        ("...", UNNAMED),
        ("", UNNAMED),
        ("\ud800坏.pdf", "坏.pdf"),
    ],
)
def test_clean_name(given, kept):
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("扫描件.PDF", "扫描件.PDF"),
        ("扫描件.jpg", "扫描件.pdf"),
        ("网页.html", "网页.pdf"),
        ("无扩展名", "无扩展名.pdf"),
        ("第1.2条", "第1.2条.pdf"),
        (".pdf", "pdf.pdf"),
    ],
)
def test_the_ending_follows_the_content(given, kept):
    assert with_extension(given, (".pdf",)) == kept


def test_a_long_name_keeps_its_ending():
    kept = with_extension("长" * 300 + ".docx", (".docx",))
    assert len(kept) == LONGEST
    assert kept.endswith(".docx")

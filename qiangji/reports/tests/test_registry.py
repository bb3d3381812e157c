"""The registry: every kind under its own key, complete, with a name that can be stored."""

from qiangji.reports.kinds import ReportKind, safe_file_name
from qiangji.reports.registry import KINDS, kind_of


def test_the_official_form_is_registered() -> None:
    assert kind_of("official-form").title == "官方量化表"
    assert kind_of("official-form-sheet").title == "官方量化表（Excel）"


def test_the_self_check_register_is_registered() -> None:
    assert kind_of("self-check-register").title == "自查情况登记表"


def test_every_kind_is_filed_under_its_own_key_and_says_who_may() -> None:
    for key, kind in KINDS.items():
        assert isinstance(kind, ReportKind)
        assert kind.key == key
        assert kind.permission.endswith("。")


def test_file_names_lose_what_systems_refuse() -> None:
    assert safe_file_name("甲/乙\n量化表?.docx") == "甲_乙_量化表_.docx"

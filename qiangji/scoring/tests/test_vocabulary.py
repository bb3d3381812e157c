"""The words of the rule language are those of the ledgers and of the organizations' states: neither knows the other."""

import pytest

from qiangji.ledgers.vocabulary import KINDS, kind_of
from qiangji.orgs.state_kinds import STATE_KINDS
from qiangji.rules.needs import nodes_of
from qiangji.rules.vocabulary import EXCUSED, RECORDS, STATES
from qiangji.standards.loader import edition_dirs, shipped_checks

NUMBERS = {"integer", "decimal", "money"}
OF_NUMBERS = {"integer", "decimal", "money", "percent"}


def test_each_kind_of_record_has_its_word_title_and_properties() -> None:
    assert set(RECORDS) == {kind_of(code).code for code in KINDS}
    for code, fact in RECORDS.items():
        kind = kind_of(code)
        assert (fact.title, fact.attended) == (kind.title, kind.attendance != "none")
        wanted = {
            field.name: "number" if field.type in NUMBERS else field.type
            for field in kind.fields
            if field.type in NUMBERS | {"flag", "choice"}
        }
        assert {name: one.type for name, one in fact.properties.items()} == wanted
        for field in kind.fields:
            if field.type == "choice":
                assert fact.properties[field.name].choices == tuple(field.choices)


@pytest.mark.parametrize("key", [f"{place.parent.name}@{place.name}" for place in edition_dirs()])
def test_a_reason_for_each_usual_figure_can_be_recorded(key: str) -> None:
    """Who may deviate with a reason has an item under which it is stated."""
    for code, entry in shipped_checks(key).items():
        for node in nodes_of(entry.check) if entry.check else ():
            if getattr(node.operand, "usually", False):
                assert {node.key, f"{node.key}{EXCUSED}"} & set(STATE_KINDS), (code, node.key)


def test_each_recorded_state_has_its_word_type_and_unit() -> None:
    for kind in STATE_KINDS.values():
        fact = STATES[kind.code]
        assert fact.title == kind.title
        assert fact.type == ("number" if kind.type in OF_NUMBERS else kind.type)
        assert fact.choices == tuple(kind.choices)
        if fact.type == "number":
            assert fact.unit == kind.unit

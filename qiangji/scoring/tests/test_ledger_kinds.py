"""Ledger kinds say which criteria they serve: each named criterion stands in the library, under a standard with a name."""

from functools import cache

from ruamel.yaml import YAML

from qiangji.ledgers.selectors.duties import STANDARD_NAMES
from qiangji.ledgers.vocabulary import KINDS
from qiangji.standards.loader import library_dir


@cache
def codes_of(standard: str) -> frozenset[str]:
    """The codes of all criteria in all editions of a standard."""
    found = set()
    for path in (library_dir() / standard).glob("*/[0-9]*.yaml"):
        section = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for group in section.get("groups", [section]):
            found |= {criterion["code"] for criterion in group.get("criteria", [])}
    return frozenset(found)


def test_each_criterion_that_a_ledger_kind_serves_is_in_the_library() -> None:
    missing = [
        (kind.code, service.standard, service.criterion)
        for kind in KINDS.values()
        for service in kind.serves
        if service.criterion not in codes_of(service.standard)
    ]
    assert missing == []


def test_each_standard_that_is_served_has_a_name_to_show() -> None:
    assert {service.standard for kind in KINDS.values() for service in kind.serves} <= set(STANDARD_NAMES)


def test_every_kind_serves_something() -> None:
    assert [kind.code for kind in KINDS.values() if not kind.serves] == []


def test_each_countable_duty_of_the_hospital_table_has_a_ledger() -> None:
    served = {
        service.criterion
        for kind in KINDS.values()
        for service in kind.serves
        if service.standard == "jilin-hospital-committee"
    }
    # Not from ledgers: structure, elections, staff, and the statute's weight come from registers and
    # states; political building and the civic campaigns are judged by people.
    elsewhere = {
        "1-1-2",
        "2-1-1",
        "2-1-2",
        "2-1-3",
        "2-1-4",
        "2-1-5",
        "2-1-6",
        "2-1-7",
        "3-1-1",
        "4-6-1",
        "4-6-3",
        "5-1-1",
        "9-0-4",
    }
    assert codes_of("jilin-hospital-committee") - served == elsewhere

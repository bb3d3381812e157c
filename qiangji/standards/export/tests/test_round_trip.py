"""What is written out is read back as the same table, with nothing to ask about."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from qiangji.standards.export.formats import FORMATS
from qiangji.standards.export.tests.worlds import AT, editions, every_way, stored
from qiangji.standards.models import Edition
from qiangji.standards.phrases import criterion_text
from qiangji.standards.reader import parse_bytes
from qiangji.standards.reader.tree import ParsedStandard
from qiangji.standards.reader.wording import joined
from qiangji.standards.schema import scoring_to_json
from qiangji.standards.selectors import edition_tree
from qiangji.standards.services import load_library
from tests.examples import examples

pytestmark = pytest.mark.django_db
TABLES = ("docx", "xlsx")


def read_back(edition: Edition, suffix: str) -> ParsedStandard:
    return parse_bytes(FORMATS[suffix].build(edition, AT), filename=f"表.{suffix}")


def shown(edition: Edition) -> dict[str, Any]:
    """What an edition says, in the form in which a reading is held against it: without blanks that mean nothing."""
    tree = edition_tree(edition)
    return {
        "title": edition.title,
        "total": edition.total_points,
        "sections": [
            (
                section.title,
                section.points,
                section.is_bonus,
                [
                    (
                        group.title,
                        [
                            (str(one.number), joined(criterion_text(one)), one.points, rule(one.scoring))
                            for one in group.criteria
                        ],
                    )
                    for group in section.groups
                ],
            )
            for section in tree.sections
        ],
        "vetoes": [veto.title for veto in tree.vetoes],
    }


def understood(parsed: ParsedStandard) -> dict[str, Any]:
    return {
        "title": parsed.title,
        "total": parsed.total_points,
        "sections": [
            (
                section.title,
                section.points or Decimal(0),  # a part of which nothing is scored declares none
                section.is_bonus,
                [
                    (
                        group.title,
                        [(one.number, one.text, one.points, rule(one.scoring)) for one in group.criteria],
                    )
                    for group in section.groups
                ],
            )
            for section in parsed.sections
        ],
        "vetoes": parsed.vetoes,
    }


def rule(scoring: Any) -> dict[str, Any]:
    """A rule of scoring as data, for what tables tell apart: not all or part of the points, nor a bonus's unit."""
    if scoring is None or scoring.kind == "full":
        return {"kind": "full"}
    data = scoring_to_json(scoring)
    return {key: value for key, value in data.items() if (scoring.kind, key) != ("bonus", "unit")}


def said(parsed: ParsedStandard) -> list[str]:
    return [f"{problem.where}：{problem.message}" for problem in parsed.problems]


@pytest.mark.parametrize("suffix", TABLES)
def test_every_way_of_scoring_comes_back(suffix: str) -> None:
    edition = stored(every_way())
    parsed = read_back(edition, suffix)
    assert said(parsed) == []
    assert understood(parsed) == shown(edition)


@pytest.mark.any_case
@pytest.mark.slow
@pytest.mark.parametrize("suffix", TABLES)
def test_every_edition_of_the_library_comes_back(suffix: str) -> None:
    loaded = load_library(at=AT)
    assert loaded
    for one in loaded:
        parsed = read_back(one.edition, suffix)
        assert (one.edition.ref, said(parsed)) == (one.edition.ref, [])
        assert understood(parsed) == shown(one.edition)


@pytest.mark.any_case
@pytest.mark.slow
@pytest.mark.parametrize("suffix", TABLES)
@given(data=editions())
@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_edition_comes_back(suffix: str, data: dict[str, Any]) -> None:
    with transaction.atomic():
        edition = stored(data)
        parsed = read_back(edition, suffix)
        expected = shown(edition)
        transaction.set_rollback(True)
    assert said(parsed) == []
    assert understood(parsed) == expected


def test_what_looks_like_a_formula_comes_back_as_text() -> None:
    data = every_way()
    first = data["sections"][0]["groups"][0]
    first["title"], data["sections"][0]["title"] = "=组织", "+健全"
    first["criteria"][1]["title"] = "@全体党员"
    edition = stored(data)
    parsed = read_back(edition, "xlsx")
    assert understood(parsed)["sections"] == shown(edition)["sections"]

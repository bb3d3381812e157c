"""The decided map and the numbered interpretations: what is stored, what is refused, what counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from qiangji.audit.models import Event
from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.comparison import Kind
from qiangji.standards.exceptions import MapMoved, SuccessionRefused
from qiangji.standards.models import CodeMatch, Criterion, Edition, EditionMap, Interpretation
from qiangji.standards.services import load_library
from qiangji.standards.succession import (
    add_interpretation,
    binding_interpretations,
    decide_map,
    decided_pairs,
    interpreting_organizations,
    lines_of,
    map_between,
    may_decide,
    succession,
    visible_interpretations,
)
from qiangji.standards.tests.editions import edition_data, write_edition

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DAY = AT.date()
HOUR = timedelta(hours=1)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def editions(tmp_path, db: None) -> tuple[Edition, Edition]:
    """Two years of a small standard: in the later one 1-1-2 is reworded, 1-2-3 is gone, 2-0-1 moved, 1-3-1 is new."""
    write_edition(tmp_path, edition_data(label="2025", year_of_effect=2025))
    later = edition_data(label="2026")
    section = later["sections"][0]
    section["groups"][0]["criteria"][1]["title"] = "会议均有纪要"
    section["groups"][1]["criteria"][0]["title"] = "意识形态半年研判"
    write_edition(tmp_path, later)
    load_library(at=AT, directory=tmp_path)
    earlier, newer = Edition.objects.select_related("standard").order_by("label")
    return earlier, newer


SUGGESTED = {"1-1-1": "1-1-1", "1-1-2": "1-1-2", "1-2-3": "", "2-0-1": "2-0-1"}


def test_lines_carry_place_points_and_scoring(editions) -> None:
    lines = {line.code: line for line in lines_of(editions[0])}
    assert lines["1-1-1"].part == "班子"
    assert lines["1-1-1"].scoring == ""
    assert json.loads(lines["2-0-1"].scoring)["kind"] == "deduct"


def test_two_editions_are_compared_until_somebody_decides(editions) -> None:
    found = succession(*editions)
    assert not found.is_decided
    assert found.comparison.earlier_of == SUGGESTED
    assert found.comparison.counts[Kind.REWORDED] == 1
    assert EditionMap.objects.count() == 0


@pytest.mark.shows("G03")
def test_a_decision_keeps_every_line_of_both_editions(editions, people: Cast) -> None:
    earlier, later = editions
    decided = decide_map(earlier=earlier, later=later, pairs=SUGGESTED, by=people.guidance_province, at=AT)
    rows = CodeMatch.objects.filter(map=decided).values_list("earlier__code", "later__code")
    assert sorted(rows, key=str) == sorted(
        [("1-1-1", "1-1-1"), ("1-1-2", "1-1-2"), (None, "1-2-3"), ("2-0-1", "2-0-1"), ("1-2-3", None)],
        key=str,
    )
    assert (decided.decided_by, decided.decided_at) == (people.guidance_province, AT)


def test_what_was_decided_counts_and_not_what_would_be_suggested(editions, people: Cast) -> None:
    earlier, later = editions
    decide_map(earlier=earlier, later=later, pairs={"1-2-3": "1-2-3"}, by=people.guidance_province, at=AT)
    found = succession(earlier, later)
    assert found.is_decided
    assert found.comparison.earlier_of == {"1-1-1": "", "1-1-2": "", "1-2-3": "1-2-3", "2-0-1": ""}
    assert found.comparison.counts[Kind.GONE] == 3


def test_deciding_anew_replaces_and_the_log_has_the_difference(editions, people: Cast) -> None:
    earlier, later = editions
    by = people.guidance_province
    decide_map(earlier=earlier, later=later, pairs=SUGGESTED, by=by, at=AT)
    decide_map(
        earlier=earlier,
        later=later,
        pairs=SUGGESTED | {"1-2-3": "1-2-3", "2-0-1": ""},
        by=people.guidance_city,
        at=AT + HOUR,
        seen=AT,
    )
    decided = map_between(earlier, later)
    assert decided
    assert decided_pairs(decided) == {"1-1-1": "1-1-1", "1-1-2": "1-1-2", "1-2-3": "1-2-3"}
    assert decided.decided_by == people.guidance_city
    events = Event.objects.filter(verb="edition.map_decided").order_by("sequence")
    assert [json.loads(event.data)["changes"] for event in events] == [
        [["1-1-1", "", "1-1-1"], ["1-1-2", "", "1-1-2"], ["2-0-1", "", "2-0-1"]],
        [["1-2-3", "", "1-2-3"], ["2-0-1", "2-0-1", ""]],
    ]


def test_the_same_decision_again_changes_nothing(editions, people: Cast) -> None:
    earlier, later = editions
    by = people.guidance_province
    decide_map(earlier=earlier, later=later, pairs=SUGGESTED, by=by, at=AT)
    decide_map(earlier=earlier, later=later, pairs=SUGGESTED, by=people.guidance_city, at=AT + HOUR, seen=AT)
    decided = EditionMap.objects.get()
    assert (decided.decided_by, decided.decided_at) == (by, AT)
    assert Event.objects.filter(verb="edition.map_decided").count() == 1


@pytest.mark.parametrize("seen", [None, AT - HOUR])
def test_who_looked_at_an_older_map_is_told(editions, people: Cast, seen) -> None:
    earlier, later = editions
    decide_map(earlier=earlier, later=later, pairs=SUGGESTED, by=people.guidance_province, at=AT)
    with pytest.raises(MapMoved, match="已由他人确定"):
        decide_map(earlier=earlier, later=later, pairs={}, by=people.guidance_city, at=AT + HOUR, seen=seen)
    assert EditionMap.objects.get().matches.filter(earlier__isnull=False, later__isnull=False).count() == 3


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"1-1-1": "9-9-9"}, "没有编码“9-9-9”"),
        ({"9-9-9": "1-1-1"}, "没有这一条"),
        ({"1-1-1": "1-1-2", "1-1-2": "1-1-2"}, "1-1-1、1-1-2：都沿用了旧条目 1-1-2"),
    ],
)
def test_codes_that_are_not_there_or_taken_twice_are_refused(editions, people: Cast, pairs, words) -> None:
    earlier, later = editions
    with pytest.raises(SuccessionRefused) as refused:
        decide_map(earlier=earlier, later=later, pairs=pairs, by=people.guidance_province, at=AT)
    assert any(words in message for message in refused.value.messages)
    assert EditionMap.objects.count() == 0
    assert Event.objects.filter(verb="edition.map_decided").count() == 0


def test_an_edition_does_not_follow_itself(editions, people: Cast) -> None:
    with pytest.raises(SuccessionRefused, match="同一个"):
        decide_map(earlier=editions[0], later=editions[0], pairs={}, by=people.guidance_city, at=AT)


def test_the_organization_that_brought_an_edition_in_decides_its_map(editions, people: Cast) -> None:
    later = editions[1]
    may = lambda user: may_decide(reach_of(user, at=AT), later)  # noqa: E731
    assert [may(one) for one in (people.guidance_province, people.guidance_city, people.party_office)] == [
        True,
        False,
        False,
    ]
    later.organization = people.hospital_a
    assert [may(one) for one in (people.guidance_province, people.party_office, people.secretary)] == [
        False,
        True,
        False,
    ]


def stored_map(editions, people: Cast) -> EditionMap:
    return decide_map(
        earlier=editions[0], later=editions[1], pairs=SUGGESTED, by=people.guidance_province, at=AT
    )


def refused(row) -> bool:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


def test_the_database_keeps_one_map_between_two_editions(editions, people: Cast) -> None:
    stored_map(editions, people)
    values = {"decided_by": people.guidance_province, "decided_at": AT}
    assert refused(EditionMap(earlier=editions[0], later=editions[1], **values))
    assert refused(EditionMap(earlier=editions[0], later=editions[0], **values))
    assert not refused(EditionMap(earlier=editions[1], later=editions[0], **values))


def test_the_database_keeps_each_line_once_and_none_empty(editions, people: Cast) -> None:
    decided = stored_map(editions, people)
    line = decided.matches.get(later__code="1-1-1")
    assert refused(CodeMatch(map=decided, later=line.later))
    assert refused(CodeMatch(map=decided, earlier=line.earlier))
    assert refused(CodeMatch(map=decided))


# ---- interpretations ------------------------------------------------------------------------------------------------


@pytest.fixture
def interpret(editions, people: Cast) -> Callable[..., Interpretation]:
    """Add an interpretation of 1-1-1 of the earlier edition; each argument can be changed."""

    def add(**changes) -> Interpretation:
        arguments = {
            "criterion": Criterion.objects.get(edition=editions[0], code="1-1-1"),
            "organization": people.province,
            "number": "省委组〔2026〕8号",
            "issuer": "省委组织部",
            "effective_date": date(2026, 1, 1),
            "text": "原任务已结束，改按新任务考核。",
            "by": people.guidance_province,
            "at": AT,
        }
        return add_interpretation(**(arguments | changes))

    return add


def binding(editions, path: str, until: date = date(2026, 12, 31)) -> list[str]:
    found = binding_interpretations(edition=editions[0], path=path, day=DAY, until=until)
    return [one.number for rows in found.values() for one in rows]


def test_an_interpretation_is_added_with_its_event_and_alters_no_criterion(editions, interpret) -> None:
    before = Criterion.objects.values().get(edition=editions[0], code="1-1-1")
    added = interpret(text="  改按\n新任务考核。 ")
    assert added.text == "改按 新任务考核。"
    assert Criterion.objects.values().get(edition=editions[0], code="1-1-1") == before
    event = Event.objects.get(verb="interpretation.added")
    assert event.object_id == added.public_id
    assert json.loads(event.data)["code"] == "1-1-1"


@pytest.mark.parametrize("field", ["number", "issuer", "text"])
def test_every_word_is_wanted_and_none_too_long(interpret, field: str) -> None:
    with pytest.raises(SuccessionRefused, match="请填写"):
        interpret(**{field: "  "})
    with pytest.raises(SuccessionRefused, match="最多"):
        interpret(**{field: "甲" * 1001})
    assert Interpretation.objects.count() == 0


def test_a_number_is_used_once_and_never_overwrites(interpret) -> None:
    interpret()
    with pytest.raises(SuccessionRefused, match="请用新的文号"):
        interpret(text="另一种说法")
    assert Interpretation.objects.get().text.startswith("原任务")


@pytest.mark.parametrize("changes", [{}, {"number": ""}, {"text": ""}])
def test_the_database_refuses_a_second_of_a_number_and_empty_ones(people: Cast, interpret, changes) -> None:
    first = interpret()
    fields = {field.attname: getattr(first, field.attname) for field in first._meta.concrete_fields}
    del fields["id"], fields["public_id"]
    assert refused(Interpretation(**(fields | changes)))
    assert not refused(Interpretation(**(fields | {"number": "另一文号"})))


def test_an_interpretation_is_never_changed_nor_deleted(interpret) -> None:
    added = interpret()
    added.text = "改口"
    for act in (added.save, added.delete, Interpretation.objects.all().delete):
        with pytest.raises(HistoryIsKept):
            act()


def test_a_draft_is_mended_and_not_interpreted(editions, interpret) -> None:
    Edition.objects.filter(pk=editions[0].pk).update(
        status="draft", published_at=None, published_by=None, content_digest=""
    )
    with pytest.raises(SuccessionRefused, match="还是草稿"):
        interpret()


@pytest.mark.shows("G03")
def test_the_latest_of_one_giver_counts_by_the_end_of_the_cycle(editions, people: Cast, interpret) -> None:
    interpret(number="一号", effective_date=date(2026, 1, 1))
    interpret(number="三号", effective_date=date(2027, 1, 1))
    interpret(number="二号", effective_date=date(2026, 6, 1))
    path = people.hospital_a.path
    assert binding(editions, path) == ["二号"]
    assert binding(editions, path, until=date(2027, 12, 31)) == ["三号"]
    assert binding(editions, path, until=date(2026, 3, 1)) == ["一号"]
    assert binding(editions, path, until=date(2025, 12, 31)) == []


def test_it_holds_below_the_giver_and_for_whom_it_oversees(editions, people: Cast, interpret) -> None:
    interpret(number="省", organization=people.province)
    interpret(number="市", organization=people.city_a)
    interpret(number="主管", organization=people.authority_a)
    interpret(number="院", organization=people.hospital_a)
    assert set(binding(editions, people.hospital_a.path)) == {"省", "市", "主管", "院"}
    assert set(binding(editions, people.surgery.path)) == {"省", "市", "主管", "院"}
    assert binding(editions, people.city_a.path) == ["省", "市"]
    assert binding(editions, people.hospital_b.path) == ["省"]


def test_people_see_what_concerns_them(editions, people: Cast, interpret) -> None:
    for number, giver in (("省", people.province), ("主管", people.authority_a), ("院", people.hospital_a)):
        interpret(number=number, organization=giver)

    def seen(user) -> set[str]:
        return {one.number for one in visible_interpretations(reach_of(user, at=AT))}

    assert seen(people.branch_secretary) == {"省", "主管", "院"}
    assert seen(people.supervisor) == {"省", "主管", "院"}
    assert seen(people.outsider) == {"省"}
    assert seen(people.guidance_province) == {"省", "主管", "院"}


def test_who_interprets_speaks_for_the_own_organization(people: Cast) -> None:
    places = lambda user: list(interpreting_organizations(reach_of(user, at=AT)))  # noqa: E731
    assert places(people.party_office) == [people.hospital_a]
    assert places(people.secretary) == []
    assert places(people.supervisor) == [people.authority_a]

"""Many rows go another way into the tables than few: what they leave there is the same, in as many statements."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.intake.kinds.base import Place
from qiangji.intake.registry import kind_of
from qiangji.intake.services.runs import import_file
from qiangji.intake.tests.workbooks import book
from qiangji.ledgers.models import Attendance, Record, RecordChange, RecordKind
from qiangji.lib import bulk
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
STORED = (
    Person, Employment, Member, BranchMembership, Record, RecordKind, Attendance, RecordChange, Event, ChangedFact,
)  # fmt: skip
# What no two imports have in common: keys given out and random ids, and digests over them.
OWN = frozenset({"id", "public_id", "object_id", "digest"})
MEETING_KIND = "支部党员大会"


def register_of(count: int) -> list[list[Any]]:
    """Return a register of new members; some optional cells are filled."""
    rows: list[list[Any]] = [
        ["工号", "姓名", "党支部", "入党日期", "转正日期", "性别", "出生年份", "少数民族"]
    ]
    for number in range(count):
        joined = date(2001, 7, 1) + timedelta(days=number)
        confirmed = joined + timedelta(days=365) if number % 3 else None
        sex, birth = ("男", 1970 + number % 20) if number % 2 else ("", None)
        rows.append(
            [
                f"{number:05d}",
                f"张{number}",
                "内科党支部",
                joined,
                confirmed,
                sex,
                birth,
                "是" if number % 7 else "",
            ]
        )
    return rows


def meetings_of(count: int) -> list[list[Any]]:
    return [["组织", "类型", "日期", "主题"]] + [
        ["内科党支部", MEETING_KIND, date(2025, 1, 1) + timedelta(days=number), f"会议{number}"]
        for number in range(count)
    ]


def lines_of(count: int, people: int = 5) -> list[list[Any]]:
    return [["组织", "类型", "日期", "工号", "出席"]] + [
        [
            "内科党支部",
            MEETING_KIND,
            date(2025, 1, 1) + timedelta(days=number),
            f"{one:05d}",
            "到" if one else "请假",
        ]
        for number in range(count)
        for one in range(people)
    ]


class Desk:
    """Where tables come in."""

    def __init__(self, folder: Path) -> None:
        self.people: Cast = cast()
        self.path = folder / "表.xlsx"

    def bring(self, code: str, rows: list[list[Any]]) -> dict[str, int]:
        self.path.write_bytes(book(rows))
        place = Place(self.people.hospital_a, None, AT)
        return import_file(
            path=self.path, kind=kind_of(code), place=place, mode="all", by=self.people.party_office
        ).counts

    def everything(self) -> None:
        assert self.bring("members", register_of(30))["new"] == 30
        assert self.bring("records", meetings_of(12))["new"] == 12
        assert self.bring("attendance", lines_of(12))["new"] == 60


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Return what the tables hold, keys replaced by the place of the row they point at."""
    places = {model: {key: at for at, key in enumerate(keys_of(model))} for model in STORED}
    held: dict[str, list[tuple[Any, ...]]] = {}
    for model in STORED:
        fields = [field for field in model._meta.concrete_fields if field.name not in OWN]
        rows = model._default_manager.order_by("pk").values_list(*[field.attname for field in fields])
        held[model.__name__] = [
            tuple(plain(field, value, places) for field, value in zip(fields, row, strict=True))
            for row in rows
        ]
    return held


def keys_of(model: type[models.Model]) -> list[int]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def plain(field: Any, value: Any, places: dict[Any, dict[int, int]]) -> Any:
    """Return a value as it can be compared between two imports."""
    if field.is_relation and value is not None and field.related_model in places:
        return places[field.related_model][value]
    if isinstance(value, UUID) or field.name == "data":
        return shape(value)
    return value


def shape(value: Any) -> Any:
    """Leave random ids and digests out of what a log says: they are as long as one another."""
    return (type(value).__name__, len(str(value)))


@pytest.mark.django_db
def test_many_rows_leave_the_same_as_few(desk, monkeypatch):
    held = []
    for few in (1, 10**9):
        monkeypatch.setattr(bulk, "FEW", few)
        point = transaction.savepoint()
        desk.everything()
        held.append(contents())
        transaction.savepoint_rollback(point)
    assert held[0] == held[1]
    assert all(held[0][model.__name__] for model in STORED)


@pytest.mark.django_db
def test_every_event_of_a_bulk_import_is_sealed_as_one_written_alone(desk, monkeypatch):
    monkeypatch.setattr(bulk, "FEW", 1)
    desk.everything()
    for held in Event.objects.all():
        by = desk.people.party_office
        again = event(
            verb=held.verb, obj_type=held.object_type, obj_id=held.object_id, data=json.loads(held.data),
            by=by if held.actor_id else None, at=held.at, sequence=held.sequence,
        )  # fmt: skip
        assert (held.digest, held.data) == (again.digest, again.data)


def statements(work: Callable[[], object]) -> list[str]:
    """Return the statements, each by its first words; savepoints have names of their own."""
    with CaptureQueriesContext(connection) as heard:
        work()
    texts = [one["sql"].split(" times: ")[-1] for one in heard]
    return ["SAVEPOINT" if "SAVEPOINT" in text else text[:60] for text in texts]


@pytest.mark.django_db
def test_statements_do_not_grow_with_rows_but_with_batches(desk, monkeypatch):
    """Each pair imports twice as many rows; a statement that is sent for many rows counts as the driver sends it: once."""
    monkeypatch.setattr(bulk, "FEW", 1)
    small = [statements(lambda: desk.bring("members", register_of(60)))]
    small.append(statements(lambda: desk.bring("records", meetings_of(40))))
    small.append(statements(lambda: desk.bring("attendance", lines_of(40))))
    for model in (Attendance, RecordKind, RecordChange, Record, BranchMembership, Member, Employment, Person):
        model._default_manager.all()._raw_delete("default")
    large = [statements(lambda: desk.bring("members", register_of(120)))]
    large.append(statements(lambda: desk.bring("records", meetings_of(80))))
    large.append(statements(lambda: desk.bring("attendance", lines_of(80))))
    assert large == small


class Rows(TestCase):
    """Whatever a person may hold is stored and read back alike on both ways."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.builds(
                dict,
                name=st.text(
                    st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
                    min_size=1,
                    max_size=40,
                ),
                pinyin=st.text("abc", max_size=20),
                sex=st.sampled_from(Person.Sex.values),
                birth_year=st.none() | st.integers(1900, 2026),
                is_minority=st.none() | st.booleans(),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_prepared_and_plain_rows_are_alike(self, given_rows):
        rows = [Person(**values) for values in given_rows]
        assert written(rows, 1) == written([Person(**values) for values in given_rows], 10**9)
        assert [row.pk for row in rows] == [Person.objects.get(public_id=row.public_id).pk for row in rows]


def written(rows: list[Person], few: int) -> list[tuple[Any, ...]]:
    """Store rows one way and return what the table holds of them."""
    held, bulk.FEW = bulk.FEW, few
    try:
        bulk.insert_rows(rows, learn_keys=True)
    finally:
        bulk.FEW = held
    names = [field.attname for field in Person._meta.concrete_fields if field.name not in OWN]
    kept = Person.objects.in_bulk([row.public_id for row in rows], field_name="public_id")
    assert not any(row._state.adding for row in rows)
    return [tuple(getattr(kept[row.public_id], name) for name in names) for row in rows]


@pytest.mark.django_db
def test_a_broken_constraint_is_told_on_both_ways(desk, monkeypatch):
    for few in (1, 10**9):
        monkeypatch.setattr(bulk, "FEW", few)
        twice = [RecordKind(record_id=None, kind="party_lecture") for _ in range(2)]
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert_rows(twice)

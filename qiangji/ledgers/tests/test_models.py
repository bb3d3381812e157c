"""What the tables of ledgers refuse, whoever writes to them: each constraint violated once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from qiangji.files.models import Content
from qiangji.ledgers.models import Attendance, DuesPayment, RecordChange, RecordFile, RecordKind
from qiangji.ledgers.tests.factories import (
    DAY,
    RECORDED,
    make_declaration,
    make_plan,
    make_record,
    make_talk,
    make_template,
)
from qiangji.lib.append_only import HistoryIsKept
from qiangji.members.tests.factories import make_member, make_person
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db


def again(row: models.Model, **changes: Any) -> models.Model:
    """The same row once more, with another key and some fields changed."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del fields["id"]
    fields.pop("public_id", None)
    return type(row)(**(fields | changes))


def change(branch: Organization, **changes: Any) -> RecordChange:
    fields = {"version": 1, "verb": "recorded", "data": "{}", "changed_at": RECORDED}
    return RecordChange(record=make_record(branch), **(fields | changes))


def dues(branch: Organization, **changes: Any) -> DuesPayment:
    fields = {
        "member": make_member(branch),
        "organization": branch,
        "month": date(2026, 6, 1),
        "amount": Decimal("10"),
        "paid_date": DAY,
        "recorded_at": RECORDED,
    }
    return DuesPayment(**(fields | changes))


def saved(row: models.Model) -> models.Model:
    row.save()
    return row


def detached_file(branch: Organization) -> RecordFile:
    content = Content.objects.create(digest="a" * 64, size=1, media_type="text/plain", stored_at=RECORDED)
    return RecordFile(
        record=make_record(branch),
        content=content,
        filename="a.png",
        attached_by=make_user(),
        attached_at=RECORDED,
        detached_at=RECORDED,
    )


def talk(branch: Organization) -> models.Model:
    return make_talk(branch, make_person("甲"), make_person("乙"))


def reversed_talk(branch: Organization) -> models.Model:
    row = talk(branch)
    return again(row, first_id=row.second_id, second_id=row.first_id, date=date(2026, 1, 1))


def attended(branch: Organization) -> Attendance:
    person = make_person("甲")
    return make_record(branch, people=[person]).attendances.get()


VIOLATIONS = {
    "ledgers_declared_once": lambda b: again(make_declaration(b)),
    "ledgers_declaration_dates": lambda b: again(make_declaration(b), kind="x", end_date=date(2025, 1, 1)),
    "ledgers_withdrawn_means_who_and_when": lambda b: again(
        make_declaration(b), kind="x", withdrawn_at=RECORDED
    ),
    "ledgers_dues_once_a_month": lambda b: again(saved(dues(b))),
    "ledgers_dues_amount": lambda b: dues(b, amount=Decimal("-1")),
    "ledgers_dues_month": lambda b: dues(b, month=DAY),
    "ledgers_template_name_once": lambda b: again(make_template(b)),
    "ledgers_plan_names_a_day": lambda b: again(make_plan(b), week=1, weekday=1),
    "ledgers_plan_dates": lambda b: again(make_plan(b), end_date=date(2020, 1, 1)),
    "ledgers_natural_key_once": lambda b: again(make_record(b, natural_key="a")),
    "ledgers_record_dates": lambda b: again(make_record(b), end_date=date(2020, 1, 1)),
    "ledgers_record_has_title": lambda b: again(make_record(b), title=""),
    "ledgers_record_hours": lambda b: again(make_record(b), hours=Decimal("0")),
    "ledgers_record_amount": lambda b: again(make_record(b), amount=Decimal("-1")),
    "ledgers_record_attendance": lambda b: again(make_record(b), expected=1, present=2),
    "ledgers_record_version": lambda b: again(make_record(b), version=0),
    "ledgers_kind_once": lambda b: RecordKind(record=make_record(b), kind="theme_party_day"),
    "ledgers_attendance_once": lambda b: again(attended(b)),
    "ledgers_keynote_was_there": lambda b: again(
        attended(b), person_id=make_person().pk, presence="leave", is_keynote=True
    ),
    "ledgers_change_version_once": lambda b: again(saved(change(b))),
    "ledgers_recordfile_detached_whole": detached_file,
    "ledgers_talk_pair_in_order": reversed_talk,
    "ledgers_talk_once_a_day": lambda b: again(talk(b)),
}


def test_each_constraint_of_the_ledgers_has_a_row_that_violates_it() -> None:
    constraints = {
        constraint.name
        for model in apps.get_app_config("ledgers").get_models()
        for constraint in model._meta.constraints
    }
    assert constraints == set(VIOLATIONS)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_table_refuses(name: str) -> None:
    row = VIOLATIONS[name](make_organization())
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_versions_are_never_changed() -> None:
    row = saved(change(make_organization()))
    row.verb = "changed"
    with pytest.raises(HistoryIsKept):
        row.save()

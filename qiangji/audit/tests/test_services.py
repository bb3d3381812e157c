"""The event log: numbered per object, digested, and refused where two writers claim one number."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
OBJECT = uuid4()


def write(**values: object) -> Event:
    defaults = {"verb": "thing.done", "obj_type": "thing", "obj_id": OBJECT, "data": {}, "by": None, "at": AT}
    return record(**(defaults | values))  # type: ignore[arg-type]


def test_events_of_an_object_are_numbered_from_one() -> None:
    assert [write().sequence, write().sequence] == [1, 2]
    assert write(obj_id=uuid4()).sequence == 1


def test_a_number_can_be_claimed_once() -> None:
    write(sequence=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(sequence=5)
    assert Event.objects.count() == 1


def test_the_person_is_kept_as_an_id_only() -> None:
    user = User.objects.create(username="shen", name="沈青")
    row = write(by=user)
    assert row.actor_id == user.public_id
    assert "沈青" not in row.data


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "thing.undone"},
        {"data": {"points": "2"}},
        {"at": AT + timedelta(seconds=1)},
        {"sequence": 2},
        {"obj_type": "other"},
    ],
)
def test_the_digest_covers_every_field(change: dict) -> None:
    fields = {"verb": "v", "obj_type": "t", "obj_id": OBJECT, "data": {}, "by": None, "at": AT, "sequence": 1}
    assert event(**(fields | change)).digest != event(**fields).digest  # type: ignore[arg-type]


def test_the_digest_does_not_depend_on_the_clock_s_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=8)))
    fields = {"verb": "v", "obj_type": "t", "obj_id": OBJECT, "data": {}, "by": None, "sequence": 1}
    assert event(**fields, at=AT).digest == event(**fields, at=elsewhere).digest  # type: ignore[arg-type]


@transaction.atomic
def write_and_fail() -> None:
    write()
    raise RuntimeError


def test_an_event_goes_with_the_transaction_that_failed() -> None:
    with pytest.raises(RuntimeError):
        write_and_fail()
    assert not Event.objects.exists()

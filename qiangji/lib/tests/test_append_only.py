"""History is added and never overwritten; the event log stands in for every such table."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from qiangji.audit.models import Event
from qiangji.audit.services import record
from qiangji.lib.append_only import HistoryIsKept

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return record(
        verb="thing.done",
        obj_type="thing",
        obj_id=uuid4(),
        data={},
        by=None,
        at=datetime(2026, 1, 5, tzinfo=UTC),
    )


def test_a_row_cannot_be_saved_again(event: Event) -> None:
    event.verb = "thing.undone"
    with pytest.raises(HistoryIsKept):
        event.save()
    assert Event.objects.get().verb == "thing.done"


def test_a_row_cannot_be_deleted(event: Event) -> None:
    with pytest.raises(HistoryIsKept):
        event.delete()
    assert Event.objects.count() == 1


def test_many_rows_cannot_be_changed_or_deleted(event: Event) -> None:
    with pytest.raises(HistoryIsKept):
        Event.objects.update(verb="thing.undone")
    with pytest.raises(HistoryIsKept):
        Event.objects.filter(pk=event.pk).delete()
    assert Event.objects.get().verb == "thing.done"

"""What the database itself refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.tests.factories import make_organization, make_user
from qiangji.standards.models import Criterion, Draft, DraftStep, Edition, Group, Section, Wording
from qiangji.standards.reader import parse_bytes
from qiangji.standards.services import import_edition
from qiangji.standards.tests.tables import flattened, small_table
from qiangji.standards.values import ValueNotAllowed

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def edition() -> Edition:
    parsed = parse_bytes(flattened(small_table()).encode(), filename="表.txt")
    return import_edition(parsed=parsed, code="tiny", label="a", by=None, at=AT, publish=False)


def refused(model: Any, changes: dict[str, Any], **where: Any) -> bool:
    try:
        with transaction.atomic():
            assert model.objects.filter(**where).update(**changes) == 1
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("model", "changes", "where"),
    [
        (Edition, {"status": "published"}, {"label": "a"}),
        (Edition, {"status": "published", "published_at": AT, "content_digest": ""}, {"label": "a"}),
        (Edition, {"published_at": AT}, {"label": "a"}),
        (Edition, {"step": 0}, {"label": "a"}),
        (Criterion, {"code": "1-1-2"}, {"code": "1-1-1"}),
        (Criterion, {"position": 2}, {"code": "1-1-1"}),
        (Criterion, {"points": None}, {"code": "1-1-1"}),
        (Criterion, {"points": -1}, {"code": "1-1-1"}),
        (Criterion, {"scoring_kind": "checklist"}, {"code": "1-1-1"}),
        (Section, {"number": 2}, {"number": 1}),
        (Group, {"title": ""}, {"title": "分工"}),
    ],
)
def test_rows_that_make_no_sense_are_refused(edition: Edition, model: Any, changes: Any, where: Any) -> None:
    assert refused(model, changes, **where)


def test_an_edition_has_one_current_wording(edition: Edition) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(edition=edition, filename="b", digest="x", imported_at=AT)


def test_a_criterion_knows_its_marks(edition: Edition) -> None:
    criterion = edition.criteria.get(code="1-1-1")
    assert criterion.allowed_values() == (Decimal(0), Decimal("0.5"), Decimal(1))
    assert criterion.quick_values() == criterion.allowed_values()
    assert criterion.check_value(Decimal("0.5")) == Decimal("0.5")
    with pytest.raises(ValueNotAllowed):
        criterion.check_value(Decimal("0.7"))


@pytest.fixture
def draft() -> Draft:
    person = make_user()
    draft = Draft.objects.create(
        organization=make_organization(), filename="表.txt", created_by=person, created_at=AT, changed_at=AT
    )
    DraftStep.objects.create(draft=draft, sequence=0, label="读入", state={}, made_by=person, made_at=AT)
    return draft


def test_a_published_draft_has_its_edition(draft: Draft, edition: Edition) -> None:
    assert refused(Draft, {"status": "published"}, pk=draft.pk)
    assert not refused(Draft, {"status": "published", "edition": edition}, pk=draft.pk)


@pytest.mark.parametrize(
    ("sequence", "parent"),
    [(0, None), (1, None), (1, 1), (1, 2)],
    ids=["twice", "without a parent", "its own parent", "before its parent"],
)
def test_a_step_stands_once_after_its_parent(draft: Draft, sequence: int, parent: int | None) -> None:
    step = DraftStep(
        draft=draft,
        sequence=sequence,
        parent=parent,
        label="改",
        state={},
        made_by=draft.created_by,
        made_at=AT,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save()


def test_a_step_is_never_changed(draft: Draft) -> None:
    step = draft.steps.get()
    with pytest.raises(HistoryIsKept):
        step.save()
    with pytest.raises(HistoryIsKept):
        draft.steps.update(label="另一步")
    with pytest.raises(HistoryIsKept):
        draft.steps.all().delete()

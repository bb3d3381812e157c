"""How long the bytes of a detached file are kept."""

from datetime import date, timedelta

import pytest

from qiangji.assessments.exceptions import Refused
from qiangji.assessments.models import Evidence, Submission
from qiangji.assessments.services import evidence as services
from qiangji.assessments.tests.evidence.world import (
    AT,
    LONG_AFTER,
)
from qiangji.files.services import sweep
from qiangji.files.tests import samples


def test_bytes_detached_long_ago_are_swept_and_history_stays(world):
    evidence = world.detach(world.attach())
    assert sweep(at=LONG_AFTER).cleared == 1
    evidence.refresh_from_db()
    assert evidence.content.is_swept
    assert not evidence.content.location.exists()
    assert sweep(at=LONG_AFTER).cleared == 0


def test_bytes_detached_lately_stay(world):
    evidence = world.detach(world.attach(), at=LONG_AFTER - timedelta(days=1))
    assert sweep(at=LONG_AFTER).cleared == 0
    assert evidence.content.location.exists()


def test_bytes_still_used_elsewhere_stay(world):
    evidence = world.attach(world.answers[0])
    world.attach(world.answers[1])
    world.detach(evidence)
    assert sweep(at=LONG_AFTER).cleared == 0
    assert evidence.content.location.exists()


def test_what_was_signed_stays_though_detached_in_a_later_round(world):
    evidence = world.attach()
    Submission.objects.create(
        sheet=world.sheet,
        round=1,
        meeting_date=date(2026, 10, 20),
        minutes_number="1",
        signed_by=world.cast.secretary,
        signer_name="书记甲",
        signed_at=AT + timedelta(days=1),
        total_points=3,
        digest="0" * 64,
    )
    world.detach(evidence, at=AT + timedelta(days=9))
    never_signed = world.attach(data=samples.pdf("later"))
    Evidence.objects.filter(pk=never_signed.pk).update(attached_at=AT + timedelta(days=8))
    world.detach(never_signed, at=AT + timedelta(days=9))
    assert sweep(at=LONG_AFTER).cleared == 1
    assert evidence.content.location.exists()
    assert not never_signed.content.location.exists()


def test_swept_bytes_cannot_be_used_again_but_can_be_uploaded_again(world):
    evidence = world.detach(world.attach())
    sweep(at=LONG_AFTER)
    with pytest.raises(Refused, match="重新上传"):
        services.attach_existing(
            answer=world.first, evidence=evidence, by=world.cast.party_office, at=LONG_AFTER
        )
    again = world.attach()
    assert again.content_id == evidence.content_id
    assert again.content.location.read_bytes() == samples.pdf()

"""Sealed scans hang on the submission they were made of: who may add and take away, who sees them, when."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from qiangji.assessments.models import Sheet, SubmissionScan
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.services.moves import content_digest, given, submit
from qiangji.assessments.tests.factories import FILLED, fill, open_small_cycle, sheet_of
from qiangji.audit.models import Event
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import PASSWORD, Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    people = cast()
    open_small_cycle(people)
    return people


@pytest.fixture
def sheet(people: Cast, settings, tmp_path: Path) -> Sheet:
    """Hospital 甲's sheet, signed and handed in."""
    settings.MEDIA_ROOT = tmp_path / "files"
    sheet = sheet_of(people.hospital_a)
    fill(sheet, "self", people.party_office)
    submit(
        reach=reach_of(people.secretary, at=FILLED),
        sheet_id=sheet.public_id,
        meeting_date=date(2026, 10, 10),
        minutes_number="1号",
        password=PASSWORD,
        seen_version=0,
        at=FILLED,
    )
    return sheet


def picture(tmp_path: Path, color: str = "red") -> SimpleUploadedFile:
    path = tmp_path / "scan.png"
    Image.new("RGB", (30, 20), color).save(path)
    return SimpleUploadedFile("盖章页.png", path.read_bytes())


def post(client: Client, sheet: Sheet, upload: SimpleUploadedFile):
    return client.post(reverse("assessments:scans", args=[sheet.public_id]), {"files": upload})


def test_party_office_adds_a_scan_and_the_supervisor_opens_it(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path
) -> None:
    client.force_login(people.party_office)
    assert post(client, sheet, picture(tmp_path)).status_code == 302
    scan = SubmissionScan.objects.get()
    assert Event.objects.filter(object_id=scan.public_id, verb="scan.attached").count() == 1
    client.force_login(people.supervisor)
    answer = client.get(reverse("assessments:scan_file", args=[scan.public_id]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_same_scan_twice_is_refused_by_name(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path
) -> None:
    client.force_login(people.party_office)
    post(client, sheet, picture(tmp_path))
    answer = post(client, sheet, picture(tmp_path))
    assert "内容相同的扫描件“盖章页.png”" in answer.content.decode()
    assert SubmissionScan.objects.count() == 1


def test_supervisor_may_not_add_and_outsider_sees_nothing(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path
) -> None:
    client.force_login(people.supervisor)
    assert post(client, sheet, picture(tmp_path)).status_code == 403
    client.force_login(people.outsider)
    assert post(client, sheet, picture(tmp_path)).status_code == 404
    assert not SubmissionScan.objects.exists()


def test_scan_is_taken_away_with_a_reason_only(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path
) -> None:
    client.force_login(people.party_office)
    post(client, sheet, picture(tmp_path))
    address = reverse("assessments:scan_detach", args=[SubmissionScan.objects.get().public_id])
    client.post(address, {"reason": " "})
    assert SubmissionScan.objects.get().detached_at is None
    client.post(address, {"reason": "扫描不清"})
    assert SubmissionScan.objects.get().detach_reason == "扫描不清"
    assert client.get(reverse("assessments:scans", args=[sheet.public_id])).status_code == 200


@pytest.mark.parametrize("state", ["under_acceptance", "accepted", "under_rating", "rated"])
def test_what_a_review_has_begun_with_stays_and_only_more_is_added(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path, state: str
) -> None:
    client.force_login(people.party_office)
    post(client, sheet, picture(tmp_path))
    Sheet.objects.filter(pk=sheet.pk).update(state=state)
    scan = SubmissionScan.objects.get()
    page = reverse("assessments:scans", args=[sheet.public_id])
    detach = reverse("assessments:scan_detach", args=[scan.public_id])
    assert detach not in client.get(page).content.decode()
    answer = client.post(detach, {"reason": "扫描不清"}, follow=True).content.decode()
    assert "扫描件已锁定，不能移除" in answer
    assert SubmissionScan.objects.get().detached_at is None
    assert post(client, sheet, picture(tmp_path, "blue")).status_code == 302
    assert SubmissionScan.objects.count() == 2


def test_the_scans_of_a_returned_round_stay_with_it(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path
) -> None:
    client.force_login(people.party_office)
    post(client, sheet, picture(tmp_path))
    scan = SubmissionScan.objects.get()
    for state in ("draft", "submitted"):
        Sheet.objects.filter(pk=sheet.pk).update(state=state, round=2)
        client.post(reverse("assessments:scan_detach", args=[scan.public_id]), {"reason": "扫描不清"})
        scan.refresh_from_db()
        assert scan.detached_at is None


def test_nothing_is_added_while_a_returned_sheet_is_revised(
    client: Client, sheet: Sheet, people: Cast, tmp_path: Path
) -> None:
    Sheet.objects.filter(pk=sheet.pk).update(state="draft", round=2)
    client.force_login(people.party_office)
    assert "重新签字提交之后再上传" in post(client, sheet, picture(tmp_path)).content.decode()
    assert not SubmissionScan.objects.exists()


def test_unsigned_sheet_has_no_page_for_scans(client: Client, people: Cast) -> None:
    client.force_login(people.party_office)
    branchless = sheet_of(people.hospital_a)
    assert client.get(reverse("assessments:scans", args=[branchless.public_id])).status_code == 404


def test_signature_covers_the_attached_files(sheet: Sheet, people: Cast, tmp_path: Path) -> None:
    before = content_digest(sheet, "self", given(sheet, "self"))
    Sheet.objects.filter(pk=sheet.pk).update(state="draft")
    attach_evidence(answer=sheet.answers.first(), upload=picture(tmp_path), by=people.party_office, at=FILLED)
    assert content_digest(sheet, "self", given(sheet, "self")) != before

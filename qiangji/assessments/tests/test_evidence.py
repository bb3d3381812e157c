"""Evidence: who may attach, open and detach it, what is locked when, and what is written down."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Answer, Evidence, Sheet, Submission
from qiangji.assessments.services import evidence as services
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import make_cycle, open_small_cycle, sheet_of
from qiangji.audit.models import Event
from qiangji.files.exceptions import FileRefused
from qiangji.files.models import Content
from qiangji.files.services import sweep
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
LONG_AFTER = AT + timedelta(days=400)


@dataclass
class World:
    """A hospital's draft sheet of a few criteria, and everybody around it."""

    cast: Cast
    sheet: Sheet

    def __post_init__(self) -> None:
        answers = self.sheet.answers.select_related("criterion").order_by("criterion__position")
        self.answers = list(answers)
        self.first = self.answers[0]

    def answer_of(self, organization: Organization) -> Answer:
        """The first answer on another organization's sheet."""
        return Answer.objects.get(
            sheet__organization=organization, sheet__cycle=self.sheet.cycle, criterion__code="1-1-1"
        )

    def move_to(self, state: str) -> None:
        Sheet.objects.filter(pk=self.sheet.pk).update(state=state)

    def attach(
        self, answer: Answer | None = None, data: bytes | None = None, name: str = "会议记录.pdf"
    ) -> Evidence:
        upload = samples.upload(data if data is not None else samples.pdf(), name)
        return services.attach_evidence(
            answer=answer or self.first, upload=upload, by=self.cast.party_office, at=AT
        )

    def detach(self, evidence: Evidence, at: datetime = AT, reason: str = "传错文件") -> Evidence:
        return services.detach_evidence(evidence=evidence, reason=reason, by=self.cast.party_office, at=at)


def make_world() -> World:
    people = cast()
    open_small_cycle(people)
    return World(people, sheet_of(people.hospital_a))


def open_last_year(world: World) -> Answer:
    """The same hospital's first answer of the year before."""
    cycle = make_cycle(world.cast.province, world.sheet.edition, year=2025)
    open_cycle(cycle=cycle, by=None, at=AT - timedelta(days=365))
    return Answer.objects.get(
        sheet__cycle=cycle, sheet__organization=world.cast.hospital_a, criterion__code="1-1-1"
    )


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def world(db) -> World:
    return make_world()


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(world: World, name: str = "evidence_list", code: str = "1-1-1") -> str:
    return reverse(f"assessments:{name}", args=[world.sheet.public_id, code])


def file_address(evidence: Evidence) -> str:
    return reverse("assessments:evidence_open", args=[evidence.public_id])


def open_file(user, evidence: Evidence, query: str = "") -> Any:
    """Open a file as a person and read it to its end; what was read is in ``body``."""
    answer: Any = as_user(user).get(file_address(evidence) + query)
    answer.body = answer.getvalue()
    return answer


def post_file(user, world: World, *uploads, code: str = "1-1-1"):
    return as_user(user).post(address(world, "evidence_add", code), {"files": list(uploads)})


# ---- services -----------------------------------------------------------------------------------------------------


def test_attaching_stores_names_and_records(world):
    evidence = world.attach(name="../会议\u202e记录.PDF")
    assert (evidence.filename, evidence.content.size) == ("会议记录.PDF", len(samples.pdf()))
    assert evidence.content.location.read_bytes() == samples.pdf()
    event = Event.objects.get(object_type="evidence", object_id=evidence.public_id)
    assert (event.verb, event.sequence, event.actor_id) == (
        "evidence.attached",
        1,
        world.cast.party_office.public_id,
    )
    assert json.loads(event.data) == {
        "answer": str(world.first.public_id),
        "content": evidence.content.digest,
        "size": len(samples.pdf()),
    }


def test_a_refused_file_leaves_no_row_and_no_event(world, media_root):
    with pytest.raises(FileRefused):
        world.attach(data=b"<html><script>alert(1)</script></html>", name="报告.pdf")
    assert not Evidence.objects.exists()
    assert not Content.objects.exists()
    assert not Event.objects.filter(object_type="evidence").exists()
    assert [path for path in media_root.rglob("*") if path.is_file()] == []


def test_two_answers_share_one_content(world, media_root):
    first = world.attach(world.answers[0])
    second = world.attach(world.answers[1], name="同一份.pdf")
    assert first.content_id == second.content_id
    assert second.filename == "同一份.pdf"
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1


def test_the_same_content_twice_on_one_answer_is_refused_by_name(world):
    world.attach(name="第一次.pdf")
    with pytest.raises(Refused, match="第一次.pdf"):
        world.attach(name="第二次.pdf")


def test_no_more_files_than_an_answer_may_have(world, monkeypatch):
    monkeypatch.setattr(services, "MOST_PER_ANSWER", 2)
    for mark in "ab":
        world.attach(data=samples.pdf(mark))
    with pytest.raises(Refused, match="每条最多 2 份"):
        world.attach(data=samples.pdf("c"))
    world.detach(Evidence.objects.first())
    assert world.attach(data=samples.pdf("c")).pk


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_locked_in_every_later_state(world, state):
    evidence = world.attach()
    world.move_to(state)
    with pytest.raises(Locked):
        world.attach(data=samples.pdf("b"))
    with pytest.raises(Locked):
        world.detach(evidence)
    with pytest.raises(Locked):
        services.attach_existing(
            answer=world.answers[1], evidence=evidence, by=world.cast.party_office, at=AT
        )
    assert Evidence.objects.get().detached_at is None


def test_detaching_keeps_who_when_and_why(world):
    evidence = world.detach(world.attach(), reason="  传错\n文件 ")
    assert (evidence.detached_by, evidence.detached_at, evidence.detach_reason) == (
        world.cast.party_office,
        AT,
        "传错 文件",
    )
    event = Event.objects.get(object_id=evidence.public_id, sequence=2)
    assert event.verb == "evidence.detached"
    assert json.loads(event.data)["reason"] == "传错 文件"


@pytest.mark.parametrize("reason", ["", "  \n", "长" * 201])
def test_detaching_needs_a_reason_that_fits(world, reason):
    evidence = world.attach()
    with pytest.raises(Refused):
        world.detach(evidence, reason=reason)
    assert not Evidence.objects.get().is_detached


def test_detaching_twice_is_refused(world):
    evidence = world.detach(world.attach())
    with pytest.raises(Refused, match="已经移除"):
        world.detach(evidence)


def test_using_a_file_again_and_taking_a_detaching_back(world):
    evidence = world.attach()
    again = services.attach_existing(
        answer=world.answers[1], evidence=evidence, by=world.cast.secretary, at=AT
    )
    assert (again.content_id, again.filename) == (evidence.content_id, evidence.filename)
    world.detach(evidence)
    back = services.attach_existing(answer=world.first, evidence=evidence, by=world.cast.secretary, at=AT)
    assert not back.is_detached


def test_another_organizations_file_cannot_be_used(world):
    foreign = world.attach(world.answer_of(world.cast.hospital_b))
    with pytest.raises(Refused, match="本组织"):
        services.attach_existing(answer=world.first, evidence=foreign, by=world.cast.party_office, at=AT)


# ---- how long bytes are kept ----------------------------------------------------------------------------------------


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


# ---- pages: one who may, a colleague, an outsider -----------------------------------------------------------------------


def test_the_party_office_adds_several_files_at_once(world):
    answer = post_file(
        world.cast.party_office,
        world,
        samples.upload(samples.pdf(), "一.pdf"),
        samples.upload(samples.picture("JPEG"), "二.jpg"),
        samples.upload(samples.word(), "三.docx"),
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(name in page for name in ("一.pdf", "二.jpg", "三.docx"))
    assert "涉密信息不得录入" in page
    assert world.first.evidence.count() == 3


def test_one_bad_file_is_named_and_the_others_are_kept(world):
    answer = post_file(
        world.cast.party_office,
        world,
        samples.upload(samples.pdf(), "好.pdf"),
        samples.upload(b"<html></html>", "坏.pdf"),
    )
    page = answer.content.decode()
    assert "<strong>坏.pdf</strong>" in page
    assert "这是网页或 SVG 文件" in page
    assert list(world.first.evidence.values_list("filename", flat=True)) == ["好.pdf"]


def test_adding_nothing_says_what_to_do(world):
    answer = as_user(world.cast.party_office).post(address(world, "evidence_add"))
    assert "请先选择文件" in answer.content.decode()


def test_names_are_escaped_in_the_list(world):
    post_file(world.cast.party_office, world, samples.upload(samples.pdf(), "'&记录.pdf"))
    page = as_user(world.cast.party_office).get(address(world)).content.decode()
    assert "&#x27;&amp;记录.pdf" in page


def test_a_colleague_without_the_right_may_not_add(world):
    colleague = world.cast.branch_secretary
    world.move_to(State.SUBMITTED)
    answer = post_file(world.cast.supervisor, world, samples.upload(samples.pdf()))
    assert answer.status_code == 403
    assert "党办工作人员" in answer.content.decode()
    assert post_file(colleague, world, samples.upload(samples.pdf())).status_code in {403, 404}
    assert not Evidence.objects.exists()


def test_an_outsider_meets_404_everywhere(world):
    evidence = world.attach()
    client = as_user(world.cast.outsider)
    detach = reverse("assessments:evidence_detach", args=[evidence.public_id])
    assert client.get(address(world)).status_code == 404
    assert client.get(address(world, "evidence_reuse")).status_code == 404
    assert client.get(file_address(evidence)).status_code == 404
    assert client.post(detach, {"reason": "x"}).status_code == 404
    assert post_file(world.cast.outsider, world, samples.upload(samples.pdf("b"))).status_code == 404
    assert Evidence.objects.filter(detached_at__isnull=True).count() == 1


def test_nobody_gets_anything_without_signing_in(world):
    answer = Client().get(file_address(world.attach()))
    assert answer.status_code == 302
    assert reverse("accounts:sign_in") in answer["Location"]


def test_a_superior_opens_nothing_before_submission(world):
    evidence = world.attach()
    client = as_user(world.cast.supervisor)
    assert client.get(address(world)).status_code == 403
    assert open_file(world.cast.supervisor, evidence).status_code == 403
    world.move_to(State.SUBMITTED)
    assert client.get(address(world)).status_code == 200
    assert open_file(world.cast.supervisor, evidence).status_code == 200


def test_after_submission_the_panel_says_locked_and_has_no_form(world):
    world.attach()
    world.move_to(State.SUBMITTED)
    page = as_user(world.cast.party_office).get(address(world)).content.decode()
    assert "佐证材料已锁定" in page
    assert "<form" not in page


def test_adding_to_a_submitted_sheet_explains_itself(world):
    world.move_to(State.SUBMITTED)
    page = post_file(world.cast.party_office, world, samples.upload(samples.pdf(), "迟.pdf")).content.decode()
    assert "已提交" in page
    assert "<strong>迟.pdf</strong>" in page
    assert not Evidence.objects.exists()


def test_detaching_on_the_page(world):
    evidence = world.attach()
    client = as_user(world.cast.party_office)
    detach = reverse("assessments:evidence_detach", args=[evidence.public_id])
    assert "请写明移除原因" in client.post(detach, {"reason": " "}).content.decode()
    page = client.post(detach, {"reason": "换成新版"}).content.decode()
    assert "已移除 1 份" in page
    assert "换成新版" in page


def test_detached_files_are_shown_to_the_own_organization_only(world):
    evidence = world.detach(world.attach())
    world.move_to(State.SUBMITTED)
    reviewer = as_user(world.cast.supervisor)
    assert "已移除" not in reviewer.get(address(world)).content.decode()
    assert reviewer.get(file_address(evidence)).status_code == 403
    assert open_file(world.cast.party_office, evidence).status_code == 200


def test_a_swept_file_says_so(world):
    evidence = world.detach(world.attach())
    sweep(at=LONG_AFTER)
    client = as_user(world.cast.party_office)
    answer = client.get(file_address(evidence))
    assert answer.status_code == 410
    assert "文件已按规定清除" in answer.content.decode()
    assert "（已清除）" in client.get(address(world)).content.decode()


def test_the_picker_offers_what_the_answer_lacks(world):
    world.attach(world.answers[0], name="本条已有.pdf")
    shared = world.attach(world.answers[1], data=samples.pdf("b"), name="他条所用.pdf")
    world.attach(world.answers[2], data=samples.pdf("b"), name="他条所用.pdf")
    world.attach(open_last_year(world), data=samples.pdf("c"), name="上年材料.pdf")
    world.attach(world.answer_of(world.cast.hospital_b), data=samples.pdf("d"), name="外院材料.pdf")
    client = as_user(world.cast.party_office)
    page = client.get(address(world, "evidence_reuse")).content.decode()
    assert page.count("他条所用.pdf") == 1
    assert "本表" in page
    assert "2025年度考评" in page
    assert "本条已有.pdf" not in page
    assert "外院材料.pdf" not in page
    client.post(address(world, "evidence_reuse"), {"evidence": [shared.public_id]})
    assert world.first.evidence.filter(content=shared.content_id).exists()


def test_picking_a_foreign_file_or_none_changes_nothing(world):
    foreign = world.attach(world.answer_of(world.cast.hospital_b), data=samples.pdf("d"))
    client = as_user(world.cast.party_office)
    for value in (foreign.public_id, "no-id"):
        page = client.post(address(world, "evidence_reuse"), {"evidence": [value]}).content.decode()
        assert "请先勾选" in page
    assert not world.first.evidence.exists()


def test_a_browser_without_script_gets_whole_pages(world):
    client = as_user(world.cast.party_office)
    page = client.get(address(world), headers={"accept": "text/html"}).content.decode()
    assert "<!doctype html>" in page.lower()
    answer = client.post(
        address(world, "evidence_add"),
        {"files": [samples.upload(samples.pdf())]},
        headers={"accept": "text/html"},
    )
    assert (answer.status_code, answer["Location"]) == (302, address(world))
    fragment = client.get(
        address(world), headers={"accept": "text/html", "hx-request": "true"}
    ).content.decode()
    assert fragment.lstrip().startswith("<div")


def test_the_panel_costs_few_statements(world, django_assert_max_num_queries):
    for mark in "abcdef":
        world.attach(data=samples.pdf(mark))
    client = as_user(world.cast.party_office)
    with django_assert_max_num_queries(7):
        assert client.get(address(world)).status_code == 200


# ---- opening a file ------------------------------------------------------------------------------------------------------


def test_headers_leave_the_browser_no_choice(world):
    answer = open_file(world.cast.party_office, world.attach(name="记录.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline")
    assert "filename*=utf-8''%E8%AE%B0%E5%BD%95.pdf" in answer["Content-Disposition"]
    assert answer.body == samples.pdf()


def test_office_files_are_never_inline_and_a_download_is_one(world):
    word = open_file(world.cast.party_office, world.attach(data=samples.word(), name="文.docx"))
    pdf = open_file(world.cast.party_office, world.attach(), "?download=1")
    assert word["Content-Disposition"].startswith("attachment")
    assert pdf["Content-Disposition"].startswith("attachment")


def test_opening_from_outside_the_hospital_is_recorded(world):
    evidence = world.attach()
    world.move_to(State.SUBMITTED)
    opened = Event.objects.filter(object_id=evidence.public_id, verb="evidence.opened").order_by("sequence")
    open_file(world.cast.party_office, evidence)
    assert not opened.exists()
    open_file(world.cast.supervisor, evidence)
    open_file(world.cast.supervisor, evidence)
    supervisor = world.cast.supervisor.public_id
    assert list(opened.values_list("sequence", "actor_id")) == [(2, supervisor), (3, supervisor)]


def test_the_hospital_opening_its_branchs_file_is_inside(world):
    evidence = world.attach(world.answer_of(world.cast.internal_medicine))
    Sheet.objects.filter(pk=evidence.answer.sheet_id).update(state=State.SUBMITTED)
    assert open_file(world.cast.party_office, evidence).status_code == 200
    assert not Event.objects.filter(verb="evidence.opened").exists()


# ---- at the same time -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_people_attaching_the_same_file_store_it_once(media_root):
    world = make_world()
    barrier = Barrier(4)
    outcomes: list[Evidence | Exception] = []

    def work(answer: Answer) -> None:
        try:
            barrier.wait()
            outcomes.append(world.attach(answer))
        except Exception as error:  # noqa: BLE001 (a thread's error must reach the test)
            outcomes.append(error)
        finally:
            connection.close()

    targets = [*world.answers[:3], world.first]
    threads = [Thread(target=work, args=(answer,)) for answer in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 1, outcomes
    assert Evidence.objects.count() == 3
    assert Content.objects.count() == 1
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1

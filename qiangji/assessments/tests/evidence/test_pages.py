"""The evidence panel and its page: one who may, a colleague, an outsider."""

from django.test import Client
from django.urls import reverse

from qiangji.assessments.models import Evidence
from qiangji.assessments.states import State
from qiangji.assessments.tests.evidence.world import (
    LONG_AFTER,
    address,
    file_address,
    open_file,
    open_last_year,
    post_file,
)
from qiangji.assessments.tests.worlds import as_user
from qiangji.files.services import sweep
from qiangji.files.tests import samples


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
    with django_assert_max_num_queries(8):
        assert client.get(address(world)).status_code == 200

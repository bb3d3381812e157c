"""Opening a file: headers that leave the browser no choice, and what is written down."""

from qiangji.assessments.models import Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.evidence.world import (
    open_file,
)
from qiangji.audit.models import Event
from qiangji.files.tests import samples


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

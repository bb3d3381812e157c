"""A register with eleven planted mistakes: each is named by row and column, mended ones come in once and only once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from qiangji.audit.models import Event
from qiangji.intake.checking import check_file
from qiangji.intake.exporting import export_of, marked_of, template_of
from qiangji.intake.kinds.base import Place
from qiangji.intake.models import ColumnMapping, ImportRun
from qiangji.intake.registry import kind_of
from qiangji.intake.services.runs import BadRows, import_file
from qiangji.intake.tests.workbooks import FIRST_ROW, GOOD, HEADINGS, PLANTED, book, register, upload
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def people() -> Cast:
    return cast()


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(data)
    return path


def here(people: Cast) -> Place:
    return Place(people.hospital_a, reach_of(people.party_office, at=AT), AT)


def bring(path: Path, people: Cast, mode: str = "all"):
    return import_file(
        path=path, kind=kind_of("members"), place=here(people), mode=mode, by=people.party_office
    )


def test_every_planted_mistake_is_named_where_it_stands(people, tmp_path):
    checked = check_file(saved(tmp_path, register(mended=False)), kind_of("members"), here(people))
    planted = [(FIRST_ROW + len(GOOD) + index, column) for index, (column, _, _) in enumerate(PLANTED)]
    assert [(finding.row, finding.column) for finding in checked.findings] == planted
    assert all(finding.wrong and finding.right for finding in checked.findings)
    assert checked.counts["bad"] == 11
    assert checked.counts["new"] == 3


def test_as_a_whole_or_not_at_all(people, tmp_path):
    with pytest.raises(BadRows, match="11 行有问题"):
        bring(saved(tmp_path, register(mended=False)), people)
    assert not Member.objects.exists()


def test_good_rows_only_then_the_mended_table_without_doubles(people, tmp_path):
    bring(saved(tmp_path, register(mended=False)), people, "good")
    assert Member.objects.count() == 3
    mended = saved(tmp_path, register(mended=True))
    checked = bring(mended, people)
    assert (checked.counts["new"], checked.counts["unchanged"]) == (11, 3)
    assert Member.objects.count() == Person.objects.count() == 14
    assert set(Employment.objects.values_list("staff_number", flat=True)) == {
        f"00{number}" for number in range(101, 115)
    }
    before = (Event.objects.count(), ChangedFact.objects.count(), BranchMembership.objects.count())
    again = bring(mended, people)
    assert again.counts["unchanged"] == 14
    assert not again.to_write
    assert (Event.objects.count(), ChangedFact.objects.count(), BranchMembership.objects.count()) == before


def test_an_export_reads_back_as_no_change(people, tmp_path):
    bring(saved(tmp_path, register(mended=True)), people)
    data = export_of(kind_of("members"), here(people))
    checked = check_file(saved(tmp_path, data), kind_of("members"), here(people))
    assert checked.counts["unchanged"] == checked.counts["total"] == 14


def test_staff_numbers_that_excel_made_numbers_find_their_person(people, tmp_path):
    bring(saved(tmp_path, register(mended=True)), people)
    rows = [HEADINGS, (101, "赵一", "内科党支部", "2010-07-01", "2011-07-01", "", "", "", "")]
    assert bring(saved(tmp_path, book(rows)), people).counts["unchanged"] == 1


def test_a_template_holds_no_rows_and_says_so(people, tmp_path):
    path = saved(tmp_path, template_of(kind_of("members")))
    with pytest.raises(ValueError, match="没有数据"):
        check_file(path, kind_of("members"), here(people))


def test_rows_of_branches_elsewhere_are_refused(people, tmp_path):
    rows = [HEADINGS, ("1", "外人", people.hospital_b.code, "2010-07-01", "", "", "", "", "")]
    checked = check_file(saved(tmp_path, book(rows)), kind_of("members"), here(people))
    assert [finding.column for finding in checked.findings] == ["党支部"]


# ---- on the pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(people: Cast, client: Client, settings, tmp_path) -> Client:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path
    client.force_login(people.party_office)
    return client


def handed_in(clerk: Client, people: Cast, data: bytes, kind: str = "members") -> ImportRun:
    address = reverse("intake:upload", args=[people.hospital_a.public_id, kind])
    answer = clerk.post(address, {"file": upload(data)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


@pytest.mark.shows("A12")
def test_the_clerk_sees_each_fault_and_chooses(people, clerk):
    run = handed_in(clerk, people, register(mended=False))
    page = clerk.get(reverse("intake:run", args=[run.public_id])).content.decode()
    for words in ("第 7 行", "肿瘤科党支部", "没有 2015 年 2 月 30 日这一天", "只导入正确的 3 行"):
        assert words in page
    marked = clerk.get(reverse("intake:marked", args=[run.public_id]))
    assert marked.status_code == 200
    clerk.post(reverse("intake:apply", args=[run.public_id]), {"mode": "all"})
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED
    clerk.post(reverse("intake:apply", args=[run.public_id]), {"mode": "good"})
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED
    assert Member.objects.count() == 3
    assert Event.objects.filter(verb="import.applied", object_id=run.public_id).exists()


def test_the_marked_table_reads_as_it_was(people, clerk, tmp_path):
    run = handed_in(clerk, people, register(mended=False))
    data = marked_of(run, here(people))
    checked = check_file(saved(tmp_path, data), kind_of("members"), here(people))
    assert checked.counts["bad"] == 11
    assert checked.counts["new"] == 3


@pytest.mark.shows("A12")
def test_columns_of_another_platform_are_matched_once_and_known_afterwards(people, clerk):
    theirs = book(
        [["人员编码", "人员名称", "党组织简称", "入党年月日"], ["00101", "赵一", "内科党支部", "2010-07-01"]]
    )
    run = handed_in(clerk, people, theirs)
    assert run.state == ImportRun.State.FAILED
    assert "人员编码" in clerk.get(reverse("intake:run", args=[run.public_id])).content.decode()
    chosen = {
        "column-staff_number": "人员编码",
        "column-name": "人员名称",
        "column-branch": "党组织简称",
        "column-joined_date": "入党年月日",
        "name": "某平台",
    }
    clerk.post(reverse("intake:match", args=[run.public_id]), chosen)
    run.refresh_from_db()
    assert run.counts["new"] == 1
    assert ColumnMapping.objects.get().name == "某平台"
    assert handed_in(clerk, people, theirs).state == ImportRun.State.CHECKED


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a workbook", b"<html>table</html>"])
def test_what_is_no_workbook_ends_in_a_message(people, clerk, data):
    address = reverse("intake:upload", args=[people.hospital_a.public_id, "members"])
    answer = clerk.post(address, {"file": upload(data)})
    assert answer.status_code == 200
    assert "alert-danger" in answer.content.decode()


def test_a_process_that_died_is_said_to_have_died(people, clerk):
    run = handed_in(clerk, people, register(mended=True))
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    page = clerk.get(reverse("intake:run", args=[run.public_id])).content.decode()
    assert "中途停止" in page
    clerk.post(reverse("intake:check", args=[run.public_id]))
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_a_run_set_aside_is_not_imported(people, clerk):
    run = handed_in(clerk, people, register(mended=True))
    clerk.post(reverse("intake:discard", args=[run.public_id]))
    clerk.post(reverse("intake:apply", args=[run.public_id]), {"mode": "all"})
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("party_office", 200),
        ("secretary", 403),
        ("branch_secretary", 404),
        ("supervisor", 403),
        ("outsider", 404),
    ],
)
def test_who_may_bring_in_a_register(people, client, who, status):
    client.force_login(people.users[who])
    address = reverse("intake:upload", args=[people.hospital_a.public_id, "members"])
    assert client.get(address).status_code == status
    assert client.get(reverse("intake:home")).status_code == 200


# ---- by command -----------------------------------------------------------------------------------------------------


def test_the_command_names_each_fault_and_says_one(people, tmp_path, capsys):
    path = saved(tmp_path, register(mended=False))
    with pytest.raises(SystemExit) as ended:
        call_command("import", "members", str(path), "--organization", people.hospital_a.code, "--json")
    assert ended.value.code == 1
    said = json.loads(capsys.readouterr().out)
    assert said["imported"] is False
    assert len(said["problems"]) == 11
    call_command(
        "import",
        "members",
        str(saved(tmp_path, register(mended=True))),
        "--organization",
        people.hospital_a.code,
    )
    assert Member.objects.count() == 14


@pytest.mark.parametrize("arguments", [["nothing", "x.xlsx"], ["members", "missing.xlsx"]])
def test_a_call_that_is_off_says_two(arguments):
    with pytest.raises(SystemExit) as ended:
        call_command("import", *arguments)
    assert ended.value.code == 2


def test_the_template_command_writes_a_file(tmp_path):
    call_command("template", "record.party_class", "--output", str(tmp_path / "党课.xlsx"))
    assert (tmp_path / "党课.xlsx").stat().st_size > 4000

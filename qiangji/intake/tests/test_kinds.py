"""Every other table: rows come in, the same rows change nothing, an export reads back, faults stand at their cells."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from qiangji.intake.checking import Checked, check_file
from qiangji.intake.exporting import export_of, template_of
from qiangji.intake.kinds.base import Place
from qiangji.intake.kinds.records import stored_records
from qiangji.intake.registry import codes, kind_of, kinds_at
from qiangji.intake.services.runs import BadRows, import_file
from qiangji.intake.tests.workbooks import book
from qiangji.ledgers.models import Attendance, DuesPayment, Record
from qiangji.ledgers.tests.factories import make_record
from qiangji.members.models import Exemption, Tenure
from qiangji.members.tests.factories import make_member
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Department, Organization, OrganizationState, Post, Term
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Desk:
    """The Party office's desk: tables come in here and are compared."""

    def __init__(self, people: Cast, folder: Path) -> None:
        self.people, self.path = people, folder / "表.xlsx"
        self.place = Place(people.hospital_a, reach_of(people.party_office, at=AT), AT)

    def bring(self, code: str, rows: list, mode: str = "all") -> Checked:
        self.path.write_bytes(book(rows))
        try:
            return self.imported(code, mode)
        except BadRows as refused:
            print([finding.as_json() for finding in refused.checked.findings])
            raise

    def imported(self, code, mode):
        return import_file(
            path=self.path, kind=kind_of(code), place=self.place, mode=mode, by=self.people.party_office
        )

    def twice(self, code: str, rows: list) -> None:
        """Import, import again, export and check the export: only the first changes anything."""
        assert self.bring(code, rows).counts["new"] == len(rows) - 1
        assert self.bring(code, rows).counts["unchanged"] == len(rows) - 1
        self.path.write_bytes(export_of(kind_of(code), self.place))
        checked = check_file(self.path, kind_of(code), self.place)
        assert not checked.findings
        assert checked.counts["unchanged"] == checked.counts["total"] >= len(rows) - 1

    def faults(self, code: str, rows: list) -> list[tuple[int, str]]:
        with pytest.raises(BadRows) as refused:
            self.bring(code, rows)
        return [(finding.row, finding.column) for finding in refused.value.checked.findings]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(cast(), tmp_path)


@pytest.fixture
def members(desk: Desk):
    return [
        make_member(desk.people.internal_medicine, name, staff_number=number, start_date=date(2020, 1, 1))
        for name, number in (("赵一", "0101"), ("钱二", "0102"))
    ]


def test_departments(desk):
    heads = ["科室名称", "党支部", "设立日期"]
    desk.twice("departments", [heads, ["心内科", "内科党支部", "2020-01-01"], ["普外科", "", "2020.1.1"]])
    assert desk.bring("departments", [heads, ["普外科", "外科党支部", "2026-11-01"]]).counts["changed"] == 1
    assert Department.objects.filter(name="普外科").count() == 2


def test_states(desk):
    rows = [
        ["项目", "数值", "年度", "起"],
        ["医院等级", "三级", "", "2020-01-01"],
        ["在编职工数", "1200", "", "2026-01-01"],
    ]
    titles = {
        kind.label for column in kind_of("states").columns if column.name == "item" for kind in column.choices
    }
    rows[2][0] = next(title for title in titles if "在编" in title)
    desk.twice("states", rows)
    assert OrganizationState.objects.count() == 2
    assert desk.faults("states", [rows[0], ["医院等级", "九级", "", ""]]) == [(2, "起"), (2, "数值")]


def test_terms_and_posts(desk, members):
    desk.twice(
        "terms", [["机构", "届次", "任期", "产生日期", "产生方式"], ["党委", 3, 5, "2023-06-01", "党员大会"]]
    )
    assert Term.objects.get().due_date > date(2028, 1, 1)
    heads = ["机构", "职务", "分工", "次序", "设置日期", "工号", "姓名", "任职日期", "产生方式"]
    rows = [
        heads,
        ["党委", "书记", "", 1, "2023-06-01", "0101", "赵一", "2023-06-01", "选举"],
        ["党委", "委员", "组织委员", 2, "2023-06-01", "", "", "", ""],
    ]
    desk.twice("posts", rows)
    assert (Post.objects.count(), Tenure.objects.count()) == (2, 1)
    faults = desk.faults(
        "posts", [heads, ["党委", "委员", "宣传委员", 3, "2023-06-01", "9999", "", "2023-06-01", "选举"]]
    )
    assert faults == [(2, "工号")]


def test_exemptions(desk, members):
    heads = ["工号", "免除事项", "批准文件", "起", "止"]
    desk.twice("exemptions", [heads, ["0101", "组织生活", "院党发1号", "2026-01-01", "2026-12-31"]])
    assert Exemption.objects.count() == 1
    assert desk.faults("exemptions", [heads, ["0102", "全部", "x", "2026-05-01", "2026-01-31"]]) == [
        (2, "止")
    ]


def test_dues(desk, members):
    heads = ["工号", "姓名", "月份", "金额", "缴费日期"]
    desk.twice(
        "dues",
        [
            heads,
            ["0101", "赵一", "2026年3月", "1,035.50元", "2026-03-10"],
            [102, "钱二", "202603", 20, "2026-03-10"],
        ],
    )
    assert DuesPayment.objects.get(member=members[0]).amount == Decimal("1035.50")
    faults = desk.faults(
        "dues",
        [heads, ["0101", "李四", "2026-04", 20, "2026-04-10"], ["0102", "钱二", "2026-04", -1, "2026-04-10"]],
    )
    assert faults == [(2, "姓名"), (3, "金额")]


def test_hours_of_other_platforms(desk, members):
    heads = ["工号", "完成时间", "课程名称", "学时", "平台"]
    desk.twice(
        "hours",
        [
            heads,
            ["0101", "2026-03-05", "网络专题班", 4, "甲平台"],
            ["0102", "2026-03-05", "网络专题班", "4学时", "甲平台"],
        ],
    )
    record = Record.objects.get()
    assert (record.hours, record.present, record.source) == (4, 2, Record.Source.PLATFORM)


def test_records_of_one_kind_and_of_all(desk, members):
    heads = ["党支部", "编号", "时间", "主题", "地点", "主持人", "学时"]
    rows = [["党课台账"], heads, ["内科党支部", "K-1", "2026.3.5", "第一课", "会议室", "赵一", 2]]
    assert desk.bring("record.party_class", rows).counts["new"] == 1
    record = Record.objects.get()
    assert (record.natural_key, record.place, record.hours) == ("K-1", "会议室", 2)
    desk.twice("record.party_class", [heads[:4], ["外科党支部", "", "2026-04-05", "第二课"]])
    combined = [
        ["组织", "会议类型", "日期", "主题"],
        ["内科党支部", "支部党员大会、主题党日", "2026-03-06", "三月大会"],
    ]
    desk.twice("records", combined)
    assert Record.objects.get(title="三月大会").kinds.count() == 2
    faults = desk.faults(
        "records",
        [combined[0], ["内科党支部", "茶话会", "2026-03-06", "x"], ["儿科", "党课", "2026-03-06", "x"]],
    )
    assert faults == [(2, "会议类型"), (3, "组织")]


def test_a_record_that_was_typed_is_not_doubled(desk, members):
    combined = [
        ["组织", "类型", "日期", "主题", "地点"],
        ["内科党支部", "支部党员大会", "2026-03-06", "三月大会", "礼堂"],
    ]
    desk.bring("records", combined)
    combined[1][4] = "小会议室"
    assert desk.bring("records", combined).counts["changed"] == 1
    assert Record.objects.get().place == "小会议室"


def test_an_export_holds_what_the_person_reads(desk):
    """Restricted ledgers go out to the role that answers for them, and to nobody who does not see them on the page."""
    hospital = desk.people.hospital_a
    secretary = make_user()
    make_role(secretary, hospital, RoleName.DISCIPLINE_SECRETARY)
    make_record(hospital, ["leader_sanction"], title="零报告", is_restricted=True)
    make_record(hospital, ["enlarged_committee_meeting"], title="扩大会议")

    def titles(user):
        place = Place(hospital, reach_of(user, at=AT), AT)
        return {record.title for record in stored_records(place, None, None)}

    finance = make_user()
    make_role(finance, hospital, RoleName.FINANCE)
    assert "零报告" in titles(secretary)
    assert titles(desk.people.party_office) == {"扩大会议", "零报告"}
    assert titles(finance) == {"扩大会议"}
    assert titles(desk.people.outsider) == set()


def test_attendance_lines(desk, members):
    desk.bring(
        "records",
        [["组织", "类型", "日期", "主题"], ["内科党支部", "支部党员大会", "2026-03-06", "三月大会"]],
    )
    heads = ["组织", "类型", "日期", "工号", "姓名", "出席"]
    rows = [
        heads,
        ["内科党支部", "支部党员大会", "2026-03-06", "0101", "赵一", "√"],
        ["内科党支部", "支部党员大会", "2026-03-06", "0102", "钱二", "病假"],
    ]
    desk.twice("attendance", rows)
    assert dict(Attendance.objects.values_list("person__name", "presence")) == {
        "赵一": "present",
        "钱二": "leave",
    }
    assert Record.objects.get().present == 1
    rows[2][5] = "缺席"
    assert desk.bring("attendance", rows).counts["changed"] == 1
    bad = [
        heads,
        ["内科党支部", "党课", "2026-03-06", "0101", "", "到"],
        ["内科党支部", "", "2026-03-06", "0909", "", "到"],
    ]
    assert desk.faults("attendance", bad) == [(2, "日期"), (3, "工号")]


def test_a_whole_province(tmp_path):
    people = cast()
    desk = Desk(people, tmp_path)
    desk.place = Place(None, None, AT)
    heads = ["代码", "上级代码", "类别", "组织形式", "名称", "简称", "成立时间"]
    rows = [
        heads,
        ["NB1", "NH", "党支部", "", "新医院一支部", "一支部", "2021-01-01"],
        ["NH", people.city_b.code, "医院", "党委", "乙市新医院党委", "新医院", "2020-06-01"],
    ]
    assert desk.bring("organizations", rows).counts["new"] == 2
    assert Organization.objects.get(code="NB1").parent.code == "NH"
    assert desk.bring("organizations", rows).counts["unchanged"] == 2
    rows[1][4] = "新医院第一党支部"
    assert desk.bring("organizations", rows).counts["changed"] == 1
    assert Organization.objects.get(code="NB1").names.count() == 2
    bad = [
        heads,
        ["X1", "没有", "党支部", "", "甲", "甲", "2021-01-01"],
        ["X2", "NB1", "医院", "党委", "乙", "乙", "2021-01-01"],
    ]
    assert desk.faults("organizations", bad) == [(2, "上级代码"), (3, "上级代码")]
    desk.path.write_bytes(export_of(kind_of("organizations"), desk.place))
    assert (
        check_file(desk.path, kind_of("organizations"), desk.place).counts["unchanged"]
        == Organization.objects.count()
    )


def test_every_table_has_a_template(desk):
    offered = {kind.code for kind in kinds_at(desk.people.hospital_a, desk.place.reach)}
    assert {"members", "records", "attendance", "dues", "posts"} <= offered <= set(codes())
    assert "organizations" not in offered
    for code in offered:
        assert template_of(kind_of(code))

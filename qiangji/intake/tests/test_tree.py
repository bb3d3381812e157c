"""组织架构 with who supervises and guides: rows come in once, the same rows change nothing, faults stand at their cells."""

from datetime import date

import pytest

from qiangji.intake.checking import check_file
from qiangji.intake.exporting import export_of
from qiangji.intake.kinds.base import Place
from qiangji.intake.registry import kind_of
from qiangji.intake.tests.test_kinds import AT, Desk
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import cast, make_role, make_user

pytestmark = pytest.mark.django_db
OVERSEEN = ["代码", "上级代码", "类别", "组织形式", "名称", "成立时间", "主管单位", "属地指导", "变更日期"]


@pytest.fixture
def province(tmp_path):
    """The desk of who imports for the whole site."""
    desk = Desk(cast(), tmp_path)
    desk.place = Place(None, None, AT)
    return desk


def test_who_supervises_and_guides_comes_with_the_tree(province):
    city = province.people.city_b.code
    rows = [
        OVERSEEN,
        ["NH", "NA", "医院", "党委", "乙市新医院党委", "2020-06-01", "NA", f"{city}、{province.people.province.code}", ""],
        ["NA", city, "卫健委", "", "乙市卫健委", "2020-03-01", "", "", ""],
    ]  # fmt: skip
    assert province.bring("organizations", rows).counts["new"] == 2
    hospital = Organization.objects.get(code="NH")
    relations = hospital.overseen_by.order_by("kind", "overseer__code")
    assert {row.kind for row in relations} == {"supervision", "guidance"}
    assert len(relations) == 3
    assert hospital.overseen_by.get(kind="supervision").start_date == date(2020, 6, 1)
    assert province.bring("organizations", rows).counts["unchanged"] == 2
    province.path.write_bytes(export_of(kind_of("organizations"), province.place))
    exported = check_file(province.path, kind_of("organizations"), province.place)
    assert exported.counts["unchanged"] == Organization.objects.count()
    assert not exported.findings


def test_who_is_older_than_the_parent_is_told_so(province):
    rows = [
        OVERSEEN,
        ["NH", "NA", "医院", "党委", "乙市新医院党委", "2020-06-01", "", "", ""],
        ["NA", province.people.city_b.code, "卫健委", "", "乙市卫健委", "2021-01-01", "", "", ""],
    ]
    assert province.faults("organizations", rows) == [(2, "成立时间")]


def test_a_new_supervisor_ends_the_one_before(province):
    people = province.people
    old = people.hospital_a.overseen_by.get(kind="supervision", end_date=None)
    rows = [
        OVERSEEN,
        ["NA", people.city_b.code, "卫健委", "", "乙市卫健委", "2021-01-01", "", "", ""],
        [people.hospital_a.code, "", "医院", "党委", people.hospital_a.name, "2020-01-01", "NA", "", "2026-07-01"],
    ]  # fmt: skip
    assert province.bring("organizations", rows).counts["changed"] == 1
    old.refresh_from_db()
    assert old.end_date == date(2026, 6, 30)
    assert people.hospital_a.overseen_by.get(kind="supervision", end_date=None).overseer.code == "NA"
    assert province.bring("organizations", rows).counts["changed"] == 0


def test_overseers_that_cannot_be_stand_at_their_cells(province):
    people = province.people
    authority, city, branch = people.authority_a.code, people.city_a.code, people.internal_medicine
    hospital = [people.hospital_b.code, "", "医院", "党委", people.hospital_b.name, "2020-01-01"]
    bad = [
        OVERSEEN,
        [*hospital, city, "", ""],
        ["NC", city, "医院", "党委", "新医院", "2020-01-01", authority, authority, ""],
        ["ND", city, "医院", "党委", "另一医院", "2020-01-01", "没有", "", ""],
        ["NE", city, "医院", "党委", "第三医院", "2020-01-01", f"{authority}、NX", "", ""],
        [branch.code, "", "党支部", "", branch.name, "2020-01-01", authority, "", ""],
    ]
    assert province.faults("organizations", bad) == [
        (2, "主管单位"),
        (3, "属地指导"),
        (4, "主管单位"),
        (5, "主管单位"),
        (6, "主管单位"),
    ]


def test_nobody_brings_in_the_own_supervisor(tmp_path):
    desk = Desk(cast(), tmp_path)
    clerk = make_user("院管")
    make_role(clerk, desk.people.hospital_b, RoleName.ADMINISTRATOR)
    desk.place = Place(desk.people.hospital_b, reach_of(clerk, at=AT), AT)
    hospital = desk.people.hospital_b
    row = [
        hospital.code,
        "",
        "医院",
        "党委",
        hospital.name,
        "2020-01-01",
        desk.people.authority_a.code,
        "",
        "",
    ]
    assert desk.faults("organizations", [OVERSEEN, row]) == [(2, "主管单位")]

"""Setting up, renaming and moving organizations: the tree stays one tree, and its history stays readable."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.audit.models import Event
from qiangji.orgs import paths
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Affiliation, Organization, OrganizationName
from qiangji.orgs.paths import DEEPEST
from qiangji.orgs.services import (
    NewOrganization,
    create_organization,
    create_organizations,
    move_organization,
    rename_organization,
)
from qiangji.orgs.tests.factories import SINCE, Cast, cast, make_organization
from tests.examples import examples

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 1)
Kind = Organization.Kind


@pytest.fixture
def people() -> Cast:
    return cast()


def create(parent: Organization | None, **values: object) -> Organization:
    defaults = {
        "code": "N1",
        "kind": Kind.BRANCH,
        "name": "儿科党支部",
        "short_name": "儿科支部",
        "start_date": date(2026, 1, 1),
        "by": None,
        "at": AT,
    }
    return create_organization(parent=parent, **(defaults | values))  # type: ignore[arg-type]


def assert_one_tree() -> None:
    """Every node stands directly below its parent's path, and its dated affiliation says so too."""
    for row in Organization.objects.select_related("parent"):
        above = row.parent.path if row.parent else ""
        assert row.path[: -paths.WIDTH] == above
        assert row.affiliations.get(end_date=None).parent_id == row.parent_id
        assert row.names.get(end_date=None).name == row.name


def test_a_new_organization_is_its_parent_s_last_child(people: Cast) -> None:
    new = create(people.hospital_a)
    assert new.path == people.hospital_a.path + "0003"
    assert Event.objects.get(object_id=new.public_id).verb == "organization.created"
    assert_one_tree()


def test_roots_follow_each_other(people: Cast) -> None:
    new = create(None, kind=Kind.GUIDANCE_COMMITTEE, name="另一省指导委员会")
    assert new.path == "0002"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "T-taken"}, "已被使用"),
        ({"kind": Kind.HOSPITAL, "form": "committee"}, "只能设在"),
        ({"form": "committee"}, "不选组织形式"),
        ({"start_date": date(2026, 3, 2)}, "晚于今天"),
        ({"start_date": date(2019, 12, 31)}, "早于上级"),
        ({"name": " "}, "须填写"),
    ],
    ids=["code in use", "kind", "form", "future", "before its parent", "no name"],
)
def test_what_does_not_fit_is_refused(people: Cast, change: dict, message: str) -> None:
    Organization.objects.filter(pk=people.surgery.pk).update(code="T-taken")
    with pytest.raises(OrganizationError, match=message):
        create(people.hospital_a, **change)
    assert Organization.objects.count() == 8


def test_a_hospital_has_a_form(people: Cast) -> None:
    with pytest.raises(OrganizationError, match="须选党委"):
        create(people.city_a, kind=Kind.HOSPITAL, name="新医院党委")


@pytest.mark.shows("E01")
@pytest.mark.parametrize("form", Organization.Form.values)
def test_a_hospital_is_led_by_a_committee_a_general_branch_or_a_branch(people: Cast, form: str) -> None:
    new = create(people.city_a, kind=Kind.HOSPITAL, form=form, name="新医院党组织")
    ward = create(new, code="N2", name="检验科党支部")
    assert (new.form, ward.kind, ward.parent) == (form, Kind.BRANCH, new)


def test_nothing_is_set_up_below_an_abolished_organization(people: Cast) -> None:
    Organization.objects.filter(pk=people.hospital_a.pk).update(end_date=date(2026, 2, 1))
    people.hospital_a.refresh_from_db()
    with pytest.raises(OrganizationError, match="撤销"):
        create(people.hospital_a)


def specs(count: int) -> list[NewOrganization]:
    """A hospital with branches, given before its own parent, as a plan may have them."""
    hospital = NewOrganization(
        code="H",
        kind=Kind.HOSPITAL,
        name="丙医院党委",
        short_name="丙",
        start_date=SINCE,
        parent="C",
        form="committee",
    )
    branches = [
        NewOrganization(
            code=f"B{n}",
            kind=Kind.BRANCH,
            name=f"第{n}党支部",
            short_name=f"第{n}",
            start_date=SINCE,
            parent="H",
        )
        for n in range(count)
    ]
    city = NewOrganization(
        code="C",
        kind=Kind.GUIDANCE_COMMITTEE,
        name="丙市指导委员会",
        short_name="丙市",
        start_date=SINCE,
        parent="P",
    )
    return [*branches, hospital, city]


def test_many_are_set_up_level_by_level(people: Cast) -> None:
    Organization.objects.filter(pk=people.province.pk).update(code="P")
    rows = create_organizations(specs=specs(5), by=None, at=AT)
    assert len(rows) == 7
    assert Organization.objects.get(code="C").path == "00010003"
    assert Organization.objects.get(code="H").children_made == 5
    assert_one_tree()


def test_statements_grow_with_levels_and_not_with_rows(people: Cast) -> None:
    Organization.objects.filter(pk=people.province.pk).update(code="P")
    counts = []
    for count in (2, 40):
        with CaptureQueriesContext(connection) as queries:
            create_organizations(specs=specs(count), by=None, at=AT)
        counts.append(len(queries))
        for row in Organization.objects.filter(code__regex="^(C|H|B[0-9]+)$"):
            Organization.objects.filter(pk=row.pk).update(code=f"old{row.pk}")
    assert counts[0] == counts[1]


def test_a_batch_with_a_missing_parent_is_refused_whole() -> None:
    with pytest.raises(OrganizationError, match="找不到上级组织“P”"):
        create_organizations(specs=specs(2), by=None, at=AT)
    assert not Organization.objects.exists()


def test_parents_that_point_at_each_other_are_refused() -> None:
    ring = [
        NewOrganization(
            code=code,
            kind=Kind.GUIDANCE_COMMITTEE,
            name=code,
            short_name=code,
            start_date=SINCE,
            parent=parent,
        )
        for code, parent in (("A", "B"), ("B", "A"))
    ]
    with pytest.raises(OrganizationError, match="互相指向"):
        create_organizations(specs=ring, by=None, at=AT)


def test_a_batch_with_a_code_twice_is_refused() -> None:
    with pytest.raises(OrganizationError, match="2 次"):
        create_organizations(specs=[*specs(1), specs(1)[0]], by=None, at=AT)


def test_a_new_name_leaves_a_former_one(people: Cast) -> None:
    at, since = AT, date(2026, 2, 1)
    row = rename_organization(
        organization=people.surgery,
        name="普外科党支部",
        short_name="普外",
        start_date=since,
        by=people.administrator,
        at=at,
    )
    assert (row.name, row.short_name) == ("普外科党支部", "普外")
    former = row.names.get(end_date=date(2026, 1, 31))
    assert former.name == "外科党支部"
    entry = Event.objects.get(object_id=row.public_id, verb="organization.renamed")
    assert entry.actor_id == people.administrator.public_id
    assert_one_tree()


def test_a_name_from_the_same_day_is_a_correction(people: Cast) -> None:
    rename_organization(
        organization=people.surgery, name="外科支部", short_name="外", start_date=SINCE, by=None, at=AT
    )
    assert list(people.surgery.names.values_list("name", flat=True)) == ["外科支部"]


@pytest.mark.parametrize(
    ("name", "start_date", "message"),
    [
        ("外科党支部", TODAY, "没有变化"),
        ("新名", date(2026, 3, 2), "晚于今天"),
        ("新名", date(2019, 1, 1), "不能早于"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(people: Cast, name: str, start_date: date, message: str) -> None:
    short_name = "外科党支部" if name == "外科党支部" else "新"
    with pytest.raises(OrganizationError, match=message):
        rename_organization(
            organization=people.surgery,
            name=name,
            short_name=short_name,
            start_date=start_date,
            by=None,
            at=AT,
        )
    assert OrganizationName.objects.filter(organization=people.surgery).count() == 1


def move(organization: Organization, parent: Organization, start_date: date = TODAY) -> Organization:
    return move_organization(organization=organization, parent=parent, start_date=start_date, by=None, at=AT)


def test_a_moved_hospital_takes_its_branches_along(people: Cast) -> None:
    group = make_organization(people.surgery, Kind.PARTY_GROUP)
    moved = move(people.hospital_a, people.city_b)
    group.refresh_from_db()
    assert moved.path == people.city_b.path + "0002"
    assert group.path == moved.path + "0002" + "0001"
    former = Affiliation.objects.get(organization=moved, end_date=date(2026, 2, 28))
    assert former.parent == people.city_a
    assert_one_tree()


def test_a_number_is_never_given_twice(people: Cast) -> None:
    old = people.hospital_a.path
    move(people.hospital_a, people.city_b)
    new = create(people.city_a, kind=Kind.HOSPITAL, form="committee", name="新医院党委")
    assert new.path != old


def test_moving_takes_one_statement_for_the_whole_subtree(people: Cast) -> None:
    for _ in range(30):
        make_organization(people.hospital_a)
    with CaptureQueriesContext(connection) as queries:
        move(people.hospital_a, people.city_b)
    written = [query["sql"] for query in queries if 'UPDATE "orgs_organization" SET "path"' in query["sql"]]
    assert len(written) == 1
    assert len(queries) < 25


def test_moves_that_make_no_sense_are_refused(people: Cast) -> None:
    county = make_organization(people.city_a, Kind.GUIDANCE_COMMITTEE)
    for organization, parent, message in [
        (people.city_a, county, "自己的下级"),
        (people.province, people.city_a, "顶层"),
        (people.hospital_a, people.city_a, "不必移动"),
        (people.surgery, people.hospital_b, "本院内"),
        (people.hospital_a, people.hospital_b, "只能设在"),
    ]:
        with pytest.raises(OrganizationError, match=message):
            move(organization, parent)
    assert_one_tree()


@pytest.mark.parametrize(("start_date", "message"), [(date(2026, 3, 2), "晚于今天"), (SINCE, "须晚于")])
def test_moves_on_impossible_days_are_refused(people: Cast, start_date: date, message: str) -> None:
    with pytest.raises(OrganizationError, match=message):
        move(people.hospital_a, people.city_b, start_date)


def test_a_move_past_the_deepest_level_is_refused(people: Cast) -> None:
    deep = people.city_b
    for _ in range(DEEPEST - deep.depth - 2):
        deep = make_organization(deep, Kind.GUIDANCE_COMMITTEE)
    make_organization(people.surgery, Kind.PARTY_GROUP)
    with pytest.raises(OrganizationError, match=f"超过 {DEEPEST} 级"):
        move(people.hospital_a, deep)
    assert_one_tree()


def test_a_tree_deeper_than_the_limit_is_refused(people: Cast) -> None:
    deep = people.city_b
    while deep.depth < DEEPEST:
        deep = make_organization(deep, Kind.GUIDANCE_COMMITTEE)
    with pytest.raises(OrganizationError, match="最多"):
        create(deep, kind=Kind.GUIDANCE_COMMITTEE)


@settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_whatever_is_moved_the_tree_stays_one_tree(moves: list[tuple[int, int]]) -> None:
    Affiliation.objects.all().delete()
    OrganizationName.objects.all().delete()
    for row in Organization.objects.order_by("-path"):
        row.delete()
    root = make_organization(None, Kind.GUIDANCE_COMMITTEE)
    nodes = [root]
    for number in range(9):
        nodes.append(make_organization(nodes[number // 2], Kind.GUIDANCE_COMMITTEE))
    shape = {row.pk for row in nodes}
    for day, (what, where) in enumerate(moves, start=1):
        at = datetime(2026, 3, day, 9, tzinfo=UTC)
        organization, parent = (Organization.objects.get(pk=nodes[one].pk) for one in (what, where))
        before = set(Organization.objects.below(organization).values_list("pk", flat=True))
        try:
            move_organization(organization=organization, parent=parent, start_date=at.date(), by=None, at=at)
        except OrganizationError:
            continue
        organization.refresh_from_db()
        assert set(Organization.objects.below(organization).values_list("pk", flat=True)) == before
        assert_one_tree()
    assert {row.pk for row in Organization.objects.all()} == shape

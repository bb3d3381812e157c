"""The list of sheets and the pages of cycles: what is listed, in which order, and what a form accepts."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.selectors.sheet_list import SheetFilter, list_page
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import OPENED, make_cycle, make_edition
from qiangji.assessments.tests.worlds import SIGNED, World, as_user, counted
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization, make_user
from qiangji.standards.models import Edition

LIST = reverse("assessments:list")
CYCLES = reverse("assessments:cycles")
NEW = reverse("assessments:new_cycle")


def lines(small: World, user: User | None = None, **query: str) -> list:
    reach = small.reach(user or small.cast.guidance_province)
    return list_page(reach, SheetFilter.read(query), at=SIGNED).lines


def names(small: World, user: User | None = None, **query: str) -> list[str]:
    return [line.sheet.organization_name for line in lines(small, user, **query)]


# ---- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_in_reach_in_the_order_of_the_tree(small: World) -> None:
    assert names(small) == ["甲市第一医院党委", "内科党支部", "外科党支部", "乙市第一医院党委"]
    assert names(small, small.cast.outsider) == ["乙市第一医院党委"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "hospital"}, ["甲市第一医院党委", "乙市第一医院党委"]),
        ({"kind": "branch"}, ["内科党支部", "外科党支部"]),
        ({"words": "第一医院"}, ["甲市第一医院党委", "乙市第一医院党委"]),
        ({"words": "  内科 "}, ["内科党支部"]),
        ({"words": "没有这样的"}, []),
        ({"state": "submitted"}, ["甲市第一医院党委"]),
        ({"state": "submitted", "kind": "branch"}, []),
        ({"sort": "-name", "kind": "branch"}, ["外科党支部", "内科党支部"]),
        ({"sort": "-state", "kind": "hospital"}, ["甲市第一医院党委", "乙市第一医院党委"]),
        ({"sort": "state", "kind": "hospital"}, ["乙市第一医院党委", "甲市第一医院党委"]),
    ],
)
def test_filters_and_order(small: World, query: dict, expected: list) -> None:
    small.bring_to(State.SUBMITTED)
    assert names(small, **query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost", "kind": "party", "sort": "points", "cycle": "1", "page": "x"},
        {"page": "-1"},
        {"page": "9" * 5000},
        {"words": "%"},
        {"words": "\x00"},
        {"cycle": "\x00", "state": "\x00", "sort": "\x00", "kind": "\x00"},
        {"words": "长" * 5000},
    ],
)
def test_what_the_filter_does_not_know_is_as_if_it_were_not_there(small: World, query: dict) -> None:
    answer = as_user(small.cast.guidance_province).get(LIST, query)
    assert answer.status_code == 200
    assert "共 4 张" in answer.content.decode() or "没有符合条件" in answer.content.decode()


def test_an_organization_is_found_by_its_code(small: World) -> None:
    assert names(small, words=small.cast.hospital_b.code) == ["乙市第一医院党委"]


def test_the_newest_cycle_is_shown_unless_another_is_chosen(small: World) -> None:
    later = make_cycle(small.cast.city_a, Edition.objects.get(standard__code="small"), year=2027)
    open_cycle(cycle=later, by=None, at=OPENED)
    assert names(small) == ["甲市第一医院党委"]
    assert len(names(small, cycle=str(small.cycle.public_id))) == 4
    assert len(names(small, cycle="all")) == 5
    assert names(small, cycle=str(later.public_id)) == ["甲市第一医院党委"]


def test_totals_stand_only_where_the_content_may_be_opened(small: World) -> None:
    small.fill("self")
    assert lines(small, words="甲市")[0].self_total is None
    assert lines(small, small.cast.party_office, words="甲市")[0].self_total == 10
    small.submit()
    assert lines(small, words="甲市")[0].self_total == 10


def test_a_running_review_has_no_total_in_the_list(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    small.fill("acceptance")
    for user in (small.cast.supervisor, small.cast.party_office, small.cast.reader):
        assert lines(small, user, words="甲市")[0].acceptance_total is None
    small.bring_to(State.ACCEPTED)
    assert lines(small, words="甲市")[0].acceptance_total == 10


def test_a_draft_is_marked_late_after_its_deadline(small: World) -> None:
    reach = small.reach(small.cast.guidance_province)
    late = list_page(reach, SheetFilter(), at=datetime(2026, 10, 31, 16, tzinfo=UTC)).lines
    assert all(line.lateness == ("逾期",) for line in late)
    assert not any(line.lateness for line in lines(small))


def test_names_without_a_link_for_those_who_may_not_open(small: World) -> None:
    page = as_user(small.cast.supervisor).get(LIST).content.decode()
    assert "提交前不公开内容" in page
    assert small.url("sheet") not in page
    small.bring_to(State.SUBMITTED)
    assert small.url("sheet") in as_user(small.cast.supervisor).get(LIST).content.decode()


def test_htmx_gets_the_table_alone(small: World) -> None:
    client = as_user(small.cast.guidance_province)
    fragment = client.get(LIST, {"kind": "branch"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "内科党支部" in fragment


def add_branches(small: World, count: int) -> None:
    for number in range(count):
        make_organization(small.cast.hospital_a, Organization.Kind.BRANCH, name=f"第{number:02d}党支部")
    open_cycle(cycle=small.cycle, by=None, at=OPENED)


def test_the_list_comes_in_pages_of_fifty(small: World) -> None:
    add_branches(small, 60)
    first, second = lines(small, page="1"), lines(small, page="2")
    assert (len(first), len(second)) == (50, 14)
    assert not {line.sheet.pk for line in first} & {line.sheet.pk for line in second}
    page = as_user(small.cast.guidance_province).get(LIST, {"page": "2"}).content.decode()
    assert "第 2 页，共 2 页" in page
    assert "共 64 张" in page


@pytest.mark.parametrize("name", ["guidance_province", "party_office", "supervisor"])
def test_the_list_takes_the_same_statements_whatever_it_holds(small: World, name: str) -> None:
    client = as_user(getattr(small.cast, name))
    with counted() as few:
        client.get(LIST)
    small.bring_to(State.ACCEPTED)
    small.bring_to(State.SUBMITTED, small.branch)
    add_branches(small, 30)
    with counted() as many:
        client.get(LIST)
    assert len(many()) <= max(len(few()), 12)
    with counted() as more:
        add_branches(small, 30)
    with counted() as more:
        client.get(LIST)
    assert len(more()) == len(many())


# ---- cycles --------------------------------------------------------------------------------------------------------------


def cycle_url(small: World, name: str = "cycle") -> str:
    return reverse(f"assessments:{name}", args=[small.cycle.public_id])


def test_everybody_concerned_sees_the_cycle_and_only_its_makers_a_button(small: World) -> None:
    for name, makes in [
        ("party_office", False),
        ("member", False),
        ("reader", False),
        ("guidance_province", True),
    ]:
        page = as_user(getattr(small.cast, name)).get(CYCLES).content.decode()
        assert "2026年度考评" in page
        assert (NEW in page) == makes, name


def test_the_page_of_a_cycle_counts_what_its_reader_sees(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    page = as_user(small.cast.guidance_province).get(cycle_url(small)).content.decode()
    assert "补建考评表" in page
    own = as_user(small.cast.outsider).get(cycle_url(small)).content.decode()
    assert "补建考评表" not in own


def test_a_cycle_of_another_city_is_404(small: World) -> None:
    other = make_cycle(small.cast.city_a, Edition.objects.get(standard__code="small"), year=2027)
    url = reverse("assessments:cycle", args=[other.public_id])
    assert as_user(small.cast.outsider).get(url).status_code == 404
    assert as_user(small.cast.guidance_city).get(url).status_code == 200


def test_opening_from_the_page(small: World) -> None:
    make_organization(small.cast.hospital_a, Organization.Kind.BRANCH, name="新设党支部")
    client = as_user(small.cast.guidance_province)
    answer = client.post(cycle_url(small, "open_cycle"))
    assert "已为 1 个组织建立考评表" in str(*get_messages(answer.wsgi_request))
    again = as_user(small.cast.guidance_province).post(cycle_url(small, "open_cycle"))
    assert "没有新的组织" in str(*get_messages(again.wsgi_request))


def test_orphans_are_named_on_the_page(small: World) -> None:
    make_organization(small.cast.city_b, Organization.Kind.HOSPITAL, name="丙医院党委")
    answer = as_user(small.cast.guidance_province).post(cycle_url(small, "open_cycle"))
    assert "丙医院党委" in str(*get_messages(answer.wsgi_request))
    assert not Sheet.objects.filter(organization__name="丙医院党委").exists()


def test_a_lower_level_does_not_open_the_cycle_of_a_higher_one(small: World) -> None:
    answer = as_user(small.cast.guidance_city).post(cycle_url(small, "open_cycle"))
    assert answer.status_code == 403
    assert "指导委员会工作人员" in answer.content.decode()


def form_data(small: World, **changes: str) -> dict[str, str]:
    fields = {
        "owner": str(small.cast.city_a.pk),
        "year": "2027",
        "title": "2027年度考评",
        "plan_number": "甲组〔2027〕1号",
        "period_start_date": "2027-01-01",
        "period_end_date": "2027-12-31",
        "self_deadline_date": "2027-10-31",
        "acceptance_deadline_date": "2027-11-30",
        "rating_deadline_date": "2027-12-15",
        "closing_date": "2028-03-31",
        "pass_line": "90",
        "branch_share": "90",
        "hospital_edition": str(Edition.objects.get(standard__code="small").pk),
        "hospital_final_stage": "rating",
        "branch_edition": str(Edition.objects.get(standard__code="small-branch").pk),
        "branch_final_stage": "acceptance",
    }
    return fields | changes


def post_new(small: World, **changes: str):
    return as_user(small.cast.guidance_city).post(NEW, form_data(small, **changes))


def test_a_new_cycle_leads_to_its_page(small: World) -> None:
    answer = post_new(small)
    cycle = Cycle.objects.get(year=2027)
    assert answer.url == reverse("assessments:cycle", args=[cycle.public_id])
    assert (cycle.owner, cycle.opened_at, cycle.editions.count()) == (small.cast.city_a, None, 2)


def test_the_days_of_objections_are_named_from_the_beginning_or_left_open(small: World) -> None:
    post_new(small, objection_days="10", answer_days="15")
    named = Cycle.objects.get(year=2027)
    assert (named.objection_days, named.answer_days) == (10, 15)
    post_new(small, title="另一次考评")
    left = Cycle.objects.get(title="另一次考评")
    assert (left.objection_days, left.answer_days) == (None, None)


def test_a_cycle_for_hospitals_alone(small: World) -> None:
    post_new(small, branch_edition="")
    assert Cycle.objects.get(year=2027).editions.get().organization_kind == "hospital"


def test_the_form_comes_with_the_usual_values(small: World) -> None:
    page = as_user(small.cast.guidance_city).get(NEW).content.decode()
    assert f'value="{Edition.objects.get(standard__code="small").pk}" selected' in page
    assert "-10-31" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"acceptance_deadline_date": "2027-10-30"}, "不能早于自评申报截止日"),
        ({"rating_deadline_date": "2027-11-29"}, "不能早于验收截止日"),
        ({"closing_date": "2027-12-14"}, "不能早于评定截止日"),
        ({"period_end_date": "2027-01-01"}, "须晚于事实起始日"),
        ({"closing_date": "9999-12-31"}, "相差超过"),
        ({"self_deadline_date": "31.10.2027"}, "日期"),
        ({"year": "1999"}, "2000"),
        ({"year": "20270"}, "2100"),
        ({"year": "二〇二七"}, "整数"),
        ({"title": ""}, "必填"),
        ({"title": "长" * 101}, "100"),
        ({"title": "一\x00二"}, "空字符"),
        ({"pass_line": "-1"}, "0"),
        ({"pass_line": "90.001"}, "2"),
        ({"pass_line": "1e999"}, "位"),
        ({"branch_share": "100.5"}, "100"),
        ({"owner": "0"}, "选择"),
        ({"hospital_edition": "0"}, "选择"),
        ({"hospital_final_stage": "self"}, "选择"),
        ({"plan_number": ""}, "必填"),
    ],
)
def test_a_form_that_does_not_fit_says_where_and_what(small: World, changes: dict, words: str) -> None:
    answer = post_new(small, **changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Cycle.objects.filter(title="2027年度考评").exists()


def test_the_owner_is_one_of_the_makers_own_nodes(small: World) -> None:
    answer = post_new(small, owner=str(small.cast.province.pk))
    assert answer.status_code == 200
    assert not Cycle.objects.filter(year=2027).exists()


def test_an_edition_for_branches_does_not_measure_hospitals(small: World) -> None:
    branch = str(Edition.objects.get(standard__code="small-branch").pk)
    assert post_new(small, hospital_edition=branch).status_code == 200
    assert not Cycle.objects.filter(year=2027).exists()


def test_a_draft_is_refused_unless_it_is_a_trial(small: World) -> None:
    draft = str(make_edition("draft", published=False).pk)
    assert "试评" in post_new(small, hospital_edition=draft).content.decode()
    assert not Cycle.objects.filter(year=2027).exists()
    assert post_new(small, hospital_edition=draft, is_trial="on").status_code == 302


def test_a_name_is_given_once_per_owner_and_year(small: World) -> None:
    post_new(small)
    assert "已有同名周期" in post_new(small).content.decode()
    assert post_new(small, title="2027年度补评").status_code == 302


def test_whoever_makes_no_cycles_reads_who_does(small: World) -> None:
    for name in ("party_office", "reader", "administrator", "outsider"):
        client = as_user(getattr(small.cast, name))
        assert client.get(NEW).status_code == 403
        answer = client.post(NEW, form_data(small))
        assert answer.status_code == 403
        assert "主管部门工作人员" in answer.content.decode()


def test_whoever_has_no_sheet_in_reach_reads_where_they_come_from(small: World) -> None:
    page = as_user(make_user()).get(LIST).content.decode()
    assert "还没有考评表" in page
    assert CYCLES in page

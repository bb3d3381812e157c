"""The page of posts: holders as of a day, vacancies, the forms, and who may open it."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.members.elections.tests.factories import make_term
from qiangji.members.models import Tenure
from qiangji.members.tests.factories import make_employment, make_member, make_person, make_post, make_tenure
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def as_user(people: Cast, who: str) -> Client:
    client = Client()
    client.force_login(people.users[who])
    return client


def posts_page(people: Cast, who: str = "party_office", **query: str) -> str:
    response = as_user(people, who).get(reverse("members:posts", args=[people.hospital_a.public_id]), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("party_office", 200), ("secretary", 200), ("supervisor", 403), ("reader", 403), ("outsider", 404)],
)
def test_names_stay_inside_the_hospital(people: Cast, who: str, status: int) -> None:
    make_tenure(make_post(people.hospital_a), make_person("何其芳"))
    response = as_user(people, who).get(reverse("members:posts", args=[people.hospital_a.public_id]))
    assert response.status_code == status
    assert ("何其芳" in response.content.decode()) is (status == 200)


@pytest.mark.shows("C38")
def test_who_sat_where_on_a_day(people: Cast) -> None:
    first, second = make_person("前任某"), make_person("现任某")
    post = make_post(people.hospital_a, Body.COMMITTEE, Post.Kind.SECRETARY)
    head = make_post(people.hospital_a, Body.ADMINISTRATION, Post.Kind.PRESIDENT)
    make_post(people.hospital_a, Body.COMMITTEE, Post.Kind.MEMBER, duty="纪检委员")
    make_tenure(post, first, end_date=date(2024, 12, 31))
    make_tenure(post, second, start_date=date(2025, 1, 1))
    make_tenure(head, second, start_date=date(2025, 1, 1))
    now = posts_page(people)
    assert "1 个职务空缺" in now
    assert '双向进入、交叉任职 <span class="soft">1 人' in now
    past = posts_page(people, on="2024-06-01")
    assert past.index("前任某") < past.index("任职沿革")
    assert "登记任职" not in past


def test_a_seat_is_set_up_and_somebody_appointed_replaced_and_ended(people: Cast) -> None:
    client, hospital = as_user(people, "party_office"), people.hospital_a
    make_member(people.surgery, "张三丰", staff_number="A1", person_fields={"pinyin": "zhangsanfeng zsf"})
    make_member(people.surgery, "李四光", staff_number="A2")
    data = {"seat": "committee:secretary", "count": 1, "start_date": "2024-01-01", "is_full_time": "on"}
    client.post(reverse("members:set_up_post", args=[hospital.public_id]), data)
    post = Post.objects.get()
    address = reverse("members:appoint", args=[post.public_id])
    offered = client.get(address, {"person": "zsf"}, headers={"HX-Request": "true"}).content.decode()
    assert "A1 · 张三丰" in offered
    nobody = client.post(address, {"person": "外人", "how": "elected", "start_date": "2024-01-02"})
    assert "本单位没有“外人”" in nobody.content.decode()
    client.post(address, {"person": "A1 · 张三丰", "how": "elected", "start_date": "2024-01-02"})
    refused = client.post(address, {"person": "A1 · 张三丰", "how": "elected", "start_date": "2024-01-03"})
    assert "不必重复登记" in refused.content.decode()
    data = {"person": "A2", "how": "by_election", "start_date": "2025-01-02"}
    client.post(address, data | {"consent_date": "2024-12-20", "consent_document": "甲卫〔2024〕9号"})
    assert Tenure.objects.get(end_date=None).consent_document == "甲卫〔2024〕9号"
    tenure = Tenure.objects.get(end_date=None)
    client.post(reverse("members:end_tenure", args=[tenure.public_id]), {"end_date": "2025-06-30"})
    assert "空缺" in posts_page(people)
    client.post(reverse("members:close_post", args=[post.public_id]), {"end_date": "2025-07-31"})
    assert "还没有设置职务" in posts_page(people)


def test_a_leaving_asks_for_the_superiors_consent_and_takes_it_later_too(people: Cast) -> None:
    client, hospital = as_user(people, "party_office"), people.hospital_a
    post = make_post(hospital, Body.COMMITTEE, Post.Kind.SECRETARY)
    tenure = make_tenure(post, make_person("书记某"), start_date=date(2024, 1, 1))
    address = reverse("members:end_tenure", args=[tenure.public_id])
    assert "上级同意离任日期" in client.get(address).content.decode()
    refused = client.post(address, {"end_date": "2025-06-30", "consent_document": "甲卫〔2025〕9号"})
    assert "请一并填上级同意日期" in refused.content.decode()
    client.post(address, {"end_date": "2025-06-30"})
    later = reverse("members:consent_leaving", args=[tenure.public_id])
    assert later in posts_page(people)
    client.post(later, {"consent_date": "2025-06-20", "consent_document": "甲卫〔2025〕9号"})
    page = posts_page(people)
    assert "离任同意 2025-06-20 甲卫〔2025〕9号" in page
    assert later not in page


def test_no_consent_is_asked_of_a_plain_member_or_an_empty_seat(people: Cast) -> None:
    client = as_user(people, "party_office")
    plain = make_tenure(make_post(people.hospital_a), make_person("委员某"))
    empty = make_post(people.hospital_a, Body.COMMITTEE, Post.Kind.DEPUTY_SECRETARY)
    for address in (
        reverse("members:end_tenure", args=[plain.public_id]),
        reverse("members:close_post", args=[empty.public_id]),
    ):
        assert "上级同意" not in client.get(address).content.decode()
    assert client.get(reverse("members:consent_coming", args=[plain.public_id])).status_code == 404


def test_no_consent_is_missed_of_who_was_followed_at_once_or_came_with_the_committee(people: Cast) -> None:
    post = make_post(people.hospital_a, Body.COMMITTEE, Post.Kind.SECRETARY)
    term = make_term(people.hospital_a, start_date=date(2024, 1, 1), due=date(2028, 12, 31))
    make_tenure(
        post, make_person("前任某"), start_date=date(2024, 1, 1), end_date=date(2025, 6, 30), term=term
    )
    make_tenure(
        post,
        make_person("现任某"),
        start_date=date(2025, 7, 1),
        how="appointed",
        consent_date=date(2025, 6, 20),
    )
    page = posts_page(people)
    assert "补登" not in page
    assert "任职同意 2025-06-20" in page


def test_a_consent_is_missed_of_a_deputy_elected_within_the_term(people: Cast) -> None:
    post = make_post(people.hospital_a, Body.COMMITTEE, Post.Kind.DEPUTY_SECRETARY)
    term = make_term(people.hospital_a, start_date=date(2024, 1, 1), due=date(2028, 12, 31))
    make_tenure(post, make_person("副书记某"), start_date=date(2024, 2, 1), how="elected", term=term)
    assert "补登" in posts_page(people)


@pytest.mark.shows("E20")
def test_how_party_cadres_were_chosen_is_recorded_and_shown(people: Cast) -> None:
    client = as_user(people, "party_office")
    worker = make_person("王五")
    make_employment(worker, people.hospital_a)
    post = make_post(people.hospital_a, Body.OFFICE, Post.Kind.WORKER)
    data = {"person": worker.name, "how": "appointed", "start_date": "2024-01-02", "chosen_by": "competition"}
    client.post(reverse("members:appoint", args=[post.public_id]), data)
    assert "任命，竞争上岗" in posts_page(people)


def test_an_authority_keeps_its_own_posts(people: Cast) -> None:
    client, authority = as_user(people, "supervisor"), people.authority_a
    leader = make_person("局长某")
    make_employment(leader, authority)
    data = {"seat": "administration:head", "count": 1, "start_date": "2024-01-01"}
    client.post(reverse("members:set_up_post", args=[authority.public_id]), data)
    address = reverse("members:appoint", args=[Post.objects.get().public_id])
    client.post(address, {"person": leader.name, "how": "appointed", "start_date": "2024-01-02"})
    assert "局长某" in client.get(reverse("members:posts", args=[authority.public_id])).content.decode()


@pytest.mark.parametrize(("who", "keeps"), [("branch_secretary", True), ("secretary", False)])
def test_posts_of_a_branch_are_kept_by_its_secretary_and_read_by_the_hospitals(
    people: Cast, who: str, keeps: bool
) -> None:
    client = as_user(people, who)
    branch: Organization = people.internal_medicine
    page = client.get(reverse("members:posts", args=[branch.public_id]))
    assert page.status_code == 200
    assert ("设置职务</a>" in page.content.decode()) is keeps
    answer = client.get(reverse("members:set_up_post", args=[branch.public_id]))
    assert answer.status_code == (200 if keeps else 403)


def test_a_secretary_keeps_the_posts_of_the_own_hospital(people: Cast) -> None:
    client = as_user(people, "secretary")
    page = client.get(reverse("members:posts", args=[people.hospital_a.public_id]))
    assert "设置职务</a>" in page.content.decode()


def test_more_posts_ask_no_more_statements(people: Cast) -> None:
    make_role(make_user("office2"), people.hospital_a, RoleName.PARTY_OFFICE)
    client = as_user(people, "party_office")
    address = reverse("members:posts", args=[people.hospital_a.public_id])
    counts = []
    for number in (2, 9):
        for _ in range(number):
            make_tenure(make_post(people.hospital_a), make_person("某"))
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12

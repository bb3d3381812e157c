"""The pages of practices: the library and its filters, the form, the queue, one practice, adoptions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import make_cycle
from qiangji.files.tests import samples
from qiangji.members.tests.factories import make_employment, make_person
from qiangji.orgs.tests.factories import make_oversight
from qiangji.practices.models import Adoption, Practice, PracticeText
from qiangji.practices.services.writing import start_practice
from qiangji.practices.tests.test_services import changed, provincial
from qiangji.practices.tests.worlds import WORDS, Library


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words_of(response: Any) -> str:
    return response.content.decode()


def shown(user: User, row: Practice) -> str:
    return words_of(browse(user).get(reverse("practices:one", args=[row.public_id])))


def listed(user: User, **query: str) -> str:
    return words_of(browse(user).get(reverse("practices:list"), query))


def post(user: User, name: str, row: Practice, *more: object, **data: Any) -> Any:
    version = Practice.objects.get(pk=row.pk).version
    address = reverse(f"practices:{name}", args=[row.public_id, *more])
    return browse(user).post(address, {"seen_version": str(version)} | data, follow=True)


def typed(library: Library, **changes: str) -> dict[str, str]:
    form = {"edition": str(library.edition.public_id), "code": "1-1-2"} | dict(WORDS.items())
    return form | changes


# ---- from the form to the adopters -------------------------------------------------------------------------------------


@pytest.mark.shows("A34")
def test_a_practice_goes_through_the_pages_from_the_form_to_its_adopters(library: Library) -> None:
    people = library.people
    answer = browse(people.party_office).post(
        reverse("practices:new"), typed(library, title="晨会党课"), follow=True
    )
    row = Practice.objects.latest("pk")
    assert "已存为草稿" in words_of(answer)
    files = {"files": [samples.upload(samples.pdf("rule"), "党课制度.pdf")]}
    address = reverse("practices:file_add", args=[row.public_id])
    assert "附件已上传" in words_of(browse(people.party_office).post(address, files, follow=True))
    post(people.party_office, "move", row, "submit", node=str(people.province.pk))
    queue = words_of(browse(people.guidance_province).get(reverse("practices:queue")))
    assert "晨会党课" in queue
    published = post(people.guidance_province, "move", row, "publish", node=str(people.province.pk))
    assert "已发布" in words_of(published)
    assert "晨会党课" in listed(people.outsider)
    post(
        people.outsider, "adopt", row, organization=str(people.hospital_b.pk), date="2020-02-03", note="试行"
    )
    page = shown(people.branch_secretary, row)
    assert "采用（1 家）" in page
    assert "乙市第一医院党委：试行" in page
    assert "党课制度.pdf" in page


def test_nothing_typed_is_lost_when_something_does_not_fit(library: Library) -> None:
    data = typed(library, action="打 13912345678 报名", code="9-9-9", contact_post="党办")
    answer = browse(library.people.party_office).post(reverse("practices:new"), data)
    page = words_of(answer)
    assert answer.status_code == 409
    assert "像是有手机号" in page
    assert "请选择这条做法服务于哪一条标准" in page
    assert "打 13912345678 报名" in page
    assert WORDS.outcome in page


def test_a_script_gets_the_form_back_with_what_was_typed(library: Library) -> None:
    client = browse(library.people.party_office)
    address = reverse("practices:new")
    answer = client.post(address, typed(library, title=""), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert WORDS.action in words_of(answer)
    assert "<html" not in words_of(answer)
    done = client.post(address, typed(library), headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == reverse(
        "practices:one", args=[Practice.objects.latest("pk").public_id]
    )


def test_the_form_begins_with_the_criterion_that_led_to_it(library: Library) -> None:
    query = {"edition": str(library.edition.public_id), "code": "2-0-1"}
    page = words_of(browse(library.people.party_office).get(reverse("practices:new"), query))
    assert '<option value="2-0-1" selected>' in page


def test_criteria_come_with_their_edition(library: Library) -> None:
    client = browse(library.people.party_office)
    page = words_of(client.get(reverse("practices:criteria"), {"edition": str(library.edition.public_id)}))
    assert page.count("<option") == 6
    assert words_of(client.get(reverse("practices:criteria"), {"edition": "x"})).count("<option") == 1


def test_an_old_form_is_told_so_and_keeps_its_words(library: Library) -> None:
    library.write(library.own, changed(action="别人先改了"))
    address = reverse("practices:edit", args=[library.own.public_id])
    answer = browse(library.people.party_office).post(
        address, typed(library, action="我写的") | {"seen_version": "1"}
    )
    assert answer.status_code == 409
    assert "刚刚有变动" in words_of(answer)
    assert "我写的" in words_of(answer)


def test_who_recommends_nothing_is_told_who_does(library: Library) -> None:
    answer = browse(library.people.supervisor).get(reverse("practices:new"))
    assert answer.status_code == 403
    assert "党办工作人员" in words_of(answer)


def test_a_draft_of_others_is_told_to_be_theirs(library: Library) -> None:
    answer = browse(library.people.supervisor).get(reverse("practices:one", args=[library.own.public_id]))
    assert answer.status_code == 403
    assert "还在填写" in words_of(answer)


def test_what_is_missing_is_said_before_it_is_handed_in(library: Library) -> None:
    row = library.write(library.own, changed(outcome="效果很好"))
    assert "成效要有数字" in shown(library.people.party_office, row)
    assert "成效要有数字" in words_of(post(library.people.party_office, "move", row, "submit"))


def test_a_name_of_the_register_is_pointed_out_to_its_writer_only(library: Library) -> None:
    people = library.people
    make_employment(make_person("高志远"), people.hospital_a)
    row = library.write(library.own, changed(action="高志远牵头"))
    assert "与本院名册相同的姓名：高志远" in shown(people.party_office, row)
    library.submit(row)
    assert "与本院名册相同" not in shown(people.supervisor, row)


def test_a_reviewer_reads_the_revision_and_everybody_else_what_was_published(library: Library) -> None:
    row = library.publish(library.own)
    library.move(row, "revise", library.people.party_office)
    library.write(row, changed(action="修订后的做法"))
    library.submit(row)
    assert "修订后的做法" in shown(library.people.supervisor, row)
    assert "修订后的做法" not in shown(library.people.member, row)
    assert WORDS.action in shown(library.people.member, row)


def test_names_of_who_did_what_are_shown_inside_only(library: Library) -> None:
    row = library.submit(library.own)
    assert "党办甲" in shown(library.people.secretary, row)
    assert "党办甲" not in shown(library.people.supervisor, row)


def test_a_file_of_the_draft_is_not_given_to_readers(library: Library) -> None:
    row = library.publish(library.own)
    library.move(row, "revise", library.people.party_office)
    address = reverse("practices:file", args=[library.attach(row).public_id])
    assert browse(library.people.member).get(address).status_code == 404
    assert browse(library.people.party_office).get(address).getvalue()


def test_an_adoption_without_a_day_is_refused_in_words_and_keeps_the_note(library: Library) -> None:
    row = provincial(library)
    people = library.people
    answer = post(
        people.outsider, "adopt", row, organization=str(people.hospital_b.pk), date="昨天", note="试行"
    )
    assert "请选择采用日期" in words_of(answer)
    assert 'value="试行"' in words_of(answer)


def test_an_adoption_is_taken_back_on_the_page(library: Library) -> None:
    row = provincial(library)
    made = library.adopt(row, library.people.hospital_b, library.people.outsider)
    post(library.people.outsider, "adoption_end", row, made.public_id, reason="登记错了")
    assert Adoption.objects.get(pk=made.pk).end_reason == "登记错了"
    page = shown(library.people.party_office, row)
    assert "采用（0 家）" in page
    assert "另有 1 条采用登记已撤销" in page


def test_a_forged_node_is_refused_in_words(library: Library) -> None:
    row = library.submit(library.own)
    answer = post(library.people.supervisor, "move", row, "publish", node="x" * 30)
    assert "请选择发布到哪个范围" in words_of(answer)


# ---- from a criterion --------------------------------------------------------------------------------------------------


def test_a_criterion_of_the_library_of_standards_leads_to_its_practices(library: Library) -> None:
    library.publish(library.own)
    address = reverse("standards:edition", args=[library.edition.public_id])
    page = words_of(browse(library.people.member).get(address))
    assert "好做法 1 条" in page
    assert "?standard=small&amp;code=1-1-2" in page
    assert "好做法" not in words_of(browse(library.people.outsider).get(address)).split('id="main"')[1]


@pytest.mark.shows("A34")
def test_a_criterion_of_the_sheet_shows_the_practices_that_serve_it(library: Library) -> None:
    people = library.people
    make_oversight(people.authority_a, people.hospital_b)
    cycle = make_cycle(people.province, library.edition)
    open_cycle(cycle=cycle, by=None, at=library.tick())
    sheet = Sheet.objects.get(organization=people.hospital_b)
    provincial(library)
    client = browse(people.outsider)
    page = words_of(client.get(reverse("assessments:practices", args=[sheet.public_id, "1-1-2"])))
    assert "党课提纲提前一周公示" in page
    other = words_of(client.get(reverse("assessments:practices", args=[sheet.public_id, "1-1-1"])))
    assert "还没有" in other
    assert "推荐" in other


# ---- the library -------------------------------------------------------------------------------------------------------


def test_the_library_is_searched_and_narrowed(library: Library) -> None:
    provincial(library)
    library.publish(library.write(library.ward, changed(title="首问负责"), code="2-0-1"), None)
    reader = library.people.party_office
    both = listed(reader)
    assert "党课提纲" in both
    assert "首问负责" in both
    for query, found in [
        ({"words": "首问"}, "首问负责"),
        ({"words": "内科党支部"}, "首问负责"),
        ({"words": "2-0-1"}, "首问负责"),
        ({"standard": "small", "section": "1"}, "党课提纲"),
        ({"standard": "small", "code": "2-0-1"}, "首问负责"),
    ]:
        page = listed(reader, **query)
        assert "共 1 条" in page, query
        assert found in page, query
    assert "共 2 条" in listed(reader, place=str(library.people.city_a.public_id))
    assert "没有找到" in listed(reader, words="没有的词")


@pytest.mark.parametrize("query", [{"section": "9" * 40}, {"place": "x"}, {"sort": "\x00"}, {"page": "-3"}])
def test_whatever_stands_in_the_address_the_library_answers(library: Library, query: dict[str, str]) -> None:
    provincial(library)
    answer = browse(library.people.party_office).get(reverse("practices:list"), query)
    assert answer.status_code == 200


def test_the_most_adopted_stands_first_where_it_is_asked_for(library: Library) -> None:
    first = provincial(library)
    library.publish(library.write(library.ward, changed(title="后发布的")))
    library.adopt(first, library.people.hospital_b, library.people.outsider)
    newest = listed(library.people.party_office)
    assert newest.index("后发布的") < newest.index("党课提纲")
    most = listed(library.people.party_office, sort="adopted")
    assert most.index("党课提纲") < most.index("后发布的")


def more(library: Library, count: int) -> None:
    """Publish so many further ones."""
    reach = library.reach(library.people.party_office)
    for number in range(count):
        row = start_practice(
            reach=reach, organization=library.people.hospital_a, criterion=library.criterion(),
            words=changed(title=f"做法{number}"), at=library.tick(),
        )  # fmt: skip
        library.move(row, "submit", library.people.party_office)
        library.move(row, "publish", library.people.supervisor, node_id=library.people.authority_a.pk)


@pytest.mark.parametrize(
    ("name", "who"), [("list", "member"), ("mine", "party_office"), ("queue", "supervisor")]
)
def test_lists_take_the_same_statements_however_long(
    library: Library, django_assert_max_num_queries: Any, name: str, who: str
) -> None:
    client = browse(library.people.users[who])
    address = reverse(f"practices:{name}")
    library.submit(library.own)
    more(library, 1)
    with django_assert_max_num_queries(12) as first:
        client.get(address)
    more(library, 4)
    with django_assert_max_num_queries(len(first)):
        client.get(address)
    assert PracticeText.objects.count() >= 7


def test_one_practice_takes_the_same_statements_however_many_adopted_it(
    library: Library, django_assert_max_num_queries: Any
) -> None:
    row = provincial(library)
    client = browse(library.people.member)
    address = reverse("practices:one", args=[row.public_id])
    with django_assert_max_num_queries(14) as first:
        client.get(address)
    library.adopt(row, library.people.hospital_b, library.people.outsider)
    library.adopt(row, library.people.internal_medicine, library.people.branch_secretary)
    with django_assert_max_num_queries(len(first)):
        client.get(address)

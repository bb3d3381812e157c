"""Writing, reviewing, publishing to a subtree, revising, withdrawing; files; adoptions."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from qiangji.audit.models import Event
from qiangji.files.services import sweep
from qiangji.lib.append_only import HistoryIsKept
from qiangji.members.tests.factories import make_employment, make_person
from qiangji.orgs.models import Oversight
from qiangji.orgs.tests.factories import make_role, make_user
from qiangji.practices.bodies import ranges_for, reviewers_of
from qiangji.practices.exceptions import Locked, NotAllowed, Refused
from qiangji.practices.models import Adoption, Practice, PracticeText
from qiangji.practices.services.adopting import end_adoption
from qiangji.practices.services.writing import detach_file
from qiangji.practices.states import State
from qiangji.practices.tests.worlds import WORDS, Library
from qiangji.practices.views.pages import files_shown
from qiangji.practices.wording import Words, names_in


def changed(**fields: str) -> Words:
    return Words(**dict(WORDS.items()) | fields)


def refused(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.field for one in error.value.problems]


# ---- writing -----------------------------------------------------------------------------------------------------------


def test_every_save_adds_a_text_and_no_text_is_changed(library: Library) -> None:
    row = library.write(library.own, changed(action="分三步走。"))
    texts = list(row.texts.order_by("number"))
    assert [text.action for text in texts] == [WORDS.action, "分三步走。"]
    assert row.number == 2
    with pytest.raises(HistoryIsKept):
        texts[0].save()


def test_saving_the_same_again_adds_nothing(library: Library) -> None:
    row = library.write(library.own)
    assert (row.number, row.version) == (1, 1)


def test_an_old_page_does_not_overwrite_what_another_wrote(library: Library) -> None:
    stale = library.own
    library.write(stale, changed(action="先到的改动"))
    with pytest.raises(Locked, match="刚刚有变动"):
        library.move(stale, "submit", library.people.party_office, seen_version=stale.version)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("action", "联系 13912345678", "手机号"),
        ("contact_post", "139-1234-5678", "手机号"),
        ("outcome", "身份证 22010219800101123X", "身份证号"),
        ("title", "", "请写标题"),
        ("title", "长" * 61, "最多 60 字，现在是 61 字"),
    ],
)
def test_private_data_and_what_does_not_fit_are_refused_by_field(
    library: Library, field: str, value: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as error:
        library.write(library.own, changed(**{field: value}))
    assert refused(error) == [field]
    assert library.own.number == 1


def test_figures_and_inner_numbers_are_no_private_data(library: Library) -> None:
    row = library.write(library.own, changed(contact_post="党办，内线 6021", outcome="服务 13900 人次"))
    assert row.number == 2


def test_names_of_the_own_register_are_pointed_out(library: Library) -> None:
    people = library.people
    make_employment(make_person("高志远"), people.hospital_a)
    make_employment(make_person("高志远远"), people.hospital_b)
    words = changed(action="由高志远远程授课。")
    assert names_in(library.reach(people.party_office), words) == ["高志远"]
    assert names_in(library.reach(people.supervisor), words) == []


# ---- handing in and reviewing ------------------------------------------------------------------------------------------


def test_a_branch_hands_in_to_its_hospital_and_a_hospital_to_its_authority(library: Library) -> None:
    people = library.people
    day = date(2026, 11, 2)
    assert reviewers_of(people.internal_medicine, on=day) == [people.hospital_a]
    assert reviewers_of(people.hospital_a, on=day) == [people.authority_a, people.city_a, people.province]
    assert library.submit(library.ward).submitted_to == people.hospital_a
    assert library.submit(library.own).submitted_to == people.authority_a


def test_another_body_above_may_be_chosen(library: Library) -> None:
    city = library.people.city_a
    assert library.submit(library.own, node_id=city.pk).submitted_to == city
    with pytest.raises(Refused, match="列出的审定单位"):
        library.move(library.ward, "submit", library.people.branch_secretary, node_id=city.pk)


def test_without_a_body_above_the_remedy_is_named(library: Library) -> None:
    people = library.people
    Oversight.objects.all().delete()
    people.hospital_a.path, people.hospital_a.parent = "0009", None
    people.hospital_a.save()
    with pytest.raises(Refused, match="请联系系统管理员"):
        library.submit(library.own)


def test_handing_in_asks_for_action_figures_and_a_contact(library: Library) -> None:
    row = library.write(library.own, Words(title="只有标题", outcome="效果很好"))
    with pytest.raises(Refused) as error:
        library.submit(row)
    assert refused(error) == ["action", "outcome", "contact_post"]
    assert "成效要有数字" in str(error.value)


def test_what_was_handed_in_is_locked_until_it_is_taken_back(library: Library) -> None:
    row = library.submit(library.own)
    with pytest.raises(Locked, match="待审定"):
        library.write(row, changed(action="再改"))
    with pytest.raises(Locked, match="草稿和退回"):
        library.attach(row)
    row = library.move(row, "recall", library.people.party_office)
    assert library.write(row, changed(action="再改")).number == 2


def test_a_return_says_what_to_mend(library: Library) -> None:
    row = library.submit(library.own)
    with pytest.raises(Refused, match="须写明原因"):
        library.move(row, "return", library.people.supervisor, words=" ")
    row = library.move(row, "return", library.people.supervisor, words="请写清起止时间")
    assert row.state == State.RETURNED
    assert row.steps.last().words == "请写清起止时间"
    assert library.submit(row).state == State.SUBMITTED


def test_only_the_body_it_was_handed_to_reviews_it(library: Library) -> None:
    people = library.people
    row = library.submit(library.own)
    for user in (people.guidance_city, people.secretary, people.administrator, people.outsider):
        with pytest.raises(NotAllowed, match="甲市卫生健康委员会"):
            library.move(row, "publish", user, node_id=people.authority_a.pk)


def test_nobody_publishes_what_they_handed_in_themselves(library: Library) -> None:
    people = library.people
    make_role(people.branch_secretary, people.hospital_a, "party_office")
    row = library.submit(library.ward)
    with pytest.raises(NotAllowed, match="您本人提交"):
        library.move(row, "publish", people.branch_secretary, node_id=people.hospital_a.pk)


# ---- where it is read --------------------------------------------------------------------------------------------------


def read_by(library: Library, row: Practice) -> set[str]:
    return {
        name
        for name, user in library.people.users.items()
        if Practice.objects.readable_by(library.reach(user)).filter(pk=row.pk).exists()
    }


@pytest.mark.shows("A34")
def test_a_publication_is_read_in_its_subtree_and_by_who_answers_for_it(library: Library) -> None:
    row = library.publish(library.ward)
    inside = {"party_office", "secretary", "branch_secretary", "member"}
    above = {"supervisor", "guidance_city", "guidance_province", "administrator", "reader"}
    assert read_by(library, row) == inside | above
    library.move(row, "spread", library.people.guidance_province, node_id=library.people.province.pk)
    assert read_by(library, row) == inside | above | {"outsider"}


def test_an_authoritys_publication_is_read_in_what_it_supervises(library: Library) -> None:
    people = library.people
    row = library.publish(library.own)
    assert row.published_to == people.authority_a
    assert "member" in read_by(library, row)
    assert "outsider" not in read_by(library, row)
    Oversight.objects.create(
        overseer=people.authority_a,
        subject=people.hospital_b,
        kind="supervision",
        start_date=date(2020, 1, 1),
    )
    assert "outsider" in read_by(library, row)


def test_the_ranges_offered_lie_between_the_practice_and_the_body(library: Library) -> None:
    people = library.people
    row = library.publish(library.ward)
    offered = {
        name: [one.node for one in ranges_for(library.reach(user), row)]
        for name, user in people.users.items()
    }
    assert offered["secretary"] == [people.hospital_a]
    assert offered["supervisor"] == [people.hospital_a, people.authority_a]
    assert offered["guidance_province"] == [people.hospital_a, people.city_a, people.province]
    assert offered["branch_secretary"] == offered["outsider"] == []


def test_a_range_that_was_not_offered_is_refused(library: Library) -> None:
    row = library.submit(library.ward)
    with pytest.raises(Refused, match="发布到哪个范围"):
        library.move(row, "publish", library.people.secretary, node_id=library.people.province.pk)


def test_a_hospital_does_not_narrow_what_the_province_published(library: Library) -> None:
    people = library.people
    row = library.publish(library.ward)
    row = library.move(row, "spread", people.guidance_province, node_id=people.province.pk)
    with pytest.raises(NotAllowed):
        library.move(row, "spread", people.secretary, node_id=people.hospital_a.pk)
    with pytest.raises(NotAllowed):
        library.move(row, "take_down", people.secretary)


# ---- revising, withdrawing ---------------------------------------------------------------------------------------------


def test_a_revision_is_not_read_before_it_is_published(library: Library) -> None:
    row = library.publish(library.own)
    library.move(row, "revise", library.people.party_office)
    row = library.write(row, changed(action="修订后的做法"))
    assert (row.published_number, row.number, row.state) == (1, 2, State.DRAFT)
    assert "outsider" not in read_by(library, row)
    row = library.publish(row)
    assert row.published_number == 2


def test_a_revision_given_up_leaves_what_was_published(library: Library) -> None:
    row = library.publish(library.own)
    library.move(row, "revise", library.people.party_office)
    library.write(row, changed(action="不用了"))
    row = library.move(row, "abandon", library.people.party_office)
    assert (row.number, row.published_number, row.state) == (1, 1, State.PUBLISHED)
    library.move(row, "revise", library.people.party_office)
    assert library.write(row, changed(action="再来")).number == 3


@pytest.mark.parametrize("who", ["party_office", "supervisor", "guidance_city"])
def test_own_side_and_publisher_withdraw_with_a_reason(library: Library, who: str) -> None:
    row = library.publish(library.own)
    verb = "withdraw" if who == "party_office" else "take_down"
    with pytest.raises(Refused, match="须写明原因"):
        library.move(row, verb, library.people.users[who], words="")
    row = library.move(row, verb, library.people.users[who], words="依据的规定已废止")
    assert row.state == State.WITHDRAWN
    assert read_by(library, row) == set()


def test_a_branch_does_not_write_the_hospitals_practice(library: Library) -> None:
    with pytest.raises(NotAllowed, match="甲市第一医院党委"):
        library.write(library.own, changed(title="改"), user=library.people.branch_secretary)


def test_each_step_has_its_event(library: Library) -> None:
    row = library.publish(library.own)
    events = Event.objects.filter(object_type="practice", object_id=row.public_id).order_by("sequence")
    assert [event.verb for event in events] == ["practice.write", "practice.submit", "practice.publish"]


def test_a_publication_without_its_range_is_refused_by_the_database(library: Library) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.filter(pk=library.own_id).update(published_number=1)


# ---- files -------------------------------------------------------------------------------------------------------------


def test_a_file_of_a_revision_is_not_read_before_its_publication(library: Library) -> None:
    first = library.attach(library.own, "first")
    row = library.publish(library.own)
    library.move(row, "revise", library.people.party_office)
    library.attach(library.own, "second")
    detach_file(
        reach=library.reach(library.people.party_office), attached=first, reason="换新版", at=library.tick()
    )
    assert [file.filename for file in files_shown(library.own, working=False)] == ["first.pdf"]
    assert [file.filename for file in files_shown(library.own, working=True)] == ["second.pdf"]


def test_bytes_that_the_library_shows_are_never_swept(library: Library) -> None:
    first = library.attach(library.own)
    row = library.publish(library.own)
    library.move(row, "revise", library.people.party_office)
    detach_file(
        reach=library.reach(library.people.party_office), attached=first, reason="换新版", at=library.tick()
    )
    sweep(at=library.clock + timedelta(days=4000))
    first.content.refresh_from_db()
    assert not first.content.is_swept
    assert first.content.location.exists()


def test_the_same_file_twice_is_named(library: Library) -> None:
    library.attach(library.own)
    with pytest.raises(Refused, match="rule.pdf"):
        library.attach(library.own)


# ---- adoptions ---------------------------------------------------------------------------------------------------------


def provincial(library: Library) -> Practice:
    row = library.publish(library.own)
    return library.move(row, "spread", library.people.guidance_province, node_id=library.people.province.pk)


@pytest.mark.shows("A34")
def test_another_organization_says_that_it_adopted_it(library: Library) -> None:
    people = library.people
    row = provincial(library)
    made = library.adopt(row, people.hospital_b, people.outsider)
    assert (made.date, made.note, made.number) == (date(2026, 10, 20), "在两个支部试行", 1)
    with pytest.raises(Refused, match="不必重复登记"):
        library.adopt(row, people.hospital_b, people.outsider)


def test_nobody_adopts_the_own_practice_or_a_day_to_come_or_for_others(library: Library) -> None:
    people = library.people
    row = provincial(library)
    with pytest.raises(Refused, match="本单位自己"):
        library.adopt(row, people.hospital_a, people.party_office)
    with pytest.raises(Refused, match="不能晚于今天"):
        library.adopt(row, people.hospital_b, people.outsider, date=date(2027, 1, 1))
    with pytest.raises(NotAllowed, match="乙市第一医院党委"):
        library.adopt(row, people.hospital_b, people.party_office)


def test_what_is_not_published_to_an_organization_is_not_adopted_by_it(library: Library) -> None:
    row = library.publish(library.own)
    with pytest.raises(Locked, match="不再发布到本单位"):
        library.adopt(row, library.people.hospital_b, library.people.outsider)


def test_an_adoption_is_taken_back_with_a_reason_and_stays_on_record(library: Library) -> None:
    people = library.people
    row = provincial(library)
    made = library.adopt(row, people.hospital_b, people.outsider)
    reach = library.reach(people.outsider)
    with pytest.raises(Refused, match="撤销原因"):
        end_adoption(reach=reach, adoption=made, reason=" ", at=library.tick())
    end_adoption(reach=reach, adoption=made, reason="登记错了", at=library.tick())
    library.adopt(row, people.hospital_b, people.outsider)
    assert Adoption.objects.filter(practice=row).count() == 2


def test_who_adopted_it_still_reads_what_was_withdrawn(library: Library) -> None:
    people = library.people
    row = provincial(library)
    library.adopt(row, people.hospital_b, people.outsider)
    library.move(row, "withdraw", people.party_office)
    visible = Practice.objects.visible_to(library.reach(people.outsider))
    assert row in visible
    stranger = make_user()
    assert row not in Practice.objects.visible_to(library.reach(stranger))
    assert PracticeText.objects.filter(practice=row).exists()

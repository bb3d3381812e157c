"""The reviewers' queue: what waits, in whose hands, how far and until when; workload for who distributes it."""

from datetime import UTC, datetime, timedelta

import pytest

from qiangji.accounts.models import User
from qiangji.assessments.models import Mark, ReviewAssignment, Sheet
from qiangji.assessments.selectors.review_queue import Progress, QueueFilter, queue_page
from qiangji.assessments.selectors.workload import workload
from qiangji.assessments.services.assigning import claim, give
from qiangji.assessments.tests.test_assigning import person
from qiangji.assessments.tests.worlds import World, as_user, counted
from qiangji.orgs.models import RoleAssignment


def read(world: World, who: str = "supervisor", at: datetime | None = None, **chosen: str) -> object:
    return queue_page(
        world.reach(person(who)), QueueFilter.read({"scope": "all"} | chosen), at=at or world.clock
    )


def names(page: object) -> list[str]:
    return [line.sheet.organization_name for line in page.lines]


def take(world: World, who: str = "supervisor") -> None:
    claim(reach=world.reach(person(who)), sheet_ids=[world.sheet.public_id], at=world.tick())


@pytest.mark.shows("A24")
def test_a_submitted_sheet_waits_for_its_supervisors(office: World) -> None:
    (line,) = read(office).lines
    assert (line.sheet, line.task, line.deadline.isoformat()) == (office.sheet, "开始验收", "2026-11-30")
    assert not names(read(office, "outsider"))


def test_a_draft_is_in_nobodys_queue(office: World) -> None:
    office.move("withdraw")
    assert not read(office).lines


def test_progress_counts_marks_differences_and_missing_reasons(office: World) -> None:
    office.move("start_acceptance")
    office.fill("acceptance", c1_1_1="1", c2_0_1="2")
    Mark.objects.filter(stage="acceptance", answer__criterion__code="1-1-1").update(remark="会议记录缺两次")
    Mark.objects.filter(stage="acceptance", answer__criterion__code="2-0-2").delete()
    (line,) = read(office).lines
    assert line.progress == Progress(done=4, all=5, differs=2, bare=1)


def test_a_rating_is_held_against_the_acceptance(office: World) -> None:
    office.bring_to("accepted")
    office.move("start_rating")
    office.fill("rating", c1_1_1="1")
    (line,) = read(office).lines
    assert (line.stage, line.progress) == ("rating", Progress(done=5, all=5, differs=1, bare=1))


def test_mine_the_pool_and_all_are_told_apart(office: World) -> None:
    assert names(read(office, scope="pool")) == [office.sheet.organization_name]
    take(office)
    assert not names(read(office, scope="pool"))
    assert names(read(office, scope="mine")) == [office.sheet.organization_name]
    assert not names(read(office, "colleague", scope="mine"))
    assert names(read(office, "colleague", scope="all")) == [office.sheet.organization_name]


def test_a_deadline_that_is_over_is_late_and_age_counts_days(office: World) -> None:
    (line,) = read(office, at=datetime(2026, 11, 30, 15, 59, tzinfo=UTC)).lines
    assert not line.is_late
    (line,) = read(office, at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC)).lines
    assert line.is_late
    assert line.age == 42
    assert not read(office, late="1").lines


def test_the_note_of_a_handing_over_is_on_the_colleagues_line(office: World) -> None:
    take(office)
    give(
        reach=office.reach(office.cast.supervisor),
        sheet_ids=[office.sheet.public_id],
        reviewer=person("colleague"),
        note="第二部分还没看",
        at=office.tick(),
    )
    page = as_user(person("colleague")).get("/assessments/reviews/").content.decode()
    assert "第二部分还没看" in page


def test_statements_do_not_grow_with_the_queue(office: World) -> None:
    browser = as_user(office.cast.party_office)

    def cost() -> int:
        with counted() as found:
            assert browser.get("/assessments/reviews/?scope=all").status_code == 200
        return len(found())

    rows = Sheet.objects.filter(supervisor=office.cast.hospital_a)
    rows.filter(organization=office.cast.surgery).update(state="under_acceptance")
    few = cost()
    rows.update(state="under_acceptance")
    assert cost() == few <= 15


def test_the_queue_is_for_those_who_review(office: World) -> None:
    answer = as_user(office.cast.reader).get("/assessments/reviews/")
    assert answer.status_code == 403
    assert "主管部门工作人员" in answer.content.decode()


def test_a_refused_handing_over_keeps_what_was_ticked_and_typed(office: World) -> None:
    take(office)
    sent = {"sheet": str(office.sheet.public_id), "note": "办到第三部分", "to": "", "scope": "mine"}
    page = as_user(office.cast.supervisor).post("/assessments/reviews/pass/", sent).content.decode()
    assert "请选择接手的同事" in page
    assert "办到第三部分" in page
    assert f'value="{office.sheet.public_id}" aria-label="选择甲市第一医院党委" checked' in page
    assert ReviewAssignment.objects.get().reviewer == office.cast.supervisor


def test_taking_on_the_page_leads_back_to_the_same_rows(office: World) -> None:
    sent = {"sheet": str(office.sheet.public_id), "scope": "pool", "stage": "acceptance"}
    answer = as_user(office.cast.supervisor).post("/assessments/reviews/take/", sent)
    assert answer.url == "/assessments/reviews/?scope=pool&stage=acceptance&sort=deadline"
    assert ReviewAssignment.objects.get().reviewer == office.cast.supervisor


def test_the_history_names_who_had_it_and_why_it_passed_on(office: World) -> None:
    take(office)
    give(
        reach=office.reach(person("head")),
        sheet_ids=[office.sheet.public_id],
        reviewer=person("colleague"),
        note="主管甲出差",
        at=office.tick(),
    )
    page = as_user(office.cast.supervisor).get(office.url("assignments")).content.decode()
    assert page.index("主管甲") < page.index("处长甲改派：主管甲出差") < page.index("现负责")


def test_the_workload_counts_what_each_has_in_hand(office: World) -> None:
    (pool, *_) = workload(office.reach(person("head")), at=office.clock)
    assert (pool.reviewer, pool.waiting) == (None, 1)
    take(office)
    loads = {load.reviewer.name: load for load in workload(office.reach(person("head")), at=office.clock)}
    assert (loads["主管甲"].waiting, loads["主管甲"].begun, loads["同事甲"].waiting) == (1, 0, 0)
    office.bring_to("accepted")
    loads = {
        load.reviewer.name: load
        for load in workload(office.reach(person("head")), at=office.clock)
        if load.reviewer
    }
    assert (loads["主管甲"].waiting, loads["主管甲"].concluded) == (0, 1)


def test_who_has_left_with_sheets_in_hand_is_pointed_out(office: World) -> None:
    take(office)
    RoleAssignment.objects.filter(user=office.cast.supervisor).update(
        end_date=office.clock.date() - timedelta(days=1)
    )
    page = as_user(person("head")).get("/assessments/reviews/workload/").content.decode()
    assert "已不在岗，请改派" in page


def test_the_workload_is_the_heads(office: World) -> None:
    assert as_user(office.cast.supervisor).get("/assessments/reviews/workload/").status_code == 403
    assert (
        as_user(User.objects.get(username="secretary")).get("/assessments/reviews/workload/").status_code
        == 200
    )

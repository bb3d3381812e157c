"""What a person changes about one consequence: its notice's number, its day, or that it was opened by mistake."""

from datetime import date
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.tests.worlds import as_user
from qiangji.audit.models import Event
from qiangji.duties.asker import Asker
from qiangji.duties.sources import consequences as source
from qiangji.members.tests.factories import make_person
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import RoleAssignment
from qiangji.orgs.tests.factories import make_role
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.moves import extend
from qiangji.reports.results_papers.notices import notice_of
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.services import consequence_acts
from qiangji.results.services.consequence_acts import (
    postpone_consequence,
    record_number,
    withdraw_consequence,
)
from qiangji.results.services.consequences import finish_consequence, open_consequences
from qiangji.results.tests.worlds import ResultsWorld

Kind = Consequence.Kind
FIRST, LATER = date(2027, 3, 31), date(2027, 5, 31)
NUMBER = "甲医党指〔2027〕5号"


def opened(world: ResultsWorld, kind: str = Kind.DEBRIEF) -> Consequence:
    """What follows for a hospital below the line, its branch lagging."""
    world.hospital("80", ["85", "95"])
    world.recognize()
    due = [one for one in still_due(newest_results(world.cycle)) if one.kind == kind]
    (row,) = open_consequences(due=due, deadline_date=FIRST, by=world.cast.guidance_province, at=world.tick())
    return row


def arguments(world: ResultsWorld, row: Consequence, by: User | None) -> dict[str, Any]:
    reach = world.reach(by or world.cast.guidance_province)
    return {"reach": reach, "consequence": row, "at": world.tick()}


def number(world: ResultsWorld, row: Consequence, typed: str = NUMBER, by: User | None = None) -> Consequence:
    return record_number(number=typed, **arguments(world, row, by))


def postpone(world: ResultsWorld, row: Consequence, by: User | None = None, **changes: Any) -> Consequence:
    typed = {"deadline_date": LATER, "words": "述职会改期"} | changes
    return postpone_consequence(**typed, **arguments(world, row, by))


def withdraw(
    world: ResultsWorld, row: Consequence, words: str = "开错了", by: User | None = None
) -> Consequence:
    return withdraw_consequence(words=words, **arguments(world, row, by))


def verbs(row: Consequence) -> list[str]:
    return list(
        Event.objects.filter(object_id=row.public_id).order_by("sequence").values_list("verb", flat=True)
    )


@pytest.mark.parametrize("kind", [Kind.KEY_BRANCH, Kind.TIME_LIMITED, Kind.DEBRIEF])
def test_the_number_of_every_notice_is_recorded_and_printed(world: ResultsWorld, kind: str) -> None:
    row = opened(world, kind)
    assert notice_of(row).number == ""
    row = number(world, row)
    assert notice_of(row).number == NUMBER
    row = number(world, row, "甲医党指〔2027〕6号")
    assert [step.words for step in row.steps.all()] == [NUMBER, f"{NUMBER} → 甲医党指〔2027〕6号"]
    assert verbs(row) == ["consequence.opened", "consequence.number", "consequence.number"]


def test_the_number_is_recorded_by_who_issues_the_notice(world: ResultsWorld) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    assert number(world, row, by=world.cast.supervisor).notice_number == NUMBER
    for by in (world.cast.guidance_city, world.cast.reader, world.cast.party_office):
        with pytest.raises(NotAllowed, match="承办单位"):
            number(world, row, "别的文号", by=by)


@pytest.mark.parametrize(("typed", "words"), [("", "填写文号"), ("文" * 61, "最多 60"), (NUMBER, "就是这个")])
def test_a_number_that_is_none_is_refused(world: ResultsWorld, typed: str, words: str) -> None:
    row = number(world, opened(world))
    with pytest.raises(Refused, match=words):
        number(world, row, typed)


def test_noting_what_was_done_keeps_the_number_that_is_recorded(world: ResultsWorld) -> None:
    row = number(world, opened(world))
    row = finish_consequence(consequence=row, words="已办", by=world.cast.supervisor, at=world.tick())
    assert row.notice_number == NUMBER


def test_what_has_no_order_gets_another_day_with_a_reason(world: ResultsWorld) -> None:
    row = postpone(world, opened(world))
    assert row.due_date == LATER
    assert [step.words for step in row.steps.all()] == ["2027-03-31 → 2027-05-31：述职会改期"]
    assert verbs(row) == ["consequence.opened", "consequence.postpone"]
    for changes, words in (({"words": " "}, "写明原因"), ({"deadline_date": date(2026, 12, 1)}, "晚于今天"),
                           ({"deadline_date": None}, "填写新的期限")):  # fmt: skip
        with pytest.raises(Refused, match=words):
            postpone(world, row, **changes)
    with pytest.raises(NotAllowed, match="调整期限、撤销由"):
        postpone(world, row, by=world.cast.supervisor)
    finish_consequence(consequence=row, words="已办", by=world.cast.supervisor, at=world.tick())
    with pytest.raises(Locked, match="办结"):
        postpone(world, row)


def test_the_day_of_an_order_that_was_moved_counts_everywhere(world: ResultsWorld) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    order = row.rectification
    assert order is not None
    reach = world.reach(world.cast.supervisor)
    extend(
        reach=reach,
        row=order,
        deadline_date=LATER,
        words="设备未到",
        seen_version=order.version,
        at=world.tick(),
    )
    row = Consequence.objects.get()
    assert (row.deadline_date, row.due_date) == (FIRST, LATER)
    assert "2027年5月31日" in "".join(notice_of(row).paragraphs)
    (watched,) = source.collect(Asker(reach, world.tick()))
    assert watched.due == LATER
    with pytest.raises(Locked, match="整改页面"):
        postpone(world, row)


@pytest.mark.parametrize("kind", [Kind.KEY_BRANCH, Kind.TIME_LIMITED, Kind.DEBRIEF])
def test_what_was_opened_by_mistake_is_withdrawn_and_can_be_opened_anew(
    world: ResultsWorld, kind: str
) -> None:
    row = withdraw(world, opened(world, kind))
    assert (row.is_withdrawn, row.withdrawn_reason) == (True, "开错了")
    assert verbs(row)[-1] == "consequence.withdrawn"
    if row.rectification is not None:
        row.rectification.refresh_from_db()
        assert row.rectification.state == "withdrawn"
    assert kind in {one.kind for one in still_due(newest_results(world.cycle))}
    with pytest.raises(Locked):
        withdraw(world, row)
    with pytest.raises(Locked):
        number(world, row)


def test_it_is_withdrawn_with_a_reason_by_who_recognizes(world: ResultsWorld) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    with pytest.raises(Refused, match="写明原因"):
        withdraw(world, row, "")
    for by in (world.cast.supervisor, world.cast.guidance_city, world.cast.secretary):
        with pytest.raises(NotAllowed, match="调整期限、撤销由"):
            withdraw(world, row, by=by)
    assert withdraw(world, row, by=world.another()).is_withdrawn


def test_who_opened_it_and_left_the_office_neither_withdraws_nor_postpones(
    world: ResultsWorld, client: Client
) -> None:
    row = opened(world)
    left = world.cast.guidance_province
    RoleAssignment.objects.filter(user=left).delete()
    make_role(left, world.cast.province, RoleName.READER)
    with pytest.raises(NotAllowed, match="调整期限、撤销由"):
        withdraw(world, row)
    with pytest.raises(NotAllowed, match="调整期限、撤销由"):
        postpone(world, row)
    text = page(client, world, row, left)
    assert [words for words in ("调整期限", "撤销这件事") if f">{words}<" in text] == []


def test_what_was_verified_while_the_withdrawal_waited_is_not_withdrawn(
    world: ResultsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = opened(world, Kind.KEY_BRANCH)
    held: list[int] = []

    def waits(sheets: QuerySet[Sheet]) -> None:
        held.extend(sheets.values_list("pk", flat=True))
        Rectification.objects.filter(pk=row.rectification_id).update(state="verified")

    Rectification.objects.filter(pk=row.rectification_id).update(leader=make_person("林书记"))
    monkeypatch.setattr(consequence_acts, "hold_sheets", waits)
    with pytest.raises(Locked, match="核验通过"):
        withdraw(world, row)
    assert row.rectification is not None
    assert sorted(held) == sorted([row.sheet_id, row.rectification.sheet_id])


def test_what_was_mended_is_not_withdrawn(world: ResultsWorld) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    assert row.rectification is not None
    row.rectification.state = "verified"
    row.rectification.save(update_fields=["state"])
    with pytest.raises(Locked, match="核验通过"):
        withdraw(world, row)


def test_what_a_reassessment_rests_on_is_not_withdrawn(world: ResultsWorld) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    world.assessed_again(row.sheet)
    assert row.rectification is not None
    row.rectification.state = "handed_in"
    row.rectification.save(update_fields=["state"])
    with pytest.raises(Locked, match="复评"):
        withdraw(world, row)


def page(client: Client, world: ResultsWorld, row: Consequence, who: User) -> str:
    client.force_login(who)
    return client.get(reverse("results:consequence", args=[row.public_id])).content.decode()


def test_the_page_offers_what_each_may_do(world: ResultsWorld, client: Client) -> None:
    row = opened(world)
    done, day, back = "登记办理情况", "调整期限", "撤销这件事"
    for who, offered in (
        (world.cast.guidance_province, (done, day, back)), (world.cast.supervisor, (done,)),
        (world.cast.guidance_city, ()),
    ):  # fmt: skip
        text = page(client, world, row, who)
        assert [words for words in (done, day, back) if f">{words}<" in text] == list(offered)
        assert reverse("reports:consequence_notice", args=[row.public_id]) in text


def test_what_was_typed_stays_where_it_is_refused(world: ResultsWorld, client: Client) -> None:
    row = opened(world)
    client.force_login(world.cast.guidance_province)
    address = reverse("results:postpone", args=[row.public_id])
    answer = client.post(address, {"deadline": "2020-01-01", "words": "会议室占用"})
    assert answer.status_code == 409
    assert "会议室占用" in answer.content.decode()
    assert "须晚于今天" in answer.content.decode()


def test_the_owner_reaches_the_notice_from_the_page_of_the_result(
    world: ResultsWorld, client: Client
) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    client.force_login(world.cast.supervisor)
    text = client.get(reverse("results:result", args=[row.sheet.public_id])).content.decode()
    notice = reverse("reports:consequence_notice", args=[row.public_id])
    assert f'href="{notice}"' in text
    assert client.get(notice).status_code == 200


def test_the_owner_finds_what_it_has_to_do_for_a_hospital_whose_sheet_it_may_not_read(
    world: ResultsWorld, client: Client
) -> None:
    row = opened(world)
    Sheet.objects.filter(pk=row.sheet_id).update(state="draft")
    assert "登记办理情况" in page(client, world, row, world.cast.supervisor)
    client.force_login(world.cast.guidance_city)
    assert client.get(reverse("results:consequence", args=[row.public_id])).status_code == 403


def test_lists_show_the_day_that_counts(world: ResultsWorld) -> None:
    row = opened(world, Kind.TIME_LIMITED)
    order = row.rectification
    assert order is not None
    order.deadline_date = LATER
    order.save(update_fields=["deadline_date"])
    client = as_user(world.cast.guidance_province)
    for address in (
        reverse("results:consequences", args=[world.cycle.public_id]),
        reverse("results:result", args=[row.sheet.public_id]),
    ):
        text = client.get(address).content.decode()
        assert "2027-05-31" in text
        assert "2027-03-31" not in text

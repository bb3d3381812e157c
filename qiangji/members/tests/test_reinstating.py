"""A leaving that was recorded wrongly is taken back: no day is left without a branch, and nothing is overwritten."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.audit.models import Event
from qiangji.lib.append_only import HistoryIsKept
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Member
from qiangji.members.selectors.register import members_of
from qiangji.members.services import (
    cease_membership,
    grant_exemption,
    register_hardship,
    reinstate_member,
    start_floating,
)
from qiangji.members.services.reorganizing import merge
from qiangji.members.tests.factories import make_member
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import SINCE, Cast, cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
LEFT = date(2026, 5, 1)
WHO = {"by": None, "at": AT}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def member(people: Cast) -> Member:
    return make_member(people.internal_medicine, "江流")


@pytest.fixture
def gone(member: Member) -> Member:
    cease_membership(member=member, date=LEFT, how="deceased", **WHO)
    return member


def test_the_member_was_there_all_the_time(people: Cast, gone: Member) -> None:
    made = reinstate_member(member=gone, reason="登记对象有误", **WHO)
    for day in (date(2026, 4, 30), LEFT, date(2026, 10, 20)):
        assert list(members_of(people.internal_medicine, day)) == [gone]
    rows = gone.branches.order_by("start_date").values_list("start_date", "end_date", "departure", "arrival")
    assert list(rows) == [
        (SINCE, date(2026, 4, 30), "ceased", "registered"),
        (LEFT, None, "", "reinstated"),
    ]
    assert (made.ceased_date, made.ceased_how, made.reason) == (LEFT, "deceased", "登记对象有误")
    assert ChangedFact.objects.filter(kind="member", date=LEFT).count() == 2
    with pytest.raises(HistoryIsKept):
        made.delete()


def test_what_the_leaving_cut_short_goes_on(member: Member) -> None:
    until = date(2030, 1, 1)
    grant_exemption(member=member, duty="all", document="1号", start_date=SINCE, end_date=until, **WHO)
    start_floating(member=member, direction="out", place="某地", start_date=SINCE, **WHO)
    register_hardship(member=member, start_date=SINCE, **WHO)
    cease_membership(member=member, date=LEFT, how="other", **WHO)
    reinstate_member(member=member, reason="登记对象有误", **WHO)
    assert member.exemptions.get(start_date=LEFT).end_date == until
    assert member.floating.get(start_date=LEFT).end_date is None
    assert member.hardships.get(start_date=LEFT).end_date is None
    told = Event.objects.filter(object_type="member", object_id=member.public_id)
    assert not any("hardship" in row.data for row in told)


def test_what_had_ended_by_itself_stays_ended(member: Member) -> None:
    grant_exemption(
        member=member, duty="all", document="1号", start_date=SINCE, end_date=date(2026, 4, 30), **WHO
    )
    cease_membership(member=member, date=LEFT, how="other", **WHO)
    reinstate_member(member=member, reason="登记对象有误", **WHO)
    assert member.exemptions.count() == 1


def test_a_branch_that_is_gone_is_followed_by_another(people: Cast, gone: Member) -> None:
    first = date(2026, 7, 1)
    merge(organizations=[people.internal_medicine], into=people.surgery, first_day=first, by=None, at=AT)
    with pytest.raises(MembersError, match="请选择现在的党支部"):
        reinstate_member(member=gone, reason="登记对象有误", **WHO)
    reinstate_member(member=gone, reason="登记对象有误", branch=people.surgery, **WHO)
    assert list(members_of(people.internal_medicine, date(2026, 6, 30))) == [gone]
    assert list(members_of(people.surgery, first)) == [gone]


def test_who_has_not_left_is_not_taken_back(member: Member) -> None:
    with pytest.raises(MembersError, match="没有离开登记"):
        reinstate_member(member=member, reason="登记对象有误", **WHO)


def test_a_reason_has_to_be_given(gone: Member) -> None:
    with pytest.raises(MembersError, match="更正依据"):
        reinstate_member(member=gone, reason=" ", **WHO)
    gone.refresh_from_db()
    assert gone.ceased_date == LEFT


def test_the_keeper_finds_who_left_and_takes_it_back(people: Cast, gone: Member, client: Client) -> None:
    client.force_login(people.party_office)
    assert "江流" in client.get(reverse("members:left")).content.decode()
    address = reverse("members:reinstate", args=[gone.public_id])
    page = client.post(address, {"reason": "登记对象有误"}, follow=True).content.decode()
    assert "撤销过的离开登记" in page
    assert "登记对象有误" in page
    assert "江流" not in client.get(reverse("members:left")).content.decode()
    assert client.get(address).status_code == 404

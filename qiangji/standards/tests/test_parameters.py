"""Parameters that subtrees set for themselves: which figure holds for whom, what is refused, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from qiangji.audit.models import Event
from qiangji.orgs.models import ChangedFact, Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.exceptions import ParameterRefused
from qiangji.standards.loader import library_dir, load_edition, shipped_checks
from qiangji.standards.models import Edition, ParameterSetting
from qiangji.standards.parameter_services import end_parameter, set_parameter, withdraw_parameter
from qiangji.standards.parameters import in_force, is_stricter, local_figures, value_of
from qiangji.standards.schema import ParameterSpec
from qiangji.standards.services import load_library
from qiangji.standards.tests.editions import edition_data, write_edition

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
YEARLY = ParameterSpec(title="全年中心组学习次数", value=Decimal(4), unit="次", place="思想建设 2")
SPAN = ParameterSpec(title="办理期限", value=Decimal(6), unit="个月", stricter="less")
LOOSE = ParameterSpec(title="每缺 1 次扣分", value=Decimal(1), unit="分", allows_looser=True)
Set = Callable[..., ParameterSetting]


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def edition(tmp_path, db: None) -> Edition:
    write_edition(tmp_path, edition_data(label="2026"))
    load_library(at=AT, directory=tmp_path)
    return Edition.objects.select_related("standard").get()


@pytest.fixture
def setting(people: Cast, edition: Edition) -> Set:
    """Sets 1-1-1's yearly figure by the province's guidance unless told otherwise."""

    def make(organization: Organization, value: int | str, **changes: Any) -> ParameterSetting:
        given: dict[str, Any] = {
            "edition": edition, "criterion_code": "1-1-1", "name": "yearly", "spec": YEARLY,
            "start_date": MARCH, "document_number": "省党指〔2026〕3号", "document_title": "关于加强学习的通知",
            "by": people.guidance_province, "at": AT,
        }  # fmt: skip
        return set_parameter(organization=organization, value=Decimal(value), **(given | changes))

    return make


def figure(
    edition: Edition, organization: Organization, day: date = JUNE, spec: ParameterSpec = YEARLY
) -> Decimal:
    chain = local_figures([edition.pk], [organization.path], day).along(edition.pk, organization.path)
    return in_force(spec, chain.get("1-1-1", {}).get("yearly", ()))[0]


def test_it_holds_for_the_organization_and_all_below_it_and_for_nobody_beside(
    people: Cast, edition: Edition, setting: Set
) -> None:
    setting(people.city_a, 6)
    found = [figure(edition, one) for one in (people.city_a, people.hospital_a, people.surgery)]
    assert found == [6, 6, 6]
    assert [figure(edition, one) for one in (people.province, people.hospital_b)] == [4, 4]


def test_the_nearest_one_counts(people: Cast, edition: Edition, setting: Set) -> None:
    setting(people.province, 5)
    setting(people.city_a, 6)
    setting(people.hospital_a, 8)
    found = [figure(edition, one) for one in (people.hospital_b, people.city_a, people.surgery)]
    assert found == [5, 6, 8]


def test_what_a_superior_overtakes_later_rests(people: Cast, edition: Edition, setting: Set) -> None:
    setting(people.hospital_a, 6)
    setting(people.province, 8, start_date=JUNE)
    assert figure(edition, people.hospital_a, MARCH) == 6
    assert figure(edition, people.hospital_a, JUNE) == 8


def test_it_holds_from_its_first_day_to_its_last(people: Cast, edition: Edition, setting: Set) -> None:
    setting(people.city_a, 6, start_date=MARCH, end_date=JUNE)
    days = (date(2026, 2, 28), MARCH, JUNE, date(2026, 6, 2))
    assert [figure(edition, people.hospital_a, day) for day in days] == [4, 6, 6, 4]


def test_a_new_one_ends_the_open_one_the_day_before(people: Cast, edition: Edition, setting: Set) -> None:
    first = setting(people.city_a, 6)
    setting(people.city_a, 8, start_date=JUNE)
    first.refresh_from_db()
    assert (first.end_date, first.closed_by, first.value) == (date(2026, 5, 31), people.guidance_province, 6)
    assert figure(edition, people.hospital_a, date(2026, 5, 31)) == 6


@pytest.mark.parametrize(
    ("value", "changes", "words"),
    [
        (3, {}, "只能从严：本版规定全年中心组学习次数至少 4 次，不能改为 3 次。"),
        (4, {}, "与所填的相同"),
        ("6.5", {}, "请填整数"),
        (-1, {}, "请填 0 到"),
        ("NaN", {}, "请填 0 到"),
        (6, {"document_number": " "}, "请填写文号。"),
        (6, {"document_title": ""}, "请填写文件名称。"),
        (6, {"document_title": "长" * 301}, "文件名称最多 300 字，现在是 301 字。"),
        (6, {"start_date": date(1999, 1, 1)}, "日期应在"),
        (6, {"end_date": date(2026, 1, 1)}, "早于起始日"),
        (7, {"spec": SPAN}, "只能从严：本版规定办理期限至多 6 个月，不能改为 7 个月。"),
        (200, {"spec": ParameterSpec(title="占比", value=Decimal(30), unit="%")}, "不能超过 100"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(
    people: Cast, setting: Set, value: str, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ParameterRefused, match=words):
        setting(people.city_a, value, **changes)
    assert not ParameterSetting.objects.exists()


def test_a_subordinate_asks_no_less_than_its_superior(people: Cast, setting: Set) -> None:
    setting(people.province, 8)
    with pytest.raises(ParameterRefused, match="规定全年中心组学习次数至少 8 次，不能改为 6 次"):
        setting(people.hospital_a, 6)


def test_where_the_edition_allows_it_a_looser_figure_holds(
    people: Cast, edition: Edition, setting: Set
) -> None:
    setting(people.city_a, "0.5", spec=LOOSE)
    assert figure(edition, people.hospital_a, spec=LOOSE) == Decimal("0.5")


def test_days_that_are_taken_are_refused(people: Cast, setting: Set) -> None:
    setting(people.city_a, 6, start_date=MARCH, end_date=JUNE)
    with pytest.raises(ParameterRefused, match="已有设定"):
        setting(people.city_a, 8, start_date=JUNE)
    setting(people.city_a, 8, start_date=date(2026, 6, 2))


def test_a_draft_edition_is_mended_not_set_aside(people: Cast, edition: Edition, setting: Set) -> None:
    Edition.objects.update(status="draft", published_at=None)
    edition.refresh_from_db()
    with pytest.raises(ParameterRefused, match="草稿"):
        setting(people.city_a, 6)


def test_an_ended_one_keeps_its_figure_and_says_who_ended_it(
    people: Cast, edition: Edition, setting: Set
) -> None:
    row = setting(people.city_a, 6)
    end_parameter(setting=row, end_date=JUNE, by=people.guidance_city, at=AT)
    row.refresh_from_db()
    assert (row.value, row.end_date, row.closed_by) == (6, JUNE, people.guidance_city)
    assert figure(edition, people.hospital_a, date(2026, 6, 2)) == 4
    with pytest.raises(ParameterRefused, match="不必再结束"):
        end_parameter(setting=row, end_date=date(2026, 7, 1), by=people.guidance_city, at=AT)


def test_it_cannot_end_before_it_began(people: Cast, setting: Set) -> None:
    with pytest.raises(ParameterRefused, match="撤回"):
        end_parameter(
            setting=setting(people.city_a, 6), end_date=date(2026, 1, 1), by=people.guidance_city, at=AT
        )


def test_a_withdrawn_one_held_on_no_day_and_makes_room(people: Cast, edition: Edition, setting: Set) -> None:
    row = setting(people.city_a, 60)
    withdraw_parameter(setting=row, reason="多打一个 0", by=people.guidance_city, at=AT)
    assert figure(edition, people.hospital_a) == 4
    setting(people.city_a, 6)
    assert figure(edition, people.hospital_a) == 6
    kept = ParameterSetting.objects.get(pk=row.pk)
    assert (kept.value, kept.reason, kept.is_withdrawn) == (60, "多打一个 0", True)
    with pytest.raises(ParameterRefused, match="已经撤回"):
        withdraw_parameter(setting=row, reason="再来", by=people.guidance_city, at=AT)


def test_every_step_leaves_its_event_and_its_changed_fact(people: Cast, setting: Set) -> None:
    row = setting(people.city_a, 6)
    end_parameter(setting=row, end_date=JUNE, by=people.guidance_city, at=AT)
    withdraw_parameter(setting=row, reason="文件废止", by=people.guidance_city, at=AT)
    events = Event.objects.filter(object_type="parameter_setting").order_by("sequence")
    assert [one.verb for one in events] == ["parameter.set", "parameter.ended", "parameter.withdrawn"]
    assert json.loads(events[0].data)["value"] == "6"
    facts = ChangedFact.objects.filter(organization=people.city_a).order_by("pk")
    assert {one.kind for one in facts} == {"parameter.1-1-1"}
    assert [one.date for one in facts] == [MARCH, date(2026, 6, 2), MARCH]


def test_two_open_ones_at_one_place_are_refused_by_the_table(people: Cast, setting: Set) -> None:
    row = setting(people.city_a, 6)
    row.pk, row.start_date, row._state.adding = None, JUNE, True
    row.public_id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        ParameterSetting.objects.bulk_create([row])


@pytest.mark.parametrize(
    "changes",
    [
        {"end_date": date(2026, 1, 1)},
        {"value": Decimal(-1)},
        {"document_number": ""},
        {"is_withdrawn": True},
        {"closed_at": AT},
    ],
)
def test_half_a_setting_is_refused_by_the_table(people: Cast, setting: Set, changes: dict[str, Any]) -> None:
    row = setting(people.city_a, 6)
    with pytest.raises(IntegrityError), transaction.atomic():
        ParameterSetting.objects.filter(pk=row.pk).update(**changes)


def test_one_statement_however_many_ask(people: Cast, edition: Edition, setting: Set) -> None:
    setting(people.province, 5)
    setting(people.hospital_a, 8)
    everybody = list(Organization.objects.values_list("path", flat=True))
    with CaptureQueriesContext(connection) as captured:
        found = local_figures([edition.pk], everybody, JUNE)
        figures = [found.along(edition.pk, path) for path in everybody]
    assert len(captured) == 1
    assert any(figures)


def test_who_is_bound_and_who_oversees_sees_it_and_nobody_beside(people: Cast, setting: Set) -> None:
    row = setting(people.hospital_a, 8)
    seeing = {
        name
        for name, user in people.users.items()
        if ParameterSetting.objects.visible_to(reach_of(user, at=AT)).filter(pk=row.pk).exists()
    }
    assert {"party_office", "branch_secretary", "supervisor", "guidance_province"} <= seeing
    assert "outsider" not in seeing


def test_a_figure_says_where_it_came_from(people: Cast, setting: Set) -> None:
    own = value_of(YEARLY, ())
    assert (own.words, own.origin) == ("全年中心组学习次数 4 次（出自本版，思想建设 2）", "")
    local = value_of(YEARLY, [setting(people.city_a, 6)])
    assert local.words == local.origin
    assert "省党指〔2026〕3号" in local.origin
    assert people.city_a.name in local.origin


FIGURES = st.lists(st.integers(0, 20), max_size=6)


@given(FIGURES, st.sampled_from(["more", "less"]), st.booleans())
def test_whatever_is_set_the_nearest_that_may_count_does_and_nobody_is_looser(
    values: list[int], stricter: Any, allows: bool
) -> None:
    spec = ParameterSpec(title="次数", value=Decimal(10), unit="次", stricter=stricter, allows_looser=allows)
    rows = [ParameterSetting(value=Decimal(one)) for one in values]
    value, by = in_force(spec, rows)
    if allows:
        assert value == (values[-1] if values else 10)
        return
    strictest = (max if stricter == "more" else min)([10, *values])
    assert value == strictest
    assert not is_stricter(spec, Decimal(10), value)
    above, _ = in_force(spec, rows[:-1])
    if rows and is_stricter(spec, rows[-1].value, above):
        assert by is rows[-1]


@pytest.mark.parametrize(
    "folder", sorted(library_dir().glob("*/*/checks")), ids=lambda one: one.parent.parent.name
)
def test_every_figure_that_a_check_of_the_library_uses_says_which_way_is_stricter(folder: Any) -> None:
    edition = load_edition(folder.parent)
    entries = shipped_checks(f"{edition.standard}@{edition.label}")
    silent = [
        f"{one.code} {name}"
        for one in edition.criteria()
        for name, spec in entries[one.code].used(one).items()
        if "stricter" not in spec.model_fields_set
    ]
    assert silent == []

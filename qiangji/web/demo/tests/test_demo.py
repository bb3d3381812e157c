"""The demo province: repeatable, refused among real data, with every role and sheets in every state."""

import json
from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from django.test import RequestFactory

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet, TextChange
from qiangji.assessments.services.saving import MarkEdit, TextEdit, save
from qiangji.audit.models import Event
from qiangji.members.models import Member
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import SEATS, may_stand_under
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import cast, make_organization, make_user
from qiangji.web.demo.facts import Season, plant_facts
from qiangji.web.demo.filling import Filler
from qiangji.web.demo.plan import Plan, Planner
from qiangji.web.demo.planting import PASSWORD, DemoArguments, DemoRefused, plant
from qiangji.web.demo.sheets import moment
from qiangji.web.demo.store import MODELS

Kind, Form = Organization.Kind, Organization.Form
ARGUMENTS = DemoArguments(organizations=3, seed=1, year=2026)


def plan(count: int = 20, seed: int = 1) -> Plan:
    return Planner(hospitals=count, seed=seed).make()


def silent(line: str) -> None:
    """Take a line of progress and do nothing with it."""


@pytest.mark.parametrize("count", [1, 2, 3, 5, 20, 73])
def test_there_are_as_many_hospitals_as_asked_for(count: int) -> None:
    made = plan(count)
    assert len(made.hospitals) == count
    assert sum(row.kind == Organization.Kind.HOSPITAL for row in made.organizations) == count


def test_the_plan_is_repeatable_and_depends_on_the_seed() -> None:
    assert plan(seed=1) == plan(seed=1)
    assert plan(seed=1) != plan(seed=2)


@pytest.mark.parametrize("count", [1, 20, 200])
def test_codes_names_and_usernames_are_unique(count: int) -> None:
    made = plan(count)
    for values in (
        [row.code for row in made.organizations],
        [row.name for row in made.organizations],
        [account.username for account in made.accounts],
    ):
        assert len(values) == len(set(values))


def test_everything_stands_where_it_may() -> None:
    made = plan(60)
    kinds = {row.code: row.kind for row in made.organizations}
    assert all(may_stand_under(row.kind, kinds.get(row.parent or "")) for row in made.organizations)
    assert all(kinds[account.organization] in SEATS[account.role] for account in made.accounts)


def test_the_province_is_as_described() -> None:
    made = plan()
    kinds = Counter((row.kind, row.level) for row in made.organizations)
    assert kinds["guidance_committee", "province"] == 1
    assert kinds["guidance_committee", "city"] == kinds["health_authority", "city"] == 3
    assert kinds["guidance_committee", "county"] == 6
    assert kinds["owning_authority", "province"] == 1
    assert {row.form for row in made.organizations} == {"", "committee", "general_branch", "branch"}
    inside = Counter(row.code[:5] for row in made.organizations if row.kind == "branch")
    assert all(3 <= number <= 12 for number in inside.values())
    assert {account.role for account in made.accounts if account.is_shown} == set(RoleName)


@pytest.mark.django_db
class TestPlanting:
    @pytest.mark.parametrize("real", [make_user, lambda: make_organization(None, "guidance_committee")])
    def test_a_database_with_real_data_is_refused(self, real) -> None:
        real()
        with pytest.raises(DemoRefused, match="只写入空库"):
            plant(ARGUMENTS, tell=silent)
        assert not Event.objects.filter(object_type="demo").exists()

    @pytest.mark.any_database
    def test_the_command_prints_accounts_that_can_sign_in(self) -> None:
        out = StringIO()
        call_command("demo", organizations=3, without_sheets=True, json=True, stdout=out, stderr=StringIO())
        printed = json.loads(out.getvalue())
        assert printed["hospitals"] == 3
        assert {row["role"] for row in printed["accounts"]} >= {"党办工作人员", "系统管理员", "支部书记"}
        request = RequestFactory().post("/")
        for row in printed["accounts"]:
            assert authenticate(request, username=row["username"], password=printed["password"])
        assert not User.objects.filter(must_change_password=True).exists()

    @pytest.mark.any_database
    def test_the_table_names_password_and_accounts(self) -> None:
        out = StringIO()
        call_command("demo", organizations=1, without_sheets=True, stdout=out, stderr=StringIO())
        assert PASSWORD in out.getvalue()
        assert "dangban01" in out.getvalue()

    @pytest.mark.any_database
    def test_every_committee_has_as_many_branches_as_were_asked_for(self) -> None:
        rows = DemoArguments(20, 1, 2026, branches=15).plan.organizations
        committees = {row.code for row in rows if row.kind == Kind.HOSPITAL and row.form == Form.COMMITTEE}
        inside = Counter(row.code[:5] for row in rows if row.kind == Kind.BRANCH)
        assert committees
        assert {inside[code] for code in committees} == {15}

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        "wrong",
        [{"organizations": 0}, {"organizations": 5001}, {"year": 1999}, {"seed": -1}, {"branches": 0}],
    )
    def test_calls_that_make_no_sense_end_with_status_2(self, wrong: dict) -> None:
        with pytest.raises(CommandError) as refused:
            call_command("demo", **wrong, stdout=StringIO(), stderr=StringIO())
        assert refused.value.returncode == 2


@pytest.mark.django_db
def test_what_is_filled_in_bulk_equals_what_a_person_types() -> None:
    """Same rows, same events, as the saving service writes for the same mark and text."""
    plant(DemoArguments(1, 1, 2026), tell=silent, with_sheets=True)
    sheet = Sheet.objects.get(organization__code="DH001")
    user, at = User.objects.get(username="dangban01"), moment(2026, 9, 30)
    untouched = Answer.objects.filter(sheet=sheet, version=0).select_related("criterion")
    typed, filled = untouched.order_by("criterion__position")[:2]
    points, text = typed.criterion.points, "已落实。"
    reach = reach_of(user, at=at)
    code = typed.criterion.code
    save(reach=reach, sheet_id=sheet.public_id, edit=MarkEdit(code, "self", points, "", 0), at=at)
    save(reach=reach, sheet_id=sheet.public_id, edit=TextEdit(code, text, 0), at=at)
    filler = Filler(random=None)  # type: ignore[arg-type]
    filler.mark(filled, points, user, at)
    filler.text(filled, text, user, at)
    filler.store()
    assert rows_of(typed) == rows_of(filled)


def rows_of(answer: Answer) -> list[dict]:
    """Return everything that hangs on an answer, without keys."""
    left_out = {"id", "answer_id", "object_id", "digest", "public_id", "criterion_id"}
    found: list[dict] = []
    for rows in (
        Answer.objects.filter(pk=answer.pk),
        Mark.objects.filter(answer=answer),
        MarkChange.objects.filter(answer=answer),
        TextChange.objects.filter(answer=answer),
        Event.objects.filter(Q(object_id=answer.public_id)).order_by("object_type"),
    ):
        found += [
            {name: value for name, value in row.items() if name not in left_out} for row in rows.values()
        ]
    return found


@pytest.mark.django_db
def test_the_cast_of_tests_is_no_demo() -> None:
    cast()
    with pytest.raises(DemoRefused):
        plant(ARGUMENTS, tell=silent)


@pytest.mark.django_db
@pytest.mark.any_database
def test_equal_seeds_give_equal_rows() -> None:
    plan = Planner(hospitals=1, seed=1).make()
    plant(DemoArguments(1, 1, 2026), tell=silent, with_sheets=False, with_facts=False)
    nodes = {row.code: row for row in Organization.objects.select_related("parent")}
    users = {user.username: user for user in User.objects.all()}
    season = Season(2026, date(2026, 11, 20), 1)
    found = []
    for _ in range(2):
        mark = transaction.savepoint()
        plant_facts(nodes=nodes, users=users, plan=plan, season=season, progress=lambda done, whole: None)
        found.append(
            {
                model.__name__: sorted(map(str, model._default_manager.values_list("public_id", flat=True)))
                for model in MODELS
                if hasattr(model, "public_id")
            }
            | {"digests": sorted(Event.objects.values_list("digest", flat=True))}
        )
        transaction.savepoint_rollback(mark)
    assert found[0] == found[1]
    assert Member.objects.count() == 0

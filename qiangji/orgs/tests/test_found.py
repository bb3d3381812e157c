"""The first organization and the first administrator of a new site."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization

pytestmark = pytest.mark.django_db
GIVEN = {"code": "S01", "name": "某省指导委员会", "username": "admin01", "person": "管理员"}


def found(**values: object) -> str:
    out = StringIO()
    call_command("found", **(GIVEN | values), stdout=out)
    return out.getvalue()


def test_the_first_administrator_can_sign_in() -> None:
    printed = found()
    user = User.objects.get(username="admin01")
    password = printed.split("初始密码：")[1].split("（")[0]
    assert user.check_password(password)
    assert user.must_change_password
    assert user.role_assignments.get().organization == Organization.objects.get(code="S01")


def test_a_site_may_begin_with_a_single_hospital() -> None:
    found(kind="hospital", form="committee", since=date(2020, 6, 2))
    node = Organization.objects.get()
    assert (node.get_form_display(), node.start_date) == ("党委", date(2020, 6, 2))


def test_a_site_is_founded_once() -> None:
    make_organization(None, "guidance_committee")
    with pytest.raises(CommandError, match="已有组织"):
        found()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "hospital", "since": date(2020, 6, 2)}, "须选党委"),
        (
            {"kind": "hospital", "form": "committee"},
            "--since",
        ),  # else nothing of this year would be asked of it
        ({"username": "a b"}, "用户名"),
    ],
)
def test_what_does_not_fit_leaves_nothing_behind(wrong: dict, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        found(**wrong)
    assert not Organization.objects.exists()
    assert not User.objects.exists()

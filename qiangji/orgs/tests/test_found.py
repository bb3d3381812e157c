"""The first organization and the first administrator of a new site."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization

pytestmark = pytest.mark.django_db
GIVEN = {"code": "S01", "name": "某省指导委员会", "username": "admin01", "person": "管理员"}


def found(**values: str) -> str:
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
    found(kind="hospital", form="committee")
    assert Organization.objects.get().get_form_display() == "党委"


def test_a_site_is_founded_once() -> None:
    make_organization(None, "guidance_committee")
    with pytest.raises(CommandError, match="已有组织"):
        found()


@pytest.mark.parametrize(
    ("wrong", "message"), [({"kind": "hospital"}, "须选党委"), ({"username": "a b"}, "用户名")]
)
def test_what_does_not_fit_leaves_nothing_behind(wrong: dict, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        found(**wrong)
    assert not Organization.objects.exists()
    assert not User.objects.exists()

"""An empty installation gets its first organization and administrator by one command."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.tests.factories import cast

ARGUMENTS = {"code": "JL", "name": "某省医院党建工作指导委员会", "username": "admin", "person": "张三"}

pytestmark = pytest.mark.django_db


def start(**changes: str) -> str:
    out = io.StringIO()
    call_command("startsite", **(ARGUMENTS | changes), stdout=out)
    return out.getvalue()


def test_first_administrator_signs_in_and_must_choose_a_password(client: Client) -> None:
    password = start().strip().rsplit("：", 1)[1]
    assert RoleAssignment.objects.get().role == RoleName.ADMINISTRATOR
    answer = client.post(
        reverse("accounts:sign_in"), {"username": "admin", "password": password}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("accounts:change_password")


def test_site_that_has_organizations_is_left_alone() -> None:
    cast()
    with pytest.raises(CommandError, match="已有组织"):
        start()
    assert not User.objects.filter(username="admin").exists()


def test_refused_account_leaves_no_organization_behind() -> None:
    with pytest.raises(CommandError):
        start(username="a b c")
    assert not Organization.objects.exists()

"""The clerk before an open draft."""

from collections.abc import Callable

import pytest
from django.test import Client

from qiangji.accounts.models import User
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Draft
from qiangji.standards.tests.drafts import make_draft


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def draft(people: Cast) -> Draft:
    return make_draft(people.hospital_a, people.party_office)


@pytest.fixture
def enter(client: Client) -> Callable[[User], Client]:
    """The client, signed in as somebody."""

    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


@pytest.fixture
def clerk(enter: Callable[[User], Client], people: Cast) -> Client:
    return enter(people.party_office)

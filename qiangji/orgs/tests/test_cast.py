"""The cast itself: what every other test relies on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.orgs.models import Affiliation, Organization, OrganizationName
from qiangji.orgs.tests.factories import PASSWORD, cast

pytestmark = pytest.mark.django_db


def test_cast_is_cheap_to_build() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        cast()
    assert len(queries) < 30


def test_cast_can_sign_in() -> None:
    people = cast()
    assert people.party_office.check_password(PASSWORD)
    assert len(people.users) == 10


def test_every_node_has_a_name_and_an_affiliation() -> None:
    cast()
    assert (
        OrganizationName.objects.count() == Affiliation.objects.count() == Organization.objects.count() == 8
    )

"""Hand out an account together with its first role: an account without a seat would be nobody's to look after."""

from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.accounts.services import create_account
from qiangji.orgs.models import Organization
from qiangji.orgs.services.roles import assign_role


@transaction.atomic
def hand_out_account(
    *,
    username: str,
    name: str,
    password: str,
    organization: Organization,
    role: str,
    start_date: date,
    by: User | None,
    at: datetime,
) -> User:
    """Create an account and give it a role at a node, both or neither.

    Raises AccountError as ``create_account`` and OrganizationError as ``assign_role``.
    """
    user = create_account(username=username, name=name, password=password, by=by, at=at)
    assign_role(user=user, organization=organization, role=role, start_date=start_date, by=by, at=at)
    return user

"""Bringing a site's own check into force and taking it back: what hangs on it in the sheets follows.

Nothing is judged here: a sheet that was held against other checks is behind, and catches up when it is opened or at
night. Marks are a person's and stay what they are.
"""

from datetime import datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.check_pages import sheets_behind
from qiangji.assessments.services.evaluating import checks_of, forget
from qiangji.lib.dates import local_day
from qiangji.standards.check_carrying import Carried, carry_checks
from qiangji.standards.models import Edition, SiteCheck
from qiangji.standards.site_checks import adopt_check, withdraw_check


@transaction.atomic
def bring_into_force(*, version: SiteCheck, reason: str, by: User, at: datetime) -> int:
    """Adopt a version; return how many sheets of cycles still open are now behind. Raises CheckRefused."""
    adopt_check(version=version, reason=reason, by=by, at=at)
    edition = Edition.objects.select_related("standard").get(criteria=version.criterion_id)
    return sheets_behind(edition, local_day(at))


@transaction.atomic
def carry_over(*, edition: Edition, reason: str, by: User, at: datetime) -> tuple[Carried, int]:
    """Take over the checks of earlier editions; return what was, and how many open sheets are now behind. Raises CheckRefused."""
    carried = carry_checks(edition=edition, reason=reason, by=by, at=at)
    edition.refresh_from_db(fields=["checks_digest"])
    return carried, sheets_behind(edition, local_day(at))


@transaction.atomic
def take_back(*, version: SiteCheck, reason: str, by: User, at: datetime) -> int:
    """Withdraw a version; return how many sheets of cycles still open are now behind. Raises CheckRefused.

    Where the edition is left without any check, what was proposed for open sheets goes at once: nobody would look again.
    """
    withdraw_check(version=version, reason=reason, by=by, at=at)
    edition = Edition.objects.select_related("standard").get(criteria=version.criterion_id)
    behind = sheets_behind(edition, local_day(at))
    if behind and not checks_of(edition):
        forget(list(Sheet.objects.filter(edition=edition, cycle__closing_date__gte=local_day(at))))
    return behind

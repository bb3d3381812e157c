"""Evaluate a demo, choose a hospital that still fills its sheet, and count the statements of its page; print it as JSON.

Run as ``python -m benchmarks.ready proposing_run`` with ``DATABASE_URL`` set to a demo's. Whoever fills the sheet gets the
password of the measuring clients.
"""

import json
import sys
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db.models import Count
from django.utils import timezone

from benchmarks.plan import PASSWORD
from benchmarks.recording import client_of, recorded
from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.states import State
from qiangji.orgs.authorization import RoleName


def main() -> None:
    cycle = Cycle.objects.filter(opened_at__isnull=False).latest("year")
    evaluate_sheets(cycle=cycle, as_of=date(cycle.year, 12, 31), at=timezone.now(), by=None)
    sheets = Sheet.objects.filter(cycle=cycle, organization_kind="hospital", state=State.DRAFT)
    sheet = sheets.annotate(proposed=Count("answers__proposal")).order_by("-proposed", "pk")[0]
    user = User.objects.filter(
        role_assignments__organization=sheet.organization_id, role_assignments__role=RoleName.PARTY_OFFICE
    )[0]
    user.password = make_password(PASSWORD)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    client, address = client_of(user), f"/assessments/sheets/{sheet.public_id}/"
    client.get(address)
    with recorded() as statements:
        page = client.get(address)
    if page.status_code != 200:
        raise RuntimeError(f"the page did not come: {page.status_code}")
    found = {
        "username": user.username, "sheet": str(sheet.public_id), "statements": len(statements),
        "proposed": sheet.proposed, "bytes": len(page.content),
    }  # fmt: skip
    json.dump(found, sys.stdout)

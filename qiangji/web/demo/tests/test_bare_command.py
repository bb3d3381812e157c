"""``qiangji demo --faults`` as a person types it: real fates, real detail, a whole year, planted once for the file."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from qiangji.assessments.models import Answer, Cycle, Mark, Proposal, Sheet
from qiangji.web.demo.sheets import DESTINIES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@dataclass(frozen=True)
class Province:
    """What the bare command planted, and what it said."""

    faults: Path
    said: str


@pytest.fixture(scope="module")
def province_of_file(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    """Twelve hospitals with the fates that the command deals them, planted once for the file."""
    folder, said = tmp_path_factory.mktemp("demo"), StringIO()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "MEDIA_ROOT", folder / "files")
        faults = folder / "faults.json"
        call_command("demo", organizations=12, faults=str(faults), stdout=StringIO(), stderr=said)
        yield Province(faults, said.getvalue())
        transaction.set_rollback(True)


@pytest.fixture
def province(province_of_file: Province, db: None) -> Province:
    """The file's province; ``db`` undoes what a test does to it."""
    return province_of_file


@pytest.mark.any_database
def test_whoever_opens_the_first_hospitals_sheet_finds_marks_proposed(province: Province) -> None:
    hospital = Proposal.objects.filter(
        answer__sheet__organization__code="DH001", answer__sheet__cycle__year=2026, points__isnull=False
    )
    assert hospital.count() >= 62


def test_sheets_come_into_every_state(province: Province) -> None:
    cycle = Cycle.objects.get(year=2026)
    sheets = Sheet.objects.filter(cycle=cycle)
    hospitals = sheets.filter(organization_kind="hospital").order_by("organization__code")[:7]
    assert [sheet.state for sheet in hospitals] == list(DESTINIES[:7])
    first = hospitals[0]
    filled = Mark.objects.filter(answer__sheet=first).count()
    assert 0 < filled < Answer.objects.filter(sheet=first).count()
    for sheet in hospitals:
        if sheet.state != "draft":
            assert not Answer.objects.filter(sheet=sheet, text="").exists()
            submission = sheet.submissions.get()
            assert submission.total_points == sheet.transitions.get(verb="submit").total_points
    branches = Counter(sheets.filter(organization_kind="branch").values_list("state", flat=True))
    assert set(branches) == {"draft", "submitted", "under_acceptance", "accepted"}


@pytest.mark.any_database
def test_the_bare_command_plants_what_its_list_says_and_nothing_else(province: Province) -> None:
    """As a person types it: ``demo --faults``, then ``evaluate --check-faults`` in the spring after."""
    rows = json.loads(province.faults.read_text(encoding="utf-8"))
    assert len({row["organization"] for row in rows}) >= 3
    out = StringIO()
    call_command(
        "evaluate", cycle=2026, as_of="2027-03-15", check_faults=str(province.faults), stdout=out,
        stderr=StringIO(),
    )  # fmt: skip
    assert f"核对 {len(rows)} 处问题" in out.getvalue()
    assert "都对得上" in out.getvalue()


@pytest.mark.any_database
def test_with_a_list_of_faults_the_year_is_planted_to_its_end(province: Province) -> None:
    """Asked for again it finds the same demo, and an earlier end is said to hide what comes later."""
    assert "2026年12月31日 以前" in province.said
    assert "事实只登记到" not in province.said
    again = StringIO()
    call_command("demo", organizations=12, faults=str(province.faults), stdout=StringIO(), stderr=again)
    assert "已经在库中，没有改动" in again.getvalue()
    with pytest.raises(CommandError, match="已有另一套演示数据"):
        call_command(
            "demo", organizations=12, faults=str(province.faults), until="2026-11-20", stdout=StringIO(),
            stderr=again,
        )  # fmt: skip
    assert "事实只登记到 2026-11-20" in again.getvalue()

"""A small world around one hospital's sheet: open, fill, sign, accept, rate, as the people of the cast would.

Moves go through the services, so that a sheet in some state has the history that state implies.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Mark, Sheet
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.services import moves
from qiangji.assessments.services.saving import Clash, Saved, save
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import FILLED, fill, open_small_cycle, sheet_of
from qiangji.assessments.views.saving import read_edit
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.tests.factories import PASSWORD, Cast, cast

SIGNED = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAY = ["submit", "start_acceptance", "conclude_acceptance", "start_rating", "conclude_rating"]
STATES = [
    State.DRAFT,
    State.SUBMITTED,
    State.UNDER_ACCEPTANCE,
    State.ACCEPTED,
    State.UNDER_RATING,
    State.RATED,
]
BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Return the captured statements without those that only bracket a transaction."""
    return [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(BRACKETS)]


@contextmanager
def counted() -> Iterator[Callable[[], list[str]]]:
    """Capture the statements of a block; the yielded function returns them."""
    with CaptureQueriesContext(connection) as captured:
        yield lambda: statements(captured)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever a block wrote, so that many histories can be tried in one world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def as_user(user: User) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(user)
    return client


def mark(code: str, points: str | None, version: int = 0, stage: str = "self", remark: str = "") -> dict:
    """One mark as the sheet's script sends it."""
    return {"code": code, "stage": stage, "points": points, "remark": remark, "version": version}


def text(code: str, words: str, version: int = 0) -> dict:
    """One text as the sheet's script sends it."""
    return {"code": code, "text": words, "version": version}


@dataclass
class World:
    """The cast with an opened cycle. ``sheet`` and ``branch`` are read anew each time they are asked for."""

    cast: Cast
    cycle: Cycle
    clock: datetime = field(default=SIGNED)

    @property
    def sheet(self) -> Sheet:
        """Hospital 甲's sheet."""
        return sheet_of(self.cast.hospital_a)

    @property
    def branch(self) -> Sheet:
        """The sheet of its branch 内科."""
        return sheet_of(self.cast.internal_medicine)

    def tick(self) -> datetime:
        """Let a minute pass."""
        self.clock += MINUTE
        return self.clock

    def reach(self, user: User, at: datetime | None = None) -> Reach:
        return reach_of(user, at=at or self.clock)

    def answer(self, code: str, sheet: Sheet | None = None) -> Answer:
        return Answer.objects.get(sheet=sheet or self.sheet, criterion__code=code)

    def given(self, code: str, stage: str, sheet: Sheet | None = None) -> Mark | None:
        """The mark of a stage as stored."""
        return Mark.objects.filter(answer=self.answer(code, sheet), stage=stage).first()

    def person_for(self, sheet: Sheet, verb: str) -> User:
        """Whoever of the cast makes a move of a sheet."""
        if sheet.organization_id == self.cast.internal_medicine.pk:
            return self.cast.branch_secretary if verb in {"submit", "withdraw"} else self.cast.party_office
        return self.cast.secretary if verb in {"submit", "withdraw"} else self.cast.supervisor

    def submit(self, sheet: Sheet | None = None, **changes: Any) -> Any:
        """Sign and submit; ``changes`` replace single arguments."""
        sheet = sheet or self.sheet
        user = changes.pop("user", self.person_for(sheet, "submit"))
        at = changes.pop("at", None) or self.tick()
        arguments = {
            "reach": self.reach(user),
            "sheet_id": sheet.public_id,
            "meeting_date": local_day(at) - timedelta(days=1),
            "minutes_number": "党委会〔2026〕18号",
            "password": PASSWORD,
            "seen_version": sheet.version,
            "at": at,
        }
        return moves.submit(**(arguments | changes))

    def move(self, verb: str, sheet: Sheet | None = None, **changes: Any) -> Any:
        """Make any move of the state table as the person whose move it is, unless ``user`` says who."""
        sheet = sheet or self.sheet
        if verb == "submit":
            return self.submit(sheet, **changes)
        user = changes.pop("user", self.person_for(sheet, verb))
        arguments = {
            "reach": self.reach(user),
            "sheet_id": sheet.public_id,
            "seen_version": sheet.version,
            "at": self.tick(),
        } | changes
        if verb == "return":
            return moves.return_sheet(**({"reason": "第一条请补充依据"} | arguments))
        if verb == "withdraw":
            return moves.withdraw_sheet(**({"reason": "第二条写错了数字"} | arguments))
        if verb.startswith("start"):
            return moves.start_review(verb=verb, **arguments)
        stage = verb.removeprefix("conclude_")
        return moves.conclude_review(
            verb=verb, **({"seen_changes": changes_before(sheet, stage).digest} | arguments)
        )

    def fill(self, stage: str, sheet: Sheet | None = None, **points: str) -> None:
        """Give full marks at a stage, just now."""
        sheet = sheet or self.sheet
        at = FILLED if stage == "self" else self.tick()
        fill(sheet, stage, self.person_for(sheet, "submit" if stage == "self" else "start"), at, **points)

    def bring_to(self, state: str, sheet: Sheet | None = None) -> Sheet:
        """Take a sheet from where it is to a later state, filling whatever each step asks for."""
        sheet = sheet or self.sheet
        for verb, reached in zip(WAY, STATES[1:], strict=True):
            if STATES.index(sheet.state) >= min(STATES.index(reached), STATES.index(state)):
                continue
            stage = {"submit": "self", "conclude_acceptance": "acceptance", "conclude_rating": "rating"}.get(
                verb
            )
            if stage and not Mark.objects.filter(answer__sheet=sheet, stage=stage).exists():
                self.fill(stage, sheet)
            self.move(verb, sheet)
            sheet.refresh_from_db()
            assert sheet.state == reached
        return sheet

    def save(
        self, user: User, edit: dict, sheet: Sheet | None = None, at: datetime | None = None
    ) -> Saved | Clash:
        """Save one edit through the service."""
        moment = at or self.tick()
        sheet_id = (sheet or self.sheet).public_id
        return save(reach=self.reach(user), sheet_id=sheet_id, edit=read_edit(edit), at=moment)

    def url(self, name: str, sheet: Sheet | None = None, *arguments: str) -> str:
        return reverse(f"assessments:{name}", args=[(sheet or self.sheet).public_id, *arguments])

    def post_edits(self, user: User, *edits: Any, sheet: Sheet | None = None) -> Any:
        """Post edits as the sheet's script does."""
        body = json.dumps({"edits": list(edits)})
        return as_user(user).post(self.url("save", sheet), body, content_type="application/json")


def make_world() -> World:
    """The cast, with a cycle on the small table opened for hospitals and branches."""
    people = cast()
    return World(people, open_small_cycle(people))

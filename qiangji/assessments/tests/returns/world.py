"""Returning, amending and signing as the people of the cast do it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from qiangji.assessments.models import CriterionReturn, Sheet, Submission
from qiangji.assessments.services.amending import (
    open_returns,
    save_amendment,
    seen_digest,
    sign_amendment,
)
from qiangji.assessments.services.returning import cancel_return, return_criteria
from qiangji.assessments.tests.worlds import World
from qiangji.lib.dates import local_day
from qiangji.orgs.tests.factories import PASSWORD


@dataclass
class Returning:
    """A world in which criteria come back; every act is the right person's unless ``user`` says otherwise."""

    world: World

    @property
    def sheet(self) -> Sheet:
        return self.world.sheet

    def send_back(self, *codes: str, days: int = 7, **changes: Any) -> list[CriterionReturn]:
        """Return criteria, each with a reason of its own."""
        user = changes.pop("user", self.world.cast.supervisor)
        at = changes.pop("at", None) or self.world.tick()
        arguments = {
            "reach": self.world.reach(user),
            "sheet_id": self.sheet.public_id,
            "reasons": {code: f"{code} 缺第三季度记录" for code in codes},
            "due_date": local_day(at) + timedelta(days=days),
            "seen_version": self.sheet.version,
            "at": at,
        }
        return return_criteria(**(arguments | changes))

    def amend(self, row: CriterionReturn, **changes: Any) -> CriterionReturn:
        """Write an amendment as the Party office does."""
        user = changes.pop("user", self.world.cast.party_office)
        stored = CriterionReturn.objects.get(pk=row.pk)
        arguments = {
            "reach": self.world.reach(user),
            "return_id": row.public_id,
            "points": stored.points,
            "text": "第三季度记录已补充说明",
            "seen_version": stored.version,
            "at": self.world.tick(),
        }
        return save_amendment(**(arguments | changes))

    def sign(self, **changes: Any) -> Submission:
        user = changes.pop("user", self.world.cast.secretary)
        arguments = {
            "reach": self.world.reach(user),
            "sheet_id": self.sheet.public_id,
            "password": PASSWORD,
            "seen": seen_digest(open_returns(self.sheet)),
            "at": self.world.tick(),
        }
        return sign_amendment(**(arguments | changes))

    def cancel(self, row: CriterionReturn, **changes: Any) -> CriterionReturn:
        user = changes.pop("user", self.world.cast.supervisor)
        arguments = {
            "reach": self.world.reach(user),
            "return_id": row.public_id,
            "reason": "退错了条目",
            "at": self.world.tick(),
        }
        return cancel_return(**(arguments | changes))

    def amended(self, code: str, points: str = "0.5") -> CriterionReturn:
        """Return a criterion that came back and was amended and signed."""
        (row,) = self.send_back(code)
        self.amend(row, points=Decimal(points), text="只做到一半")
        self.sign()
        return CriterionReturn.objects.get(pk=row.pk)

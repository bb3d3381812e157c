"""What an evaluation leaves behind: a mirror of the check that says why, from which facts, and what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from qiangji.rules.answers import Answer
from qiangji.rules.periods import Period

KEPT = 20


@dataclass(slots=True)  # never altered, as facts are not
class Trace:
    """One node's answer. ``found`` and ``asked`` are figures in the fact's unit; ``counted`` are the first events' ids.

    ``label`` names the bucket or the individual; ``missing`` says in Chinese what is lacking, ``mend_by`` until when it
    can be put right; ``notes`` name exemptions, stated reasons and figures that a subtree set for itself; ``figures``,
    of a whole check, name its parameters, each with where its value came from.
    """

    operator: str
    answer: Answer
    facts: tuple[str, ...] = ()
    label: str = ""
    found: Decimal | None = None
    asked: Decimal | None = None
    bound: str = ""
    window: Period | None = None
    counted: tuple[str, ...] = ()
    total: int = 0
    missing: str = ""
    mend_by: date | None = None
    notes: tuple[str, ...] = ()
    place: str = ""
    figures: tuple[str, ...] = ()
    children: tuple["Trace", ...] = ()

    def leaves(self) -> Sequence["Trace"]:
        """Return the nodes that look at facts."""
        if not self.children:
            return (self,)
        return [leaf for child in self.children for leaf in child.leaves()]

    @property
    def promised(self) -> date | None:
        """Return the last day on which everything that is pending can still be done: the latest of them."""
        days = [leaf.mend_by for leaf in self.leaves() if leaf.answer is Answer.PENDING and leaf.mend_by]
        return max(days, default=None)

    @property
    def due(self) -> date | None:
        """Return the day by which the next pending thing has to be done."""
        days = [leaf.mend_by for leaf in self.leaves() if leaf.answer is Answer.PENDING and leaf.mend_by]
        return min(days, default=None)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return what is missing, each thing once, in the order of the check."""
        words = (
            leaf.missing for leaf in self.leaves() if leaf.answer not in (Answer.MET, Answer.NOT_APPLICABLE)
        )
        return tuple(dict.fromkeys(word for word in words if word))

    def as_json(self) -> dict[str, Any]:
        """Return the compact form that is stored: what is empty is left out."""
        data: dict[str, Any] = {"operator": self.operator, "answer": self.answer.value}
        if self.window is not None:
            data["window"] = days_of(self.window)
        if self.found is not None:
            data["found"] = str(self.found)
        if self.asked is not None:
            data["asked"] = str(self.asked)
        if self.mend_by is not None:
            data["mend_by"] = self.mend_by.isoformat()
        data |= {
            name: value
            for name, value in (
                ("label", self.label), ("bound", self.bound), ("missing", self.missing), ("place", self.place),
                ("total", self.total), ("facts", self.facts), ("counted", self.counted), ("notes", self.notes),
                ("figures", self.figures),
            )
            if value
        }  # fmt: skip
        if self.children:
            data["children"] = [child.as_json() for child in self.children]
        return data


@lru_cache(maxsize=512)
def days_of(window: Period) -> tuple[str, str]:
    """Return the first and the last day of a stretch as they are stored."""
    return window.first.isoformat(), window.last.isoformat()


def first_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Keep the first ids only: a trace is read by people."""
    return tuple(sorted(ids)[:KEPT])

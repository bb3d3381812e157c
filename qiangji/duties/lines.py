"""One duty as every surface shows it: what, whose, by when, by which rule, and what leads to doing it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization


@dataclass(frozen=True)
class Ask:
    """Why something is due: a criterion of an edition or another rule, its clause, what is asked and what is there.

    ``notes`` name exemptions, local figures and stated reasons as the evaluation found them. ``leaves`` counts the nodes
    of a trace that this ask stands for; 0 where it comes from no trace.
    """

    rule: str
    clause: str = ""
    code: str = ""
    title: str = ""
    words: str = ""
    found: Decimal | None = None
    asked: Decimal | None = None
    bound: str = ""
    notes: tuple[str, ...] = ()
    leaves: int = 0

    @property
    def figure(self) -> str:
        """The figure asked and what is there: 应不少于 4 次，现有 3; empty where there is no figure.

        >>> Ask("量化表", bound="不少于 4 次", found=Decimal("3.00"), asked=Decimal(4)).figure
        '应不少于 4 次，现有 3'
        """
        if self.found is None or not (self.bound or self.asked is not None):
            return ""
        asked = self.bound or f"有 {plain(self.asked)}"
        return f"应{asked}，现有 {plain(self.found)}"


@dataclass(frozen=True)
class Action:
    """The button that leads to doing it. Its address is made when it is drawn: most duties are only counted."""

    verb: str
    view: str
    args: tuple[Any, ...] = ()
    query: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """Return the address of the page."""
        path = reverse(self.view, args=self.args)
        return f"{path}?{urlencode(self.query)}" if self.query else path


@dataclass(frozen=True)
class Duty:
    """Something that has to be done by a day (to its last instant, Asia/Shanghai), once, whatever number of rules ask for it.

    ``organization`` is whose it is; None for a count over many. ``is_watch``: all is well so far and only has to stay so,
    which nobody is reminded of. ``facts`` are what it is about: the same facts by the same day are the same duty,
    whichever source found it.
    """

    source: str
    title: str
    organization: Organization | None
    due: date | None
    asks: tuple[Ask, ...] = ()
    action: Action | None = None
    is_own: bool = True
    is_watch: bool = False
    key: str = ""
    facts: frozenset[str] = frozenset()

    def is_late(self, on: date) -> bool:
        """Say whether its day is over; the day itself still counts in full."""
        return self.due is not None and self.due < on

    @property
    def why(self) -> str:
        """What is missing, in a line: that of the first rule, where it is not the title already."""
        if not self.asks:
            return ""
        first = self.asks[0]
        words = first.words or ("" if first.code else first.rule)
        return "" if words == self.title else words

    @property
    def codes(self) -> str:
        """The criteria that ask for it, each once: 3-2-2、5-4-1."""
        return "、".join(dict.fromkeys(ask.code for ask in self.asks if ask.code))

    @property
    def same(self) -> tuple[str, str, date | None, bool]:
        """What makes duties of several organizations one line: the same thing by the same day."""
        return (self.source, self.key or self.title, self.due, self.is_watch)

    def with_asks_of(self, other: "Duty") -> "Duty":
        """Return one duty for both; it is to be done where either is."""
        return replace(self, asks=(*self.asks, *other.asks), is_watch=self.is_watch and other.is_watch)

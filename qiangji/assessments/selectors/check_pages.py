"""What the pages of an edition's checks show: who decides each criterion, its check in words, its cases, an answer on trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from qiangji.assessments.check_words import choice_label
from qiangji.assessments.models import Evaluation
from qiangji.assessments.selectors.check_offers import Offer, offers_of
from qiangji.assessments.selectors.parameters import ParameterLine, chain_at, parameter_lines
from qiangji.assessments.services.evaluating import checks_of, spec_of
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.rules.answers import Answer
from qiangji.rules.explain import HEAD
from qiangji.rules.wording import WINDOW_WORDS, Said, Wording
from qiangji.standards.check_cases import PlacedCase, problems_with
from qiangji.standards.checks import WINDOWS, CheckEntry
from qiangji.standards.loader import shipped_cases, shipped_checks
from qiangji.standards.models import Edition, SiteCheck, SiteCheckCase, SiteCheckMove
from qiangji.standards.parameters import in_force, origin_of
from qiangji.standards.schema import CriterionSpec, ParameterSpec
from qiangji.standards.site_checks import placed_cases, readable

DECIDED = {"facts": "按事实判定", "person": "由人核定", "open": "还没有判定办法"}


@dataclass(frozen=True)
class CheckLine:
    """A criterion as the list of checks shows it. ``entry`` is None where nobody has decided how it is judged."""

    criterion: CriterionSpec
    entry: CheckEntry | None
    is_own: bool = False

    @property
    def decided(self) -> str:
        """Who decides: the facts, a person, or nobody yet."""
        if self.entry is None:
            return "open"
        return "facts" if self.entry.check is not None else "person"

    @property
    def decided_words(self) -> str:
        """The same in words."""
        return DECIDED[self.decided]


@dataclass(frozen=True)
class CaseLine:
    """A case beside a check: what it expects, and what comes out otherwise, if anything does."""

    placed: PlacedCase
    problems: tuple[str, ...]
    row: SiteCheckCase | None = None

    @property
    def expected(self) -> str:
        """The answer that is expected, with points where the case names them."""
        case = self.placed.case
        words = HEAD[Answer(case.answer)]
        if case.points is not None:
            return f"{words}，{plain(case.points)} 分"
        if case.range is not None:
            return f"{words}，{plain(case.range[0])}–{plain(case.range[1])} 分"
        return words


@dataclass(frozen=True)
class EntryView:
    """An entry in words: what it asks, how points follow, its own figures, and its cases as they come out."""

    entry: CheckEntry
    said: Said | None
    award: str
    window: str
    parameters: tuple[ParameterLine, ...]
    cases: tuple[CaseLine, ...]

    @property
    def failing(self) -> int:
        """How many cases come out otherwise."""
        return sum(bool(one.problems) for one in self.cases)


@dataclass(frozen=True)
class VersionLine:
    """One version of the site's own check, and how it came to be what it is."""

    version: SiteCheck
    moves: tuple[SiteCheckMove, ...]

    @property
    def last(self) -> SiteCheckMove:
        """The move that brought it to its state."""
        return self.moves[-1]

    @property
    def was_adopted(self) -> bool:
        """Whether it was ever in force, and so is everybody's to read."""
        return any(one.state == SiteCheck.State.ADOPTED for one in self.moves)

    @property
    def adopted_at(self) -> datetime | None:
        """When it came into force."""
        return next((one.made_at for one in self.moves if one.state == SiteCheck.State.ADOPTED), None)


@dataclass(frozen=True)
class CheckPage:
    """One criterion's check in force, the versions the site wrote, and what its words offer to begin with."""

    line: CheckLine
    view: EntryView | None
    parameters: tuple[ParameterLine, ...]
    versions: tuple[VersionLine, ...]
    offers: tuple[Offer, ...]
    is_shipped: bool

    @property
    def in_force(self) -> VersionLine | None:
        """The site's own version in force, if there is one."""
        return next((one for one in self.versions if one.version.state == SiteCheck.State.ADOPTED), None)

    @property
    def in_work(self) -> VersionLine | None:
        """The version that is being worked on, if there is one."""
        return next((one for one in self.versions if one.version.is_in_work), None)

    @property
    def newest(self) -> int:
        """The number of the newest version, 0 for none."""
        return self.versions[-1].version.number if self.versions else 0

    def history(self, *, everything: bool) -> list[VersionLine]:
        """Return the versions that were in force, newest first; ``everything`` for who may write some."""
        return [one for one in reversed(self.versions) if everything or one.was_adopted]


def check_lines(edition: Edition) -> list[CheckLine]:
    """Return every criterion of an edition with how it is decided, in the order of the table."""
    entries = checks_of(edition)
    shipped = shipped_checks(edition.ref) if edition.origin == Edition.Origin.LIBRARY else {}
    return [
        CheckLine(
            one, entry := entries.get(one.code), entry is not None and entry is not shipped.get(one.code)
        )
        for one in spec_of(edition).criteria()
    ]


def codes_in_work(edition: Edition) -> set[str]:
    """Return the criteria of an edition for which a version is being worked on: one statement."""
    rows = SiteCheck.objects.filter(
        criterion__edition=edition, state__in=[SiteCheck.State.DRAFT, SiteCheck.State.TRIED]
    )
    return set(rows.values_list("criterion__code", flat=True))


def criterion_of(edition: Edition, code: str) -> CriterionSpec | None:
    """Return a criterion of an edition as data; None where it has no such code."""
    return next((one for one in spec_of(edition).criteria() if one.code == code), None)


def check_page(edition: Edition, code: str, *, reach: Reach, here: Organization | None) -> CheckPage | None:
    """Return one criterion's check with its cases and versions; None where the edition has no such criterion.

    Its figures are those that hold today for the organization ``here``; for nobody, the edition's.
    """
    criterion = criterion_of(edition, code)
    if criterion is None:
        return None
    entry = checks_of(edition).get(code)
    versions = versions_of(edition, code)
    own = next((one.version for one in versions if one.version.state == SiteCheck.State.ADOPTED), None)
    placed = (
        list(placed_cases(own.cases.filter(dropped_at=None)))
        if own is not None
        else shipped_of(edition, code)
    )
    shipped = edition.origin == Edition.Origin.LIBRARY and code in shipped_checks(edition.ref)
    specs = entry.used(criterion) if entry is not None and entry.check is not None else {}
    chain = chain_at(edition, code, here, reach.day) if specs else {}
    local = {name: in_force(spec, chain.get(name, ()))[0] for name, spec in specs.items()}
    return CheckPage(
        CheckLine(criterion, entry, own is not None),
        entry_view(entry, criterion, placed, local) if entry is not None else None,
        parameter_lines(edition=edition, code=code, specs=specs, chain=chain, reach=reach),
        versions,
        tuple(offers_of(edition, criterion)),
        shipped,
    )


def versions_of(edition: Edition, code: str) -> tuple[VersionLine, ...]:
    """Return the versions that the site wrote for a criterion, oldest first: two statements, one where there are none."""
    rows = SiteCheck.objects.filter(criterion__edition=edition, criterion__code=code).select_related(
        "made_by"
    )
    versions = list(rows.order_by("number"))
    moves: dict[int, list[SiteCheckMove]] = {one.pk: [] for one in versions}
    if versions:
        found = SiteCheckMove.objects.filter(check_version__in=versions).select_related("made_by")
        for move in found.order_by("check_version", "sequence"):
            moves[move.check_version_id].append(move)
    return tuple(VersionLine(one, tuple(moves[one.pk])) for one in versions)


def shipped_of(edition: Edition, code: str) -> list[tuple[None, PlacedCase]]:
    """Return the cases that ship with the library's check."""
    if edition.origin != Edition.Origin.LIBRARY:
        return []
    return [(None, one) for one in shipped_cases(edition.ref) if one.case.code == code]


def entry_view(
    entry: CheckEntry,
    criterion: CriterionSpec,
    placed: Iterable[tuple[SiteCheckCase | None, PlacedCase]] = (),
    local: Mapping[str, Decimal] | None = None,
) -> EntryView:
    """Put an entry into words and try its cases; ``local`` are figures that hold instead of the entry's own."""
    check = entry.check
    if check is None:
        return EntryView(entry, None, "", "", (), ())
    units = {name: spec.unit for name, spec in entry.specs(criterion).items()}
    wording = Wording({**entry.figures(criterion), **(local or {})}, choice_label, units)
    figures = [
        ParameterLine(name, one, figure_words(one), origin_of(None, one), is_local=False)
        for name, one in entry.used(criterion).items()
    ]
    cases = (CaseLine(one, tuple(problems_with(one, entry, criterion)), row) for row, one in placed)
    return EntryView(
        entry,
        wording.say(check),
        wording.award(entry.award),
        WINDOW_WORDS[WINDOWS[criterion.window]],
        tuple(figures),
        tuple(cases),
    )


def figure_words(spec: ParameterSpec) -> str:
    """Return a figure with its unit."""
    return f"{'一般 ' if spec.usual else ''}{plain(spec.value)} {spec.unit}"


def version_view(version: SiteCheck, criterion: CriterionSpec) -> EntryView:
    """Put a version into words and try the cases beside it: one statement."""
    return entry_view(
        readable(version.entry),
        criterion,
        placed_cases(version.cases.filter(dropped_at=None).order_by("number")),
    )


def sheets_behind(edition: Edition, day: date) -> int:
    """Count the sheets of cycles still open that were last held against other checks than those in force now."""
    rows = Evaluation.objects.filter(sheet__edition=edition, sheet__cycle__closing_date__gte=day)
    return rows.exclude(checks_digest=edition.checks_digest).count()

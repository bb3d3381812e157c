"""What the pages of an edition's checks show: who decides each criterion, its check in words, its cases, an answer on trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.parameters import ParameterLine, chain_at, parameter_lines
from qiangji.assessments.services.evaluating import checks_of, moment_of_cycle
from qiangji.ledgers.vocabulary import KINDS
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.state_kinds import STATE_KINDS
from qiangji.rules.answers import Answer
from qiangji.rules.explain import HEAD
from qiangji.rules.facts import Moment
from qiangji.rules.periods import Period, year_of
from qiangji.rules.trace import Trace
from qiangji.rules.vocabulary import title_of
from qiangji.rules.wording import COMBINED, WINDOW_WORDS, Said, Wording
from qiangji.scoring.proposing import Proposed, judges_of, propose
from qiangji.standards.check_cases import PlacedCase, problems_of
from qiangji.standards.checks import WINDOWS, CheckEntry
from qiangji.standards.loader import shipped_cases
from qiangji.standards.models import Edition
from qiangji.standards.parameters import in_force
from qiangji.standards.schema import CriterionSpec, DraftCheckSpec, EditionSpec
from qiangji.standards.selectors import edition_spec

BODIES = {"committee": "党组织委员会", "discipline": "纪委"}
SUBJECTS: dict[str, tuple[str, ...]] = {
    "hospital": (Organization.Kind.HOSPITAL,),
    "branch": (Organization.Kind.BRANCH,),
    "authority": (),
    "all": (Organization.Kind.HOSPITAL, Organization.Kind.BRANCH),
}
DECIDED = {"facts": "按事实判定", "person": "由人核定", "open": "还没有判定办法"}


@dataclass(frozen=True)
class CheckLine:
    """A criterion as the list of checks shows it. ``entry`` is None where nobody has decided how it is judged."""

    criterion: CriterionSpec
    entry: CheckEntry | None

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
class CheckPage:
    """One criterion's check: in words, with its figures and cases, and the drafts that the reader found in the wording."""

    line: CheckLine
    said: Said | None
    award: str
    window: str
    parameters: tuple[ParameterLine, ...]
    cases: tuple[CaseLine, ...]
    found: tuple[DraftCheckSpec, ...]


@dataclass(frozen=True)
class TraceLine:
    """One node of a trace as a page shows it, with its parts."""

    answer: str
    verdict: str
    words: str
    figures: str
    parts: tuple[TraceLine, ...]


def check_lines(edition: Edition) -> list[CheckLine]:
    """Return every criterion of an edition with how it is decided, in the order of the table."""
    entries = checks_of(edition)
    return [CheckLine(one, entries.get(one.code)) for one in edition_spec(edition).criteria()]


def check_page(edition: Edition, code: str, *, reach: Reach, here: Organization | None) -> CheckPage | None:
    """Return one criterion's check in words with its cases; None where the edition has no such criterion.

    Its figures are those that hold today for the organization ``here``; for nobody, the edition's.
    """
    spec, entries = edition_spec(edition), checks_of(edition)
    criterion = next((one for one in spec.criteria() if one.code == code), None)
    if criterion is None:
        return None
    entry = entries.get(code)
    check = entry.check if entry is not None else None
    if entry is None or check is None:
        return CheckPage(CheckLine(criterion, entry), None, "", "", (), (), criterion.draft_checks)
    specs = entry.used(criterion)
    chain = chain_at(edition, code, here, reach.day) if specs else {}
    local = {name: in_force(spec, chain.get(name, ()))[0] for name, spec in specs.items()}
    wording = Wording({**entry.figures(criterion), **local}, choice_label)
    return CheckPage(
        CheckLine(criterion, entry),
        wording.say(check),
        wording.award(entry.award),
        WINDOW_WORDS[WINDOWS[criterion.window]],
        parameter_lines(edition=edition, code=code, specs=specs, chain=chain, reach=reach),
        case_lines(edition, code, entries, spec),
        criterion.draft_checks,
    )


def case_lines(
    edition: Edition, code: str, entries: Mapping[str, CheckEntry], spec: EditionSpec
) -> tuple[CaseLine, ...]:
    """Try the cases of one criterion against its check."""
    if edition.origin != Edition.Origin.LIBRARY:
        return ()
    placed = [one for one in shipped_cases(edition.ref) if one.case.code == code]
    return tuple(CaseLine(one, tuple(problems_of(one, entries, spec))) for one in placed)


def choice_label(fact: str, name: str, code: str) -> str:
    """Return what a person calls a choice: of a ledger's field, of a recorded state, of a body."""
    if fact == "organization_form":
        return dict(Organization.Form.choices).get(code, code)
    if name == "":
        kind = STATE_KINDS.get(fact)
        return kind.choices.get(code, code) if kind is not None else code
    if fact in KINDS:
        for one in KINDS[fact].fields:
            if one.name == name:
                return one.choices.get(code, code)
    return BODIES.get(code, code)


def trial_organizations(reach: Reach, edition: Edition) -> list[Organization]:
    """Return whom an edition is for and whose live facts this person may see: their own, never a subordinate's (domain §5)."""
    nodes = reach.nodes_with(Permission.SEE_LIVE_SHEET, own=True)
    found = Organization.objects.visible_to(reach).on(reach.day)
    return list(found.filter(pk__in=nodes, kind__in=SUBJECTS[edition.standard.applies_to]).order_by("path"))


def moment_for(edition: Edition, organization: Organization, as_of: date) -> Moment:
    """Return the circumstances of a trial: the newest cycle by this edition that had begun and was not closed on the day.

    Without one, the calendar year of the day, closed at the end of the next quarter.
    """
    sheet = (
        Sheet.objects.filter(
            organization=organization,
            edition=edition,
            cycle__period_start_date__lte=as_of,
            cycle__closing_date__gte=as_of,
        )
        .select_related("cycle")
        .order_by("-cycle__year", "-pk")
        .first()
    )
    if sheet is not None:
        return moment_of_cycle(sheet.cycle, as_of)
    whole = year_of(as_of.year)
    closing = date(as_of.year + 1, 3, 31)
    return Moment(as_of, as_of.year, Period(whole.first, whole.last, f"{as_of.year}年"), closing)


def try_check(edition: Edition, code: str, organization: Organization, as_of: date) -> Proposed | None:
    """Say what a criterion's check answers for one organization on a day; nothing is written. None without a check."""
    judges = [
        one for one in judges_of(edition_spec(edition), checks_of(edition)) if one.criterion.code == code
    ]
    moment = moment_for(edition, organization, as_of)
    return next(propose([organization], judges, moment, edition_id=edition.pk), None)


def points_words(proposed: Proposed) -> str:
    """Say which points are proposed, or between which they lie."""
    awarded = proposed.awarded
    if awarded.points is not None:
        return f"{plain(awarded.points)} 分"
    return f"{plain(awarded.lowest)}–{plain(awarded.highest)} 分"


def trace_line(trace: Trace) -> TraceLine:
    """Turn a trace into what a page shows: counts and days, never records or persons."""
    parts: Sequence[Trace] = trace.children
    words = COMBINED.get(trace.operator, "") or "、".join(title_of(fact) for fact in trace.facts)
    figures = [f"现有 {plain(trace.found)}"] if trace.found is not None else []
    figures += [f"应{trace.bound}"] if trace.bound else []
    figures += [trace.missing] if trace.missing else []
    figures += list(trace.notes)
    label = f"（{trace.label}）" if trace.label else ""
    return TraceLine(
        HEAD[trace.answer],
        str(trace.answer),
        f"{words or '若干项中够数即可'}{label}",
        "；".join(figures),
        tuple(trace_line(one) for one in parts),
    )

"""Holding sheets against the facts: proposals are written anew where they changed, marks are never touched.

Facts are read first and outside any transaction, then a batch is written in one of its own: a run that is stopped has
done whole batches, and can go on where it stopped. Which facts a batch had read is noted on each sheet
(``Evaluation.last_fact``); a batch that read older facts than somebody else wrote meanwhile gives way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from json import JSONEncoder
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Evaluation, Proposal, Sheet
from qiangji.audit import services as audit
from qiangji.lib.bulk import insert_values, update_values
from qiangji.lib.collector import resting_collector
from qiangji.lib.numbers import plain
from qiangji.orgs.models import ChangedFact, Organization
from qiangji.orgs.paths import LAST, ancestors, below
from qiangji.rules.facts import Moment
from qiangji.rules.periods import Period
from qiangji.scoring.affecting import FROM_ABOVE, index_of
from qiangji.scoring.proposing import Judge, Proposed, judges_of, propose
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import Edition
from qiangji.standards.schema import EditionSpec
from qiangji.standards.selectors import edition_spec
from qiangji.standards.site_checks import checks_in_force

AT_ONCE = 50  # hospitals whose facts are held in memory together
SMALL_AT_ONCE = 600  # branches: as many as some fifty hospitals have
# The columns of a proposal that follow the facts; a trace is kept as the text that its digest is made of.
FOLLOWS = (
    "verdict", "points", "lowest", "highest", "reason", "text", "missing", "mend_by", "trace", "digest", "changed_at",
)  # fmt: skip
Row = tuple[Any, ...]
DIGEST, AS_TEXT = FOLLOWS.index("digest"), ("trace",)
encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Change:
    """A proposal that turned out otherwise than it was written before: a range where ``points`` are not settled."""

    code: str
    title: str
    before: str
    after: str


@dataclass
class Evaluated:
    """What one run did."""

    sheets: int = 0
    proposals: int = 0
    changed: int = 0
    changes: list[Change] = field(default_factory=list)


def moment_of_cycle(cycle: Cycle, as_of: date) -> Moment:
    """Return the circumstances in which a cycle's sheets are judged on a day."""
    period = Period(cycle.period_start_date, cycle.period_end_date, "考核周期")
    return Moment(as_of, cycle.year, period, cycle.closing_date)


def judges_for(edition: Edition) -> list[Judge]:
    """Return the checks that hold for an edition; none where nobody wrote any."""
    entries = checks_of(edition)
    return judges_of(spec_of(edition), entries) if entries else []


SPECS: dict[tuple[str, str], EditionSpec] = {}


def spec_of(edition: Edition) -> EditionSpec:
    """Return an edition as data; a published one never changes, so it is read once for as long as its digest stands."""
    if edition.status != Edition.Status.PUBLISHED:
        return edition_spec(edition)
    key = (edition.ref, edition.content_digest)
    if key not in SPECS:
        SPECS[key] = edition_spec(edition)
    return SPECS[key]


def checks_of(edition: Edition) -> dict[str, CheckEntry]:
    """Return how facts decide an edition's criteria, by code: the site's own checks before the library's."""
    return checks_in_force([edition])[edition.pk]


def sheets_to_evaluate(cycle: Cycle) -> QuerySet[Sheet]:
    """Return the sheets of a cycle that facts can say something about."""
    return Sheet.objects.filter(cycle=cycle)


def facts_about(path: str) -> Q:
    """Return the condition "a fact that a sheet at this path may rest on": its own, those below, some of those above."""
    above = Q(FROM_ABOVE, organization__path__in=ancestors(path)[:-1])
    return below(path, "organization__path") | above


def newer_facts() -> QuerySet[ChangedFact]:
    """Return, for an outer query of evaluations, the facts that each sheet may rest on and has not seen."""
    path = OuterRef("sheet__organization__path")
    own = Q(organization__path__gte=path, organization__path__lt=Concat(path, Value(LAST)))
    above = Q(FROM_ABOVE, organization__path__at_or_above=path)
    return ChangedFact.objects.filter(own | above, pk__gt=OuterRef("last_fact"))


def evaluate_sheets(
    *, cycle: Cycle, as_of: date, at: datetime, by: User | None, organization: Organization | None = None,
    resume: bool = False, report: Report | None = None,
) -> Evaluated:  # fmt: skip
    """Evaluate a cycle's sheets, or one organization's; return how many proposals there are and changed.

    Safe to repeat: the same facts on the same day change nothing. ``resume`` passes over what was evaluated for this
    day and has met no new fact since. ``report`` hears after each batch how many of how many sheets are done.
    """
    sheets = sheets_to_evaluate(cycle)
    if organization is not None:
        sheets = sheets.filter(organization=organization)
    if resume:
        by_these = Evaluation.objects.filter(as_of=as_of, checks_digest=F("sheet__edition__checks_digest"))
        current = by_these.exclude(Exists(newer_facts()))
        sheets = sheets.exclude(pk__in=current.values("sheet"))
    found = list(sheets.select_related("organization", "edition__standard").order_by("organization_path"))
    done, seen = Evaluated(), 0
    if not found:
        note_run(cycle, done, as_of=as_of, at=at, by=by)
    for some, judges in batches(found):
        if judges:
            with resting_collector():
                part = evaluate_batch(cycle=cycle, sheets=some, judges=judges, as_of=as_of, at=at, by=by)
            add(done, part)
        else:
            forget(some)
            note_run(cycle, Evaluated(), as_of=as_of, at=at, by=by)
        seen += len(some)
        if report is not None:
            report(seen, len(found))
    return done


def batches(sheets: Sequence[Sheet]) -> Iterator[tuple[list[Sheet], list[Judge]]]:
    """Yield sheets of one edition and kind together, as many as fit in memory, with that edition's checks."""
    alike: dict[tuple[int, str], list[Sheet]] = {}
    for sheet in sheets:
        alike.setdefault((sheet.edition_id, sheet.organization_kind), []).append(sheet)
    for (_, kind), some in alike.items():
        judges = judges_for(some[0].edition)
        size = AT_ONCE if kind == Organization.Kind.HOSPITAL else SMALL_AT_ONCE
        for start in range(0, len(some), size):
            yield some[start : start + size], judges


def add(whole: Evaluated, part: Evaluated) -> None:
    """Add what one batch did."""
    whole.sheets += part.sheets
    whole.proposals += part.proposals
    whole.changed += part.changed
    whole.changes += part.changes


def catch_up(*, sheet: Sheet, as_of: date, at: datetime, by: User | None) -> Evaluated:
    """Bring one sheet up to the facts of a day: of its criteria only those that the new facts can touch.

    On another day than the last time, by other checks, and where there was no last time, all of them.
    """
    judges = judges_for(sheet.edition)
    last = Evaluation.objects.filter(sheet=sheet).first()
    if not judges:
        if last is not None:
            forget([sheet])
        return Evaluated()
    whole = last is None or last.as_of != as_of or last.checks_digest != sheet.edition.checks_digest
    if last is not None and not whole:
        newer = ChangedFact.objects.filter(facts_about(sheet.organization.path), pk__gt=last.last_fact)
        kinds = set(newer.order_by().values_list("kind", flat=True).distinct())
        if not kinds:
            return Evaluated()
        judges = index_of(judges).touched(kinds)
    return evaluate_batch(
        cycle=sheet.cycle, sheets=[sheet], judges=judges, as_of=as_of, at=at, by=by, tell=True, whole=whole
    )


def evaluate_batch(
    *, cycle: Cycle, sheets: Sequence[Sheet], judges: Sequence[Judge], as_of: date, at: datetime,
    by: User | None, tell: bool = False, whole: bool = True,
) -> Evaluated:  # fmt: skip
    """Read the facts of some sheets, judge, and write what came out; ``tell`` also returns each change in words.

    ``whole``: these are all checks of the edition, so that what is proposed by a check that no longer holds goes.
    """
    last_fact = ChangedFact.objects.aggregate(last=Max("pk"))["last"] or 0
    organizations = [sheet.organization for sheet in sheets]
    moment = moment_of_cycle(cycle, as_of)
    # Facts and traces are let go at once: what is kept of each is its row.
    proposed = [
        (one.organization_id, one.code, row_of(one, at))
        for one in propose(organizations, judges, moment, edition_id=sheets[0].edition_id)
    ]
    with transaction.atomic():
        fresh = still_behind(sheets, last_fact)
        told = {judge.criterion.code: judge for judge in judges} if tell else {}
        done = store(fresh, proposed, told, whole=whole)
        note_evaluated(fresh, as_of, at, last_fact)
        note_run(cycle, done, as_of=as_of, at=at, by=by)
    return done


def note_run(cycle: Cycle, done: Evaluated, *, as_of: date, at: datetime, by: User | None) -> None:
    """Write into the log what a batch did, or that there was nothing to do."""
    audit.record(
        verb="cycle.evaluated", obj_type="cycle", obj_id=cycle.public_id, by=by, at=at,
        data={"as_of": as_of.isoformat(), "sheets": done.sheets, "changed": done.changed},
    )  # fmt: skip


def still_behind(sheets: Sequence[Sheet], last_fact: int) -> list[Sheet]:
    """Lock sheets, and leave out those that somebody evaluated with newer facts meanwhile."""
    keys = [sheet.pk for sheet in sheets]
    locked = Sheet.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))
    ahead = set(
        Evaluation.objects.filter(sheet__in=keys, last_fact__gt=last_fact).values_list("sheet_id", flat=True)
    )
    return [sheet for sheet in sheets if sheet.pk not in ahead]


def forget(sheets: Sequence[Sheet]) -> None:
    """Take away what was proposed for sheets whose edition has no checks any more."""
    with transaction.atomic():
        Proposal.objects.filter(answer__sheet__in=[sheet.pk for sheet in sheets]).delete()
        Evaluation.objects.filter(sheet__in=[sheet.pk for sheet in sheets]).delete()


def store(
    sheets: Sequence[Sheet],
    proposed: Sequence[tuple[int, str, Row]],
    told: dict[str, Judge],
    *,
    whole: bool,
) -> Evaluated:
    """Write what changed, and say what that was for the criteria that are to be told of.

    ``proposed`` are organization, criterion's code and row.
    """
    answers = answers_of(sheets)
    held = {
        answer_id: (pk, mark, verdict, lowest, highest, given)
        for answer_id, pk, mark, verdict, lowest, highest, given in Proposal.objects.filter(
            answer__sheet__in=[sheet.pk for sheet in sheets]
        ).values_list("answer_id", "pk", "digest", "verdict", "lowest", "highest", "points")
    }
    fresh: list[Row] = []
    again: list[Row] = []
    done = Evaluated(sheets=len(sheets))
    for organization, code, row in proposed:
        answer_id = answers.get((organization, code))
        if answer_id is None:
            continue
        done.proposals += 1
        stored = held.get(answer_id)
        if stored is None:
            fresh.append((*row, answer_id))
        elif stored[1] != row[DIGEST]:
            again.append((*row, stored[0]))
        else:
            continue
        if code in told:
            verdict, given, lowest, highest = row[:4]
            before = words_of(*stored[2:]) if stored else ""
            tell(done, told[code], before, words_of(verdict, lowest, highest, given))
    insert_values(Proposal, [*FOLLOWS, "answer_id"], fresh, ready=AS_TEXT)
    update_values(Proposal, FOLLOWS, again, ready=AS_TEXT)
    if whole:
        judged = {answers.get((organization, code)) for organization, code, _ in proposed}
        gone = [stored[0] for answer_id, stored in held.items() if answer_id not in judged]
        if gone:
            Proposal.objects.filter(pk__in=gone).delete()
    done.changed = len(fresh) + len(again)
    return done


def tell(done: Evaluated, judge: Judge, before: str, after: str) -> None:
    """Note a change where it is one that a person sees: in the answer or in the points."""
    if before != after:
        done.changes.append(Change(judge.criterion.code, judge.criterion.title, before, after))


def words_of(verdict: str, lowest: Decimal, highest: Decimal, given: Decimal | None) -> str:
    """Say in a few words what is proposed; of a checklist the answer alone.

    >>> words_of("pending", Decimal("0"), Decimal("2.00"), None), words_of("met", Decimal(0), Decimal(0), None)
    ('未到期，0–2 分', '符合')
    """
    if given is None and lowest == highest:
        return str(Proposal.Verdict(verdict).label)
    points = plain(lowest) if lowest == highest else f"{plain(lowest)}–{plain(highest)}"
    return f"{Proposal.Verdict(verdict).label}，{points} 分"


def answers_of(sheets: Sequence[Sheet]) -> dict[tuple[int, str], int]:
    """Return which answer stands for which criterion of which organization."""
    rows = Answer.objects.filter(sheet__in=[sheet.pk for sheet in sheets]).order_by()
    columns = ("sheet__organization_id", "criterion__code", "pk")
    return {(organization, code): pk for organization, code, pk in rows.values_list(*columns)}


def row_of(proposed: Proposed, at: datetime) -> Row:
    """Return the columns of ``FOLLOWS``, with the digest of all that a person is told."""
    awarded, trace = proposed.awarded, proposed.trace
    points = (awarded.points, awarded.lowest, awarded.highest)
    words = (proposed.reason, proposed.text, proposed.missing)
    basis = encode(trace.as_json())
    told = "\x1f".join([trace.answer.value, *map(plain, points), *words, basis])
    mark = sha256(told.encode()).hexdigest()
    return (trace.answer.value, *points, *words, trace.promised, basis, mark, at)


def note_evaluated(sheets: Sequence[Sheet], as_of: date, at: datetime, last_fact: int) -> None:
    """Note on every sheet as of when it was evaluated."""
    rows = [
        Evaluation(
            sheet=sheet, as_of=as_of, evaluated_at=at, last_fact=last_fact,
            checks_digest=sheet.edition.checks_digest,
        )
        for sheet in sheets
    ]  # fmt: skip
    Evaluation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["sheet"],
        update_fields=["as_of", "evaluated_at", "last_fact", "checks_digest"],
    )

"""What the own sheet's checks still ask for, from the traces of its proposals: the same rules as the marks.

Whoever fills the sheet sees all of it; who records certain facts for the organization (discipline, personnel, finance)
sees what is theirs to record. The same thing asked by several criteria by the same day is one duty that names them all.
After submission only what is still pending is left: it counts when the sheet is accepted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from qiangji.assessments.models import Proposal, Sheet
from qiangji.assessments.states import State
from qiangji.duties.actions import ledger_action, people_action, states_action
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.duties.traces import Wanted, wanted_of
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.rules.answers import Answer
from qiangji.rules.vocabulary import EVENTS, POPULATIONS, STATES, title_of
from qiangji.standards.models import Criterion

KEY = "traces"
MOST_NAMES = 3
DECLARED = frozenset({"count", "sum", "every", "absent", "answered"})


@dataclass(frozen=True)
class Found:
    """One wanted thing with the proposal that holds it, and its day."""

    proposal: Proposal
    wanted: Wanted
    due: date

    @property
    def sheet(self) -> Sheet:
        return self.proposal.answer.sheet

    @property
    def is_document(self) -> bool:
        """Whether a document is asked for: two criteria that ask for one mostly mean two."""
        return self.wanted.operator == "attest"

    @property
    def group(self) -> tuple[int, frozenset[str], date, bool, bool]:
        """What makes wanted things of several criteria one duty: whose, which facts, by when."""
        facts = frozenset(self.wanted.facts)
        if not facts or self.is_document:
            facts |= {self.proposal.answer.criterion.code}
        unknown = self.wanted.answer is Answer.UNKNOWN
        return (self.sheet.organization_id, facts, self.due, self.wanted.is_watch, unknown)


def collect(asker: Asker) -> list[Duty]:
    """Return the duties that stored traces hold for this person: one statement, shared with other sources."""
    groups: dict[tuple, list[Found]] = {}
    for found in everything(asker):
        groups.setdefault(found.group, []).append(found)
    return [duty_of(asker, found) for found in joined(groups)]


def joined(groups: dict[tuple, list[Found]]) -> Iterator[list[Found]]:
    """Put what only has to stay as it is with the duty for the same thing by the same day, where there is one."""
    for key, found in groups.items():
        organization, facts, due, is_watch, unknown = key
        if is_watch and (organization, facts, due, False, unknown) in groups:
            continue
        yield found + ([] if is_watch else groups.get((organization, facts, due, True, unknown), []))


def everything(asker: Asker) -> Iterator[Found]:
    """Yield every open thing of every proposal that this person may see."""
    for proposal in asker.proposals:
        sheet = proposal.answer.sheet
        fills = asker.reach.allows_at(Permission.FILL_SHEET, sheet.organization.path)
        for wanted in wanted_of(proposal.trace):
            if not fills and not is_recorder(asker, sheet.organization, wanted):
                continue
            if sheet.state != State.DRAFT and wanted.answer is not Answer.PENDING:
                continue
            yield Found(proposal, wanted, day_of(wanted, sheet))


def is_recorder(asker: Asker, organization: Organization, wanted: Wanted) -> bool:
    """Say whether one of the facts is this person's role's own to record."""
    roles = asker.roles_at(organization)
    return any(fact in KINDS and roles & set(KINDS[fact].recorders) for fact in wanted.facts)


def day_of(wanted: Wanted, sheet: Sheet) -> date:
    """Return by when something is due.

    Pending: its last day. What was missed in a stretch of days: that stretch's end. A datum that was never recorded, a
    state that is not as asked: the day by which the sheet is handed in.
    """
    if wanted.due is not None:
        return wanted.due
    if (
        wanted.answer is Answer.UNMET
        and wanted.window_end is not None
        and wanted.operator not in ("value", "ratio")
    ):
        return wanted.window_end
    return sheet.cycle.self_deadline_date


def duty_of(asker: Asker, found: list[Found]) -> Duty:
    """Return one duty for everything that asks for the same."""
    first = found[0]
    organization = first.sheet.organization
    return Duty(
        source=KEY,
        title=name_of(first),
        organization=organization,
        due=first.due,
        asks=tuple(ask_of(one) for one in found),
        action=None if first.wanted.is_watch else action_of(asker, organization, first),
        is_watch=first.wanted.is_watch,
        facts=first.group[1],
    )


def name_of(found: Found) -> str:
    """Name a duty by its facts; where nothing but a group of people is looked at, by what is missing of it."""
    facts = found.wanted.facts
    criterion = found.proposal.answer.criterion.title
    if not facts:
        return criterion
    if found.is_document:
        return f"{title(facts)}：{criterion}"
    if any(fact in EVENTS or fact in STATES for fact in facts):
        return title(facts)
    return found.wanted.words or title(facts) or criterion


def title(facts: Iterable[str]) -> str:
    """Name facts in a line.

    >>> title(["study_centre_group"]), title(["members", "training_class", "party_class"])
    ('中心组学习', '党员：培训班、党课')
    """
    names = list(facts)
    groups = [title_of(fact) for fact in names if fact not in EVENTS and fact not in STATES]
    things = [title_of(fact) for fact in names if fact in EVENTS or fact in STATES]
    shown = "、".join(things[:MOST_NAMES]) + ("等" if len(things) > MOST_NAMES else "")
    return "：".join(part for part in ("、".join(groups), shown) if part)


def ask_of(found: Found) -> Ask:
    """Return why it is asked."""
    wanted, criterion = found.wanted, found.proposal.answer.criterion
    return Ask(
        rule=criterion.edition.title,
        clause=clause_of(criterion, wanted.place),
        code=criterion.code,
        title=criterion.title,
        words=wanted.words or ("现在符合，到期前继续保持" if wanted.is_watch else ""),
        found=wanted.found,
        asked=wanted.asked,
        bound=wanted.bound,
        notes=wanted.notes,
        leaves=wanted.leaves,
    )


def clause_of(criterion: Criterion, place: str = "") -> str:
    """Return where a criterion stands: document and place."""
    edition = criterion.edition
    parts = (edition.source_number or edition.source_document, place or criterion.place)
    return " ".join(part for part in parts if part)


def action_of(asker: Asker, organization: Organization, found: Found) -> Action:
    """Return the button: record the kind, state the ledger complete, record the state; else the sheet itself."""
    wanted = found.wanted
    if wanted.operator == "absent" or (wanted.answer is Answer.UNKNOWN and wanted.operator in DECLARED):
        if asker.reach.allows_at(Permission.SEE_LEDGERS, organization.path):
            return Action("申明", "ledgers:declarations", (organization.public_id,))
    elif action := ledger_action(asker.reach, organization, wanted.facts):
        return action
    if any(fact in STATES for fact in wanted.facts) and (action := states_action(asker.reach, organization)):
        return action
    if wanted.answer is Answer.UNKNOWN and set(wanted.facts) <= set(POPULATIONS):
        action = people_action(asker.reach, organization, wanted.facts)
        if action is not None:
            return action
    return Action("打开考评表", "assessments:sheet", (found.sheet.public_id,))

"""What the workshop's pages show of a draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import F

from qiangji.standards.comparison import Comparison, Line, joined
from qiangji.standards.models import Draft, DraftStep
from qiangji.standards.succession import lines_of
from qiangji.standards.workshop.checks import Finding, Sums, places_left, problems, sums
from qiangji.standards.workshop.edition import lines_of_state
from qiangji.standards.workshop.publishing import obstacles
from qiangji.standards.workshop.state import CriterionState, SectionState, State, VetoState, codes


@dataclass(frozen=True)
class PageLine:
    """A line of the original with the keys of what was read from it."""

    index: int
    where: str
    cells: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class StepRow:
    """A step of the history; undone ones are not on the way to the current one."""

    sequence: int
    label: str
    by: str
    at: datetime
    is_current: bool
    is_undone: bool


@dataclass(frozen=True)
class DraftPage:
    """A draft at the step that counts, as its page shows it; `seen` goes back with every operation."""

    draft: Draft
    seen: int
    state: State
    lines: tuple[PageLine, ...]
    findings: tuple[Finding, ...]
    sums: Sums
    codes: dict[str, str]
    steps: tuple[StepRow, ...]
    undo_label: str
    redo_label: str
    can_undo: bool
    can_redo: bool

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "warning"]

    @property
    def may_publish(self) -> bool:
        return self.draft.is_open and not self.errors

    @property
    def may_try(self) -> bool:
        """Whether it could be stored as a trial."""
        return self.draft.is_open and all(finding.publishing_only for finding in self.errors)

    @cached_property
    def earlier_lines(self) -> list[Line]:
        """The criteria of the edition it is held against, in their order; three queries when first asked for."""
        return lines_of(self.draft.earlier) if self.draft.earlier is not None else []

    @cached_property
    def comparison(self) -> Comparison | None:
        """The table against the earlier edition, by what is suggested or decided; None where none was chosen."""
        if self.draft.earlier is None:
            return None
        before, after = self.earlier_lines, lines_of_state(self.state)
        at_code = {line.code: place for place, line in enumerate(before)}
        pairs = {at_code[c.earlier]: j for j, c in enumerate(self.state.criteria()) if c.earlier in at_code}
        return joined(before, after, pairs)


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list: how the table calls itself and what is left to mend."""

    draft: Draft
    title: str
    errors: int
    warnings: int


def draft_page(draft: Draft) -> DraftPage:
    """Return a draft for its page: its steps without their states in one query, the current state in another."""
    steps = list(draft.steps.defer("state").select_related("made_by").order_by("sequence"))
    state = state_at(draft, draft.current)
    found = problems(state)
    if draft.is_open:
        found += obstacles(state, publishing=True)
    onward = next((step for step in reversed(steps) if step.parent == draft.current), None)
    current = steps[draft.current]
    return DraftPage(
        draft=draft,
        seen=draft.current,
        state=state,
        lines=_lines(draft, state),
        findings=tuple(found),
        sums=sums(state),
        codes=codes(state),
        steps=_history(steps, draft.current),
        undo_label=current.label if current.parent is not None else "",
        redo_label=onward.label if onward is not None else "",
        can_undo=draft.is_open and current.parent is not None,
        can_redo=draft.is_open and onward is not None,
    )


def state_at(draft: Draft, sequence: int) -> State:
    """Return the whole state after a step. Raises DraftStep.DoesNotExist."""
    return State.from_json(draft.steps.values_list("state", flat=True).get(sequence=sequence))


def draft_rows(drafts: Sequence[Draft]) -> list[DraftRow]:
    """Return drafts for the list: one query for all their current states."""
    current = DraftStep.objects.filter(draft__in=[draft.pk for draft in drafts], sequence=F("draft__current"))
    states = {pk: State.from_json(state) for pk, state in current.values_list("draft_id", "state")}
    return [_row(draft, states[draft.pk]) for draft in drafts]


def _row(draft: Draft, state: State) -> DraftRow:
    found = problems(state) if draft.is_open else []
    title = state.details.title or draft.filename
    return DraftRow(draft, title, places_left(found, "error"), places_left(found, "warning"))


def _lines(draft: Draft, state: State) -> tuple[PageLine, ...]:
    read: defaultdict[int, list[str]] = defaultdict(list)
    parts: list[SectionState | CriterionState | VetoState] = [
        *state.sections,
        *state.criteria(),
        *state.vetoes,
    ]
    for part in parts:
        for origin in part.origins:
            read[origin].append(part.key)
    return tuple(
        PageLine(index, line["where"], tuple(line["cells"]), tuple(read[index]))
        for index, line in enumerate(draft.original)
    )


def _history(steps: list[DraftStep], current: int) -> tuple[StepRow, ...]:
    on_the_way, place = set(), current
    while True:
        on_the_way.add(place)
        parent = steps[place].parent
        if parent is None:
            break
        place = parent
    return tuple(
        StepRow(
            sequence=step.sequence,
            label=step.label,
            by=step.made_by.name,
            at=step.made_at,
            is_current=step.sequence == current,
            is_undone=step.sequence not in on_the_way,
        )
        for step in steps
    )

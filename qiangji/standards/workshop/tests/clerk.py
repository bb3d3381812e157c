"""A clerk at the bench, for tests: a draft of a small table and short ways to work on it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Kind, make_organization, make_user
from qiangji.standards.models import Draft
from qiangji.standards.reader.tree import ParsedCriterion, ParsedGroup, ParsedSection, ParsedStandard
from qiangji.standards.tests.tables import Table, flattened, small_table
from qiangji.standards.workshop import services
from qiangji.standards.workshop.operations import perform
from qiangji.standards.workshop.reading import state_from_parsed
from qiangji.standards.workshop.selectors import state_at
from qiangji.standards.workshop.state import CriterionState, State, codes

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "code": "tiny",
    "label": "a",
    "applies_to": "hospital",
    "force": "normative",
    "jurisdiction": "甲市",
    "adopted_by": "甲市卫生健康委员会",
    "adoption_number": "甲卫党〔2026〕1号",
}


class Clerk:
    """One person with one draft, always looking at the step that counts."""

    def __init__(self, draft: Draft, person: User) -> None:
        self.draft, self.person = draft, person

    @property
    def state(self) -> State:
        return state_at(self.draft, self.draft.current)

    def do(self, operation: str, **arguments: Any) -> State:
        """Make one correction on what is there now."""
        self.draft = services.apply(
            draft=self.draft,
            operation=operation,
            arguments=arguments,
            seen=self.draft.current,
            by=self.person,
            at=AT,
        )
        return self.state

    def undo(self) -> State:
        self.draft = services.undo(draft=self.draft, seen=self.draft.current, by=self.person, at=AT)
        return self.state

    def redo(self) -> State:
        self.draft = services.redo(draft=self.draft, seen=self.draft.current, by=self.person, at=AT)
        return self.state

    def key(self, code: str) -> str:
        return key_at(self.state, code)


def make_clerk(table: Table | str | None = None, *, organization: Organization | None = None) -> Clerk:
    """Upload a table as text."""
    person = make_user(name="党办甲")
    node = organization or make_organization(kind=Kind.HOSPITAL)
    text = table if isinstance(table, str) else flattened(table or small_table())
    draft = services.start_draft(
        organization=node, filename="量化表.txt", data=text.encode(), by=person, at=AT
    )
    return Clerk(draft, person)


def key_at(state: State, code: str) -> str:
    """The key of the criterion that has this code."""
    return next(key for key, known in codes(state).items() if known == code)


def at_code(state: State, code: str) -> CriterionState:
    """The criterion that has this code."""
    return next(c for c in state.criteria() if c.key == key_at(state, code))


def after(state: State, operation: str, turn: int = 1, **arguments: Any) -> State:
    """One operation on a state, outside any draft."""
    return perform(state, operation, arguments, turn=turn).state


def parsed_standard() -> ParsedStandard:
    """A part of two groups whose numbers run on, and one without groups: 7 points in 5 criteria."""

    def one(number: int, text: str, points: str, where: str = "") -> ParsedCriterion:
        return ParsedCriterion(str(number), text, Decimal(points), where=where or f"第 {number} 条")

    first = ParsedSection(
        "班子建设",
        Decimal(4),
        groups=[
            ParsedGroup("分工", None, [one(1, "分工每年公布", "1"), one(2, "会议有纪要，存档备查", "2")]),
            ParsedGroup("学习", None, [one(3, "每季学习1次", "1")]),
        ],
        where="项目“班子建设”",
    )
    second = ParsedSection(
        "服务群众",
        Decimal(3),
        groups=[ParsedGroup("", None, [one(1, "义诊每年2次", "2"), one(2, "意见箱每周开启", "1")])],
        where="项目“服务群众”",
    )
    return ParsedStandard(
        title="样表一", total_points=Decimal(7), sections=[first, second], vetoes=["弄虚作假的"]
    )


def first_state(parsed: ParsedStandard | None = None) -> State:
    """The state right after reading."""
    return state_from_parsed(parsed or parsed_standard(), year=2026)

"""A sheet's life as a machine: anybody tries anything in any order; what is stored always equals a simple model."""

from collections import defaultdict
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from qiangji.assessments.exceptions import AssessmentError, Incomplete
from qiangji.assessments.models import Mark, MarkChange, SheetTransition, Submission
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.services.saving import Saved
from qiangji.assessments.tests.worlds import World, mark, text
from qiangji.audit.models import Event
from tests.examples import examples

PERSONS = st.sampled_from(
    ["party_office", "secretary", "supervisor", "guidance_province", "reader", "outsider"]
)
STAGES = st.sampled_from(["self", "acceptance", "rating"])
FULL = {"1-1-1": "2", "1-1-2": "1", "1-2-3": "1", "2-0-1": "3", "2-0-2": "3"}
CODES = st.sampled_from(sorted(FULL))
WRITERS = {
    ("draft", "self"): {"party_office", "secretary"},
    ("under_acceptance", "acceptance"): {"supervisor"},
    ("under_rating", "rating"): {"supervisor"},
}
MOVES = {
    ("draft", "submit"): ("secretary", "submitted", "self"),
    ("submitted", "start_acceptance"): ("supervisor", "under_acceptance", None),
    ("under_acceptance", "conclude_acceptance"): ("supervisor", "accepted", "acceptance"),
    ("accepted", "start_rating"): ("supervisor", "under_rating", None),
    ("under_rating", "conclude_rating"): ("supervisor", "rated", "rating"),
    ("submitted", "withdraw"): ("secretary", "draft", None),
    ("submitted", "return"): ("supervisor", "draft", None),
    ("under_acceptance", "return"): ("supervisor", "draft", None),
    ("accepted", "return"): ("supervisor", "draft", None),
    ("under_rating", "return"): ("supervisor", "draft", None),
}
VERBS = st.sampled_from(sorted({verb for _, verb in MOVES}))
BACK = {"return", "withdraw"}
BEFORE = {"acceptance": "self", "rating": "acceptance"}


class SheetLife(RuleBasedStateMachine):
    """The model: a state, a clock, per place the points, the remark and when they were given, per criterion a text."""

    small: World

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.world = World(self.small.cast, self.small.cycle)
        self.sheet = self.world.sheet
        self.state, self.way = "draft", []
        self.marks: dict[tuple[str, str], tuple[str, str, int]] = {}
        self.versions: dict[tuple[str, str], int] = defaultdict(int)
        self.texts: dict[str, str] = defaultdict(str)
        self.text_versions: dict[str, int] = defaultdict(int)
        self.time = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def person(self, name: str):
        return getattr(self.world.cast, name)

    def may_write(self, name: str, stage: str) -> bool:
        return name in WRITERS.get((self.state, stage), set())

    def is_stale(self, stage: str, code: str) -> bool:
        mine, earlier = self.marks.get((stage, code)), self.marks.get((BEFORE.get(stage, ""), code))
        return bool(mine and earlier and earlier[2] > mine[2])

    def note(self, stage: str, code: str, points: str, remark: str) -> None:
        self.time += 1
        self.marks[stage, code] = (points, remark, self.time)
        self.versions[stage, code] += 1

    def is_complete(self, stage: str) -> bool:
        return not any(self.lacks(stage, code) for code in FULL)

    def lacks(self, stage: str, code: str) -> bool:
        mine = self.marks.get((stage, code))
        if mine is None:
            return True
        if stage == "self":
            return mine[0] != FULL[code] and not self.texts[code]
        differs = mine[0] != self.marks[BEFORE[stage], code][0]
        return self.is_stale(stage, code) or (differs and not mine[1])

    @rule(
        name=PERSONS,
        stage=STAGES,
        code=CODES,
        points=st.sampled_from(["0", "1"]),
        remark=st.sampled_from(["", "因故"]),
    )
    def give_a_mark(self, name: str, stage: str, code: str, points: str, remark: str) -> None:
        edit = mark(code, points, self.versions[stage, code], stage, remark)
        try:
            result = self.world.save(self.person(name), edit, self.sheet)
        except AssessmentError:
            assert not self.may_write(name, stage)
            return
        assert self.may_write(name, stage)
        assert isinstance(result, Saved)
        if self.marks.get((stage, code), ("", "", 0))[:2] != (points, remark) or self.is_stale(stage, code):
            self.note(stage, code, points, remark)

    @rule(name=PERSONS, stage=STAGES)
    def give_all_that_is_missing(self, name: str, stage: str) -> None:
        """A shortcut towards the later states: whatever keeps the stage from being concluded is given in full."""
        if not self.may_write(name, stage):
            return
        for code in FULL:
            if self.lacks(stage, code):
                wanted = self.marks[BEFORE[stage], code][0] if stage in BEFORE else FULL[code]
                self.give_a_mark(name, stage, code, wanted, "")

    @rule(name=PERSONS, code=CODES, words=st.sampled_from(["", "已召开会议", "缺一次"]))
    def write_a_text(self, name: str, code: str, words: str) -> None:
        try:
            self.world.save(self.person(name), text(code, words, self.text_versions[code]), self.sheet)
        except AssessmentError:
            assert not self.may_write(name, "self")
            return
        assert self.may_write(name, "self")
        self.text_versions[code] += words != self.texts[code]
        self.texts[code] = words

    @rule(name=PERSONS, stage=st.sampled_from(["acceptance", "rating"]))
    def confirm_the_rest(self, name: str, stage: str) -> None:
        try:
            count = confirm_agreed(
                reach=self.world.reach(self.person(name)),
                sheet_id=self.sheet.public_id,
                stage=stage,
                section=None,
                at=self.world.tick(),
            )
        except AssessmentError:
            assert not self.may_write(name, stage)
            return
        taken = []
        for code in FULL:
            mine, earlier = self.marks.get((stage, code)), self.marks[BEFORE[stage], code]
            if mine is None or (self.is_stale(stage, code) and mine[0] == earlier[0]):
                taken.append((code, earlier[0], mine[1] if mine else ""))
        assert count == len(taken)
        for code, points, remark in taken:
            self.note(stage, code, points, remark)

    @rule(stage=STAGES, code=CODES)
    def save_it_as_it_stands(self, stage: str, code: str) -> None:
        """What is stored already is stored again, which confirms a mark that is older than what it judges."""
        if (stage, code) in self.marks:
            points, remark, _ = self.marks[stage, code]
            self.give_a_mark("supervisor" if stage in BEFORE else "party_office", stage, code, points, remark)

    @rule()
    def press_on(self) -> None:
        """A shortcut towards the later states: fill what is missing and take the next step as whoever takes it."""
        for (state, verb), (who, _, completes) in MOVES.items():
            if state == self.state and verb not in BACK:
                if completes:
                    self.give_all_that_is_missing(who, completes)
                self.move(who, verb)
                return

    @rule()
    def send_back(self) -> None:
        """A shortcut back, so that later rounds are common."""
        if (self.state, "return") in MOVES:
            self.move("supervisor", "return")

    @rule(name=PERSONS, verb=VERBS)
    def move(self, name: str, verb: str) -> None:
        who, target, completes = MOVES.get((self.state, verb), (None, None, None))
        refusal = self.refusal(name, verb)
        if name != who:
            assert refusal is not None
        elif completes and not self.is_complete(completes):
            assert isinstance(refusal, Incomplete)
            assert [one.code for one in refusal.missing] == [
                code for code in FULL if self.lacks(completes, code)
            ]
        else:
            assert refusal is None
            self.way.append((self.state, verb, target))
            self.state = target

    def refusal(self, name: str, verb: str) -> AssessmentError | None:
        """Try a move; return why it was refused, or None where it was made."""
        self.sheet.refresh_from_db()
        try:
            self.world.move(verb, self.sheet, user=self.person(name))
        except AssessmentError as error:
            return error
        return None

    @invariant()
    def the_sheet_is_where_the_model_is(self) -> None:
        self.sheet.refresh_from_db()
        returns = sum(verb in BACK for _, verb, _ in self.way)
        assert (self.sheet.state, self.sheet.version, self.sheet.round) == (
            self.state,
            len(self.way),
            1 + returns,
        )
        rows = SheetTransition.objects.filter(sheet=self.sheet).order_by("sequence")
        assert list(rows.values_list("sequence", "from_state", "verb", "to_state")) == [
            (number, *step) for number, step in enumerate(self.way, start=1)
        ]
        submitted = sum(verb == "submit" for _, verb, _ in self.way)
        assert Submission.objects.filter(sheet=self.sheet).count() == submitted

    @invariant()
    def the_marks_are_those_of_the_model(self) -> None:
        stored = Mark.objects.filter(answer__sheet=self.sheet).values_list(
            "stage", "answer__criterion__code", "points", "remark", "version"
        )
        assert {(stage, code): rest for stage, code, *rest in stored} == {
            place: [Decimal(points), remark, self.versions[place]]
            for place, (points, remark, _) in self.marks.items()
        }

    @invariant()
    def history_and_events_are_numbered_without_a_gap(self) -> None:
        numbered = defaultdict(list)
        changes = MarkChange.objects.filter(answer__sheet=self.sheet).order_by("version")
        for code, stage, version in changes.values_list("answer__criterion__code", "stage", "version"):
            numbered[stage, code].append(version)
        assert numbered == {place: list(range(1, last + 1)) for place, last in self.versions.items() if last}
        events = Event.objects.filter(object_id=self.sheet.public_id).order_by("sequence")
        assert list(events.values_list("sequence", flat=True)) == list(range(1, len(self.way) + 2))


def live(small: World, lives: int, steps: int) -> None:
    run_state_machine_as_test(
        type("OneSheetsLife", (SheetLife,), {"small": small}),
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.shows("B00a", "A24", "A25")
def test_whatever_is_tried_the_sheet_keeps_to_its_table(small: World) -> None:
    live(small, lives=examples(12), steps=25)


@pytest.mark.drill
def test_the_same_for_many_and_longer_lives(small: World) -> None:
    live(small, lives=150, steps=60)

"""The table of allowed moves of a sheet, as plain data (document 0, part 3; domain §3).

A row says: from where to where, what the button says, what the person must be allowed, at which position, and whether
a reason is asked. Rows with an ``act`` are not made on the sheet's page: the act that they belong to (a draw, an
inspection, a veto, a recognition) makes them with what it writes itself. Nothing else decides where a sheet may go.
"""

from dataclasses import dataclass

from django.db import models

from qiangji.assessments.stages import Stage


class State(models.TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已提交"
    UNDER_ACCEPTANCE = "under_acceptance", "验收中"
    ACCEPTED = "accepted", "已验收"
    UNDER_RATING = "under_rating", "评定中"
    RATED = "rated", "已评定"
    DRAWN = "drawn", "已抽中"
    UNDER_INSPECTION = "under_inspection", "抽查中"
    INSPECTED = "inspected", "已抽查"
    MEETS_STANDARD = "meets_standard", "达标"
    BELOW_STANDARD = "below_standard", "未达标"
    WITHHELD = "withheld", "不予评定"


class Position(models.TextChoices):
    """From where a move is made: the sheet's own organization, its supervisor, its rating authority, the team that
    inspects it, the body that recognizes the cycle's results."""

    OWN = "own", "本组织"
    SUPERVISOR = "supervisor", "验收单位"
    RATING_AUTHORITY = "rating_authority", "评定单位"
    INSPECTION_TEAM = "inspection_team", "抽查组"
    RECOGNIZER = "recognizer", "认定单位"


class Act(models.TextChoices):
    """What a move belongs to when it is not made on the sheet's own page."""

    DRAW = "draw", "抽取"
    INSPECTION = "inspection", "抽查"
    VETO = "veto", "一票否决"
    RECOGNITION = "recognition", "认定"
    REASSESSMENT = "reassessment", "复评"


@dataclass(frozen=True)
class Move:
    """One allowed move. ``final`` narrows it to sheets whose final stage is this one."""

    verb: str
    label: str
    source: State
    target: State
    position: Position
    needs_reason: bool = False
    completes: Stage | None = None
    act: Act | None = None
    final: Stage | None = None

    @property
    def begins_round(self) -> bool:
        """Whether what follows is a new round: the sheet is filled again, or assessed again after mending."""
        return self.target == State.DRAFT or self.act == Act.REASSESSMENT


def outcomes(source: State, verb: str, *, final: Stage | None = None) -> tuple[Move, ...]:
    """Return the moves to each result that a state can be given; a result is not given twice."""
    return tuple(
        Move(f"{verb}_{target}", f"认定为{target.label}", source, target, Position.RECOGNIZER,
             needs_reason=verb == "revise", act=Act.RECOGNITION, final=final)
        for target in RESULTS if target != source
    )  # fmt: skip


RESULTS = (State.MEETS_STANDARD, State.BELOW_STANDARD, State.WITHHELD)

# The state in which a stage's marks are complete, for cycles that end with that stage.
FINAL_STATE: dict[Stage, State] = {Stage.ACCEPTANCE: State.ACCEPTED, Stage.RATING: State.RATED}

MOVES: tuple[Move, ...] = (
    Move("submit", "签字并提交", State.DRAFT, State.SUBMITTED, Position.OWN, completes=Stage.SELF),
    Move("start_acceptance", "开始验收", State.SUBMITTED, State.UNDER_ACCEPTANCE, Position.SUPERVISOR),
    Move(
        "conclude_acceptance",
        "完成验收",
        State.UNDER_ACCEPTANCE,
        State.ACCEPTED,
        Position.SUPERVISOR,
        completes=Stage.ACCEPTANCE,
    ),
    Move(
        "start_rating",
        "开始评定",
        State.ACCEPTED,
        State.UNDER_RATING,
        Position.RATING_AUTHORITY,
        final=Stage.RATING,
    ),
    Move(
        "conclude_rating",
        "完成评定",
        State.UNDER_RATING,
        State.RATED,
        Position.RATING_AUTHORITY,
        completes=Stage.RATING,
    ),
    Move("withdraw", "撤回", State.SUBMITTED, State.DRAFT, Position.OWN, needs_reason=True),
    Move("return", "退回", State.SUBMITTED, State.DRAFT, Position.SUPERVISOR, needs_reason=True),
    Move("return", "退回", State.UNDER_ACCEPTANCE, State.DRAFT, Position.SUPERVISOR, needs_reason=True),
    Move("return", "退回", State.ACCEPTED, State.DRAFT, Position.RATING_AUTHORITY, needs_reason=True),
    Move("return", "退回", State.UNDER_RATING, State.DRAFT, Position.RATING_AUTHORITY, needs_reason=True),
    # The spot check: among those whose final stage is concluded; a substitution gives the place back.
    *(
        move
        for final, concluded in FINAL_STATE.items()
        for move in (
            Move("draw", "抽中", concluded, State.DRAWN, Position.RECOGNIZER, act=Act.DRAW, final=final),
            Move(
                "undraw", "替换", State.DRAWN, concluded, Position.RECOGNIZER,
                needs_reason=True, act=Act.DRAW, final=final,
            ),
        )
    ),
    Move(
        "start_inspection", "开始抽查", State.DRAWN, State.UNDER_INSPECTION, Position.INSPECTION_TEAM,
        act=Act.INSPECTION,
    ),
    Move(
        "start_recheck", "开始复查", State.MEETS_STANDARD, State.UNDER_INSPECTION, Position.INSPECTION_TEAM,
        act=Act.INSPECTION,
    ),
    Move(
        "conclude_inspection", "完成抽查", State.UNDER_INSPECTION, State.INSPECTED, Position.INSPECTION_TEAM,
        completes=Stage.INSPECTION, act=Act.INSPECTION,
    ),
    # Two named approvers withhold a rating (annex 2, 备注), or end what they had withheld.
    *(
        Move(
            "withhold", "不予评定", source, State.WITHHELD, Position.RATING_AUTHORITY,
            needs_reason=True, act=Act.VETO,
        )
        for source in (
            State.ACCEPTED,
            State.UNDER_RATING,
            State.RATED,
            State.DRAWN,
            State.UNDER_INSPECTION,
            State.INSPECTED,
            State.MEETS_STANDARD,
            State.BELOW_STANDARD,
        )
    ),
    Move(
        "lift", "解除不予评定", State.WITHHELD, State.ACCEPTED, Position.RATING_AUTHORITY,
        needs_reason=True, act=Act.VETO,
    ),
    # Mended, or its time to mend let pass, a sheet is accepted and rated again (document 0, part 3, section 4).
    Move(
        "reassess", "开始复评", State.BELOW_STANDARD, State.UNDER_ACCEPTANCE, Position.SUPERVISOR,
        needs_reason=True, act=Act.REASSESSMENT,
    ),
    # So is that of any branch not above the line, on its own order or its hospital's: without a result of its own, it
    # stands where its final stage left it.
    *(
        Move(
            "reassess_branch", "开始复评", concluded, State.UNDER_ACCEPTANCE, Position.SUPERVISOR,
            needs_reason=True, act=Act.REASSESSMENT, final=final,
        )
        for final, concluded in FINAL_STATE.items()
    ),
    # Recognition, and what revises it: an inspection, an appeal, a correction. A recognition that a re-check would take
    # back is decided by two named people; rejected, the sheet goes back to it.
    *(move for final, concluded in FINAL_STATE.items() for move in outcomes(concluded, "recognize", final=final)),
    *outcomes(State.INSPECTED, "recognize"),
    *(move for source in RESULTS for move in outcomes(source, "revise")),
)  # fmt: skip

# The stage whose marks can be written in a state, and from which position.
WRITABLE: dict[State, tuple[Stage, Position]] = {
    State.DRAFT: (Stage.SELF, Position.OWN),
    State.UNDER_ACCEPTANCE: (Stage.ACCEPTANCE, Position.SUPERVISOR),
    State.UNDER_RATING: (Stage.RATING, Position.RATING_AUTHORITY),
    State.UNDER_INSPECTION: (Stage.INSPECTION, Position.INSPECTION_TEAM),
}

# The states in which the marks of a stage stand concluded. A sheet can be withheld before it was rated.
CONCLUDED: dict[Stage, tuple[State, ...]] = {
    Stage.SELF: tuple(state for state in State if state != State.DRAFT),
    Stage.ACCEPTANCE: (State.ACCEPTED, State.UNDER_RATING, State.WITHHELD),
    Stage.RATING: (
        State.RATED,
        State.DRAWN,
        State.UNDER_INSPECTION,
        State.INSPECTED,
        State.MEETS_STANDARD,
        State.BELOW_STANDARD,
    ),
    Stage.INSPECTION: (State.INSPECTED,),
}
CONCLUDED[Stage.ACCEPTANCE] += CONCLUDED[Stage.RATING]


def move_from(state: str, verb: str, *, final: str | None = None) -> Move | None:
    """Return the move a verb names in a state, or None where the table has no such row.

    >>> move_from("draft", "submit").target
    State.SUBMITTED
    >>> move_from("drawn", "undraw", final="acceptance").target
    State.ACCEPTED
    >>> move_from("draft", "return") is None
    True
    """
    return next((move for move in moves_from(state, final=final) if move.verb == verb), None)


# How a move that is over is told, where its button does not say it.
TOLD = {
    "submit": "签字提交",
    "draw": "抽中，参加抽查",
    "undraw": "退出抽查，由下一签替换",
    "withhold": "决定不予评定",
}


def said(verb: str) -> str:
    """Say in Chinese what a move did, for whoever reads the history.

    >>> said("undraw"), said("revise_below_standard"), said("return")
    ('退出抽查，由下一签替换', '重新认定为未达标', '退回')
    """
    if verb.startswith("revise_"):
        return f"重新认定为{State(verb.removeprefix('revise_')).label}"
    return TOLD.get(verb) or next((move.label for move in MOVES if move.verb == verb), verb)


def moves_from(state: str, *, final: str | None = None) -> list[Move]:
    """Return all moves out of a state, for sheets with this final stage where one is given."""
    return [
        move
        for move in MOVES
        if move.source == state and (final is None or move.final is None or move.final == final)
    ]

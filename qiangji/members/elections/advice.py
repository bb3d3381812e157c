"""What the calculators say beside a form while figures are being typed: short sentences, each good, doubtful or bad."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qiangji.members.elections import calculators, figures
from qiangji.members.elections.refusals import Case
from qiangji.members.elections.timetable import SHIFT_BASIS, is_long_shift
from qiangji.members.models import ElectionStep

Kind = ElectionStep.Kind


@dataclass(frozen=True)
class Advice:
    """One sentence: ``look`` good, late (doubtful) or bad; ``basis`` the clause."""

    text: str
    look: str = "good"
    basis: str = ""

    @property
    def icon(self) -> str:
        return {"good": "check2", "late": "exclamation-triangle", "bad": "x-circle"}[self.look]


def advice_for(case: Case, kind: str, typed: Mapping[str, str]) -> list[Advice]:
    """Return what the calculators say about what has been typed so far."""
    if kind == Kind.REQUEST:
        return _seats(case, typed) + _shift(case, typed)
    if kind == Kind.CANDIDATES:
        return _candidates(case, typed)
    if kind == Kind.MEETING:
        return _meeting(case, typed)
    return []


def number(typed: Mapping[str, str], name: str) -> int | None:
    """Return a typed whole number; None while it is none."""
    text = typed.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _day(typed: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        return None


def _seats(case: Case, typed: Mapping[str, str]) -> list[Advice]:
    if "seats" not in typed:
        return []
    members = figures.full_members(case.organization, on=case.today)
    allowed = figures.seat_range(case.organization, case.election.body, on=case.today)
    said = [Advice(f"名册中正式党员 {members} 名", "good" if members else "late")]
    if allowed is None:
        said.append(Advice("党总支委员会人数没有收录依据，请按上级规定填写", "late"))
    else:
        said.append(Advice(f"名额一般 {allowed.least}—{allowed.usual} 人", basis=allowed.basis))
    seats = number(typed, "seats")
    if seats:
        doubt = allowed.judge(seats) if allowed else ""
        said += [Advice(doubt, "late")] if doubt else []
        needed = calculators.candidates_needed(seats)
        said.append(Advice(f"应选 {seats} 人，候选人至少 {needed} 人", basis=calculators.MARGIN_BASIS))
    if typed.get("elected_by") == "congress" and members < calculators.CONGRESS_FROM:
        said.append(Advice("党员不足 500 名，召开代表大会须写明理由", "late", calculators.CONGRESS_BASIS))
    return said


def _shift(case: Case, typed: Mapping[str, str]) -> list[Advice]:
    moved = _day(typed, "due_date")
    if moved is None or case.election.term is None:
        return []
    if is_long_shift(case.election.term.due_date, moved):
        return [Advice("与选出时的届满日期相差超过 1 年", "late", SHIFT_BASIS)]
    return [Advice("与选出时的届满日期相差不超过 1 年", "good", SHIFT_BASIS)]


def _candidates(case: Case, typed: Mapping[str, str]) -> list[Advice]:
    seats = case.election.seats or 0
    needed = calculators.candidates_needed(seats)
    have = sum(1 for name, value in typed.items() if name.startswith("person_") and value.strip())
    look = "good" if have >= needed else "late"
    return [
        Advice(f"应选 {seats} 人，候选人至少 {needed} 人", basis=calculators.MARGIN_BASIS),
        Advice(f"已填 {have} 人" + ("" if have >= needed else f"，还差 {needed - have} 人"), look),
    ]


def _meeting(case: Case, typed: Mapping[str, str]) -> list[Advice]:
    entitled, present = number(typed, "entitled"), number(typed, "present")
    if not entitled:
        return []
    quorum = calculators.quorum(entitled)
    said = [Advice(f"应到 {entitled} 人，到会至少 {quorum} 人", basis=calculators.QUORUM_BASIS)]
    if present is None:
        return said
    if present < quorum or present > entitled:
        words = "不能选举，请另行召集" if present < quorum else "多于应到人数，请核对"
        return [*said, Advice(f"到会 {present} 人，{words}", "bad")]
    needed, strict = calculators.votes_needed(present), calculators.votes_needed(entitled)
    said.append(Advice(f"到会 {present} 人，可以选举"))
    said.append(
        Advice(
            f"当选至少 {needed} 票（到会人数的半数以上）；按应到会人数计须 {strict} 票",
            basis=calculators.VOTES_BASIS,
        )
    )
    return said + _counted(case, typed, needed)


def _counted(case: Case, typed: Mapping[str, str], needed: int) -> list[Advice]:
    votes = {
        name: given
        for name in typed
        if name.startswith(("votes_", "other_votes_")) and (given := number(typed, name)) is not None
    }
    if not votes:
        return []
    count = calculators.count_votes(votes, seats=case.election.seats or 0, needed=needed)
    said = [Advice(f"按已填票数，当选 {len(count.elected)} 人", "good" if not count.open_seats else "late")]
    if count.tied:
        said.append(Advice(f"有 {len(count.tied)} 人票数相等、不能确定当选人，须就这几人再次投票", "bad"))
    elif count.open_seats:
        said.append(Advice(f"还有 {count.open_seats} 个名额没有选出，可以另行选举或减少名额", "late"))
    return said

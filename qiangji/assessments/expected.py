"""Proposals held against a list of what should be found: each expected fault is answered as expected, nobody else loses a point.

The list is JSON, one entry for each fault and criterion: ``organization`` (code), ``criterion``, ``answer`` (unmet or
unknown), ``missing`` (what is not there, in words), ``since`` (first day on which nothing can mend it any more) and ``says``
(words that the reason has to hold, may be empty).
``qiangji demo --faults`` writes one; an authority that tries a standard on a place it knows can write its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from qiangji.assessments.models import Cycle, Proposal
from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.rules.answers import Answer
from qiangji.rules.explain import HEAD
from qiangji.standards.validation import explained


class Expected(BaseModel):
    """One fault at one criterion of one organization."""

    model_config = ConfigDict(frozen=True)

    organization: str
    criterion: str
    answer: Literal["unmet", "unknown"]
    since: date
    missing: str = ""
    says: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Where it should be found."""
        return self.organization, self.criterion


LIST = TypeAdapter(list[Expected])


class ListRefused(Exception):
    """A list that cannot be read, in words that say where and what to do."""


def read_list(path: Path) -> list[Expected]:
    """Read a list of faults. Raises ListRefused naming the file, the entry and the field."""
    try:
        return LIST.validate_json(path.read_bytes())
    except OSError as error:
        raise ListRefused(f"问题清单 {path} 读不出来：{error.strerror}。") from error
    except ValidationError as error:
        first = error.errors()[0]
        number = next((f"第 {step + 1} 条：" for step in first["loc"] if isinstance(step, int)), "")
        key = next((step for step in first["loc"] if isinstance(step, str)), "")
        wrong = explained(first, key) if key else "不是由条目组成的 JSON 列表"
        raise ListRefused(f"问题清单 {path} {number}{wrong}。清单用 qiangji demo --faults 生成。") from error


@dataclass(slots=True)
class Said:
    """What was proposed at one place."""

    verdict: str
    points: Decimal | None
    highest: Decimal | None
    reason: str
    missing: str


@dataclass
class Compared:
    """What a comparison found: how much was looked at, and every difference in words."""

    faults: int = 0  # expected by the day, and looked for
    later: int = 0  # still to be mended on the day
    proposals: int = 0
    open_ones: int = 0  # at places without a fault: what is pending, or waits for data
    differences: list[str] = field(default_factory=list)


def compare(cycles: Sequence[Cycle], expected: Sequence[Expected], as_of: date) -> Compared:
    """Hold what is stored of some cycles against a list, as of the day that it was evaluated for.

    Organizations below one with a fault may lose points by it, so only what stands outside is held to losing none. One
    statement for the faulty organizations and one for the proposals, read piece by piece.
    """
    done, due = Compared(), {one.place for one in expected}
    faulty = set(
        Organization.objects.filter(code__in={one.organization for one in expected}).values_list(
            "path", flat=True
        )
    )
    wanted = {one.place: one for one in expected if one.since <= as_of}
    done.faults, done.later = len(wanted), len(expected) - len(wanted)
    missed = dict(wanted)
    for place, path, said in stored(cycles):
        done.proposals += 1
        fault = missed.pop(place, None)
        if fault is not None:
            done.differences += differences(fault, said)
        elif place not in due and not faulty.intersection(paths.ancestors(path)[:-1]):
            done.differences += losses(place, said)
            done.open_ones += said.verdict in (Answer.PENDING, Answer.UNKNOWN)
    done.differences += [f"{one.organization} {one.criterion}：没有这一条的建议" for one in missed.values()]
    done.differences.sort()
    return done


def stored(cycles: Iterable[Cycle]) -> Iterator[tuple[tuple[str, str], str, Said]]:
    """Yield what is proposed: organization and criterion, the organization's path, and what was said."""
    rows = Proposal.objects.filter(answer__sheet__cycle__in=list(cycles)).order_by("pk")
    columns = (
        "answer__sheet__organization__code", "answer__criterion__code", "answer__sheet__organization__path",
        "verdict", "points", "highest", "reason", "missing",
    )  # fmt: skip
    for code, criterion, path, *said in rows.values_list(*columns).iterator(chunk_size=2000):
        yield (code, criterion), path, Said(*said)


def differences(fault: Expected, said: Said) -> Iterator[str]:
    """Yield what is not as a fault wants it: the answer, the reason, what is missing, the points."""
    head = f"{fault.organization} {fault.criterion}"
    if said.verdict != fault.answer:
        yield f"{head}：应为“{HEAD[Answer(fault.answer)]}”（{fault.missing}），得到“{HEAD[Answer(said.verdict)]}”：{said.reason}"
        return
    if fault.says not in said.reason:
        yield f"{head}：理由里没有“{fault.says}”：{said.reason}"
    if not said.missing:
        yield f"{head}：没有写明缺什么（{fault.missing}）"
    if fault.answer == "unmet" and said.points:
        yield f"{head}：应不给分，得到 {plain(said.points)} 分"
    if fault.answer == "unknown" and said.points is not None:
        yield f"{head}：数据不全不应有确定的得分，得到 {plain(said.points)} 分"


def losses(place: tuple[str, str], said: Said) -> Iterator[str]:
    """Yield what is lost where no fault was expected."""
    lost = said.points is not None and said.highest is not None and said.points < said.highest
    if said.verdict == Answer.UNMET or lost:
        yield f"{place[0]} {place[1]}：没有埋下问题，却失分：{said.reason}"


def told(done: Compared, as_of: date) -> str:
    """Say what a comparison found in one line."""
    later = f"，另有 {done.later} 处到这一天还可以补上" if done.later else ""
    open_ones = f"；没有问题的条目里 {done.open_ones} 条未到期或待补数据" if done.open_ones else ""
    result = f"{len(done.differences)} 处不符" if done.differences else "都对得上"
    return f"截至 {as_of}：核对 {done.faults} 处问题{later}，{done.proposals} 条建议{open_ones}；{result}。"

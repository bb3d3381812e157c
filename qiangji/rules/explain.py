"""A trace in Chinese: the reason shown beside a proposed mark, and the implementation text 落实情况 with its figures.

One template per operator, in one place each. The texts name counts and days, never persons.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.rules.answers import Answer
from qiangji.rules.trace import Trace
from qiangji.rules.vocabulary import POPULATIONS, title_of, unit_of

HEAD = {
    Answer.MET: "符合",
    Answer.PENDING: "尚未到期",
    Answer.UNKNOWN: "缺少数据",
    Answer.UNMET: "不符合",
    Answer.NOT_APPLICABLE: "不适用",
}


def reason_of(trace: Trace) -> str:
    """Say why a check answers as it does: what was found, what is missing, until when it can be put right.

    >>> reason_of(Trace("count", Answer.UNMET, missing="2026年第一季度中心组学习现有 0 次，应不少于 1 次"))
    '不符合：2026年第一季度中心组学习现有 0 次，应不少于 1 次。'
    """
    if trace.answer is Answer.NOT_APPLICABLE:
        notes = [note for leaf in trace.leaves() for note in leaf.notes]
        return sentence([f"{HEAD[trace.answer]}：{'；'.join(notes) or '没有需要核对的事项'}"])
    found = list(trace.lacking) if trace.answer is not Answer.MET else list(findings(trace))
    words = f"{HEAD[trace.answer]}：{'；'.join(dict.fromkeys(found))}" if found else HEAD[trace.answer]
    parts = [words]
    if trace.answer is Answer.PENDING and trace.due is not None:
        parts.append(f"最近的期限是 {trace.due:%Y-%m-%d}")
    parts += dict.fromkeys(note.rstrip("。") for leaf in trace.leaves() for note in leaf.notes)
    return sentence(parts)


def text_of(trace: Trace) -> str:
    """Write the implementation text from what was counted; empty where nothing speaks for itself.

    >>> leaf = Trace("count", Answer.MET, facts=("study_centre_group",), label="2026年", found=Decimal(5), total=5)
    >>> text_of(leaf)
    '2026年开展中心组学习 5 次。'
    """
    return sentence(dict.fromkeys(findings(trace)))


def findings(trace: Trace) -> Iterable[str]:
    """Yield what each part of a trace has found, buckets of one operator together."""
    if trace.answer is Answer.NOT_APPLICABLE or not (trace.facts or trace.children):
        return  # a precondition that is open: nothing was looked at yet
    if trace.operator in ("count", "sum") and trace.children:
        yield bucketed(trace)
    elif trace.children and trace.operator in ("all", "any", "at_least_n"):
        for child in trace.children:
            yield from findings(child)
    else:
        words = WORDS[trace.operator](trace) if trace.operator in WORDS else ""
        if words:
            yield words


def bucketed(trace: Trace) -> str:
    """Say what several buckets hold: in all, and how many of them are as asked."""
    name = "、".join(title_of(fact) for fact in trace.facts)
    pieces = trace.children
    whole = sum((piece.found or Decimal(0) for piece in pieces), Decimal(0))
    period = trace.window.label if trace.window else ""
    done = sum(piece.answer is Answer.MET for piece in pieces)
    unit = "" if trace.operator == "sum" else " 次"
    asked = pieces[0].bound
    if done == len(pieces):
        return f"{period}开展{name} {plain(whole)}{unit}，每个时段均{asked}"
    return f"{period}开展{name} {plain(whole)}{unit}，{len(pieces)} 个时段中 {done} 个{asked}"


def counted(trace: Trace) -> str:
    """Word a count of one bucket."""
    if not trace.found:
        return ""
    return f"{trace.label}开展{names(trace)} {plain(trace.found)} 次"


def summed(trace: Trace) -> str:
    """Word a sum of one bucket."""
    return f"{trace.label}{names(trace)}合计 {plain(trace.found)}" if trace.found else ""


def each(trace: Trace) -> str:
    """Word a property of all events."""
    if not trace.total or trace.found is None:
        return ""
    return f"{names(trace)} {trace.total} 次，其中 {plain(trace.found)} 次符合要求"


def nothing(trace: Trace) -> str:
    """Word an absence."""
    return f"{trace.label}无{names(trace)}" if trace.answer is Answer.MET else ""


def on_file(trace: Trace) -> str:
    """Word a document."""
    return f"{trace.label}{names(trace)}已存档 {trace.total} 份" if trace.total else ""


def of_population(trace: Trace) -> str:
    """Word a share of a population."""
    if trace.found is None or not trace.total:
        return ""
    group = trace.facts[0]
    unit = unit_of(group) if group in POPULATIONS else ""
    return f"{title_of(group)} {trace.total} {unit}，其中 {plain(trace.found)} {unit}达到要求"


def of_pairs(trace: Trace) -> str:
    """Word pairs."""
    if trace.found is None or trace.asked is None:
        return ""
    return f"{title_of(trace.facts[0])}相互{title_of(trace.facts[1])}，{plain(trace.asked)} 对中已有 {plain(trace.found)} 对"


def of_state(trace: Trace) -> str:
    """Word a state."""
    name = title_of(trace.facts[0])
    if trace.found is not None:
        return f"{name} {plain(trace.found)} {unit_of(trace.facts[0])}".rstrip()
    return name if trace.answer is Answer.MET else ""


def of_ratio(trace: Trace) -> str:
    """Word two quantities divided, as a percentage with two decimals at most."""
    if trace.found is None:
        return ""
    percent = (trace.found * (1 if trace.bound.endswith("%") else 100)).quantize(Decimal("0.01"))
    return f"{title_of(trace.facts[0])}与{title_of(trace.facts[1])}之比为 {plain(percent)}%"


def of_sequence(trace: Trace) -> str:
    """Word events that have their forerunner or answer."""
    if not trace.asked or trace.found is None:
        is_quiet = trace.operator == "answered" and trace.answer is Answer.MET and trace.window is not None
        return f"{trace.window.label}没有{title_of(trace.facts[0])}" if is_quiet and trace.window else ""
    return f"{title_of(trace.facts[0])} {plain(trace.asked)} 次，其中 {plain(trace.found)} 次有{title_of(trace.facts[-1])}"


def names(trace: Trace) -> str:
    """Return the names of the facts."""
    return "、".join(title_of(fact) for fact in trace.facts)


def sentence(parts: Iterable[str]) -> str:
    """Put parts together and close them."""
    words = "。".join(part for part in parts if part)
    return f"{words}。" if words else ""


WORDS: dict[str, Callable[[Trace], str]] = {
    "count": counted,
    "sum": summed,
    "every": each,
    "absent": nothing,
    "attest": on_file,
    "share": of_population,
    "attended": of_population,
    "pairs": of_pairs,
    "value": of_state,
    "ratio": of_ratio,
    "ordered": of_sequence,
    "answered": of_sequence,
}

"""A stored trace read for its duties: what is open in it, each thing once, with the day by which it can be mended.

Where one of several things is enough (``any``, ``at_least_n``) they are one duty that names the alternatives.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qiangji.rules.answers import Answer

Node = Mapping[str, Any]
CHOICES = {"any": "下列任一项", "at_least_n": "下列各项中的规定项数"}
SETTLED = {Answer.MET, Answer.NOT_APPLICABLE}


@dataclass(frozen=True)
class Wanted:
    """One thing that a trace still asks for. ``due`` is the last day on which it can be mended, None where it says none.

    ``window_end`` is the last day of the stretch that was looked at; ``leaves`` how many nodes it stands for.
    """

    operator: str
    answer: Answer
    facts: tuple[str, ...]
    due: date | None
    window_end: date | None
    words: str
    found: Decimal | None = None
    asked: Decimal | None = None
    bound: str = ""
    notes: tuple[str, ...] = ()
    place: str = ""
    leaves: int = 1
    is_watch: bool = False


def wanted_of(node: Node) -> Iterator[Wanted]:
    """Yield what is open in a stored trace, in the order of the check."""
    answer = Answer(node["answer"])
    if answer in SETTLED:
        return
    children: Sequence[Node] = node.get("children", ())
    if not children:
        yield from leaf_of(node, answer)
    elif node["operator"] in CHOICES:
        yield from choice_of(node, answer)
    else:
        for child in children:
            yield from wanted_of(child)


def leaf_of(node: Node, answer: Answer) -> Iterator[Wanted]:
    """Yield a leaf as something to do. What happened and should not have cannot be done over: that is no duty."""
    if answer is Answer.UNMET and node["operator"] == "absent":
        return
    words = node.get("missing", "")
    if is_precondition(node):
        words = f"是否适用还不能确定：{words}"
    yield Wanted(
        operator=node["operator"],
        answer=answer,
        facts=tuple(node.get("facts", ())),
        due=day_of(node.get("mend_by")),
        window_end=day_of(node["window"][1]) if "window" in node else None,
        words=words,
        found=number_of(node.get("found")),
        asked=number_of(node.get("asked")),
        bound=node.get("bound", ""),
        notes=tuple(node.get("notes", ())),
        place=node.get("place", ""),
        is_watch=answer is Answer.PENDING
        and (is_precondition(node) or (not words and bool(node.get("total")))),
    )


def is_precondition(node: Node) -> bool:
    """Say whether a check was not looked at yet, for it is open whether it applies; there is nothing to do for it."""
    return not node.get("facts")


def choice_of(node: Node, answer: Answer) -> Iterator[Wanted]:
    """Yield alternatives as one thing to do, by the last day that is left for any of them."""
    parts = [part for child in node["children"] for part in wanted_of(child)]
    if not parts:
        return
    dated = [part.due for part in parts if part.due is not None]
    ends = [part.window_end for part in parts if part.window_end is not None]
    words = list(dict.fromkeys(part.words for part in parts if part.words))
    yield Wanted(
        operator=node["operator"],
        answer=answer,
        facts=tuple(dict.fromkeys(fact for part in parts for fact in part.facts)),
        due=max(dated, default=None),
        window_end=max(ends, default=None),
        words=f"{CHOICES[node['operator']]}：{'；或'.join(words)}" if words else "",
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        place=node.get("place", ""),
        leaves=sum(part.leaves for part in parts),
        is_watch=all(part.is_watch for part in parts),
    )


def day_of(text: str | None) -> date | None:
    """Read a stored day."""
    return date.fromisoformat(text) if text else None


def number_of(text: str | None) -> Decimal | None:
    """Read a stored figure."""
    return Decimal(text) if text is not None else None

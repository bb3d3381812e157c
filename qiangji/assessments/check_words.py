"""The words in which checks are shown and asked for: what a person calls kinds, choices, windows and answers."""

from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.models import Organization
from qiangji.orgs.state_kinds import STATE_KINDS
from qiangji.rules.judging import BOUND_WORDS
from qiangji.rules.vocabulary import DERIVED_EVENTS, EVENTS, EXCUSED, POPULATIONS, STATES
from qiangji.rules.wording import WINDOW_WORDS
from qiangji.standards.check_shapes import ALL_HOURS, filter_choices

BODIES = {"committee": "党组织委员会", "discipline": "纪委"}
BOUNDS = tuple(BOUND_WORDS.items())
PERS = (
    ("window", "整个时间范围"),
    ("month", "每月"),
    ("quarter", "每季度"),
    ("half", "每半年"),
    ("year", "每年"),
)
WHOSE = (("", "本级和下属都算"), ("own", "只算本级的"), ("below", "只算下属组织的"))
WINDOWS = (("", "按这一条的统计期间"), *WINDOW_WORDS.items())
AWARDS = (
    ("all_or_nothing", "全得或不得"),
    ("proportional", "按符合的比例给分"),
    ("per_missing", "每缺一项扣分"),
    ("bonus", "每项加分"),
)


def choice_label(fact: str, name: str, code: str) -> str:
    """Return what a person calls a choice: of a ledger's field, of a recorded state, of a body."""
    if fact == "organization_form":
        return dict(Organization.Form.choices).get(code, code)
    if name == "":
        kind = STATE_KINDS.get(fact)
        return kind.choices.get(code, code) if kind is not None else code
    if fact in KINDS:
        for one in KINDS[fact].fields:
            if one.name == name:
                return one.choices.get(code, code)
    return BODIES.get(code, code)


def event_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be counted, by the groups in which ledgers are kept, and what follows from posts and terms."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, fact in EVENTS.items():
        kind = KINDS.get(code)
        group = kind.group if kind is not None else "由职务、任期和名册得出"
        groups.setdefault(group if code not in DERIVED_EVENTS else "由职务、任期和名册得出", []).append(
            (code, fact.title)
        )
    return [("", [("", "请选择")]), *groups.items()]


def hour_choices() -> list[tuple[str, str]]:
    """Return what hours can be added up of: all that is counted as training, or one kind that records them."""
    kinds = [
        (code, fact.title) for code, fact in EVENTS.items() if fact.attended and "hours" in fact.properties
    ]
    return [(ALL_HOURS, "全部计学时的培训和党课"), *kinds]


def reason_choices() -> list[tuple[str, str]]:
    """Return the keys under which a reason for falling short of a usual figure can be recorded, with the item's title."""
    return [
        ("", "不在基本情况登记"),
        *(
            (code.removesuffix(EXCUSED), fact.title)
            for code, fact in STATES.items()
            if code.endswith(EXCUSED) or (code.endswith("_reason") and fact.type == "text")
        ),
    ]


def state_choices() -> list[tuple[str, str]]:
    """Return the recorded items that can be compared; words can only be there or not, which a form does not ask."""
    return [("", "请选择"), *((code, fact.title) for code, fact in STATES.items() if fact.type != "text")]


def value_choices(state: str) -> list[tuple[str, str]]:
    """Return the values that an item which is no number may have."""
    fact = STATES.get(state)
    if fact is None or fact.type == "number":
        return []
    if fact.type == "flag":
        return [("true", "是"), ("false", "否")]
    return [(code, choice_label(state, "", code)) for code in fact.choices]


def population_choices() -> list[tuple[str, str]]:
    """Return the groups of which each may be asked something."""
    return [("", "请选择"), *((code, fact.title) for code, fact in POPULATIONS.items())]


def filter_labels(event: str) -> list[tuple[str, str]]:
    """Return what the events of a kind can be narrowed down to, as ``property=code`` with words."""
    found = []
    for name, code, title in filter_choices(event):
        words = {"true": title, "false": f"不是“{title}”"}.get(
            code
        ) or f"{title}：{choice_label(event, name, code)}"
        found.append((f"{name}={code}", words))
    return found

"""What two people typed into the same record, side by side."""

from dataclasses import dataclass
from typing import Any

from qiangji.ledgers.forms import RecordForm


@dataclass(frozen=True)
class Difference:
    """One field: what is stored now, and what is typed here."""

    label: str
    theirs: str
    mine: str


def differences(form: RecordForm, theirs: dict[str, Any]) -> list[Difference]:
    """Return the fields of a form that say something else than what is stored."""
    found = []
    for bound in form:
        stored, typed = as_text(theirs.get(bound.name)), as_text(bound.value())
        if stored != typed:
            found.append(Difference(str(bound.label), stored or "（空）", typed or "（空）"))
    return found


def as_text(value: Any) -> str:
    """Return a value as it stands in a field; line ends alike."""
    if value is None or value is False:
        return ""
    return "是" if value is True or value == "on" else str(value).replace("\r\n", "\n").strip()

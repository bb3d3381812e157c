"""Whether facts can ever answer a check with "unmet", read from its operators; for the gate that demands such a case.

Nothing recorded is not proof. A document that is not on file may still exist, so ``attest`` only asks; and where either a
record or a nil statement will do, the ledger is reported, or nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qiangji.rules.language import Absent, Check, Count

DOCUMENT = "没有存档的文件不等于没有这份文件：attest 只会问"
EITHER_WAY = "登记一件或申明没有都算：count 至少 1 件与同一类的 absent 二者必居其一，否则未知"


def never_unmet(check: Check, figures: Mapping[str, Decimal]) -> str | None:
    """Return why no facts answer this node with "unmet"; None where some do. (A closing date inside the window aside.)"""
    if check.attest is not None:
        return DOCUMENT
    if check.any is not None:
        if any(
            exhaust(one.count, other.absent, figures)
            for one in check.any
            for other in check.any
            if one.count is not None and other.absent is not None
        ):
            return EITHER_WAY
        return next(filter(None, (never_unmet(one, figures) for one in check.any)), None)
    several, needed = check.all, len(check.all or ())
    if check.at_least_n is not None:
        several, needed = check.at_least_n.of, check.at_least_n.number
    if several is None:
        return None
    reasons = [why for one in several if (why := never_unmet(one, figures)) is not None]
    return reasons[0] if len(reasons) >= needed else None


def exhaust(count: Count | None, absent: Absent | None, figures: Mapping[str, Decimal]) -> bool:
    """Say whether the same events, one or more or declared to be none, meet one of the two."""
    if count is None or absent is None or count.per != "window" or set(count.bounds) != {"at_least"}:
        return False
    asked = count.bounds["at_least"]
    amount = asked if isinstance(asked, Decimal) else figures[asked[1:]]
    of_both = ("of", "where", "window", "whose", "in_force")
    return amount <= 1 and all(getattr(count, name) == getattr(absent, name) for name in of_both)

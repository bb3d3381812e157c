"""One value of a record's ``values``: from what was typed to the canonical form in which it is stored, and to words.

Canonical is JSON without floats: text, whole numbers, true and false; a decimal is its shortest text, a day ISO, a month
``2026-03``, a person or an organization its public id.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Model

from qiangji.ledgers.vocabulary import LedgerField
from qiangji.lib.numbers import plain

TEXT_LIMIT = 200
LONG_LIMIT = 4000
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z", re.ASCII)
MOST_PERSONS = 300
MOST = Decimal(10) ** 12


class Unfit(ValueError):
    """A value is not what its field asks for; the message says what would be right."""


def text_of(raw: Any, limit: int) -> str:
    """Return text without control characters; line breaks stay."""
    words = "".join(sign for sign in str(raw) if sign.isprintable() or sign == "\n").strip()
    if len(words) > limit:
        raise Unfit(f"最多 {limit} 字，现在是 {len(words)} 字")
    return words


def decimal_of(raw: Any, places: int) -> Decimal:
    """Return an exact number that is not negative."""
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        raise Unfit("应为数字，例如 12.5") from None
    if not number.is_finite() or number < 0 or number >= MOST:
        raise Unfit("应为不小于 0 的数字")
    if number != round(number, places):
        raise Unfit(f"最多 {places} 位小数")
    return number


def day_of(raw: Any) -> date:
    """Return a day from a date or its ISO text."""
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        raise Unfit("应为日期，例如 2026-03-05") from None


def whole_of(raw: Any) -> int:
    """Return a whole number that is not negative."""
    number = decimal_of(raw, 0)
    if number > 2_000_000_000:
        raise Unfit("数字过大，请核对")
    return int(number)


def month_of(raw: Any) -> str:
    if isinstance(raw, date):
        return f"{raw:%Y-%m}"
    words = str(raw).strip()
    if not MONTH.match(words):
        raise Unfit("应为年月，例如 2026-03")
    return words


def flag_of(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Unfit("应为是或否")
    return raw


def identity_of(raw: Any) -> str:
    """Return the public id of a row that was given itself or by that id."""
    if isinstance(raw, Model):
        return str(getattr(raw, "public_id", ""))
    try:
        return str(UUID(str(raw)))
    except ValueError:
        raise Unfit("请从列表中选择") from None


def identities_of(raw: Any) -> list[str]:
    if isinstance(raw, str) or not hasattr(raw, "__iter__"):
        raise Unfit("请从列表中选择")
    found = list(dict.fromkeys(identity_of(one) for one in raw))
    if len(found) > MOST_PERSONS:
        raise Unfit(f"最多选 {MOST_PERSONS} 人")
    return found


READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": lambda raw: text_of(raw, TEXT_LIMIT),
    "long_text": lambda raw: text_of(raw, LONG_LIMIT),
    "integer": whole_of,
    "decimal": lambda raw: plain(decimal_of(raw, 2)),
    "money": lambda raw: plain(decimal_of(raw, 2)),
    "date": lambda raw: day_of(raw).isoformat(),
    "month": month_of,
    "flag": flag_of,
    "person": identity_of,
    "persons": identities_of,
    "organization": identity_of,
}


def canonical(field: LedgerField, raw: Any) -> Any:
    """Return the stored form of a value, or None for nothing. Raises Unfit saying what would be right."""
    if raw is None or raw == "" or raw == [] or raw == ():
        return None
    if field.type == "choice":
        code = str(raw)
        if code not in field.choices:
            raise Unfit(f"没有“{code}”这一项，可选：{'、'.join(field.choices.values())}")
        return code
    return READERS[field.type](raw)


def shown(field: LedgerField, value: Any, names: Mapping[str, str]) -> str:
    """Return a stored value as people read it; ``names`` holds the names of persons and organizations by public id."""
    if value is None or value == "":
        return ""
    if field.type == "choice":
        return field.choices.get(str(value), str(value))
    if field.type == "flag":
        return "是" if value else "否"
    if field.type in ("person", "organization"):
        return names.get(str(value), "")
    if field.type == "persons":
        return "、".join(name for one in value if (name := names.get(str(one), "")))
    return str(value)

"""Exact decimals: points enter as text or whole numbers and leave as plain text.

A binary float cannot hold 0.1, so no float is ever let in: a table in tenths must add up to its
total to the last digit.
"""

from __future__ import annotations

import re
from decimal import Decimal

PLAIN_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?\Z", re.ASCII)


class InexactNumber(ValueError):
    """A number that is not exact or not a plain number; the message says what to write instead."""


def exact_decimal(value: object) -> Decimal:
    """Read a whole number, a decimal string or a Decimal; refuse floats, booleans and all else.

    >>> exact_decimal("0.50")
    Decimal('0.50')
    """
    if isinstance(value, bool):
        raise InexactNumber("这里要写数字，不能写 true 或 false")
    if isinstance(value, float):
        raise InexactNumber(f'小数要写在引号里，例如写成 "{value}"，以免出现舍入误差')
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InexactNumber("这里要写有限的数字")
        return value
    if isinstance(value, int | str) and PLAIN_NUMBER.match(str(value).strip()):
        return Decimal(str(value).strip())
    raise InexactNumber(f'“{value}”不是数字，应写成 2 或 "0.5" 这样的形式')

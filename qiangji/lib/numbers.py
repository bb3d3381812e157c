"""Points and percentages: exact decimals, shown without trailing zeros."""

from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def plain(value: Decimal | None) -> str:
    """Return a decimal as people write it, without trailing zeros or exponent; "" for None.

    >>> plain(Decimal("2.00")), plain(Decimal("0.50")), plain(Decimal("100"))
    ('2', '0.5', '100')
    """
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(value: Decimal) -> Decimal:
    """Round to the hundredth, half up, as every stored point is.

    >>> points(Decimal("1.005"))
    Decimal('1.01')
    """
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)

"""Template filters used on many pages."""

from decimal import Decimal

from django import template

from qiangji.lib import numbers

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """Show points without trailing zeros."""
    return numbers.plain(value)

"""How the ledgers' pages name what they hold."""

from django import template

from qiangji.ledgers.models import Record
from qiangji.ledgers.vocabulary import KINDS

register = template.Library()


@register.filter
def kind_titles(record: Record) -> str:
    """Return the titles of a record's kinds, in the order of the vocabulary; needs ``kinds`` prefetched."""
    codes = {row.kind for row in record.kinds.all()}
    return "、".join(kind.title for kind in KINDS.values() if kind.code in codes)


@register.filter
def kind_title(code: str) -> str:
    """Return the title of one kind; the code itself where a later version no longer knows it."""
    return KINDS[code].title if code in KINDS else code

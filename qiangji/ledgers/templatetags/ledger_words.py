"""How the ledgers' pages name what they hold."""

from django import forms, template
from django.utils.safestring import SafeString

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


@register.filter
def drawn(bound: forms.BoundField) -> SafeString:
    """Draw a field in the frame's look, marked where it is wrong."""
    widget = bound.field.widget
    look = "form-control"
    if isinstance(widget, forms.CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, forms.Select):
        look = "form-select"
    return bound.as_widget(attrs={"class": f"{look} is-invalid" if bound.errors else look})

"""Columns of the list of records, and those that a single kind adds."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiangji.ledgers.models import Record
from qiangji.ledgers.templatetags.ledger_words import kind_titles
from qiangji.ledgers.values import shown
from qiangji.ledgers.vocabulary import LedgerField, LedgerKind
from qiangji.lib import numbers
from qiangji.orgs.tables import DAY, LOOK, WIDE

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
NUMERIC = ("integer", "decimal", "money")
STATES = {
    Record.State.DRAFT: ("pill-late", "hourglass"),
    Record.State.WITHDRAWN: ("pill-bad", "x-lg"),
}


class RecordTable(tables.Table):
    """Records; ``kinds`` are prefetched by the view."""

    date = tables.DateColumn(verbose_name="日期", format="Y-m-d", attrs={"td": {"class": "text-nowrap"}})
    title = tables.Column(
        "主题", orderable=False, linkify=lambda record: reverse("ledgers:record", args=[record.public_id])
    )
    kinds = tables.Column("类型", orderable=False, empty_values=())
    organization = tables.Column("组织", accessor="organization__short_name", orderable=False, attrs=WIDE)
    attended = tables.Column("到会", orderable=False, empty_values=(), attrs=NUMBER)
    hours = tables.Column("学时", orderable=False, default="", attrs=NUMBER | {"th": {"class": "num"}})
    year = tables.Column("所属年度", orderable=False, attrs=DAY)
    state = tables.Column("状态", orderable=False)

    class Meta:
        model = Record
        fields = ["date", "title", "kinds", "organization", "attended", "hours", "year", "state"]
        template_name = "ledgers/_table.html"
        attrs = LOOK
        order_by = "-date"

    def order_date(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        """Order by day and key, as the index has it."""
        return queryset.order_by(*(("-date", "-pk") if is_descending else ("date", "pk"))), True

    def render_kinds(self, record: Record) -> str:
        return kind_titles(record)

    def render_attended(self, record: Record) -> str:
        return attended(record)

    def render_hours(self, value: Any) -> str:
        return numbers.plain(value)

    def render_state(self, record: Record) -> SafeString | str:
        if record.state not in STATES:
            return str(record.get_state_display())
        look, icon = STATES[Record.State(record.state)]
        return format_html(
            '<span class="pill {}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>',
            look,
            icon,
            record.get_state_display(),
        )


def attended(record: Record) -> str:
    """Return who came out of those expected, as figures."""
    return "" if record.expected is None else f"{record.present}/{record.expected}"


class FieldColumn(tables.Column):
    """What one kind asks for; ``names`` holds people and organizations by public id."""

    def __init__(self, field: LedgerField, names: Mapping[str, str]) -> None:
        look = NUMBER if field.type in NUMERIC else {}
        super().__init__(field.title, empty_values=(), orderable=False, attrs=look)
        self.field, self.names = field, names

    def render(self, record: Record) -> str:
        return field_text(self.field, record, self.names)


def field_text(field: LedgerField, record: Record, names: Mapping[str, str]) -> str:
    """Return what a record says in a field, as people read it."""
    if field.name == "host":
        return record.host.name if record.host else ""
    value = getattr(record, field.name) if field.column else record.values.get(field.name)
    return "" if value is None else shown(field, value, names)


def columns_of(kind: LedgerKind, names: Mapping[str, str]) -> list[tuple[str, tables.Column]]:
    """Return the columns of a kind that the list does not have anyway."""
    return [(f"f_{field.name}", FieldColumn(field, names)) for field in kind.fields if field.name != "hours"]

"""Rows by the hundred thousand: prepared inserts whose text Django's own compiler makes, fed with plain values.

Model instances and ``bulk_create`` cost some thirty microseconds a row; a province of a thousand hospitals has millions.
A ``Table`` takes values by column name, turns them into what the database stores and hands them over in batches. Keys are
given out here, so that rows can point at each other before they are stored.
"""

from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Max, Model

from qiangji.lib.bulk import insert_text, preparer

BATCH = 5000


class Table:
    """The rows of one model that wait to be written; ``defaults`` are the columns that a row need not name."""

    def __init__(self, model: type[Model], **defaults: Any) -> None:
        self.model = model
        fields = [field for field in model._meta.concrete_fields if isinstance(field, Field)]
        self.names = tuple(field.attname for field in fields)
        self.base = {field.attname: blank(field) for field in fields} | defaults
        self.prepared = [
            (field.attname, prepare) for field in fields if (prepare := preparer(field)) is not None
        ]
        self.places = [(self.names.index(name), prepare) for name, prepare in self.prepared]
        self.text = insert_text(model, fields)
        self.last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        self.rows: list[tuple[Any, ...]] = []
        self.count = 0

    def add(self, **values: Any) -> int:
        """Take one row; columns are named as the database's (``person_id``). Returns its key."""
        self.last += 1
        row = self.base | values
        if len(row) != len(self.names):
            raise TypeError(f"{self.model.__name__} has no column {sorted(set(row) - set(self.names))}")
        row["id"] = self.last
        for name, prepare in self.prepared:
            row[name] = prepare(row[name])
        self.rows.append(tuple(row.values()))
        self.count += 1
        return self.last

    def put(self, row: Model) -> int:
        """Take a row that was laid out as an instance, which learns its key."""
        self.last += 1
        row.pk = self.last
        values = [getattr(row, name) for name in self.names]
        for place, prepare in self.places:
            values[place] = prepare(values[place])
        self.rows.append(tuple(values))
        self.count += 1
        return self.last

    def flush(self) -> None:
        """Write what waits."""
        with connection.cursor() as cursor:
            for start in range(0, len(self.rows), BATCH):
                cursor.executemany(self.text, self.rows[start : start + BATCH])
        self.rows.clear()


def blank(field: Field) -> Any:
    """What a column holds when nobody says anything: its plain default, else nothing."""
    if not field.has_default():
        return "" if field.empty_strings_allowed and not field.null else None
    return None if callable(field.default) else field.default


def renumber(models: list[type[Model]]) -> None:
    """Let the database go on counting after the keys that were given out here (PostgreSQL counts apart)."""
    statements = connection.ops.sequence_reset_sql(no_style(), models)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

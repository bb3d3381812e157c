"""Rows by the ten thousand: prepared inserts whose text Django's own compiler makes, fed with plain values.

``bulk_create`` builds one statement's text and its expressions for every row anew, some thirty microseconds each; an
import of a province's registers writes a quarter of a million rows. Here the text is made once per model and the rows are
handed to the driver as tuples: one after the other where the database runs inside the program, as one stream (COPY) where
each statement would be a message to a server. The database gives out the keys, so writers beside each other do not meet.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model, Value
from django.db.models.sql import InsertQuery, UpdateQuery

BATCH = 2000
# Below this many rows a prepared statement gains nothing.
FEW = 100
# Values of these fields go to the database as they are; keys of other rows do too.
PLAIN = frozenset(
    {
        "BigAutoField",
        "BooleanField",
        "CharField",
        "IntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "TextField",
    }
)
# Few different values in many rows: worth keeping in their stored form.
REPEATED = frozenset({"DateField", "DateTimeField", "DecimalField"})


def insert_rows(rows: Sequence[Model], *, learn_keys: bool = False) -> None:
    """Store new rows of one model; with ``learn_keys`` each learns its key (the model has a ``public_id``).

    A row points at others by their keys (``person_id``), which have to be known. Checks and constraints are the
    database's; a violated one raises IntegrityError and, as ever, spoils the caller's transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        model._default_manager.bulk_create(rows)
        return
    fields = [
        field for field in model._meta.concrete_fields if isinstance(field, Field) and not field.primary_key
    ]
    (copy_rows if connection.vendor == "postgresql" else insert_each)(model, fields, rows, learn_keys)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert_each(model: type[Model], fields: Sequence[Field], rows: Sequence[Model], learn_keys: bool) -> None:
    """Store rows with one prepared statement, executed for each of them."""
    names, places = layout(fields)
    text = insert_text(model, fields)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.executemany(text, [stored(row, names, places) for row in batch])
            if learn_keys:
                learn(model, batch)


def copy_rows(model: type[Model], fields: Sequence[Field], rows: Sequence[Model], learn_keys: bool) -> None:
    """Stream rows into PostgreSQL's table; keys that are to be learnt are drawn from its sequence beforehand."""
    key: Field = model._meta.pk
    with connection.cursor() as cursor:
        if learn_keys:
            fields = [key, *fields]
            for row, number in zip(rows, drawn_keys(cursor, model, key, len(rows)), strict=True):
                row.pk = number
        names, places = layout(fields)
        with connection.wrap_database_errors, cursor.copy(copy_text(model, fields)) as copy:
            for row in rows:
                copy.write_row(stored(row, names, places))


def copy_text(model: type[Model], fields: Sequence[Field]) -> str:
    """Return the statement that takes a stream of rows with these columns."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"


def drawn_keys(cursor: Any, model: type[Model], key: Field, count: int) -> list[int]:
    """Draw keys from a table's own sequence, which gives none of them to anybody else."""
    quote = connection.ops.quote_name
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [quote(model._meta.db_table), str(key.column), count],
    )
    return [number for (number,) in cursor.fetchall()]


def layout(fields: Sequence[Field]) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """Return under which names rows carry these fields, and at which places a value has to be prepared."""
    names = [field.attname for field in fields]
    return names, [(place, prepare) for place, field in enumerate(fields) if (prepare := preparer(field))]


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Store these fields of rows that are there already, each by its key.

    ``bulk_update`` words a choice among all rows for every field, which takes longer than the database needs to write.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        model._default_manager.bulk_update(rows, names)
        return
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    names_of_values, places = layout(fields)
    columns = [*names_of_values, "pk"]
    text = update_text(model, fields)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.executemany(text, [stored(row, columns, places) for row in batch])


def insert_values(
    model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]], *, ready: Collection[str] = ()
) -> None:
    """Store new rows that are given as plain values, in the order of ``names`` (``answer_id``).

    A model object for each of a hundred thousand rows costs more than the row. ``ready`` names columns whose values are
    in their stored form already (JSON as text). Columns that are not named take the database's default.
    """
    if not rows:
        return
    fields = [field_of(model, name) for name in names]
    values = list(prepared(fields, names, rows, ready))
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql" or len(rows) < FEW:
            cursor.executemany(insert_text(model, fields), values)
            return
        with connection.wrap_database_errors, cursor.copy(copy_text(model, fields)) as copy:
            for row in values:
                copy.write_row(row)


def update_values(
    model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]], *, ready: Collection[str] = ()
) -> None:
    """Write these columns anew; each row is the values in the order of ``names``, and its key."""
    if not rows:
        return
    fields = [field_of(model, name) for name in names]
    # The statement names its columns in the order of the table.
    order = [model._meta.concrete_fields.index(field) for field in fields]
    places = sorted(range(len(fields)), key=order.__getitem__)
    ordered = [(*(row[place] for place in places), row[-1]) for row in prepared(fields, names, rows, ready)]
    with connection.cursor() as cursor:
        cursor.executemany(update_text(model, [fields[place] for place in places]), ordered)


def field_of(model: type[Model], name: str) -> Field:
    """Return the field that a row's attribute belongs to. Raises KeyError."""
    return {field.attname: field for field in model._meta.concrete_fields}[name]


def prepared(
    fields: Sequence[Field], names: Sequence[str], rows: Iterable[Sequence[Any]], ready: Collection[str]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the database takes them."""
    steps = [
        (place, prepare)
        for place, field in enumerate(fields)
        if names[place] not in ready and (prepare := preparer(field))
    ]
    for row in rows:
        values = list(row)
        for place, prepare in steps:
            values[place] = prepare(values[place])
        yield tuple(values)


def stored(
    row: Model, names: Iterable[str], places: Iterable[tuple[int, Callable[[Any], Any]]]
) -> tuple[Any, ...]:
    """Return a row's values as the database takes them."""
    values = [getattr(row, name) for name in names]
    for place, prepare in places:
        values[place] = prepare(values[place])
    return tuple(values)


def learn(model: type[Model], rows: Sequence[Model]) -> None:
    """Give rows the keys that the database gave out."""
    by_public_id = {row.public_id: row for row in rows}  # type: ignore[attr-defined]
    found = model._default_manager.filter(public_id__in=list(by_public_id)).order_by()
    for public_id, key in found.values_list("public_id", "pk"):
        by_public_id[public_id].pk = key


def preparer(field: Field) -> Callable[[Any], Any] | None:
    """Return what turns a Python value into the stored one, or None where they are the same."""
    kind = field.get_internal_type()
    if field.is_relation or kind in PLAIN:
        return None
    database = connections[DEFAULT_DB_ALIAS]
    if kind == "UUIDField":
        return None if database.features.has_native_uuid_field else hex_of

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, database)

    return lru_cache(maxsize=10_000)(prepare) if kind in REPEATED else prepare


def hex_of(value: UUID | None) -> str | None:
    """Return an id as a database without such a type keeps it."""
    return value.hex if value else None


def insert_text(model: type[Model], fields: Sequence[Field]) -> str:
    """Return the statement that inserts one row with these columns, as Django words it for this database."""
    query = InsertQuery(model)
    query.insert_values(fields, [model()], raw=True)
    ((text, _),) = query.get_compiler(connection=connection).as_sql()
    return str(text)


def update_text(model: type[Model], fields: Sequence[Field]) -> str:
    """Return the statement that writes these columns of one row, whose key is its last value."""
    query = cast(UpdateQuery, model._default_manager.filter(pk=1).query.chain(UpdateQuery))
    placed: list[Any] = [(field, None, Value(0)) for field in fields]
    query.add_update_fields(placed)
    text, _ = query.get_compiler(connection=connection).as_sql()
    return str(text)


def gather_statistics() -> None:
    """Let PostgreSQL count the tables at once, after a great deal was written and before it is read.

    Its background process would do so within a minute, but never inside the transaction that is still writing; until then
    it takes a full table for an empty one, and walks through it for every row of another. A connection's plans, made while
    there was little, are made anew.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

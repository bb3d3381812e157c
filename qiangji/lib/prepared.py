"""Statements whose SQL is made once per process, for those that every save, sheet page and evaluation consists of.

Django builds a statement's text anew at each call; for a read across five tables that takes many times as long as the
database needs to answer it. What is prepared here is written with the ORM and therefore right on both databases; its
text is kept, and only the values that change are put in. Rows come back as a queryset's own rows do: model instances,
or tuples of ``values_list``.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import connections, router
from django.db.models import Field, Lookup, Model, QuerySet
from django.db.models.expressions import BaseExpression
from django.db.models.sql import InsertQuery, Query, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import WhereNode

# Values that no row has; where they turn up in the compiled text's parameters, the real ones go.
MARKERS: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: uuid4(),
    str: lambda place: uuid4().hex,
    int: lambda place: 32_101 + place,  # the smallest column of whole numbers has room for it
    Decimal: lambda place: Decimal(1 + place),
    date: lambda place: date(1801, 2, 3) + timedelta(days=place),
    datetime: lambda place: datetime(1801, 2, 3, 4, 5, 6, tzinfo=UTC) + timedelta(days=place),
}


def markers_of(kinds: dict[str, type]) -> dict[str, Any]:
    return {name: MARKERS[kind](place) for place, (name, kind) in enumerate(kinds.items())}


@dataclass(frozen=True)
class Slot:
    """Where a value goes: the condition that knows how the database takes it, and its places among the parameters."""

    lookup: Lookup
    places: tuple[int, ...]


def lookups(part: Any) -> Iterator[Lookup]:
    """Yield all conditions of a query, however deep they stand: in what it computes and in its subqueries too."""
    if isinstance(part, Lookup):
        yield part
    parts: Sequence[Any]
    if isinstance(part, Query):
        parts = [part.where, *part.annotations.values()]
    elif isinstance(part, WhereNode):
        parts = part.children
    elif isinstance(part, BaseExpression):
        parts = part.get_source_expressions()
    else:
        return
    for one in parts:
        yield from lookups(one)


def slots_of(
    markers: dict[str, Any], compiler: SQLCompiler, parameters: tuple[Any, ...], *, start: int = 0
) -> dict[str, Slot]:
    """Find where each value stands, from a parameter on. Raises ValueError where nothing is compared with one."""
    slots = {}
    for name, marker in markers.items():
        lookup = next((one for one in lookups(compiler.query) if one.rhs == marker), None)
        if lookup is None:
            raise ValueError(f"nothing in this statement is compared with {name}")
        value = lookup.get_db_prep_lookup(marker, compiler.connection)[1][0]
        places = [place for place in range(start, len(parameters)) if parameters[place] == value]
        if not places:
            raise ValueError(f"{name} does not come into this statement's parameters")
        slots[name] = Slot(lookup, tuple(places))
    return slots


def filled(
    parameters: tuple[Any, ...], slots: dict[str, Slot], values: dict[str, Any], connection: Any
) -> list[Any]:
    """Return the parameters with the values in their places. Raises TypeError unless exactly these are given."""
    if values.keys() != slots.keys() or None in values.values():
        raise TypeError(f"this statement takes {sorted(slots)}, none of them None")
    whole = list(parameters)
    for name, slot in slots.items():
        value = slot.lookup.get_db_prep_lookup(values[name], connection)[1][0]
        for place in slot.places:
            whole[place] = value
    return whole


@dataclass(frozen=True)
class Compiled:
    """A statement as one database's compiler made it; ``converters`` turn the database's values into Python's."""

    compiler: SQLCompiler
    text: str
    parameters: tuple[Any, ...]
    slots: dict[str, Slot]
    queryset: QuerySet
    converters: dict[int, Any]


class Prepared:
    """A queryset to be read often: ``Prepared(lambda key: Thing.objects.filter(pk=key), key=int)``, read by ``(key=7)``.

    Every value has to be compared with a column, and may not be None, since that makes another text. What the queryset
    says beside these values must never change.
    """

    def __init__(self, queryset: Callable[..., QuerySet], **kinds: type) -> None:
        self.queryset = queryset
        self.kinds = kinds
        self.compiled: Compiled | None = None

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows."""
        compiled = self.compiled = self.compiled or self.compile()
        connection = connections[compiled.queryset.db]
        parameters = filled(compiled.parameters, compiled.slots, values, connection)
        compiler: Any = copy(compiled.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (compiled.text, tuple(parameters))
        compiler.get_converters = lambda _: compiled.converters
        rows: Any = compiled.queryset.all()
        rows.query.get_compiler = lambda *_, **__: compiler
        return list(rows)

    def compile(self) -> Compiled:
        markers = markers_of(self.kinds)
        queryset = self.queryset(**markers)
        compiler = queryset.query.get_compiler(queryset.db)
        text, parameters = compiler.as_sql()
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        slots = slots_of(markers, compiler, tuple(parameters))
        return Compiled(compiler, text, tuple(parameters), slots, queryset, compiler.get_converters(columns))


class PreparedUpdate:
    """``queryset.update(…)`` to be done often: ``sets`` names the columns and their types, ``kinds`` the conditions."""

    def __init__(self, queryset: Callable[..., QuerySet], sets: dict[str, type], **kinds: type) -> None:
        self.queryset = queryset
        self.sets = sets
        self.kinds = kinds
        self.compiled: tuple[str, tuple[Any, ...], dict[str, Slot], list[Field]] | None = None

    def __call__(self, sets: dict[str, Any], **values: Any) -> int:
        """Write the values, of which any may be None, and return how many rows were found."""
        self.compiled = self.compiled or self.compile()
        text, parameters, slots, fields = self.compiled
        connection = connections[router.db_for_write(fields[0].model)]
        whole = filled(parameters, slots, values, connection)
        for place, (name, field) in enumerate(zip(self.sets, fields, strict=True)):
            whole[place] = field.get_db_prep_save(sets[name], connection)
        with connection.cursor() as cursor:
            cursor.execute(text, whole)
            return int(cursor.rowcount)

    def compile(self) -> tuple[str, tuple[Any, ...], dict[str, Slot], list[Field]]:
        markers = markers_of(self.kinds)
        queryset = self.queryset(**markers)
        query = cast(UpdateQuery, queryset.query.chain(UpdateQuery))
        query.add_update_values(markers_of(self.sets))
        compiler = query.get_compiler(router.db_for_write(queryset.model))
        text, parameters = compiler.as_sql()
        slots = slots_of(markers, compiler, tuple(parameters), start=len(self.sets))
        return text, tuple(parameters), slots, [queryset.model._meta.get_field(name) for name in self.sets]


class PreparedInsert:
    """Adding one row of a model, often: what ``save`` does for a new row, without signals."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.compiled: tuple[str, list[Field]] | None = None

    def __call__(self, row: Model) -> None:
        """Store the row, which learns its key. Raises IntegrityError as ``save`` does."""
        self.compiled = self.compiled or self.compile(row)
        text, fields = self.compiled
        alias = router.db_for_write(self.model)
        connection = connections[alias]
        values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            row.pk = cursor.fetchone()[0]
        row._state.adding = False
        row._state.db = alias

    def compile(self, row: Model) -> tuple[str, list[Field]]:
        fields = [field for field in self.model._meta.local_concrete_fields if not field.primary_key]
        query = InsertQuery(self.model)
        query.insert_values(fields, [row], raw=True)
        compiler = query.get_compiler(router.db_for_write(self.model))
        compiler.returning_fields = [self.model._meta.pk]
        ((text, _),) = compiler.as_sql()
        return text, fields

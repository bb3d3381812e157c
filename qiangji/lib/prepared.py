"""Querysets whose SQL is made once per process, for the few reads that happen at every save.

Django builds a query's text anew at each call; for a read across five tables that takes many times as long as the
database needs to answer it. A prepared read is an ordinary queryset, written with the ORM and therefore right on both
databases; its text is kept, and only the values that change are put in. Rows come back as the queryset's own rows do:
model instances, or tuples of ``values_list``.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import Lookup, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import WhereNode

# Values that no row has; where they turn up in the compiled text's parameters, the real ones go.
MARKERS: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: uuid4(),
    str: lambda place: uuid4().hex,
    int: lambda place: 987_654_321 + place,
    date: lambda place: date(1801, 2, 3) + timedelta(days=place),
    datetime: lambda place: datetime(1801, 2, 3, 4, 5, 6, tzinfo=UTC) + timedelta(days=place),
}


@dataclass(frozen=True)
class Slot:
    """Where a value goes: the condition that knows how the database takes it, and its places among the parameters."""

    lookup: Lookup
    places: tuple[int, ...]


@dataclass(frozen=True)
class Compiled:
    """A query as the compiler of one database made it."""

    queryset: QuerySet
    compiler: SQLCompiler
    text: str
    parameters: tuple[Any, ...]
    slots: dict[str, Slot]


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
        """Return the rows. Raises TypeError unless exactly the declared values are given."""
        if values.keys() != self.kinds.keys() or None in values.values():
            raise TypeError(f"this read takes {sorted(self.kinds)}, none of them None")
        compiled = self.compiled = self.compiled or self.compile()
        connection = connections[compiled.queryset.db]
        parameters = list(compiled.parameters)
        for name, slot in compiled.slots.items():
            value = slot.lookup.get_db_prep_lookup(values[name], connection)[1][0]
            for place in slot.places:
                parameters[place] = value
        compiler = copy(compiled.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (compiled.text, tuple(parameters))  # type: ignore[method-assign]
        rows = compiled.queryset.all()
        rows.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(rows)

    def compile(self) -> Compiled:
        """Make the text, and find where each value stands in it. Raises ValueError where one does not."""
        markers = {name: MARKERS[kind](place) for place, (name, kind) in enumerate(self.kinds.items())}
        queryset = self.queryset(**markers)
        compiler = queryset.query.get_compiler(queryset.db)
        text, parameters = compiler.as_sql()
        slots = {}
        for name, marker in markers.items():
            lookup = next((one for one in lookups(queryset.query.where) if one.rhs == marker), None)
            if lookup is None:
                raise ValueError(f"nothing in this read is compared with {name}")
            value = lookup.get_db_prep_lookup(marker, compiler.connection)[1][0]
            places = tuple(place for place, parameter in enumerate(parameters) if parameter == value)
            slots[name] = Slot(lookup, places)
        return Compiled(queryset, compiler, text, tuple(parameters), slots)


def lookups(node: WhereNode) -> Iterator[Lookup]:
    """Yield all conditions of a query, however deep they stand."""
    for child in node.children:
        if isinstance(child, WhereNode):
            yield from lookups(child)
        elif isinstance(child, Lookup):
            yield child

"""Rows by the hundred thousand: read as plain values, each different value of a column turned into Python once.

Django converts the date, the decimal and the JSON of every row anew; the ledgers of a province have a few hundred different
days and mostly empty values. What is read is shared between rows, so nobody alters it.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

CHUNK = 2000


def rows_of(query: QuerySet) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a ``values_list`` of columns (no annotations), in one statement and without holding them all.

    The rows equal those of ``query.iterator()``.
    """
    compiler = query.query.get_compiler(using=query.db)
    chunks = compiler.execute_sql(chunked_fetch=True, chunk_size=CHUNK)
    found = converters_of(compiler)
    for row in chain.from_iterable(chunks or ()):
        values = list(row)
        for place, convert in found:
            values[place] = convert(values[place])
        yield tuple(values)


def converters_of(compiler: SQLCompiler) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return at which places values have to be converted, and how; a value that comes again is looked up."""
    columns = [column for column, *_ in compiler.select or ()]
    return [
        (place, remembered(steps, expression, compiler))
        for place, (steps, expression) in compiler.get_converters(columns).items()
    ]


def remembered(
    steps: list[Callable[..., Any]], expression: Any, compiler: SQLCompiler
) -> Callable[[Any], Any]:
    """Return a column's conversion with its memory."""
    known: dict[Any, Any] = {}

    def convert(value: Any) -> Any:
        if value not in known:
            turned = value
            for step in steps:
                turned = step(turned, expression, compiler.connection)
            known[value] = turned
        return known[value]

    return convert

"""Repeat the recorded statements of a save; the recording's versions are replaced by those that the client names."""

import os
import pickle
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from benchmarks.plan import SEEN
from benchmarks.recording import Statement

STATEMENTS: list[Statement] = pickle.loads(Path(os.environ["BENCH_STATEMENTS"]).read_bytes())  # noqa: S301 -- our own
OUTSIDE = [statement for statement in STATEMENTS if not statement.is_inside]
INSIDE = [statement for statement in STATEMENTS if statement.is_inside]


def run(statements: list[Statement], seen: int) -> None:
    """Run statements in order and read whatever they return."""
    versions = {SEEN: seen, SEEN + 1: seen + 1}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.text, renumbered(statement.parameters, versions))
            if cursor.description:
                cursor.fetchall()
            elif cursor.rowcount != 1:
                raise RuntimeError(f"{cursor.rowcount} rows written: {statement.text}")


def renumbered(parameters: tuple[Any, ...], versions: dict[int, int]) -> tuple[Any, ...]:
    """Put the versions in, each as the kind of integer that the database's driver was given."""
    return tuple(
        type(value)(versions[value]) if isinstance(value, int) and value in versions else value
        for value in parameters
    )


def save(request: HttpRequest) -> HttpResponse:
    """Do what a save does to the database."""
    seen = int(request.body)
    run(OUTSIDE, seen)
    with transaction.atomic():
        run(INSIDE, seen)
    return JsonResponse({"results": [{"status": "saved", "version": seen + 1}]})


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("save", save), path("health", health)]

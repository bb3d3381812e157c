"""Persons and organizations named in ``values``: they have to exist, and a page needs their names."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from qiangji.ledgers.cleaning import Clean
from qiangji.ledgers.exceptions import Problem
from qiangji.ledgers.vocabulary import fields_of
from qiangji.members.models import Person
from qiangji.orgs.models import Organization

BATCH = 1000


def named(kinds: Iterable[str], values: Mapping[str, Any]) -> Iterable[tuple[str, type[Model], str]]:
    """Yield (field, model, public id) of every row that values name."""
    for field in fields_of(kinds):
        value = values.get(field.name)
        if field.column or value is None:
            continue
        if field.type == "organization":
            yield field.name, Organization, str(value)
        elif field.type == "person":
            yield field.name, Person, str(value)
        elif field.type == "persons":
            for one in value:
                yield field.name, Person, str(one)


def refuse_unknown(cleaned: list[Clean], refused: dict[int, list[Problem]]) -> None:
    """Note rows whose values name somebody or something that is not there; at most one statement per table."""
    if len(refused) or not cleaned:
        return
    wanted: dict[type[Model], set[str]] = {Person: set(), Organization: set()}
    rows = [list(named(done.data.kinds, done.data.values)) for done in cleaned]
    for row in rows:
        for _, model, identity in row:
            wanted[model].add(identity)
    known = {model: set(names_of(model, identities)) for model, identities in wanted.items()}
    for place, row in enumerate(rows):
        missing = [name for name, model, identity in row if identity not in known[model]]
        if missing:
            refused[place] = [Problem(name, "所选的人或组织已不存在，请重新选择。") for name in missing]


def names_of(model: type[Model], identities: Iterable[str]) -> dict[str, str]:
    """Return names by public id."""
    wanted = sorted(set(identities))
    name = "short_name" if model is Organization else "name"
    found: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        rows = model._default_manager.filter(public_id__in=wanted[start : start + BATCH])
        found |= {str(identity): words for identity, words in rows.values_list("public_id", name)}
    return found


def names_in(records: Iterable[tuple[Iterable[str], Mapping[str, Any]]]) -> dict[str, str]:
    """Return the names of everybody and everything that records' values name: two statements for any number."""
    wanted: dict[type[Model], set[str]] = {Person: set(), Organization: set()}
    for kinds, values in records:
        for _, model, identity in named(kinds, values):
            wanted[model].add(identity)
    return names_of(Person, wanted[Person]) | names_of(Organization, wanted[Organization])

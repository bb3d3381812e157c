"""Collect what checks ask for: the number of statements depends on what is asked, never on how many are asked about."""

from collections.abc import Sequence

from qiangji.orgs.models import Organization
from qiangji.rules.facts import Facts, Moment
from qiangji.rules.needs import Needs
from qiangji.scoring.collecting import above, people, posts, records, states, terms
from qiangji.scoring.collecting.family import Scope


def collect(roots: Sequence[Organization], needs: Needs, moment: Moment) -> dict[int, Facts]:
    """Return the facts of organizations of any kind, by key, as they stood on the day of the moment.

    What lies after that day is not read, but for the ends of terms that lie ahead. An organization may stand below
    another of them: a record then counts for both, so each kind (of which none is below its like) is read by itself.
    """
    by_kind: dict[str, list[Organization]] = {}
    for root in roots:
        by_kind.setdefault(root.kind, []).append(root)
    found: dict[int, Facts] = {}
    for alike in by_kind.values():
        found |= collect_alike(alike, needs, moment)
    return found


def collect_alike(roots: Sequence[Organization], needs: Needs, moment: Moment) -> dict[int, Facts]:
    """Return the facts of organizations of one kind."""
    scope = Scope(roots, needs, moment)
    scope.start()
    states.add_states(scope)
    own = posts.add_posts(scope)
    committees = terms.add_terms(scope)
    for family in scope.families.values():
        key = family.organization.pk
        posts.add_head_changes(family, own.get(key, []), committees.get(key, []), moment.as_of)
    records.add_declarations(scope)
    records.add_records(scope)
    if "heart_talk" in needs.events:
        records.add_talks(scope)
    people.add_members(scope)
    people.add_group_counts(scope)
    above.add_from_above(scope)
    for family in scope.families.values():
        states.add_platforms(family)
    return {family.organization.pk: family.facts() for family in scope.families.values()}

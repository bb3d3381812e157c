"""Reads of what is recorded of organizations: states as of a day, terms with the day on which they really fall due."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qiangji.orgs.models import Department, Organization, OrganizationState, Post, Term, TermExtension

BATCH = 5000


def state_on(organization: Organization, kind: str, on: date) -> OrganizationState | None:
    """Return the row of an item that holds at an organization on a day."""
    return OrganizationState.objects.on(on).filter(organization=organization, kind=kind).first()


def states_on(
    organizations: Iterable[Organization], kinds: Collection[str], on: date
) -> dict[int, dict[str, OrganizationState]]:
    """Return the rows that hold on a day at many organizations, by organization's id and item: one statement.

    One more per further five thousand organizations; whoever has nothing recorded is left out.
    """
    keys = sorted({row.pk for row in organizations})
    found: dict[int, dict[str, OrganizationState]] = {}
    for start in range(0, len(keys), BATCH):
        rows = OrganizationState.objects.on(on).filter(organization__in=keys[start : start + BATCH])
        for row in rows.filter(kind__in=kinds):
            found.setdefault(row.organization_id, {})[row.kind] = row
    return found


def state_history(organization: Organization) -> QuerySet[OrganizationState]:
    """Return all that was ever recorded of an organization, newest first within each item."""
    rows = OrganizationState.objects.filter(organization=organization)
    return rows.select_related("recorded_by").order_by("kind", "-start_date")


def with_due(terms: QuerySet[Term]) -> QuerySet[Term]:
    """Add ``due_on``: the day of the last recorded approval, or the day the term was elected for."""
    last = TermExtension.objects.filter(term=OuterRef("pk")).order_by("-pk").values("due_date")
    return terms.annotate(due_on=Coalesce(Subquery(last[:1]), "due_date"))


def due_of(term: Term) -> date:
    """Return when a term that was read ``with_due`` falls due."""
    due: date = term.due_on  # type: ignore[attr-defined]
    return due


def open_terms(organizations: Iterable[Organization], on: date) -> QuerySet[Term]:
    """Return the terms that run on a day at these organizations, each with ``due_on``; overdue ones still run."""
    terms = Term.objects.on(on).filter(organization__in=[row.pk for row in organizations])
    return with_due(terms).select_related("organization").order_by("due_on", "organization__path", "body")  # type: ignore[misc]


def term_on(organization: Organization, body: str, on: date) -> Term | None:
    """Return the term of a body that runs on a day, with ``due_on``."""
    return with_due(Term.objects.on(on).filter(organization=organization, body=body)).first()


def terms_of(organization: Organization) -> QuerySet[Term]:
    """Return all terms of an organization, newest first, with ``due_on`` and the approvals that moved it."""
    terms = with_due(Term.objects.filter(organization=organization))
    return terms.prefetch_related("extensions__approved_by").order_by("body", "-start_date")


def departments_of(hospital: Organization, on: date) -> QuerySet[Department]:
    """Return the departments of a hospital on a day, each with its branch."""
    return Department.objects.on(on).filter(hospital=hospital).select_related("branch").order_by("name", "pk")


def posts_of(organization: Organization, on: date) -> QuerySet[Post]:
    """Return the seats of an organization on a day, in the order in which they are read out."""
    return Post.objects.on(on).filter(organization=organization).order_by("body", "position", "pk")

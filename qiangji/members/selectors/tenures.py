"""Reads of posts and who sits in them: as of a day, vacancies, cross-appointments, terms that fall due."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from qiangji.members.models import Member, Person, Tenure
from qiangji.members.querysets import holds
from qiangji.orgs.facts_selectors import open_terms, posts_of
from qiangji.orgs.models import Body, Organization, Post, Term

BATCH = 5000
DAY = timedelta(days=1)
HEADS = frozenset({Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY})


def holders_of(organization: Organization, on: date, body: str | None = None) -> QuerySet[Tenure]:
    """Return who holds the organization's own posts on a day, in the order of the posts."""
    rows = Tenure.objects.on(on).filter(post__organization=organization)
    if body is not None:
        rows = rows.filter(post__body=body)
    return rows.select_related("post__organization", "person", "term").order_by(
        "post__body", "post__position", "post_id"
    )


def holders_of_many(
    organizations: Iterable[Organization], on: date, body: str | None = None
) -> dict[int, list[Tenure]]:
    """Return who holds posts on a day at many organizations, by organization's id: one statement per five thousand."""
    keys = sorted({row.pk for row in organizations})
    found: dict[int, list[Tenure]] = {}
    for start in range(0, len(keys), BATCH):
        rows = Tenure.objects.on(on).filter(post__organization__in=keys[start : start + BATCH])
        if body is not None:
            rows = rows.filter(post__body=body)
        for row in rows.select_related("post", "person").order_by("post__body", "post__position", "post_id"):
            found.setdefault(row.post.organization_id, []).append(row)
    return found


def vacancies(organizations: Iterable[Organization], on: date, body: str | None = None) -> QuerySet[Post]:
    """Return the seats that nobody holds on a day, in one statement; ``first_day_vacant`` says since when."""
    rows = Post.objects.on(on).filter(organization__in=[row.pk for row in organizations])
    if body is not None:
        rows = rows.filter(body=body)
    held = Tenure.objects.filter(holds(on), post=OuterRef("pk"))
    return with_last_held(rows.filter(~Exists(held)), on).select_related("organization")


def with_last_held(posts: QuerySet[Post], on: date) -> QuerySet[Post]:
    """Add ``last_held``: the last day before this one on which somebody held the seat, if ever."""
    last = (
        Tenure.objects.filter(post=OuterRef("pk"), end_date__lt=on)
        .order_by()
        .values("post")
        .annotate(last=Max("end_date"))
        .values("last")
    )
    return posts.annotate(last_held=Subquery(last))


def first_day_vacant(post: Post) -> date:
    """Return the first day of the vacancy of a seat read ``with_last_held``; one never held is vacant since it is set up."""
    last_held: date | None = post.last_held  # type: ignore[attr-defined]
    return last_held + DAY if last_held else post.start_date


@dataclass(frozen=True)
class SeatShown:
    """A seat on a day: who holds it, or since when nobody does."""

    post: Post
    tenure: Tenure | None
    vacant_since: date | None


def seats_on(organization: Organization, on: date) -> list[SeatShown]:
    """Return all seats of an organization on a day, held and vacant: two statements."""
    held = {row.post_id: row for row in holders_of(organization, on)}
    return [
        SeatShown(post, held.get(post.pk), None if post.pk in held else first_day_vacant(post))
        for post in with_last_held(posts_of(organization, on), on)
    ]


def tenure_history(organization: Organization) -> QuerySet[Tenure]:
    """Return all tenures of an organization's posts, newest first."""
    rows = Tenure.objects.filter(post__organization=organization).select_related("post", "person", "term")
    return rows.order_by("-start_date", "-pk")


@dataclass(frozen=True)
class Served:
    """A tenure as the history lists it, and whether the superior's consent to the coming or the leaving is not recorded yet."""

    tenure: Tenure
    lacks_coming: bool
    lacks_leaving: bool


def with_consents(rows: Sequence[Tenure]) -> list[Served]:
    """Say of tenures, newest first, where a consent is asked and lacking: of secretaries and deputies of a committee.

    None is asked of who was elected with the committee, nor of who left with it or on the day before somebody took over;
    who came later in its term needs one however they were chosen.
    """
    begun = {(row.post_id, row.start_date) for row in rows}
    found = []
    for row in rows:
        asked = row.post.body == Body.COMMITTEE and row.post.kind in HEADS
        is_later = row.term is not None and row.term.start_date < row.start_date
        comes = row.consent_date is None and (row.how != Tenure.How.ELECTED or is_later)
        goes = row.end_date is not None and row.leaving_consent_date is None
        if row.end_date is not None and goes:
            with_term = row.term is not None and row.term.end_date == row.end_date
            goes = not with_term and (row.post_id, row.end_date + DAY) not in begun
        found.append(Served(row, asked and comes, asked and goes))
    return found


@dataclass(frozen=True)
class CrossAppointment:
    """A person of the leading groups: the Party posts and the administrative posts held on a day (双向进入、交叉任职)."""

    person: Person
    party: tuple[Post, ...]
    administration: tuple[Post, ...]
    is_member: bool

    @property
    def is_crossed(self) -> bool:
        """Whether the person sits on both sides."""
        return bool(self.party and self.administration)


def cross_appointments(organization: Organization, on: date) -> list[CrossAppointment]:
    """Return everybody in the Party committee or the administration on a day, those who sit in both first (C38)."""
    rows = holders_of(organization, on).filter(post__body__in=[Body.COMMITTEE, Body.ADMINISTRATION])
    sides: dict[Person, dict[str, list[Post]]] = {}
    for row in rows:
        sides.setdefault(row.person, {}).setdefault(row.post.body, []).append(row.post)
    members = set(Member.objects.on(on).filter(person__in=sides).values_list("person_id", flat=True))
    found = [
        CrossAppointment(
            person,
            tuple(posts.get(Body.COMMITTEE, ())),
            tuple(posts.get(Body.ADMINISTRATION, ())),
            person.pk in members,
        )
        for person, posts in sides.items()
    ]
    return sorted(found, key=lambda one: not one.is_crossed)


def terms_due(organizations: Iterable[Organization], on: date, within_months: int) -> list[Term]:
    """Return the running terms that fall due within so many months of a day or are overdue, the nearest first."""
    until = months_after(on, within_months)
    return list(open_terms(organizations, on).filter(Q(due_on__lte=until)))


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last day where it has none.

    >>> months_after(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

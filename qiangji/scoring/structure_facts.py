"""Collect what the checks of structure ask, for one hospital or a whole province: statements per fact, not per organization.

Every statement narrows by the same subquery of organizations, so a list of keys never travels to the database.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from qiangji.ledgers.models import Record
from qiangji.members.models import BranchMembership, Election, Employment, Member, Tenure
from qiangji.members.querysets import holds
from qiangji.members.selectors.tenures import with_last_held
from qiangji.orgs import paths
from qiangji.orgs.facts_selectors import due_of, with_due
from qiangji.orgs.models import Body, Department, Organization, OrganizationState, Oversight, Post, Term
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.rules.facts import MAXIMUM
from qiangji.scoring.seat_changes import HEADS, Held, head_changes
from qiangji.scoring.structure import HeadChange, Seat, TermFact, Unit

Kind = Organization.Kind
DAY = timedelta(days=1)
CONTACT = "authority_contact_point"
CHECKED_KINDS = frozenset({Kind.HOSPITAL, Kind.GENERAL_BRANCH, Kind.BRANCH}) | AUTHORITIES


def organizations_under(root: Organization, day: date) -> OrganizationQuerySet:
    """Return what is checked below a node on a day: its subtree, and for an authority what it supervises or guides."""
    condition = paths.below(root.path)
    if root.kind in AUTHORITIES:
        overseen = Oversight.objects.on(day).filter(
            overseer=root, subject__path__at_or_above=OuterRef("path")
        )
        condition |= Q(Exists(overseen))
    return Organization.objects.on(day).filter(condition, kind__in=CHECKED_KINDS)


def collect(root: Organization, day: date) -> list[Unit]:
    """Return everything that is checked below a node, with its facts on a day, in the order of the tree."""
    scope = organizations_under(root, day)
    columns = ("pk", "kind", "form", "path", "short_name")
    units = {row[0]: Unit(*row) for row in scope.order_by("path").values_list(*columns)}
    add_members(units, scope, day)
    add_states(units, scope, day)
    add_seats(units, scope, day)
    add_terms(units, scope, day)
    add_changes(units, scope, day)
    add_by_elections(units, scope)
    add_departments(units, scope, day)
    add_supervisors(units, scope, day)
    if any(unit.kind in AUTHORITIES for unit in units.values()):
        add_contacts(units, scope, day)
    return list(units.values())


def add_members(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Count members where they belong, and into everything above it."""
    by_path = {unit.path: unit for unit in units.values()}
    rows = (
        BranchMembership.objects.filter(
            holds(day),
            Q(member__ceased_date__isnull=True) | Q(member__ceased_date__gt=day),
            organization__in=scope.values("pk"),
            member__joined_date__lte=day,
        )
        .values_list("organization__path")
        .annotate(every=Count("pk"), full=Count("pk", filter=Q(member__confirmed_date__lte=day)))
        .order_by()
    )
    for path, every, full in rows:
        for upper in paths.ancestors(path):
            unit = by_path.get(upper)
            if unit is not None:
                unit.members += every
                unit.full += full


def add_states(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Read the states that hold on the day."""
    rows = OrganizationState.objects.on(day).filter(organization__in=scope.values("pk"))
    for organization_id, kind, value in rows.order_by().values_list("organization_id", "kind", "value"):
        units[organization_id].states[kind] = value


def add_seats(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Read the posts of the day, each with its holder or the first day of its vacancy."""
    posts = Post.objects.on(day).filter(organization__in=scope.values("pk"))
    holder = Tenure.objects.filter(holds(day), post=OuterRef("pk")).values("person_id")
    rows = with_last_held(posts, day).annotate(holder_id=Subquery(holder[:1])).order_by("organization", "pk")
    columns = ("organization_id", "body", "kind", "holder_id", "is_full_time", "last_held", "start_date")
    for organization_id, body, kind, holder_id, full_time, last_held, start in rows.values_list(*columns):
        vacant_since = None if holder_id else (last_held + DAY if last_held else start)
        units[organization_id].seats.append(Seat(body, kind, holder_id, full_time, vacant_since))


def add_terms(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Read the running terms, each with the day on which it falls due."""
    rows = with_due(Term.objects.on(day).filter(organization__in=scope.values("pk")))
    for term in rows.order_by("pk"):
        units[term.organization_id].terms[term.body] = TermFact(term.start_date, due_of(term))


def add_changes(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Read who became secretary or deputy of a hospital's committee within the running term, and who left and was not followed."""
    rows = Tenure.objects.filter(
        post__organization__in=scope.filter(kind=Kind.HOSPITAL, form=Organization.Form.COMMITTEE).values(
            "pk"
        ),
        post__body=Body.COMMITTEE,
        post__kind__in=HEADS,
        start_date__lte=day,
    )
    columns = (
        "post__organization_id", "pk", "post_id", "post__kind", "person_id", "start_date", "end_date", "consent_date",
        "leaving_consent_date", "person__member__ceased_date", "person__member__ceased_how",
    )  # fmt: skip
    heads: dict[int, list[Held]] = defaultdict(list)
    for organization_id, pk, post, kind, person, first, last, consent, let_go, ceased, how in rows.order_by(
        "start_date", "pk"
    ).values_list(*columns):
        died = ceased if how == Member.Ceased.DECEASED else None
        held = Held(
            pk,
            post,
            0,
            Body.COMMITTEE,
            kind,
            False,
            person,
            first,
            last or MAXIMUM,
            consent,
            let_go,
            died=died,
        )
        heads[organization_id].append(held)
    for organization_id, some in heads.items():
        term = units[organization_id].terms.get(Body.COMMITTEE)
        if term is None:
            continue

        def is_within(one: date, begun: date = term.start_date) -> bool:
            return begun < one

        changes = sorted(head_changes(some, is_within, day), key=lambda change: (change.day, change.held.pk))
        units[organization_id].changes += [
            HeadChange(change.held.kind, change.day, min(change.consents, default=None)) for change in changes
        ]


def add_by_elections(units: dict[int, Unit], scope: OrganizationQuerySet) -> None:
    """Read where a by-election, or an election of the whole body, is under way."""
    rows = Election.objects.filter(organization__in=scope.values("pk"), state=Election.State.OPEN)
    for organization_id, body in rows.order_by().values_list("organization_id", "body"):
        units[organization_id].by_elections.add(body)


def add_departments(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Read departments, and count the full members of those without a branch.

    A department is known by its name in its hospital: an employment may name any spell of it.
    """
    without: dict[int, set[str]] = defaultdict(set)
    departments = Department.objects.on(day).filter(hospital__in=scope.values("pk")).order_by()
    for hospital_id, name, branch_id in departments.values_list("hospital_id", "name", "branch_id"):
        units[hospital_id].department_count += 1
        if branch_id is None:
            without[hospital_id].add(name)
    rows = (
        Employment.objects.filter(
            holds(day),
            Q(person__member__ceased_date__isnull=True) | Q(person__member__ceased_date__gt=day),
            organization__in=scope.values("pk"),
            department__isnull=False,
            person__member__confirmed_date__lte=day,
        )
        .values_list("organization_id", "department__name")
        .annotate(full=Count("person", distinct=True))
        .order_by()
    )
    for hospital_id, name, full in rows:
        if name in without[hospital_id]:
            units[hospital_id].uncovered[name] = full


def add_supervisors(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Read which hospitals have a supervising or sponsoring authority."""
    rows = Oversight.objects.on(day).filter(kind=Oversight.Kind.SUPERVISION, subject__in=scope.values("pk"))
    for subject_id in rows.values_list("subject_id", flat=True):
        units[subject_id].has_supervisor = True


def add_contacts(units: dict[int, Unit], scope: OrganizationQuerySet, day: date) -> None:
    """Count, for the leaders of each authority, the organizations they are tied to on the day, from the ledger."""
    rows = Record.objects.filter(
        Q(end_date__isnull=True) | Q(end_date__gte=day),
        organization__in=scope.filter(kind__in=AUTHORITIES).values("pk"),
        state=Record.State.CONFIRMED,
        kinds__kind=CONTACT,
        date__lte=day,
    )
    tied: dict[tuple[int, str], set[str]] = defaultdict(set)
    for organization_id, values in rows.values_list("organization_id", "values"):
        tied[(organization_id, str(values.get("leader")))].add(str(values.get("organization")))
    for (organization_id, leader), organizations in tied.items():
        units[organization_id].contacts[leader] = len(organizations)

"""Figures over many records: who came to organization life, and how many hours each member has."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from qiangji.ledgers.models import Record
from qiangji.ledgers.selectors import hours_of
from qiangji.members.models import BranchMembership, Person
from qiangji.members.querysets import holds
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

# 三会一课, organization life meeting, appraisal, theme day: what the participation rate is taken over (A10).
LIFE = (
    "branch_members_meeting",
    "branch_committee_meeting",
    "group_meeting",
    "party_class",
    "theme_party_day",
    "organization_life_meeting",
    "member_appraisal",
)


@dataclass(frozen=True)
class Participation:
    """How many of those expected came to an organization's life in a year."""

    organization: Organization
    events: int
    expected: int
    present: int

    @property
    def rate(self) -> int | None:
        """The share of those expected who came, in whole per cent; None where nobody was expected."""
        return round(self.present * 100 / self.expected) if self.expected else None


def participation(reach: Reach, organization: Organization, year: int) -> list[Participation]:
    """Return the participation of every organization below one that kept attendance lists: two statements."""
    rows = (
        Record.objects.visible_to(reach)
        .confirmed()
        .of_kind(*LIFE)
        .filter(paths.below(organization.path, "organization__path"), year=year)
        .order_by()
        .values("organization")
        .annotate(
            events=Count("pk"),
            was_expected=Sum("expected", default=0),
            came=Sum("present", default=0),
        )
    )
    found = {row["organization"]: row for row in rows}
    nodes = Organization.objects.filter(pk__in=found).order_by("path")
    return [
        Participation(one, found[one.pk]["events"], found[one.pk]["was_expected"], found[one.pk]["came"])
        for one in nodes
    ]


@dataclass(frozen=True)
class PersonHours:
    """A member's training hours of a year, against the usual 32 (secretaries and leading-group members 56)."""

    person: Person
    branch: Organization
    hours: Decimal
    is_exempt: bool


def members_below(organization: Organization, reach: Reach) -> QuerySet[BranchMembership]:
    """Return who belongs to a branch below an organization today."""
    here = paths.below(organization.path, "organization__path")
    rows = BranchMembership.objects.filter(here, holds(reach.day)).select_related(
        "member__person", "organization"
    )
    return rows.order_by("organization__path", "member__person__pinyin", "pk")


def hours_below(
    organization: Organization, year: int, reach: Reach, start: int, end: int
) -> tuple[list[PersonHours], bool]:
    """Return a page of members with their hours of a year, and whether more follow: three statements."""
    rows = list(members_below(organization, reach).prefetch_related("member__exemptions")[start : end + 1])
    shown = rows[: end - start]
    hours = hours_of([row.member.person for row in shown], year)
    return [
        PersonHours(
            row.member.person,
            row.organization,
            hours.get(row.member.person_id, Decimal(0)),
            any(
                one.duty in ("training", "all") and one.start_date.year <= year <= one.end_date.year
                for one in row.member.exemptions.all()
            ),
        )
        for row in shown
    ], len(rows) > len(shown)

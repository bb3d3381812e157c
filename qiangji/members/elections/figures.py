"""The figures of an organization that elections rest on: full members, what form it has, how long its terms are."""

from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from qiangji.members.elections.calculators import SeatRange, seats_allowed
from qiangji.members.elections.timetable import Timetable, timetable
from qiangji.members.models import BranchMembership, Member, Person
from qiangji.members.querysets import holds
from qiangji.orgs import paths
from qiangji.orgs.models import Body, Organization

COMMITTEE_YEARS, BRANCH_YEARS = 5, 3
TERM_BASIS = "关于党的基层组织任期的意见：基层委员会一般 5 年，总支部、支部委员会一般 3 年（须与原文核对）"


def form_of(organization: Organization) -> str:
    """Return what an organization is for the rules of elections: committee, general branch or branch."""
    if organization.kind == Organization.Kind.HOSPITAL:
        return organization.form
    if organization.kind == Organization.Kind.GENERAL_BRANCH:
        return Organization.Form.GENERAL_BRANCH
    return Organization.Form.BRANCH


def years_of(organization: Organization) -> int:
    """Return the usual length of a term."""
    return COMMITTEE_YEARS if form_of(organization) == Organization.Form.COMMITTEE else BRANCH_YEARS


def bodies_of(organization: Organization) -> list[Body]:
    """Return the bodies that an organization elects: a Party committee also has a discipline committee."""
    if form_of(organization) == Organization.Form.COMMITTEE:
        return [Body.COMMITTEE, Body.DISCIPLINE]
    return [Body.COMMITTEE]


def body_title(organization: Organization, body: str) -> str:
    """Return what a body is called: 党委, 纪委, 党总支委员会, 党支部委员会."""
    if body == Body.DISCIPLINE:
        return "纪委"
    return {
        Organization.Form.COMMITTEE: "党委",
        Organization.Form.GENERAL_BRANCH: "党总支委员会",
        Organization.Form.BRANCH: "党支部委员会",
    }[Organization.Form(form_of(organization))]


def eligible(organization: Organization, *, on: date) -> QuerySet[Person]:
    """Return who may vote and stand: full members 正式党员 of the organization and what is below it, on a day."""
    belonging = BranchMembership.objects.filter(
        paths.below(organization.path, "organization__path"), holds(on)
    )
    members = Member.objects.full_on(on).filter(pk__in=belonging.values("member"))
    return Person.objects.filter(member__in=members)


def full_members(organization: Organization, *, on: date) -> int:
    """Return how many full members an organization has on a day."""
    return eligible(organization, on=on).count()


def seat_range(organization: Organization, body: str, *, on: date) -> SeatRange | None:
    """Return how many seats a body may have on a day; None where no figure is held."""
    return seats_allowed(form_of(organization), body, full_members(organization, on=on))


def timetable_of(
    due: date, *, reminded: date | None = None, requested: date | None = None, elected: date | None = None
) -> Timetable:
    """Return a term's timetable with this site's figures (QIANGJI_ELECTION_REMINDER_MONTHS, …_REQUEST_MONTHS)."""
    return timetable(
        due,
        reminder_months=settings.ELECTION_REMINDER_MONTHS,
        request_months=settings.ELECTION_REQUEST_MONTHS,
        reminded=reminded,
        requested=requested,
        elected=elected,
    )

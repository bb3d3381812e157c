"""Who asks for duties, as of when, and what several sources need: each is read once, and only where somebody needs it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery

from qiangji.assessments.models import Cycle, Proposal, Sheet
from qiangji.assessments.reviewing import still_written
from qiangji.assessments.selectors import Waiting, waiting_for
from qiangji.assessments.states import State as SheetState
from qiangji.members.elections.access import electing_in_reach
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Rectification
from qiangji.rectification.states import OPEN
from qiangji.results.models import BranchReassessment
from qiangji.results.selectors.ripe import DONE, IGNORED, KINDS

NOTHING = Q(pk__in=[])
OPEN_VERDICTS = ("unmet", "pending", "unknown")


@dataclass(frozen=True)
class Asker:
    """One person at one moment."""

    reach: Reach
    at: datetime

    @property
    def day(self) -> date:
        return self.reach.day

    @cached_property
    def seats(self) -> frozenset[int]:
        """The nodes at which this person holds a role: what is due there is the person's own."""
        return frozenset(held.organization_id for held in self.reach.held)

    def roles_at(self, organization: Organization) -> set[str]:
        """Return the roles held at an organization itself."""
        return {held.role for held in self.reach.held if held.organization_id == organization.pk}

    def answers_for(self, organization: Organization) -> bool:
        """Say whether what is due there is this person's to see to: the ledgers are kept by them, or they lead its line.

        Who only reads ledgers, or records a few facts of their own, does not answer for the rest.
        """
        for held in self.reach.held:
            role, own = ROLES[held.role], held.path == organization.path
            if not paths.covers(held.path, organization.path) or not role.allows(
                Permission.SEE_LEDGERS, own=own
            ):
                continue
            if role.allows(Permission.FILL_SHEET, own=True) or role.allows(
                Permission.MANAGE_LEDGERS, own=own
            ):
                return True
        return False

    @cached_property
    def nodes(self) -> list[Organization]:
        """The organizations whose ledgers this person reads or keeps, and those whose terms they look after: one statement.

        Each knows which of the two it is (``has_ledgers``, ``has_terms``), and who is its supervisor (``supervisor``).
        """
        see, record = Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS
        ledgers = self.reach.condition_for(see, "path") | self.reach.condition_for(record, "path")
        terms = Q(pk__in=electing_in_reach(self.reach).values("pk")) if self.looks_after_terms else NOTHING
        supervisors = Oversight.objects.on(self.day).filter(
            kind=Oversight.Kind.SUPERVISION, subject=OuterRef("pk")
        )
        rows = Organization.objects.on(self.day).filter(ledgers | terms).order_by("path")
        return list(
            rows.annotate(
                has_ledgers=ExpressionWrapper(ledgers, BooleanField()),
                has_terms=ExpressionWrapper(terms, BooleanField()),
                supervisor=Subquery(supervisors.values("overseer")[:1]),
            )
        )

    @property
    def looks_after_terms(self) -> bool:
        """Say whether this person takes steps in elections anywhere."""
        may = self.reach.may_somewhere
        return may(Permission.MANAGE_POSTS) or may(Permission.APPROVE_ELECTIONS)

    @cached_property
    def organizations(self) -> list[Organization]:
        """The organizations whose ledgers this person reads or keeps, all in the own Party line."""
        see, record = Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS
        if not (self.reach.may_somewhere(see) or self.reach.may_somewhere(record)):
            return []
        return [one for one in self.nodes if getattr(one, "has_ledgers", False)]

    @cached_property
    def accepting(self) -> frozenset[int]:
        """The hospitals held here that accept the sheets of their branches, whose ledgers this person reads as well."""
        own = {one.pk for one in self.organizations if one.kind == Organization.Kind.HOSPITAL}
        return frozenset(
            held.organization_id
            for held in self.reach.held
            if held.organization_id in own
            and ROLES[held.role].allows(Permission.SEE_LEDGERS, own=False)
            and ROLES[held.role].allows(Permission.REVIEW_BRANCH_SHEET, own=False)
        )

    @cached_property
    def orders(self) -> list[Rectification]:
        """The orders to mend that are open here or there by this person's doing, and those that wait for a re-assessment
        of a sheet accepted here: one statement, none for who has to do with neither."""
        mending = self.reach.nodes_with(Permission.MANAGE_RECTIFICATION, own=True)
        ordering = self.reach.nodes_with(Permission.ORDER_RECTIFICATION, own=False)
        accepting = {
            *self.reach.nodes_with(Permission.REVIEW_HOSPITAL_SHEET, own=False),
            *self.reach.nodes_with(Permission.REVIEW_BRANCH_SHEET, own=False),
        }
        if not mending and not ordering and not accepting:
            return []
        is_open = Q(state__in=OPEN) & (Q(organization__in=mending) | Q(ordered_by__in=ordering))
        # Which of these a re-assessment rests on is asked of one rule (results.selectors.ripe); the hospital reads those of
        # its own as well, for branches without an order rest on them.
        of_hospital = Q(sheet__state=SheetState.BELOW_STANDARD, kind__in=KINDS) & (
            Q(state__in=DONE) | Q(state__in=IGNORED, deadline_date__lt=self.day)
        )
        served = BranchReassessment.objects.filter(rectification=OuterRef("pk")).order_by()
        of_branch = Q(~Exists(served), kind=Rectification.Kind.KEY_BRANCH, state__in=DONE)
        rests_on_it = (Q(sheet__supervisor__in=accepting) & (of_hospital | of_branch)) | (
            Q(organization__in=accepting, state__in=DONE) & of_hospital
        )
        return list(
            Rectification.objects.filter(is_open | rests_on_it)
            .with_last_help()
            .with_last_hand_in()
            .annotate(may_be_assessed_again=ExpressionWrapper(rests_on_it, BooleanField()))
            .select_related(
                "organization", "ordered_by", "sheet__organization", "sheet__cycle", "sheet__supervisor"
            )
        )

    @cached_property
    def cycles(self) -> list[Cycle]:
        """The opened cycles that count and that the own nodes open or recognize: one statement, none for who does neither."""
        opening = self.reach.nodes_with(Permission.OPEN_CYCLE, own=True)
        if not opening and not self.recognizing_seats:
            return []
        body = Q(recognizer__in=self.recognizing_seats) | Q(
            recognizer__isnull=True, owner__in=self.recognizing_seats
        )
        return list(
            Cycle.objects.filter(body | Q(owner__in=opening), opened_at__isnull=False, is_trial=False)
        )

    @cached_property
    def recognizing_seats(self) -> frozenset[int]:
        """The nodes at which this person recognizes results, where a cycle names them."""
        return frozenset(self.reach.nodes_with(Permission.RECOGNIZE_RESULTS, own=True))

    @property
    def cycles_recognized(self) -> list[Cycle]:
        """Those of the cycles whose results this person decides."""
        return [one for one in self.cycles if one.recognizing_id in self.recognizing_seats]

    @property
    def cycles_owned(self) -> list[Cycle]:
        """Those of the cycles that this person's own node opened."""
        seats = set(self.reach.nodes_with(Permission.OPEN_CYCLE, own=True))
        return [one for one in self.cycles if one.owner_id in seats]

    @cached_property
    def waiting(self) -> list[Waiting]:
        """The sheets that wait for this person: one statement."""
        return waiting_for(self.reach, at=self.at)

    @cached_property
    def running_sheets(self) -> list[Sheet]:
        """The sheets of running cycles of the organizations whose ledgers one reads, and of the hospitals above: one statement.

            And those that come in to a hospital held here. They say by which editions somebody is measured, and how far they
        are; nothing that stands in them is read.
        """
        above = {path for one in self.organizations for path in paths.ancestors(one.path)}
        if not above:
            return []
        lines = Q(organization__path__in=above) | Q(supervisor__in=self.accepting)
        return list(
            Sheet.objects.filter(running(self.day), lines)
            .select_related("organization", "cycle", "edition__standard", "evaluation")
            .order_by("organization_path")
        )

    @property
    def own_sheets(self) -> list[Sheet]:
        """The running sheets that this person fills."""
        fill = set(self.reach.nodes_with(Permission.FILL_SHEET, own=True))
        return [sheet for sheet in self.running_sheets if sheet.organization_id in fill]

    @cached_property
    def proposals(self) -> list[Proposal]:
        """What the facts say of the own sheets and is open, in no cycle that was closed early: one statement.

        Only from seats at the organization itself: whoever fills its sheet, and whoever records its facts. Nobody above
        sees anything of it before submission (domain, part 5).
        """
        nodes = set(self.reach.nodes_with(Permission.FILL_SHEET, own=True))
        nodes |= set(self.reach.nodes_with(Permission.RECORD_LEDGERS, own=True))
        if not nodes:
            return []
        rows = Proposal.objects.filter(
            running(self.day, "answer__sheet__"),
            still_written("answer__sheet__"),
            answer__sheet__organization__in=nodes,
            verdict__in=OPEN_VERDICTS,
        ).select_related(
            "answer__sheet__organization",
            "answer__sheet__cycle",
            "answer__sheet__evaluation",
            "answer__criterion__edition__standard",
        )
        return list(rows.order_by("answer__sheet__organization_path", "answer__criterion__position"))


def running(day: date, prefix: str = "") -> Q:
    """Return the condition "of an opened cycle that counts and whose last day is not over" on sheets.

    One that was closed before that day goes on measuring what is recorded; nothing is written in its sheets any more
    (``still_written``).
    """
    cycle = f"{prefix}cycle__"
    return Q(
        **{f"{cycle}opened_at__isnull": False, f"{cycle}is_trial": False, f"{cycle}closing_date__gte": day}
    )

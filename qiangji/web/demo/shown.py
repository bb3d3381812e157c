"""What the shown hospital has beside its year: a fixed day with drafts to confirm, a template, a transfer on its way, an
election that has begun. The rows are those that the services of ledgers, transfers and elections leave behind."""

from datetime import date, datetime, time, timedelta

from qiangji.accounts.models import User
from qiangji.ledgers.models import Record, RecordTemplate, RecurringPlan
from qiangji.ledgers.prefill import canonical_values, input_from
from qiangji.lib.dates import SHANGHAI
from qiangji.members.models import Election, ElectionStep, Transfer, TransferStep
from qiangji.orgs.models import Body, Organization, Term
from qiangji.web.demo.journal import Journal
from qiangji.web.demo.people import House, Unit
from qiangji.web.demo.store import Store

DAY = timedelta(days=1)
EVENING = ("theme_party_day", "group_meeting")
HORIZON = 35
LETTER_DAYS = 90


class Showcase:
    """Writes what makes the shown hospital's pages worth opening."""

    def __init__(self, store: Store, journal: Journal, house: House, *, year: int, by: User | None) -> None:
        self.store, self.journal, self.house, self.year, self.by = store, journal, house, year, by
        self.until = journal.until

    def write(self, term: Term, target: Organization | None) -> None:
        """Write everything; ``term`` is the committee's, ``target`` the hospital to which somebody moves."""
        for order, unit in enumerate(self.house.units[:3]):
            self.fixed_day(unit, 12 + order % 6)
        self.template()
        if target is not None and self.until >= date(self.year, 11, 9):
            self.transfer(self.house.units[1], target)
        if self.until >= date(self.year, 10, 9):
            self.election(term)

    def fixed_day(self, unit: Unit, day: int) -> None:
        """Write a monthly fixed day, and the drafts of the weeks ahead."""
        where, by = unit.organization, unit.recorder
        first = (self.until.replace(day=1) + timedelta(days=31)).replace(day=1)
        at = datetime.combine(self.until, time(8, 30), tzinfo=SHANGHAI)
        values = canonical_values(EVENING, {"place": "党员活动室", "agenda": "1. 主题学习\n2. 党员交流发言"})
        plan = RecurringPlan(
            organization=where,
            title="主题党日",
            kinds=list(EVENING),
            values=values,
            every=RecurringPlan.Every.MONTH,
            day=day,
            start_date=first,
            made_until=self.until + HORIZON * DAY,
            created_by=by,
            created_at=at,
        )
        self.store.put(plan)
        data = {"organization": where.code, "kinds": plan.kinds, "every": "month"}
        self.store.note("plan.saved", "recurring_plan", plan.public_id, data, by=by, at=at)
        for draft in (first.replace(day=day),):
            if draft <= self.until + HORIZON * DAY:
                entry = input_from(
                    EVENING,
                    {"title": plan.title} | values,
                    draft,
                    {},
                    source=Record.Source.PLAN,
                    natural_key=f"plan:{plan.public_id}:{draft.isoformat()}",
                )
                self.journal.draft(where, entry, at=at)

    def template(self) -> None:
        """Write a template that all branches may use."""
        where = self.house.organization
        at = datetime.combine(date(self.year, 2, 3), time(9), tzinfo=SHANGHAI)
        kinds = ["branch_members_meeting", "party_class", "theme_party_day"]
        values = canonical_values(
            kinds, {"place": "党员活动室", "hours": "2", "agenda": "1. 通报\n2. 党课\n3. 主题党日"}
        )
        row = RecordTemplate(
            organization=where,
            name="季度首月：党员大会、党课和主题党日",
            kinds=kinds,
            values=values,
            for_subordinates=True,
            created_by=self.by,
            created_at=at,
        )
        self.store.put(row)
        data = {"organization": where.code, "kinds": kinds}
        self.store.note("template.saved", "record_template", row.public_id, data, by=self.by, at=at)

    def transfer(self, unit: Unit, target: Organization) -> None:
        """Write a letter that was sent and not yet received."""
        one = next(
            staffer
            for staffer in unit.members
            if not staffer.is_fixed and staffer.left is None and staffer.arrival == "registered"
        )
        assert one.member is not None
        day = date(self.year, 11, 9)
        at = datetime.combine(day, time(15), tzinfo=SHANGHAI)
        row = Transfer(
            member=one.member,
            source=unit.organization,
            target=target,
            letter_number=f"{self.year}第0012号",
            sent_date=day,
            valid_until=day + (LETTER_DAYS - 1) * DAY,
        )
        self.store.put(row)
        self.store.put(
            TransferStep(transfer=row, state=Transfer.State.SENT, date=day, taken_by=self.by, taken_at=at)
        )
        data = {
            "member": str(one.member.public_id),
            "source": unit.organization.code,
            "date": day.isoformat(),
            "to": target.code,
        }
        self.store.note("transfer.sent", "transfer", row.public_id, data, by=self.by, at=at)
        self.store.changed("transfer", unit.organization.pk, day)

    def election(self, term: Term) -> None:
        """Write the reminder, six months before the committee's term ends."""
        day = date(self.year, 10, 9)
        at = datetime.combine(day, time(10), tzinfo=SHANGHAI)
        row = Election(
            organization=self.house.organization,
            body=Body.COMMITTEE,
            kind=Election.Kind.REGULAR,
            term=term,
            opened_at=at,
        )
        self.store.put(row)
        document = f"医党指函〔{self.year}〕41号"
        self.store.put(
            ElectionStep(
                election=row,
                kind=ElectionStep.Kind.REMINDER,
                date=day,
                document=document,
                data={},
                taken_by=None,
                taken_at=at,
            )
        )
        opened = {"kind": "regular", "body": "committee", "seats": None}
        self.store.note("election.opened", "election", row.public_id, opened, by=None, at=at)
        data = {"date": day.isoformat(), "document": document}
        self.store.note("election.step.reminder", "election", row.public_id, data, by=None, at=at)
        self.store.changed("election", row.organization_id, day)

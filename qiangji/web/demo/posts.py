"""Seats, terms and who sits where, as ``orgs.services`` and ``members.services.tenures`` would have left them."""

from collections import Counter
from datetime import date, datetime, timedelta

from qiangji.accounts.models import User
from qiangji.lib.dates import SHANGHAI
from qiangji.members.models import Tenure
from qiangji.members.services.tenures import begun
from qiangji.orgs.models import Body, Organization, Post, Term, TermExtension
from qiangji.orgs.services.posts import set_up_event
from qiangji.orgs.services.terms import due_after, started_event
from qiangji.web.demo.faults import Fate
from qiangji.web.demo.people import House, Staffer, Unit
from qiangji.web.demo.store import Store

DAY = timedelta(days=1)
BRANCH_DUTIES = ("", "组织委员", "宣传委员", "纪检委员", "青年委员")
COMMITTEE_DUTIES = ("纪检委员", "组织委员", "宣传委员", "统战委员", "青年委员", "群工委员")
ELECTED, APPOINTED = Tenure.How.ELECTED, Tenure.How.APPOINTED
BY_ELECTION = Tenure.How.BY_ELECTION


class Seating:
    """Sets up the seats of one hospital and seats its people."""

    def __init__(self, store: Store, *, house: House, fate: Fate, year: int, by: User | None) -> None:
        self.store, self.house, self.fate, self.year, self.by = store, house, fate, year, by
        self.at = datetime(year, 1, 5, 11, 0, tzinfo=SHANGHAI)
        self.terms: list[Term] = []
        self.positions: Counter[tuple[int, str]] = Counter()
        self.number = int("".join(sign for sign in house.organization.code if sign.isdigit()) or 0)

    def post(
        self,
        organization: Organization,
        body: str,
        kind: str,
        since: date,
        *,
        duty: str = "",
        full: bool = False,
    ) -> Post:
        """Set up one seat, after those that the body has."""
        key = (organization.pk, str(body))
        self.positions[key] += 1
        row = Post(
            organization=organization,
            body=body,
            kind=kind,
            duty=duty,
            is_full_time=full,
            position=self.positions[key],
            start_date=since,
        )
        self.store.put(row)
        self.store.log(set_up_event(row, self.by, self.at))
        self.store.changed("post", organization.pk, since)
        return row

    def term(
        self,
        organization: Organization,
        body: str,
        number: int,
        years: int,
        since: date,
        *,
        appointed: bool = False,
    ) -> Term:
        """Record the present term of a body."""
        row = Term(
            organization=organization,
            body=body,
            number=number,
            years=years,
            start_date=since,
            due_date=due_after(since, years),
            elected_by=Term.ElectedBy.APPOINTED if appointed else Term.ElectedBy.ASSEMBLY,
            document=f"组复〔{since.year}〕{since.month}{since.day:02d}号",
        )
        self.store.put(row)
        self.terms.append(row)
        self.store.log(started_event(row, self.by, self.at))
        self.store.changed("term", organization.pk, since)
        return row

    def sit(
        self,
        post: Post,
        one: Staffer,
        since: date,
        *,
        how: str = ELECTED,
        term: Term | None = None,
        until: date | None = None,
        consent: date | None = None,
        at: datetime | None = None,
    ) -> Tenure:
        """Seat a person; ``until`` is the last day of a tenure that is over."""
        row = Tenure(
            post=post,
            person=one.person,
            term=term,
            how=how,
            document=f"党任〔{since.year}〕{since.month}号" if how == APPOINTED else "",
            consent_date=consent,
            consent_document=f"组函〔{consent.year}〕{consent.month}号" if consent else "",
            start_date=since,
            end_date=until,
        )
        self.store.put(row)
        self.store.note("tenure.begun", "tenure", row.public_id, begun(row), by=self.by, at=at or self.at)
        self.store.changed("tenure", post.organization_id, since)
        return row

    def seat_all(self) -> None:
        """Seat everybody in the hospital and its branches."""
        self.committee()
        if self.house.discipline:
            self.discipline()
        self.administration()
        self.office_and_mass()
        for order, unit in enumerate(self.house.units):
            if unit.organization.pk != self.house.organization.pk:
                self.branch(unit, order)

    def elected_on(self) -> date:
        """The day of the present committee's election: most have years to go, a few are due soon or were extended."""
        if self.fate.lacks("overdue"):
            return date(self.year - self.years, 6, 10)
        if self.number == 1:
            return date(self.year - self.years + 1, 4, 15)
        if self.is_extended:
            return date(self.year - self.years, 5, 20)
        return date(self.year - 1 - self.number % (self.years - 1), 3 + self.number % 4, 5 + self.number % 20)

    @property
    def is_extended(self) -> bool:
        """Every ninth hospital goes on under a recorded extension."""
        return self.number % 9 == 5 and not self.fate.lacks("overdue")

    @property
    def set_up(self) -> date:
        """The day from which seats are on record: earlier than any term that a sheet looks at."""
        return date(self.year - 2, 1, 1)

    @property
    def years(self) -> int:
        """How long a term is: five years for a committee, three for a branch or general branch."""
        return 5 if self.house.is_committee else 3

    def committee(self) -> None:
        """Seat the Party committee: secretary, deputies, members with their duties."""
        house, since = self.house, self.elected_on()
        where, body = house.organization, Body.COMMITTEE
        term = self.term(
            where, body, 4 + self.number % 5, self.years, since, appointed=self.fate.lacks("not_elected")
        )
        if self.is_extended:
            self.extend(term)
        how = APPOINTED if self.fate.lacks("not_elected") else ELECTED
        duties = iter(COMMITTEE_DUTIES)
        for order, one in enumerate(house.committee):
            kind, duty, full = Post.Kind.MEMBER, "", False
            if order == 0:
                kind, full = Post.Kind.SECRETARY, True
            elif order < 3 and len(house.committee) > 3 and house.is_committee:
                kind, full = Post.Kind.DEPUTY_SECRETARY, order == 2
            else:
                duty = next(duties)
            post = self.post(where, body, kind, min(since, self.set_up), duty=duty, full=full)
            last = order == len(house.committee) - 1
            if order == 0 and house.former_secretary is not None:
                self.succeed(post, house.former_secretary, one, since, term)
            elif last and self.fate.lacks("vacancy"):
                self.sit(post, one, since, how=how, term=term, until=date(self.year, 3, 9))
            elif last and house.former_member is not None:
                self.refill(post, house.former_member, one, since, term)
            else:
                self.sit(post, one, since, how=how, term=term)

    def succeed(self, post: Post, before: Staffer, one: Staffer, since: date, term: Term) -> None:
        """Let a secretary follow another, with the superior's consent beforehand where nothing is amiss."""
        assert before.left is not None
        first = before.left
        consent = None if self.fate.lacks("no_consent") else date(self.year, 2, 27)
        self.sit(post, before, since, term=term, until=first - DAY)
        at = datetime(self.year, 3, 17, 9, 0, tzinfo=SHANGHAI)
        self.sit(post, one, first, how=APPOINTED, term=term, consent=consent, at=at)

    def refill(self, post: Post, before: Staffer, one: Staffer, since: date, term: Term) -> None:
        """Let a member follow another by a by-election."""
        assert before.left is not None
        self.sit(post, before, since, term=term, until=before.left - DAY)
        at = datetime(self.year, 4, 29, 9, 0, tzinfo=SHANGHAI)
        self.sit(post, one, self.house.refilled_on, how=BY_ELECTION, term=term, at=at)

    def extend(self, term: Term) -> None:
        """Record the superior's approval that a committee goes on for a year."""
        approver = self.house.organization.parent
        assert approver is not None
        approved = date(self.year, 3, 20)
        row = TermExtension(
            term=term,
            due_date=term.due_date.replace(year=self.year + 1),
            document=f"组复〔{self.year}〕18号",
            approved_by=approver,
            approved_date=approved,
            recorded_at=datetime(self.year, 3, 23, 9, 0, tzinfo=SHANGHAI),
        )
        self.store.put(row)
        data = {
            "from": term.due_date.isoformat(),
            "to": row.due_date.isoformat(),
            "document": row.document,
            "approved_by": approver.code,
            "approved_date": approved.isoformat(),
        }
        self.store.numbers["term", term.public_id] = 1
        self.store.note("term.extended", "term", term.public_id, data, by=self.by, at=row.recorded_at)
        self.store.changed("term", term.organization_id, term.due_date)

    def discipline(self) -> None:
        """Seat the discipline committee; its secretary is full-time where nothing is amiss."""
        where, body, since = self.house.organization, Body.DISCIPLINE, self.elected_on()
        term = self.term(where, body, 4 + self.number % 5, self.years, since)
        if self.is_extended:
            self.extend(term)
        for order, one in enumerate(self.house.discipline):
            kind = Post.Kind.SECRETARY if order == 0 else Post.Kind.MEMBER
            if order == 1 and len(self.house.discipline) > 4:
                kind = Post.Kind.DEPUTY_SECRETARY
            full = order == 0 and not self.fate.lacks("discipline_part_time")
            self.sit(self.post(where, body, kind, min(since, self.set_up), full=full), one, since, term=term)

    def administration(self) -> None:
        """Seat president and vice presidents."""
        where, body, since = self.house.organization, Body.ADMINISTRATION, date(self.year - 3, 3, 1)
        president = self.house.president
        self.sit(self.post(where, body, Post.Kind.PRESIDENT, since), president, since, how=APPOINTED)
        duties = ("分管医疗", "分管护理", "分管科教", "分管后勤")
        for duty, one in zip(duties, self.house.vices, strict=False):
            post = self.post(where, body, Post.Kind.VICE_PRESIDENT, since, duty=duty)
            self.sit(post, one, since, how=APPOINTED)

    def office_and_mass(self) -> None:
        """Seat the Party office, full-time, and the heads of the mass organizations."""
        where, since = self.house.organization, date(self.year - 2, 9, 1)
        for order, one in enumerate(self.house.office):
            kind = Post.Kind.HEAD if order == 0 else Post.Kind.WORKER
            self.sit(self.post(where, Body.OFFICE, kind, since, full=True), one, since, how=APPOINTED)
        heads = [unit.committee[-1] for unit in self.house.units][:3]
        for duty, one in zip(("工会主席", "团委书记", "妇委会主任"), heads, strict=False):
            self.sit(self.post(where, Body.MASS, Post.Kind.HEAD, since, duty=duty), one, since, how=APPOINTED)

    def branch(self, unit: Unit, order: int) -> None:
        """Seat a branch's committee under its present term of three years; every seventh is due within months."""
        turn = (self.number + order) % 7
        since = date(self.year - 2, 2, 12) if turn == 3 else date(self.year - 1 - turn % 2, 3 + turn, 12)
        term = self.term(unit.organization, Body.COMMITTEE, 2 + turn % 4, 3, since)
        for duty, one in zip(BRANCH_DUTIES, unit.committee, strict=False):
            kind = Post.Kind.MEMBER if duty else Post.Kind.SECRETARY
            post = self.post(unit.organization, Body.COMMITTEE, kind, min(since, self.set_up), duty=duty)
            self.sit(post, one, since, term=term)

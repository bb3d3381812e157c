"""The statements that somebody would write by hand to count what an edition's checks ask for, for all subjects at once.

One for each node of each check that looks at facts: how many events with the properties that are asked, on how many days,
with how many hours, by subject (of branches by branch too) and month; how often each person came; who belongs to a group;
what was recorded; which terms, steps and vacancies there are. They answer nothing and word nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qiangji.orgs.paths import LAST
from qiangji.rules.language import (
    Answered,
    Attended,
    Condition,
    Every,
    Ordered,
    Pairs,
    Ratio,
    Selection,
    Share,
    StateValue,
)
from qiangji.rules.needs import nodes_of
from qiangji.rules.vocabulary import DERIVED, POPULATIONS, RECORDS
from qiangji.scoring.proposing import Judge

# Every subject with what stands below it, and as whose its events count.
FAMILY = (
    "CREATE TEMPORARY TABLE family AS SELECT o.id AS organization_id, h.id AS subject_id, h.kind AS kind,"
    " CASE WHEN o.id = h.id THEN 0 ELSE o.id END AS owner_id FROM orgs_organization h JOIN orgs_organization o"
    f" ON o.path >= h.path AND o.path < h.path || '{LAST}' WHERE h.kind IN ('hospital', 'branch')",
    "CREATE INDEX family_of ON family (organization_id, kind)",
)
NATIVE = {"hours": "r.hours", "amount": "r.amount", "quantity": "r.quantity"}
OPERATORS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
OF_RECORDS = {"dues_filed": "dues_disclosure", "guided_life_meeting": "organization_life_meeting",
              "guided_appraisal": "member_appraisal"}  # fmt: skip
BODIES = {"leaders": ("committee", "administration"), "centre_group": ("committee", "administration"),
          "secretaries_and_leaders": ("committee", "administration"), "party_staff": ("office",)}  # fmt: skip
OF_POSTS = ("committee_", "discipline_", "party_staff", "party_office", "mass_heads", "heads_apart")


@dataclass(frozen=True)
class Asking:
    """The circumstances: which database, subjects of which kind, as of which day, and a criterion's figures."""

    vendor: str
    kind: str
    day: date
    figures: Mapping[str, Decimal]

    @property
    def recent(self) -> str:
        return f"r.date BETWEEN '{date(self.day.year - 1, 1, 1)}' AND '{self.day}'"

    @property
    def month(self) -> str:
        return "strftime('%m', r.date)" if self.vendor == "sqlite" else "EXTRACT(MONTH FROM r.date)"

    def statements(self, judge: Judge) -> Iterator[str]:
        """Yield what one criterion asks."""
        assert judge.entry.check is not None
        for node in nodes_of(judge.entry.check):
            yield from self.asked(node.operand)

    def asked(self, operand: Any) -> Iterator[str]:
        if isinstance(operand, Answered | Ordered):
            for kind in (*operand.kinds, operand.by if isinstance(operand, Answered) else operand.after):
                yield self.dated(kind, operand)
        elif isinstance(operand, Selection):
            yield self.dated(operand.kinds[0], operand)
        elif isinstance(operand, Share):
            asked = operand.meets.asked
            of_persons = POPULATIONS[operand.of].of == "persons"
            yield self.by_person(asked.kinds) if of_persons else self.by_month(asked, by_owner=True)
            yield self.group(operand.of)
        elif isinstance(operand, Attended):
            yield self.by_person(operand.kinds)
            yield self.group(operand.of)
        elif isinstance(operand, Pairs):
            yield (
                "SELECT f.subject_id, r.first_id, r.second_id, COUNT(*) FROM ledgers_hearttalk r"
                f" {self.within('r.organization_id')} AND r.withdrawn_at IS NULL AND {self.recent} GROUP BY 1, 2, 3"
            )
            yield self.group(operand.of)
        elif isinstance(operand, StateValue):
            yield self.state(operand.of)
        elif isinstance(operand, Ratio):
            for name in (operand.top, operand.bottom):
                yield self.group(name) if name in POPULATIONS else self.state(name)

    def within(self, column: str) -> str:
        return f"JOIN family f ON f.organization_id = {column} WHERE f.kind = '{self.kind}'"

    # Events.
    def dated(self, kind: str, selection: Selection) -> str:
        """What happened, or what follows from terms and posts."""
        if kind in RECORDS or kind in OF_RECORDS:
            return self.by_month(selection, by_owner=False)
        if kind in ("term_reminder", "term_request", "term_approval"):
            return (
                "SELECT f.subject_id, e.term_id, s.kind, MAX(s.date) FROM members_electionstep s"
                f" JOIN members_election e ON e.id = s.election_id {self.within('e.organization_id')}"
                f" AND e.state <> 'cancelled' AND s.date <= '{self.day}' GROUP BY 1, 2, 3"
            )
        if kind.startswith("term_"):
            return (
                "SELECT f.subject_id, t.id, t.body, t.number, t.start_date, COALESCE((SELECT x.due_date FROM"
                " orgs_termextension x WHERE x.term_id = t.id ORDER BY x.id DESC LIMIT 1), t.due_date)"
                f" FROM orgs_term t {self.within('t.organization_id')} AND t.start_date <= '{self.day}'"
            )
        return (
            "SELECT f.subject_id, s.id, p.person_id, p.start_date, p.end_date, p.consent_date,"
            " LEAD(p.start_date) OVER (PARTITION BY f.subject_id, s.id ORDER BY p.start_date) FROM members_tenure p"
            f" JOIN orgs_post s ON s.id = p.post_id {self.within('s.organization_id')}"
            f" AND s.body IN ('committee', 'discipline') AND p.start_date <= '{self.day}'"
        )

    def records(self, kinds: tuple[str, ...]) -> str:
        """Confirmed records of some kinds; one under several of them counts once."""
        real = tuple(OF_RECORDS.get(kind, kind) for kind in kinds)
        named = ", ".join(f"'{kind}'" for kind in real)
        return (
            f"FROM ledgers_recordkind k JOIN ledgers_record r ON r.id = k.record_id {{more}}"
            f" {self.within('r.organization_id')} AND k.kind IN ({named}) AND r.state = 'confirmed'"
        )

    def by_month(self, selection: Selection, *, by_owner: bool) -> str:
        columns = "f.subject_id, r.year, " + self.month + (", f.owner_id" if by_owner else "")
        places = ", ".join(str(number) for number in range(1, 5 if by_owner else 4))
        text = (
            f"SELECT {columns}, COUNT(DISTINCT r.id), COUNT(DISTINCT r.date), SUM(r.hours){self.good(selection)} "
            + self.records(selection.kinds).format(more="")
        )
        text += "".join(f" AND {one}" for one in self.conditions(selection.where))
        if selection.whose is not None:
            text += f" AND f.owner_id {'=' if selection.whose == 'own' else '<>'} 0"
        still = f"r.date <= '{self.day}' AND (r.end_date IS NULL OR r.end_date >= '{self.day}')"
        return f"{text} AND {still if selection.in_force else self.recent} GROUP BY {places}"

    def good(self, selection: Selection) -> str:
        if not isinstance(selection, Every):
            return ""
        kept = " AND ".join(self.conditions(selection.has))
        return f", SUM(CASE WHEN {kept} THEN 1 ELSE 0 END)"

    def by_person(self, kinds: tuple[str, ...]) -> str:
        more = "JOIN ledgers_attendance a ON a.record_id = r.id AND a.presence = 'present'"
        records = self.records(kinds).format(more=more)
        return f"SELECT f.subject_id, a.person_id, COUNT(*), SUM(r.hours) {records} AND {self.recent} GROUP BY 1, 2"

    def conditions(self, asked: Mapping[str, Any]) -> list[str]:
        return [one for name, condition in asked.items() for one in self.condition(name, condition)]

    def condition(self, name: str, condition: Any) -> Iterator[str]:
        column = self.column(name)
        if isinstance(condition, bool):
            yield f"{column} = {self.flag(condition)}"
        elif not isinstance(condition, Condition):
            yield f"{column} = '{condition}'"
        elif condition.equals is not None:
            yield f"{column} = '{condition.equals}'"
        elif condition.one_of:
            yield f"{column} IN ({', '.join(repr(str(one)) for one in condition.one_of)})"
        else:
            number = column if name in NATIVE or name in DERIVED else f"CAST({column} AS NUMERIC)"
            for bound, amount in condition.amounts().items():
                figure = amount if isinstance(amount, Decimal) else self.figures[amount.removeprefix("$")]
                yield f"{number} {OPERATORS[bound]} {figure}"

    def flag(self, value: bool) -> str:
        return str(int(value)) if self.vendor == "sqlite" else f"'{str(value).lower()}'"

    def column(self, name: str) -> str:
        if name in NATIVE:
            return NATIVE[name]
        derived = DERIVED.get(name)
        if derived is None:
            return (
                f"json_extract(r.\"values\", '$.{name}')"
                if self.vendor == "sqlite"
                else f"(r.\"values\" ->> '{name}')"
            )
        if derived.quotient is not None:
            return f"r.hours / NULLIF(CAST({self.column('theory_hours')} AS NUMERIC), 0)"
        spoke = " AND a.is_keynote" if derived.people == "keynotes" else " AND a.presence = 'present'"
        among = ""
        if derived.among is not None:
            among = (
                " AND EXISTS (SELECT 1 FROM members_tenure p JOIN orgs_post s ON s.id = p.post_id"
                " WHERE p.person_id = a.person_id AND s.organization_id = f.subject_id AND p.start_date <= r.date"
                " AND (p.end_date IS NULL OR p.end_date >= r.date))"
            )
        return f"(SELECT COUNT(*) FROM ledgers_attendance a WHERE a.record_id = r.id{spoke}{among})"

    # Who and what there is.
    def held(self, alias: str) -> str:
        return f"{alias}.start_date <= '{self.day}' AND ({alias}.end_date IS NULL OR {alias}.end_date >= '{self.day}')"

    def group(self, population: str) -> str:
        if population in ("branches", "groups"):
            kind = "branch" if population == "branches" else "party_group"
            return f"SELECT f.subject_id, p.id FROM orgs_organization p {self.within('p.id')} AND p.kind = '{kind}'"
        if population in ("members", "full_members"):
            return (
                "SELECT f.subject_id, m.person_id, p.start_date, p.end_date, m.joined_date, m.confirmed_date, x.start_date,"
                " x.end_date FROM members_branchmembership p JOIN members_member m ON m.id = p.member_id"
                " LEFT JOIN members_exemption x ON x.member_id = m.id"
                f" {self.within('p.organization_id')} AND {self.held('p')}"
            )
        bodies = ", ".join(f"'{body}'" for body in BODIES.get(population, ("committee",)))
        return (
            "SELECT DISTINCT f.subject_id, p.person_id, p.start_date, p.end_date FROM members_tenure p"
            f" JOIN orgs_post s ON s.id = p.post_id {self.within('s.organization_id')} AND s.body IN ({bodies})"
            f" AND {self.held('p')}"
        )

    def state(self, name: str) -> str:
        if name in ("member_count", "in_service_members", "hardship_count"):
            return (
                "SELECT f.subject_id, COUNT(*) FROM members_branchmembership p"
                f" {self.within('p.organization_id')} AND {self.held('p')} GROUP BY 1"
            )
        if name == "group_count":
            return self.group("groups")
        if name.endswith("_elected"):
            return self.dated("term_end", Selection(of="term_end"))
        if name.startswith(OF_POSTS):
            return (
                "SELECT f.subject_id, s.body, s.kind, s.is_full_time, COUNT(DISTINCT p.person_id) FROM orgs_post s"
                f" LEFT JOIN members_tenure p ON p.post_id = s.id AND {self.held('p')}"
                f" {self.within('s.organization_id')} AND f.owner_id = 0 AND {self.held('s')} GROUP BY 1, 2, 3, 4"
            )
        return (
            "SELECT f.subject_id, s.value, s.start_date, s.end_date FROM orgs_organizationstate s"
            f" {self.within('s.organization_id')} AND s.kind = '{name}' AND s.start_date <= '{self.day}'"
        )

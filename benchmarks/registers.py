"""Fill an empty database with hospitals whose registers and ledgers hold very many rows.

Run as ``python -m benchmarks.ready registers ROWS`` with ``DATABASE_URL`` set; prints as JSON whom the client signs in as and
how many statements each list takes. The rows are shared out evenly among a hundred hospitals; one Party office signs in.
"""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction

from benchmarks.listing import PAGES
from benchmarks.plan import PASSWORD
from benchmarks.population import gather_statistics
from benchmarks.recording import client_of, recorded
from qiangji.accounts.models import User
from qiangji.accounts.services import NewAccount, create_accounts
from qiangji.ledgers.models import Record, RecordKind
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.services import NewOrganization, NewRole, assign_roles, create_organizations
from qiangji.web.demo import names
from qiangji.web.demo.bulk import Table, renumber

HOSPITALS, BRANCHES = 100, 10
SINCE = date(2020, 1, 1)
AT = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = ("theme_party_day", "branch_committee_meeting", "party_class", "group_meeting")
FLUSH = 20_000


def organizations() -> list[NewOrganization]:
    """Return hospitals with ten branches each."""
    kinds, levels = Organization.Kind, Organization.Level
    found = []
    for hospital in range(HOSPITALS):
        code = f"H{hospital:02d}"
        found.append(
            NewOrganization(
                code=code,
                kind=kinds.HOSPITAL,
                form="committee",
                level=levels.CITY,
                name=f"测速第{hospital}医院党委",
                short_name=f"测速第{hospital}医院",
                start_date=SINCE,
            )
        )
        found += [
            NewOrganization(
                code=f"{code}{branch}",
                kind=kinds.BRANCH,
                name=f"测速第{hospital}医院第{branch}党支部",
                short_name=f"第{branch}党支部",
                parent=code,
                start_date=SINCE,
            )
            for branch in range(BRANCHES)
        ]
    return found


def clerk(hospital: Organization) -> User:
    """Return the account of the hospital's Party office."""
    account = NewAccount("clerk", "某党办", make_password(PASSWORD), must_change_password=False)
    user = create_accounts(accounts=[account], by=None, at=AT)[0]
    assign_roles(roles=[NewRole(user, hospital, RoleName.PARTY_OFFICE, SINCE)], by=None, at=AT)
    return user


class Filler:
    """Writes members and records, so many each."""

    def __init__(self, user: User, nodes: dict[str, Organization]) -> None:
        self.user, self.nodes = user, nodes
        self.random = Random(1)  # noqa: S311 -- a measurement, not a secret
        models = (Person, Employment, Member, BranchMembership, Record, RecordKind)
        self.tables = {model: Table(model) for model in models}

    def new_id(self) -> UUID:
        """Return a public id."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def fill(self, rows: int) -> None:
        """Write everything."""
        with transaction.atomic():
            for number in range(rows):
                code = f"H{number // BRANCHES % HOSPITALS:02d}"
                branch = self.nodes[f"{code}{number % BRANCHES}"]
                self.member(number, self.nodes[code], branch)
                self.record(number, branch)
                if number % FLUSH == FLUSH - 1:
                    self.flush()
            self.flush()
            renumber(list(self.tables))

    def flush(self) -> None:
        """Write what waits, in the order in which rows point at each other."""
        for table in self.tables.values():
            table.flush()

    def member(self, number: int, hospital: Organization, branch: Organization) -> None:
        """Write one member."""
        name = names.full_name(self.random)
        person = self.tables[Person].add(public_id=self.new_id(), name=name, pinyin=names.pinyin(name))
        self.tables[Employment].add(
            person_id=person,
            organization_id=hospital.pk,
            staff_number=f"{number:06d}",
            start_date=SINCE,
        )
        member = self.tables[Member].add(
            public_id=self.new_id(), person_id=person, joined_date=SINCE, confirmed_date=date(2021, 1, 1)
        )
        self.tables[BranchMembership].add(
            public_id=self.new_id(),
            member_id=member,
            organization_id=branch.pk,
            start_date=SINCE,
            arrival=BranchMembership.Arrival.REGISTERED,
        )

    def record(self, number: int, branch: Organization) -> None:
        """Write one record of the last three years."""
        day = date(2026, 3, 1) - timedelta(days=number % 1000)
        row = self.tables[Record].add(
            public_id=self.new_id(),
            organization_id=branch.pk,
            date=day,
            year=day.year,
            title=f"第{number}次活动",
            values={},
            expected=24,
            present=22,
            recorded_by_id=self.user.pk,
            recorded_at=AT,
            changed_at=AT,
        )
        self.tables[RecordKind].add(record_id=row, kind=KINDS[number % len(KINDS)])


def statements(user: User) -> dict[str, int]:
    """Count the statements that each list takes, sign-in and rights included."""
    client, counts = client_of(user), {}
    for name, address in PAGES.items():
        client.get(address)
        with recorded() as found:
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} did not come: {answer.status_code}")
        counts[name] = len(found)
    return counts


def main() -> None:
    call_command("migrate", verbosity=0)
    nodes = {row.code: row for row in create_organizations(specs=organizations(), by=None, at=AT)}
    user = clerk(nodes["H00"])
    Filler(user, nodes).fill(int(sys.argv[1]))
    gather_statistics()
    print(json.dumps({"username": user.username, "statements": statements(user)}))

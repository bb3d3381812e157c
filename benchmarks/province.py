"""Fill an empty database with a province at the end of its cycle, recognize its results, and say how long that took.

Run as ``python -m benchmarks.ready province HOSPITALS`` with ``DATABASE_URL`` set; prints as JSON whom the client signs in
as, the addresses of the pages, how many statements each takes, and the seconds of the recognition. Every hospital has its
sheet of 84 criteria rated, every branch its sheet accepted, with the marks of each stage.
"""

import json
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from benchmarks.plan import PASSWORD
from benchmarks.population import gather_statistics
from benchmarks.recording import client_of, recorded
from qiangji.accounts.models import User
from qiangji.accounts.services import NewAccount, create_accounts
from qiangji.assessments.models import Answer, Cycle, Mark, ReviewAssignment, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.services import NewOrganization, NewRole, assign_roles, create_organizations, set_oversights
from qiangji.results.services.recognizing import recognize_cycle
from qiangji.standards.services import load_library
from qiangji.web.demo.bulk import Table, renumber

CITIES = 9
# Twelve branches at two hospitals of three and eleven at the third: 14,000 at 1,200 hospitals.
BRANCHES = (11, 12, 12)
SINCE = date(2020, 1, 1)
OPENED = datetime(2026, 3, 1, tzinfo=UTC)
DECIDED = datetime(2026, 12, 20, tzinfo=UTC)
FLUSH = 20_000
Kind = Organization.Kind


def organizations(hospitals: int) -> list[NewOrganization]:
    """Return a province with cities, an authority in each, hospitals and their branches."""
    found = [new("P", Kind.GUIDANCE_COMMITTEE, "测速省指导委员会", None)]
    for city in range(CITIES):
        found.append(new(f"C{city}", Kind.GUIDANCE_COMMITTEE, f"测速{city}市指导委员会", "P"))
        found.append(new(f"A{city}", Kind.HEALTH_AUTHORITY, f"测速{city}市卫健委", f"C{city}"))
    for number in range(hospitals):
        code = f"H{number:04d}"
        found.append(
            new(code, Kind.HOSPITAL, f"测速第{number:04d}医院党委", f"C{number % CITIES}", form="committee")
        )
        found += [
            new(f"{code}{branch:02d}", Kind.BRANCH, f"测速第{number:04d}医院第{branch}党支部", code)
            for branch in range(BRANCHES[number % len(BRANCHES)])
        ]
    return found


def new(code: str, kind: str, name: str, parent: str | None, **more: str) -> NewOrganization:
    return NewOrganization(
        code=code, kind=kind, name=name, short_name=name[:30], start_date=SINCE, parent=parent, **more
    )


def open_year(nodes: dict[str, Organization]) -> Cycle:
    """Open a cycle on the built-in table for hospitals and the sample for branches."""
    relations = [
        Oversight(
            kind=Oversight.Kind.SUPERVISION,
            overseer=nodes[f"A{int(code[1:]) % CITIES}"],
            subject=node,
            start_date=SINCE,
        )
        for code, node in nodes.items()
        if node.kind == Kind.HOSPITAL
    ]
    set_oversights(relations=relations, by=None, at=OPENED)
    loaded = {one.edition.standard.code: one.edition for one in load_library(at=OPENED)}
    editions = [
        EditionChoice(Kind.HOSPITAL, loaded["jilin-hospital-committee"], Stage.RATING),
        EditionChoice(Kind.BRANCH, loaded["branch-sample"], Stage.ACCEPTANCE),
    ]
    cycle = make_cycle(nodes["P"], 2026, editions)
    open_cycle(cycle=cycle, by=None, at=OPENED)
    return cycle


def make_cycle(owner: Organization, year: int, editions: list[EditionChoice]) -> Cycle:
    """Set up a cycle with the usual dates."""
    return create_cycle(
        owner=owner,
        year=year,
        title=f"{year}年度考评",
        plan_number="测速〔2026〕1号",
        period=(date(year, 1, 1), date(year, 12, 31)),
        deadlines=(date(year, 10, 31), date(year, 11, 30), date(year, 12, 15)),
        closing_date=date(year + 1, 3, 31),
        pass_line=Decimal(90),
        branch_share=Decimal(90),
        editions=editions,
        by=None,
        at=OPENED,
    )


def mark(by: User) -> None:
    """Give every answer the marks of its sheet's stages; one in thirty loses its points, so that some stay below."""
    random, table = Random(1), Table(Mark, version=1, marked_by_id=by.pk, marked_at=OPENED)  # noqa: S311
    stages = {
        Kind.HOSPITAL: (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING),
        Kind.BRANCH: (Stage.SELF, Stage.ACCEPTANCE),
    }
    rows = Answer.objects.order_by("pk").values_list("pk", "sheet__organization_kind", "criterion__points")
    with transaction.atomic():
        for answer, kind, points in rows.iterator(chunk_size=FLUSH):
            given = Decimal(0) if random.random() < 1 / 30 else points
            for stage in stages[kind]:
                table.add(answer_id=answer, stage=stage.value, points=given)
            if len(table.rows) > FLUSH:
                table.flush()
        table.flush()
        renumber([Mark])
    Sheet.objects.filter(organization_kind=Kind.HOSPITAL).update(state=State.RATED, version=5)
    Sheet.objects.filter(organization_kind=Kind.BRANCH).update(state=State.ACCEPTED, version=3)


def clerk(node: Organization) -> User:
    """Return the account of who works for the province's guidance committee."""
    account = NewAccount("guide", "某指导", make_password(PASSWORD), must_change_password=False)
    user = create_accounts(accounts=[account], by=None, at=OPENED)[0]
    assign_roles(roles=[NewRole(user, node, RoleName.GUIDANCE, SINCE)], by=None, at=OPENED)
    return user


def review_office(nodes: dict[str, Organization], cycle: Cycle) -> User:
    """Open the next year for hospitals, all rated by one authority of four, half of each sheet done; return one of them."""
    accounts = [
        NewAccount(f"review{number}", f"第{number}评", make_password(PASSWORD), must_change_password=False)
        for number in range(4)
    ]
    users = create_accounts(accounts=accounts, by=None, at=OPENED)
    roles = [NewRole(user, nodes["A0"], RoleName.SUPERVISOR, SINCE) for user in users]
    assign_roles(roles=roles, by=None, at=OPENED)
    edition = cycle.editions.get(organization_kind=Kind.HOSPITAL).edition
    later = make_cycle(nodes["P"], 2027, [EditionChoice(Kind.HOSPITAL, edition, Stage.RATING)])
    open_cycle(cycle=later, by=None, at=OPENED)
    sheets = later.sheets.order_by("pk")
    table = Table(Mark, version=1, marked_by_id=users[0].pk, marked_at=OPENED)
    with transaction.atomic():
        rows = Answer.objects.filter(sheet__cycle=later).order_by("pk")
        for place, (answer, points) in enumerate(rows.values_list("pk", "criterion__points")):
            table.add(answer_id=answer, stage=Stage.ACCEPTANCE.value, points=points)
            if place % 2:
                table.add(
                    answer_id=answer,
                    stage=Stage.RATING.value,
                    points=Decimal(0) if place % 7 == 0 else points,
                )
        table.flush()
        renumber([Mark])
    sheets.update(rating_authority=nodes["A0"], state=State.UNDER_RATING, version=4)
    ReviewAssignment.objects.bulk_create(
        ReviewAssignment(
            sheet_id=key,
            stage=Stage.RATING,
            reviewer=users[place % 4],
            assigned_by=users[0],
            assigned_at=OPENED,
        )
        for place, key in enumerate(sheets.values_list("pk", flat=True))
    )
    return users[0]


def statements(user: User, address: str) -> int:
    """Count the statements of a page, sign-in and rights included."""
    client = client_of(user)
    client.get(address)
    with recorded() as found:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} did not come: {answer.status_code}")
    return len(found)


def main() -> None:
    call_command("migrate", verbosity=0)
    specs = organizations(int(sys.argv[1]))
    nodes = {row.code: row for row in create_organizations(specs=specs, by=None, at=OPENED)}
    user, cycle = clerk(nodes["P"]), open_year(nodes)
    mark(user)
    gather_statistics()
    started = time.perf_counter()
    done = recognize_cycle(cycle=cycle, by=user, at=DECIDED)
    taken = time.perf_counter() - started
    gather_statistics()
    summary = reverse("results:summary", args=[cycle.public_id, nodes["P"].public_id])
    counted = statements(user, summary)
    reviewer, queue = review_office(nodes, cycle), reverse("assessments:reviews") + "?scope=all"
    gather_statistics()
    print(
        json.dumps(
            {
                "username": user.username,
                "reviewer": reviewer.username,
                "recognize": taken,
                "results": len(done.results),
                "pages": {"summary": summary, "queue": queue},
                "statements": {"summary": counted, "queue": statements(reviewer, queue)},
            }
        )
    )

"""Fill an empty database with a province, its accounts and sheets that carry the marks of three stages.

Run as ``python -m benchmarks.ready population SHEETS`` with ``DATABASE_URL`` set; prints as JSON whom the clients sign in as.
Organizations, accounts, roles and sheets come from the services that the pages use; marks, with their history and
their audit events, are written in bulk, since a quarter of a million saves would take too long.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, models

from benchmarks.plan import PASSWORD, REVIEWED, WRITERS
from qiangji.accounts.models import User
from qiangji.accounts.services import NewAccount, create_accounts
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, Oversight, RoleAssignment
from qiangji.orgs.services import NewOrganization, NewRole, assign_roles, create_organizations, set_oversights
from qiangji.standards.models import Criterion
from qiangji.standards.services import load_library

CITIES = 3
SINCE = date(2020, 1, 1)
OPENED = datetime(2026, 3, 1, tzinfo=UTC)
MARKED = datetime(2026, 10, 1, tzinfo=UTC)
BATCH = 2000


def organizations(sheets: int) -> Iterator[NewOrganization]:
    """Yield a province, its cities with a health authority each, and the hospitals below them."""
    kinds, levels = Organization.Kind, Organization.Level

    def new(code: str, kind: str, name: str, parent: str | None, **values: str) -> NewOrganization:
        return NewOrganization(
            code=code, kind=kind, name=name, short_name=name, start_date=SINCE, parent=parent, **values
        )

    yield new("P", kinds.GUIDANCE_COMMITTEE, "测速省指导委员会", None, level=levels.PROVINCE)
    for city in range(CITIES):
        yield new(f"C{city}", kinds.GUIDANCE_COMMITTEE, f"测速{city}市指导委员会", "P", level=levels.CITY)
        yield new(f"A{city}", kinds.HEALTH_AUTHORITY, f"测速{city}市卫健委", f"C{city}", level=levels.CITY)
    for number in range(sheets):
        name = f"测速第{number:04d}医院党委"
        form = Organization.Form.COMMITTEE
        yield new(f"H{number:04d}", kinds.HOSPITAL, name, f"C{number % CITIES}", form=form)


def accounts(nodes: dict[str, Organization]) -> None:
    """Give every hospital a Party office and every health authority a person who accepts and rates."""
    password = make_password(PASSWORD)
    seats = {
        f"user-{code}": (node, RoleName.PARTY_OFFICE if code[0] == "H" else RoleName.SUPERVISOR)
        for code, node in nodes.items()
        if code[0] in "HA"
    }
    users = create_accounts(
        accounts=[NewAccount(name, f"某{name}", password, must_change_password=False) for name in seats],
        by=None,
        at=OPENED,
    )
    roles = [NewRole(user, *seats[user.username], SINCE) for user in users]
    assign_roles(roles=roles, by=None, at=OPENED)


def open_sheets(nodes: dict[str, Organization]) -> None:
    """Open a cycle of the built-in table for all hospitals."""
    set_oversights(
        relations=[
            Oversight(
                kind=Oversight.Kind.SUPERVISION,
                overseer=nodes[f"A{int(code[1:]) % CITIES}"],
                subject=node,
                start_date=SINCE,
            )
            for code, node in nodes.items()
            if code[0] == "H"
        ],
        by=None,
        at=OPENED,
    )
    loaded = [one.edition for one in load_library(at=OPENED)]
    edition = next(one for one in loaded if one.standard.code == "jilin-hospital-committee")
    cycle = create_cycle(
        owner=nodes["P"],
        year=2026,
        title="2026年度考评",
        plan_number="测速〔2026〕1号",
        period=(date(2026, 1, 1), date(2026, 12, 31)),
        deadlines=(date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 15)),
        closing_date=date(2027, 3, 31),
        pass_line=Decimal(90),
        branch_share=Decimal(90),
        editions=[EditionChoice(Organization.Kind.HOSPITAL, edition, Stage.RATING)],
        by=None,
        at=OPENED,
    )
    open_cycle(cycle=cycle, by=None, at=OPENED)


def in_batches(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Store rows in bulk without holding them all."""
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        model._default_manager.bulk_create(batch)


def fill() -> None:
    """Give every answer a text and the marks of three stages, each with its change and its audit event."""
    givers = dict(RoleAssignment.objects.values_list("organization_id", "user_id"))
    users = User.objects.in_bulk()
    answers = list(
        Answer.objects.select_related("sheet", "criterion").only(
            "public_id", "sheet__organization_id", "sheet__supervisor_id", "criterion__points"
        )
    )
    reserved = spare_answer().pk
    for order, stage in enumerate((Stage.SELF, Stage.ACCEPTANCE, Stage.RATING)):
        at = MARKED + timedelta(days=order)
        of_stage = [
            (
                answer,
                users[givers[answer.sheet.organization_id if order == 0 else answer.sheet.supervisor_id]],
            )
            for answer in answers
            if (order, answer.pk) != (0, reserved)
        ]
        in_batches(
            Mark,
            (
                Mark(
                    answer=answer, stage=stage, points=answer.criterion.points, marked_by=giver, marked_at=at
                )
                for answer, giver in of_stage
            ),
        )
        in_batches(MarkChange, (change(answer, stage, giver, at) for answer, giver in of_stage))
        in_batches(Event, (changed(answer, stage, giver, at) for answer, giver in of_stage))
    for node, giver in givers.items():
        Answer.objects.filter(sheet__organization=node).update(
            text="已按要求落实，会议记录、文件和照片见佐证材料。" * 4,
            version=1,
            edited_by=giver,
            edited_at=MARKED,
        )


def spare_answer() -> Answer:
    """Return the one answer that has no self mark and that no client touches: ``recording`` saves into it."""
    answers = Answer.objects.filter(sheet__organization__code="H0000").select_related("sheet", "criterion")
    return answers.latest("criterion__position")


def change(answer: Answer, stage: str, giver: User, at: datetime) -> MarkChange:
    """Build the row of history that giving full marks leaves."""
    return MarkChange(
        answer=answer,
        stage=stage,
        version=1,
        to_points=answer.criterion.points,
        changed_by=giver,
        changed_at=at,
    )


def changed(answer: Answer, stage: str, giver: User, at: datetime) -> Event:
    """Build the audit event that giving full marks leaves."""
    return event(
        verb="mark.changed",
        obj_type=f"mark.{stage}",
        obj_id=answer.public_id,
        data={"from": None, "to": plain(answer.criterion.points), "remark": ""},
        by=giver,
        at=at,
        sequence=1,
    )


def set_states() -> list[Sheet]:
    """Return sheets for eight writers (handed back, marks of all stages kept), two under rating, and rate the others."""
    sheets = list(Sheet.objects.select_related("organization", "supervisor").order_by("organization__code"))
    states = {State.DRAFT: sheets[:WRITERS], State.UNDER_RATING: sheets[WRITERS : WRITERS + REVIEWED]}
    Sheet.objects.update(state=State.RATED, version=5)
    for state, some in states.items():
        Sheet.objects.filter(pk__in=[sheet.pk for sheet in some]).update(state=state)
    return sheets[: WRITERS + REVIEWED]


def gather_statistics() -> None:
    """Let PostgreSQL do at once what its background process does within minutes, and not in the midst of measuring."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def main() -> None:
    call_command("migrate", verbosity=0)
    nodes = create_organizations(specs=list(organizations(int(sys.argv[1]))), by=None, at=OPENED)
    by_code = {node.code: node for node in nodes}
    accounts(by_code)
    open_sheets(by_code)
    fill()
    sheets = set_states()
    gather_statistics()
    criteria = Criterion.objects.filter(edition=sheets[0].edition_id).order_by("position")
    seats = [
        {
            "username": f"user-{(sheet.supervisor if place >= WRITERS else sheet.organization).code}",
            "sheet": str(sheet.public_id),
            "stage": Stage.RATING if place >= WRITERS else Stage.SELF,
        }
        for place, sheet in enumerate(sheets)
    ]
    points = {code: plain(value) for code, value in criteria.values_list("code", "points")}
    del points[spare_answer().criterion.code]
    print(json.dumps({"seats": seats, "points": points}))

"""Write the demo province into an empty database, in bulk, through the services that the pages use.

The database is marked by an audit event; one that holds anything else is refused, so that no demo hospital ever stands
among real ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from uuid import uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.accounts.services import NewAccount, create_accounts
from qiangji.audit.models import Event
from qiangji.audit.services import record
from qiangji.lib.bulk import gather_statistics
from qiangji.lib.dates import SHANGHAI
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.services import NewRole, assign_roles, create_organizations, set_oversights
from qiangji.web.demo.conclusions import plant_history
from qiangji.web.demo.facts import Season, plant_facts
from qiangji.web.demo.last_year import Past
from qiangji.web.demo.plan import NAMESPACE, REFORMED, Plan, Planner
from qiangji.web.demo.sheets import plant_sheets

PASSWORD = "qiangji-demo-2026"  # noqa: S105 -- printed for everybody to read
MARK = uuid5(NAMESPACE, "demo")
LAST_DAY = (11, 20)


class DemoRefused(ValueError):
    """The demo cannot be written here; the message says why and what to do."""


@dataclass(frozen=True)
class DemoArguments:
    """What the demo is made from."""

    organizations: int
    seed: int
    year: int
    until: date | None = None
    branches: int | None = None

    @property
    def last_day(self) -> date:
        """The demo's present: facts are planted up to this day."""
        return self.until or date(self.year, *LAST_DAY)

    @property
    def data(self) -> dict[str, int | str]:
        branches: dict[str, int | str] = {"branches": self.branches} if self.branches else {}
        return branches | {
            "organizations": self.organizations,
            "seed": self.seed,
            "year": self.year,
            "until": self.last_day.isoformat(),
        }

    @property
    def plan(self) -> Plan:
        """What will be there."""
        return Planner(hospitals=self.organizations, seed=self.seed, branches=self.branches).make()


def planted() -> DemoArguments | None:
    """Return what the demo in this database was made from, or None."""
    mark = Event.objects.filter(object_type="demo", object_id=MARK).first()
    if mark is None:
        return None
    data = loads(mark.data)
    until = data.pop("until", None)
    return DemoArguments(**data, until=date.fromisoformat(until) if until else None)


def ignore(done: int, whole: int) -> None:
    """Tell nobody how far it is."""


def plant(
    arguments: DemoArguments,
    *,
    tell: Callable[[str], None],
    progress: Callable[[int, int], None] = ignore,
    with_sheets: bool = True,
    with_facts: bool = True,
    with_last_year: bool = False,
) -> Plan:
    """Plant the demo, or find it already there; return its plan. ``progress`` hears of hospitals done, and of how many.

    ``with_last_year`` adds how the year before ended; it needs the sheets' editions.

    Raises DemoRefused for a database that holds other data, or a demo made from other arguments.
    """
    plan = arguments.plan
    found = planted()
    if found is not None and found.data == arguments.data:
        tell("演示数据已经在库中，没有改动。")
        return plan
    if found is not None:
        raise DemoRefused(
            f"库中已有另一套演示数据（{found.organizations} 家医院，种子 {found.seed}，{found.year} 年）。"
            "要换一套，请先删除数据库文件，或用 DATABASE_URL 指向另一个空库。"
        )
    if User.objects.exists() or Organization.objects.exists():
        raise DemoRefused("数据库中已有账号或组织，演示数据只写入空库。请用 DATABASE_URL 指向另一个空库。")
    with transaction.atomic():
        nodes, users = write(plan, arguments, tell=tell)
        if with_facts:
            tell(f"登记 {arguments.last_day:%Y年%m月%d日} 以前的党员、班子和台账……")
            season = Season(arguments.year, arguments.last_day, arguments.seed)
            plant_facts(nodes=nodes, users=users, plan=plan, season=season, progress=progress)
            gather_statistics()
        if with_sheets:
            plant_sheets(
                nodes=nodes,
                users=users,
                plan=plan,
                seed=arguments.seed,
                year=arguments.year,
                password=PASSWORD,
                tell=tell,
            )
        if with_last_year:
            tell(f"补记 {arguments.year - 1} 年度的考评：抽查、认定、整改、备案和好做法……")
            past = Past(nodes=nodes, users=users, plan=plan, year=arguments.year - 1)
            plant_history(past, seed=arguments.seed)
    return plan


def write(
    plan: Plan, arguments: DemoArguments, *, tell: Callable[[str], None]
) -> tuple[dict[str, Organization], dict[str, User]]:
    """Write the plan and its mark; return organizations by code and accounts by username."""
    at = datetime(arguments.year, 1, 5, 9, 0, tzinfo=SHANGHAI)
    record(verb="demo.planted", obj_type="demo", obj_id=MARK, data=arguments.data, by=None, at=at)
    tell(f"建立 {len(plan.organizations)} 个组织……")
    rows = create_organizations(specs=plan.organizations, by=None, at=at)
    nodes = {row.code: row for row in rows}
    set_oversights(
        relations=[
            Oversight(
                kind=relation.kind,
                overseer=nodes[relation.overseer],
                subject=nodes[relation.subject],
                start_date=relation.start_date,
                end_date=relation.end_date,
            )
            for relation in plan.oversights
        ],
        by=None,
        at=at,
    )
    tell(f"建立 {len(plan.accounts)} 个账号……")
    return nodes, write_accounts(plan, arguments, nodes, at)


def write_accounts(
    plan: Plan, arguments: DemoArguments, nodes: dict[str, Organization], at: datetime
) -> dict[str, User]:
    """Write accounts and roles. They share one password and hence one hash, which a real site never would."""
    shared = make_password(PASSWORD, salt=f"qiangjidemo{arguments.seed:012d}")
    users = create_accounts(
        accounts=[
            NewAccount(
                username=account.username,
                name=account.name,
                password_hash=shared,
                must_change_password=False,
                public_id=uuid5(NAMESPACE, account.username),
            )
            for account in plan.accounts
        ],
        by=None,
        at=at,
    )
    by_name = {user.username: user for user in users}
    assign_roles(
        roles=[
            NewRole(
                user=by_name[account.username],
                organization=nodes[account.organization],
                role=account.role,
                start_date=REFORMED,
                public_id=uuid5(NAMESPACE, f"{account.username} {account.role}"),
            )
            for account in plan.accounts
        ],
        by=None,
        at=at,
    )
    return by_name

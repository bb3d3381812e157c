"""The authorities above the hospitals: their leaders, and what their own ledgers hold of the year."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from qiangji.ledgers.inputs import AttendanceInput, RecordInput
from qiangji.lib.dates import SHANGHAI
from qiangji.members.models import Employment, Person, Tenure
from qiangji.members.services.tenures import begun
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.services.posts import set_up_event
from qiangji.web.demo import names
from qiangji.web.demo.journal import Journal
from qiangji.web.demo.store import Store

LEADERS = 4
HEAD = ((Body.ADMINISTRATION, Post.Kind.PRESIDENT), *((Body.ADMINISTRATION, Post.Kind.VICE_PRESIDENT),) * 3)


def write_authority(
    store: Store, journal: Journal, where: Organization, hospitals: Sequence[Organization], *, year: int
) -> None:
    """Write an authority's leaders and its records of the year; hospitals are those directly under it."""
    leaders = write_leaders(store, where, year=year)
    desk = AuthorityDesk(journal, where, leaders, year)
    desk.meetings()
    desk.registers(hospitals)
    journal.declare_kept(date(year, 1, 1), by={})


def write_leaders(store: Store, where: Organization, *, year: int) -> list[Person]:
    """Write who leads an authority."""
    at = datetime(year, 1, 5, 9, 30, tzinfo=SHANGHAI)
    since, people = date(year - 3, 3, 1), []
    for place, (body, kind) in enumerate(HEAD[:LEADERS], start=1):
        name = names.full_name(store.random)
        person = Person(
            name=name,
            pinyin=names.pinyin(name),
            birth_year=year - 50 - place,
            sex=Person.Sex.MALE if place % 2 else Person.Sex.FEMALE,
            education=Person.Education.GRADUATE,
            occupation=Person.Occupation.MANAGER,
        )
        store.put(person)
        store.put(
            Employment(person=person, organization=where, staff_number=f"G{place:03d}", start_date=since)
        )
        store.note(
            "person.registered", "person", person.public_id, {"organization": where.code}, by=None, at=at
        )
        post = Post(organization=where, body=body, kind=kind, position=place, start_date=since)
        store.put(post)
        store.log(set_up_event(post, None, at))
        store.changed("post", where.pk, since)
        tenure = Tenure(post=post, person=person, how=Tenure.How.APPOINTED, start_date=since)
        store.put(tenure)
        store.note("tenure.begun", "tenure", tenure.public_id, begun(tenure), by=None, at=at)
        store.changed("tenure", where.pk, since)
        people.append(person)
    return people


class AuthorityDesk:
    """Writes the records of one authority."""

    def __init__(self, journal: Journal, where: Organization, leaders: list[Person], year: int) -> None:
        self.journal, self.where, self.leaders, self.year = journal, where, leaders, year

    def put(self, kind: str, month: int, day: int, title: str, **values: object) -> None:
        """Take one record."""
        data = {"kinds": (kind,), "date": date(self.year, month, day), "title": title} | values
        self.journal.write(self.where, RecordInput(**data), by=None)  # type: ignore[arg-type]

    def meetings(self) -> None:
        """Write what an authority meets for: special study in each half, exchange, debrief, site meeting, training."""
        everybody = tuple(AttendanceInput(person) for person in self.leaders)
        host = self.leaders[0]
        for month, half in ((4, "上半年"), (10, "下半年")):
            self.put(
                "authority_special_study", month, 16, f"{half}专题研究公立医院党建", host=host, attendance=everybody,
                agenda="听取公立医院党建工作汇报，研究存在问题", outcome="明确 4 项任务和责任单位。",
            )  # fmt: skip
            self.put("authority_exchange", month, 23, f"{half}党建工作现场交流会", host=host, quantity=60)
        self.put(
            "authority_duty_report",
            11,
            18,
            "公立医院党组织书记述职评议会",
            host=host,
            quantity=18,
            outcome="现场点评，综合评价。",
        )
        self.put(
            "authority_site_meeting",
            7,
            16,
            "年中现场推进会",
            place="示范医院",
            quantity=80,
            outcome="推广 3 条做法。",
        )
        self.put(
            "secretaries_training", 5, 19, "党组织书记培训班", end_date=date(self.year, 5, 22), hours=Decimal(24),
            quantity=45, values={"theory_hours": "10"},
        )  # fmt: skip
        self.put(
            "dispatch_meeting", 3, 18, "党建工作调度会", agenda="调度标准化创建进展", outcome="通报进度。"
        )

    def registers(self, hospitals: Sequence[Organization]) -> None:
        """Write the key project, the bulletin, and who is tied to which hospitals: two for each leader at most."""
        self.put(
            "authority_key_project", 2, 10, "书记抓公立医院党建项目", values={"leader": self.leaders[0]},
            outcome="完成中期评估。",
        )  # fmt: skip
        self.put(
            "progress_bulletin", 8, 30, "标准化创建进度通报", values={"document": f"卫党〔{self.year}〕30号"}
        )
        for place, hospital in enumerate(hospitals[: 2 * len(self.leaders)]):
            leader = self.leaders[place % len(self.leaders)]
            values = {"leader": leader, "organization": hospital}
            self.put("authority_contact_point", 1, 20, f"联系{hospital.short_name}", values=values)

"""A branch's year: meetings and classes, theme days, self-checks, appraisal, dues, talks."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations
from random import Random

from qiangji.accounts.models import User
from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.selectors.self_checks import key_of
from qiangji.lib.dates import SHANGHAI
from qiangji.web.demo.faults import LATE, Fate
from qiangji.web.demo.journal import Journal, listed
from qiangji.web.demo.people import House, Staffer, Unit

THEMES = (
    "新年工作部署和党员承诺",
    "志愿服务进社区",
    "学雷锋义诊",
    "学习医院章程党建专章",
    "岗位练兵和青年业务交流",
    "重温入党誓词",
    "迎七一集中主题党日",
    "医师节先进事迹交流",
    "国家安全和保密教育",
    "迎国庆义诊进乡村",
    "健康科普进校园",
    "年度总结和下年计划",
)
CLASSES = ("廉洁行医与党员责任", "学习党的创新理论", "党史中的卫生健康故事", "支部怎样服务临床一线")
STUDIES = ("党员教育培训春季班", "党员教育培训秋季班")
ROOMS = ("党员活动室", "门诊楼四楼会议室", "住院部二楼示教室", "行政楼三楼会议室")
DUES = (Decimal(25), Decimal(36), Decimal(48), Decimal(60), Decimal(85), Decimal(110))


class BranchYear:
    """Writes the year of one branch; ``detail`` keeps every list and every month's dues, else lists of classes and recent dues."""

    def __init__(
        self,
        journal: Journal,
        *,
        house: House,
        unit: Unit,
        order: int,
        fate: Fate,
        random: Random,
        year: int,
        detail: bool,
    ) -> None:
        self.journal, self.house, self.unit, self.order = journal, house, unit, order
        self.fate, self.random, self.year, self.detail = fate, random, year, detail
        self.by: User | None = unit.recorder
        self.room = ROOMS[order % len(ROOMS)]
        self.fixed_day = 12 + order % 6
        self.is_faulty = order == 0

    def write(self) -> None:
        """Write the year month by month, then what comes once."""
        for month in range(1, 13):
            self.month(month)
        self.training()
        self.year_end()
        self.talks()
        self.rooms()
        if not self.is_hospital:
            self.plans()

    def put(
        self, kinds: Sequence[str], day: date, title: str, people: Sequence[Staffer] = (), **values: object
    ) -> None:
        """Take one entry; late ones were all typed within two days of October."""
        data: dict[str, object] = {"kinds": tuple(kinds), "date": day, "title": title} | values
        keynotes: Sequence[Staffer] = data.pop("keynotes", ())  # type: ignore[assignment]
        whole = bool(data.pop("whole", False))
        if people:
            away = () if whole else self.away(people, keynotes)
            if self.detail or whole:
                data["attendance"] = listed(people, day, keynotes=keynotes, away=away)
            else:
                due = [one for one in people if not one.is_excused_on(day)]
                data["expected"], data["present"] = len(due), sum(one not in away for one in due)
        at = None
        if self.fate.temper == LATE and day < date(self.year, 9, 30) and data.get("state") is None:
            at = datetime.combine(
                date(self.year, 10, 12 + self.order % 2), time(14, self.random.randrange(60)), tzinfo=SHANGHAI
            )
            if date(self.year, 10, 13) > self.journal.until:
                at = None
        self.journal.write(self.unit.organization, RecordInput(**data), by=self.by, at=at)  # type: ignore[arg-type]

    def away(self, people: Sequence[Staffer], keynotes: Sequence[Staffer]) -> list[Staffer]:
        """Choose who was on leave: few, and never who spoke, nor the secretary."""
        count = self.random.randint(0, max(1, len(people) // 8))
        chosen = self.random.sample(list(people), min(count, len(people) - 1))
        return [one for one in chosen if one not in keynotes and one is not self.unit.secretary]

    def month(self, month: int) -> None:
        """Write a month: committee meeting, the fixed day's evening, self-check, dues."""
        secretary = self.unit.secretary
        first = date(self.year, month, 5 + self.order % 4)
        agenda = "1. 研究本月组织生活安排\n2. 讨论党员思想和工作情况"
        self.put(
            ["branch_committee_meeting"],
            first,
            f"{month}月支部委员会会议",
            self.unit.committee,
            place=self.room,
            host=secretary.person,
            agenda=agenda,
            outcome="确定本月主题党日内容和分工。",
        )
        self.evening(month)
        self.self_check(month)
        self.dues(month)

    def evening(self, month: int) -> None:
        """Write the fixed day: in a quarter's first month assembly and class too, and the groups meet apart."""
        day = date(self.year, month, self.fixed_day)
        people, secretary = self.unit.members_on(day), self.unit.secretary
        theme = THEMES[month - 1]
        common = {
            "place": self.room,
            "host": secretary.person,
            "outcome": "党员按计划参加，发言记录存支部手册。",
        }
        agenda = f"1. {theme}\n2. 党员交流发言\n3. 支部书记小结"
        if month % 3 != 1:
            self.put(["theme_party_day", "group_meeting"], day, theme, people, agenda=agenda, **common)
            return
        topic = CLASSES[month // 3]
        speaker = self.unit.committee[month // 3 % len(self.unit.committee)]
        self.put(
            ["branch_members_meeting", "party_class", "theme_party_day"],
            day,
            f"{theme}；党课《{topic}》",
            people,
            agenda=f"{agenda}\n4. 党课《{topic}》",
            hours=Decimal(2),
            values={"speaker_kind": "leader"},
            keynotes=[speaker],
            **common,
        )
        self.put(
            ["group_meeting"],
            day + timedelta(days=3),
            f"{month}月党小组会",
            people,
            place=self.room,
            agenda="学习讨论",
        )

    @property
    def is_hospital(self) -> bool:
        """Say whether this branch is the hospital-level organization itself."""
        return self.unit.organization is self.house.organization

    def self_check(self, month: int) -> None:
        """Write the month's self-check on its last day."""
        if self.fate.lacks("no_self_check") and self.is_faulty and month == 4:
            return
        first = date(self.year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        done = [
            "支部党员大会本季度 1 次",
            "支委会本月 1 次",
            "党小组会本月 1 次",
            "主题党日本月 1 次",
        ]
        at = datetime.combine(last, time(18), tzinfo=SHANGHAI)
        self.journal.write(
            self.unit.organization,
            RecordInput(
                kinds=("branch_self_check",),
                date=last,
                title=f"{self.year} 年 {month} 月自查",
                outcome="；".join(done) + "。无不足。",
                values={"month": first},
                source="generated",
                natural_key=key_of(first),
            ),
            by=self.by,
            at=at,
        )

    def dues(self, month: int) -> None:
        """Write what members paid this month; a few pay late in the running month."""
        first = date(self.year, month, 1)
        recent = first > self.journal.until - timedelta(days=95)
        if first > self.journal.until or not (self.detail or recent):
            return
        running = (first.year, first.month) == (self.journal.until.year, self.journal.until.month)
        paid = []
        for place, one in enumerate(self.unit.members):
            day = first + timedelta(days=4 + (place * 7 + month) % 18)
            begins = one.since < (first + timedelta(days=31)).replace(day=1)
            stays = one.left is None or one.left > first
            late = day > self.journal.until or (running and place % 9 == 8)
            if one.member is not None and begins and stays and not late:
                paid.append((one.member, DUES[place % len(DUES)], max(day, one.since)))
        paid = [line for line in paid if line[2] <= self.journal.until]
        self.journal.dues(self.unit.organization, paid, first, by=self.by)

    def training(self) -> None:
        """Write the two classes that bring everybody to the year's hours; with the fault three stay away."""
        for title, day in zip(STUDIES, (date(self.year, 3, 24), date(self.year, 9, 22)), strict=True):
            people = self.unit.members_on(day)
            if self.fate.lacks("few_hours") and self.is_faulty and day.month == 9:
                steady = [one for one in people if one.arrival == "registered" and not one.is_fixed]
                missing = [one for one in steady if not one.excused_from][:3]
                people = [one for one in people if one not in missing]
            self.put(
                ["training_class"],
                day,
                title,
                people,
                end_date=day + timedelta(days=1),
                hours=Decimal(16),
                values={
                    "theory_hours": "6",
                    "audience": "members",
                    "class_type": "theme",
                    "speaker_kind": "expert",
                },
                whole=True,
            )

    def year_end(self) -> None:
        """Write organization life meeting, appraisal, disclosure and relations of the year."""
        guide = self.house.guide(self.order)
        day = date(self.year, 11, 3 + self.order % 5)
        people = self.unit.members_on(day)
        self.put(
            ["organization_life_meeting"],
            day,
            f"{self.year}年度组织生活会",
            people,
            place=self.room,
            host=self.unit.secretary.person,
            values={"guide": guide.person},
            outcome="查摆问题逐条列出整改措施和时限。",
        )
        if not (self.fate.lacks("no_appraisal") and self.is_faulty):
            self.put(
                ["member_appraisal"],
                day + timedelta(days=4),
                f"{self.year}年度民主评议党员",
                people,
                values={"guide": guide.person, "excellent_count": len(people) // 5},
                quantity=len(people),
                outcome="评议结果经支委会审定后上报。",
            )
            self.appraised_last_year(guide)
        self.put(
            ["relations_check"],
            date(self.year, 11, 5),
            "党员组织关系排查",
            quantity=len(people),
            values={"found_count": 0},
            outcome="逐人核对，无失联和口袋党员。",
        )
        self.put(
            ["dues_disclosure"],
            date(self.year, 7, 10),
            "上半年党费收缴情况公示",
            values={"channel": "board", "filed_date": date(self.year, 7, 15).isoformat()},
        )

    def talks(self) -> None:
        """Write that the members of a branch's committee talked with each other."""
        for place, (one, other) in enumerate(combinations(self.unit.committee, 2)):
            day = date(self.year, 5 + place % 6, 10 + (place + self.order) % 15)
            if not self.is_hospital:
                self.journal.talk(self.unit.organization, (one.person, other.person), day, by=self.by)

    def rooms(self) -> None:
        """Write the branch's room, its budget and one service to the public."""
        haves = dict.fromkeys(
            ("has_room", "has_equipment", "has_signs", "has_flag", "has_reading", "has_rules"), True
        )
        self.put(["activity_venue"], date(self.year, 1, 6), "党员活动室", place=self.room, values=haves)
        self.put(
            ["public_service"],
            date(self.year, 4, 18),
            "义诊和健康宣教",
            place="社区卫生服务中心",
            quantity=60 + self.order * 5,
            values={"service_kind": "clinic"},
        )
        self.put(
            ["condolence_visit"],
            date(self.year, 6, 27),
            "走访慰问老党员",
            quantity=2,
            amount=Decimal(1000),
            values={"visit_kind": "veteran"},
        )

    def plans(self) -> None:
        """Write what a branch has on file of its own: its plans, its project, and how the year before was closed."""
        for kind, title in (("year_plan", "年度工作计划"), ("study_plan", "年度学习计划")):
            values = {
                "document_kind": kind,
                "document": f"{self.unit.organization.short_name}计划{self.year}",
            }
            self.put(["policy_document"], date(self.year, 1, 8), f"{self.year}{title}", values=values)
        secretary = self.unit.secretary
        self.put(
            ["feature_carrier"], date(self.year, 2, 26), "党员先锋岗", values={"leader": secretary.person}
        )
        day = date(self.year - 1, 12, 2)
        data = RecordInput(
            kinds=("organization_life_meeting",), date=day, title=f"{day.year}年度组织生活会", place=self.room,
            outcome="查摆问题逐条列出整改措施和时限。",
        )  # fmt: skip
        self.journal.write(self.unit.organization, data, by=self.by, at=None)

    def appraised_last_year(self, guide: Staffer) -> None:
        """Write the appraisal of the year before, which a sheet is judged by until this year's is over."""
        day = date(self.year - 1, 12, 5)
        quantity = len(self.unit.members_on(day)) or len(self.unit.members)
        (then,) = self.house.seated_on([guide], day)
        values = {"guide": then.person, "excellent_count": quantity // 5}
        data = RecordInput(
            kinds=("member_appraisal",), date=day, title=f"{day.year}年度民主评议党员", quantity=quantity,
            values=values, outcome="评议结果经支委会审定后上报。",
        )  # fmt: skip
        self.journal.write(self.unit.organization, data, by=None)

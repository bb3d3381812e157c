"""The first half of a hospital's year: study, meetings, decisions, reports; faults leave things out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from qiangji.accounts.models import User
from qiangji.ledgers.inputs import RecordInput
from qiangji.web.demo.faults import Fate
from qiangji.web.demo.journal import Journal, listed
from qiangji.web.demo.people import House, Staffer

HALL = "行政楼五楼会议室"
STUDIES = (
    "学习贯彻新时代党的建设总要求",
    "公立医院党委领导下的院长负责制",
    "医药领域廉政风险防控",
    "卫生健康高质量发展专题",
    "意识形态工作责任制",
    "基层党组织建设经验交流",
    "以案促改专题学习",
    "年度重点任务和党建融合",
)
RESEARCH = (
    "门诊流程优化",
    "支部建在学科上",
    "青年医师培养",
    "护理队伍稳定",
    "县乡医疗联动",
    "廉政风险防控",
    "信息化便民",
    "药学服务",
    "后勤保障",
    "党员先锋岗",
)


class Desk:
    """What writing a hospital's ledgers needs; the parts of the year share it."""

    def __init__(
        self,
        journal: Journal,
        *,
        house: House,
        fate: Fate,
        random: Random,
        year: int,
        by: User | None,
        detail: bool,
    ) -> None:
        self.journal, self.house, self.fate = journal, house, fate
        self.random, self.year, self.by, self.detail = random, year, by, detail
        self.secretary = house.committee[0]
        left = fate.lacks("vacancy")
        self.seated = house.committee[:-1] if left else house.committee

    def put(
        self,
        kind: str,
        day: tuple[int, int] | date,
        title: str,
        people: Sequence[Staffer] = (),
        **values: object,
    ) -> None:
        """Take one entry of the hospital; ``people`` are all on the list, and one of them may be on leave."""
        date_ = day if isinstance(day, date) else date(self.year, *day)
        data: dict[str, object] = {"kinds": (kind,), "date": date_, "title": title} | values
        keynotes: Sequence[Staffer] = data.pop("keynotes", ())  # type: ignore[assignment]
        by = data.pop("by", self.by)
        if people:
            people = self.house.seated_on(people, date_)
            if data.get("host") is self.secretary.person:
                data["host"] = self.house.secretary_on(date_).person
            away = [] if data.pop("whole", False) else self.away(people, keynotes)
            data["attendance"] = listed(people, date_, keynotes=keynotes, away=away)
        self.journal.write(self.house.organization, RecordInput(**data), by=by)  # type: ignore[arg-type]

    def away(self, people: Sequence[Staffer], keynotes: Sequence[Staffer]) -> list[Staffer]:
        """Choose at most one who was on leave, never the secretary."""
        one = self.random.choice(list(people))
        heads = (self.secretary, self.house.former_secretary)
        is_away = self.random.random() < 0.4 and one not in heads and one not in keynotes
        return [one] if is_away else []


class Studies(Desk):
    """Study of the centre group and of the committee, research topics, lectures."""

    def write(self) -> None:
        """Write a year of study."""
        self.centre_group()
        for month in range(1, 13):
            self.put(
                "first_agenda_item",
                (month, 8),
                f"{month}月第一议题学习",
                self.seated,
                agenda="传达学习中央和省委最新要求，研究贯彻措施",
                host=self.secretary.person,
            )
        self.topics()
        day = date(self.year, 6, 25)
        everybody = self.house.members_on(day)
        if not self.fate.lacks("no_lecture"):
            self.put(
                "secretary_lecture", day, "书记讲党课：坚守初心使命", everybody, place=HALL, hours=Decimal(2),
                keynotes=[self.secretary], whole=True,
            )  # fmt: skip
        self.put(
            "loyalty_education",
            (5, 16),
            "到革命纪念馆开展忠诚教育",
            place="革命纪念馆",
            quantity=60,
            outcome="撰写体会后在支部交流。",
        )
        self.put(
            "study_assessment",
            (11, 6),
            "领导班子年度述学",
            values={"study_step": "report"},
            quantity=len(self.seated),
        )

    def centre_group(self) -> None:
        """Write eight sessions, two in each quarter, each with a keynote."""
        for place, topic in enumerate(STUDIES):
            month = (2, 3, 5, 6, 8, 9, 10, 11)[place]
            if self.fate.lacks("study_missed") and month in (5, 6):
                continue
            speaker = self.house.leaders[place % len(self.house.leaders)]
            day = date(self.year, month, 10)
            if place == 0 or speaker not in self.house.seated_on(self.house.leaders, day):
                speaker = self.house.secretary_on(day)
            keynotes = () if self.fate.lacks("no_keynote") and month == 5 else (speaker,)
            self.put(
                "study_centre_group", (month, 10), topic, self.house.leaders, place=HALL,
                host=self.secretary.person, agenda="1. 领学\n2. 重点发言\n3. 研讨", keynotes=keynotes,
            )  # fmt: skip

    def topics(self) -> None:
        """Write a research topic for every leader."""
        leaders = self.house.leaders[:-1] if self.fate.lacks("no_topic") else self.house.leaders
        for place, one in enumerate(leaders):
            topic = RESEARCH[place % len(RESEARCH)]
            self.put(
                "research_topic", (3, 2 + place), f"{topic}调研", values={"leader": one.person},
                end_date=date(self.year, 10, 20), outcome="形成调研报告，提出三条改进建议。",
            )  # fmt: skip
        self.put(
            "study_topic",
            (3, 20),
            "党建与业务融合研究",
            values={"leader": self.secretary.person},
            outcome="完成研究报告。",
        )


class Meetings(Desk):
    """Meetings and decisions, reports upward and to the members."""

    def write(self) -> None:
        """Write a year of meetings."""
        for place, month in enumerate((2, 8)):
            if not (place and self.fate.lacks("one_affairs_meeting")):
                self.put(
                    "party_affairs_meeting", (month, 20), "研究党建工作总体安排", self.seated,
                    host=self.secretary.person, agenda="研究年度党建要点和阶段任务", outcome="形成会议纪要，按分工落实。",
                )  # fmt: skip
        if not self.fate.lacks("no_enlarged_meeting"):
            self.put(
                "enlarged_committee_meeting",
                (3, 5),
                "党委扩大会议部署党建工作",
                self.seated,
                agenda="部署年度党建工作",
                quantity=40,
            )
        for month in range(1, 13) if self.detail else (3, 6, 9, 11):
            self.put(
                "committee_meeting", (month, 12), f"{month}月党委会会议", self.seated,
                host=self.secretary.person, agenda="1. 干部人事\n2. 重大项目\n3. 党建工作", outcome="逐项表决通过。",
            )  # fmt: skip
            self.put(
                "executive_meeting", (month, 14), f"{month}月院长办公会", self.house.leaders,
                host=self.house.president.person, agenda="研究业务和运行事项",
            )  # fmt: skip
        self.put(
            "major_decision", (6, 12), "大型设备购置", self.seated, amount=None, outcome="集体讨论通过。",
            values={"decision_type": "funds", "is_collective": True},
        )  # fmt: skip
        self.before_members()
        self.reports()

    def before_members(self) -> None:
        """Write where leaders answer for themselves: assembly, debriefs, meeting of democratic life."""
        day = date(self.year, 9, 15)
        if not self.fate.lacks("no_assembly"):
            self.put(
                "members_assembly",
                day,
                "党员大会听取主要负责人通报",
                self.house.members_on(day),
                place=HALL,
                host=self.secretary.person,
                outcome="通报党委工作，听取意见 12 条。",
            )
        if not self.fate.lacks("no_debrief"):
            self.put(
                "duty_report_review",
                (11, 16),
                "党支部书记述职评议考核",
                self.seated,
                quantity=len(self.house.units),
                outcome="逐一点评，综合评价好的过半。",
            )
        self.put(
            "democratic_life_meeting",
            (11, 11),
            "年度民主生活会",
            self.house.leaders,
            place=HALL,
            whole=True,
            host=self.secretary.person,
            outcome="班子和个人整改措施已列清单。",
        )

    def reports(self) -> None:
        """Write reports to the superior and what was made public."""
        for month, half in ((6, "上半年"), (11, "下半年")):
            if not (month == 6 and self.fate.lacks("no_half_report")):
                number = f"党字〔{self.year}〕{month}号"
                self.put(
                    "report_to_superior",
                    (month, 18),
                    f"{half}党建工作报告",
                    values={"report_to": "上级党组织", "document": number},
                )
        self.put("leaders_appraisal", (10, 28), "党员评议领导班子", quantity=80, outcome="满意率 96%。")
        self.put("party_openness", (4, 8), "党务公开：年度工作要点", values={"channel": "board"})
        self.put("party_openness", (7, 16), "上半年党委工作情况党内通报", values={"channel": "meeting"})
        for place, one in enumerate(self.house.leaders):
            kind = "first" if place == 0 else "dual"
            self.put(
                "duty_list",
                (2, 25),
                "年度党建责任清单",
                values={"leader": one.person, "duty_kind": kind},
                agenda="抓分管领域党建，落实一岗双责。",
            )
        for kind, title in (
            ("charter", "医院章程（党建专章）"),
            ("year_plan", "年度党建工作计划"),
            ("education_plan", "党员教育培训计划"),
            ("staff_training_plan", "党务干部培训计划"),
            ("life_plan", "组织生活会方案"),
            ("development_plan", "发展党员计划"),
            ("mass_plan", "群团工作计划"),
            ("ideology", "意识形态责任制实施办法"),
        ):
            self.put(
                "policy_document",
                (1, 20),
                title,
                values={"document_kind": kind, "document": f"党发〔{self.year}〕2号"},
            )
        self.put(
            "institution",
            (1, 10),
            "落实八项规定实施细则",
            values={"institution_kind": "eight_rules", "document": "党发〔2024〕9号"},
        )

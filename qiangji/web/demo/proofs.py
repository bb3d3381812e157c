"""What the sheet asks for beside a hospital's daily life: documents on file, the close of the year before, nil statements.

Criteria that are judged over the last completed year need that year's close; its faults leave it out as well.
"""

from datetime import date

from qiangji.ledgers.inputs import RecordInput
from qiangji.web.demo.committee_year import HALL, Desk
from qiangji.web.demo.journal import listed


class Proofs(Desk):
    """Documents, places, visits and statements; and how the year before was closed."""

    def write(self) -> None:
        """Write them all."""
        self.documents()
        self.events()
        self.statements()
        self.close_of_last_year()

    def documents(self) -> None:
        """Write the study plan, the rules of procedure, and which platforms are in use."""
        for kind, title in (
            ("study_plan", "党委中心组学习计划"),
            ("procedure", "党委会和院长办公会议事决策规则"),
        ):
            values = {"document_kind": kind, "document": f"党发〔{self.year}〕3号"}
            self.put("policy_document", (1, 20), title, values=values)
        self.put(
            "platform_statement",
            (3, 31),
            "“学习强国”使用组织情况",
            values={"platform": "xuexi", "organization_count": len(self.house.units)},
            quantity=len(self.house.members_on(date(self.year, 3, 31))),
        )
        for kind, title in (("board", "党务公开专栏"), ("post", "党员先锋岗公示牌")):
            self.put("publicity_place", (1, 9), title, place="门诊大厅", values={"publicity_kind": kind})

    def events(self) -> None:
        """Write what happens once in the year."""
        self.put(
            "theory_study", (3, 18), "政治理论专题学习", self.house.leaders, place=HALL, agenda="学习党章"
        )
        self.put(
            "integrity_education", (8, 27), "观看警示教育片", quantity=160, values={"integrity_form": "film"}
        )
        self.put(
            "condolence_visit", (6, 28), "“七一”走访老党员", quantity=6, values={"visit_kind": "veteran"}
        )
        self.put("post_exchange", (5, 6), "党务与业务岗位双向交流", quantity=3, outcome="交流期限一年。")
        self.put(
            "special_party_affairs_meeting", (5, 22), "专题研究支部建设", self.seated,
            host=self.secretary.person, agenda="研究支部设置和带头人队伍", outcome="形成会议纪要。",
        )  # fmt: skip
        self.branch_life()
        unit = next(
            (one for one in self.house.units if one.organization is not self.house.organization), None
        )
        if unit is not None and not self.detail:
            for stage, day in (("before", 1), ("after", 20)):
                self.put(
                    "life_meeting_guidance", (11, day), f"指导{unit.organization.short_name}组织生活会",
                    values={
                        "organization": unit.organization, "meeting_stage": stage, "guide": self.secretary.person,
                    },
                    outcome="按方案进行。",
                )  # fmt: skip

    def branch_life(self) -> None:
        """Write that the leaders in the Party came to their own branches as members among members."""
        day = date(self.year, 4, 16)
        leaders = set(self.house.leaders)
        for unit in self.house.units:
            there = [one for one in unit.members_on(day) if one in leaders]
            if there:
                data = RecordInput(
                    kinds=("dual_organization_life",), date=day, title="领导干部参加支部主题党日",
                    values={"life_form": "theme_party_day"}, attendance=listed(there, day),
                )  # fmt: skip
                self.journal.write(unit.organization, data, by=None)

    def statements(self) -> None:
        """State that nobody was told to mend or to meet again."""
        for kind in ("correction_order", "redo_order"):
            first = date(self.year, 1, 1)
            self.journal.declare(
                self.house.organization, kind, first, self.journal.until, is_nil=True, by=self.by
            )

    def close_of_last_year(self) -> None:
        """Write how the year before was closed: debriefs, honours, what followed from the appraisals."""
        last = self.year - 1
        if not self.fate.lacks("no_debrief"):
            quantity = len(self.house.units)
            self.past(
                "duty_report_review", date(last, 12, 10), f"{last}年度书记述职评议考核", quantity=quantity
            )
        if not self.fate.lacks("no_commendation"):
            values = {
                "award_occasion": "year_end",
                "organization_count": 2,
                "document": f"党发〔{last}〕40号",
            }
            self.past("party_commendation", date(last, 12, 28), f"{last}年度表彰", quantity=10, values=values)
        for kind in ("assessment", "award", "points"):
            values = {"use_kind": kind}
            self.past("appraisal_use", date(last, 12, 20), "民主评议结果运用", quantity=10, values=values)

    def past(self, kind: str, day: date, title: str, **values: object) -> None:
        """Take an entry of the year before; the people who record today had no accounts then."""
        self.journal.write(
            self.house.organization,
            RecordInput(kinds=(kind,), date=day, title=title, **values),  # type: ignore[arg-type]
            by=None,
        )

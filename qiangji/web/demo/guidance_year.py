"""The second half of a hospital's year: guidance of branches, training, talks, money, service; faults leave things out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations

from qiangji.web.demo.committee_year import HALL, Desk

HAVES = ("has_room", "has_equipment", "has_signs", "has_flag", "has_reading", "has_rules")


class Guidance(Desk):
    """How the hospital guides and checks its branches, elections, relations, dues, honours, integrity."""

    def write(self) -> None:
        """Write a year of guidance."""
        units = [unit for unit in self.house.units if unit.organization is not self.house.organization]
        for quarter, month in enumerate((3, 6, 9, 11), start=1):
            if not (quarter == 2 and self.fate.lacks("no_spot_check")):
                self.put(
                    "branch_spot_check",
                    (month, 17),
                    f"第{quarter}季度抽查支部",
                    quantity=max(1, len(units) // 2),
                    outcome="记录完整，问题当场反馈。",
                )
        if not self.fate.lacks("no_election_ledger"):
            self.put(
                "election_ledger_review",
                (1, 15),
                "年度换届台账梳理",
                quantity=len(units) + 1,
                outcome="届满时间逐一核对。",
            )
        self.care()
        self.theme_days()
        self.contacts(units)
        self.opinions(len(units))
        self.integrity()

    def care(self) -> None:
        """Write the check of relations, the dues made public, the honours of 1 July."""
        if not self.fate.lacks("relations_unchecked"):
            self.put(
                "relations_check",
                (11, 12),
                "全院组织关系集中排查",
                quantity=len(self.house.members_on(date(self.year, 11, 12))),
                values={"found_count": 1},
                outcome="发现 1 人流动未登记，已补登记。",
            )
        if not self.fate.lacks("dues_not_public"):
            self.put(
                "dues_disclosure",
                (7, 8),
                "党费收支情况公示",
                values={"channel": "board", "spent": "12000", "filed_date": date(self.year, 7, 20)},
                amount=Decimal(48000),
            )
        if not self.fate.lacks("no_commendation"):
            self.put(
                "party_commendation",
                (6, 30),
                "七一表彰",
                quantity=12,
                values={
                    "award_occasion": "july_first",
                    "organization_count": 2,
                    "document": f"党发〔{self.year}〕21号",
                },
            )

    def opinions(self, branches: int) -> None:
        """Write what the hospital checked at its branches, and what followed from the appraisals."""
        self.put(
            "setup_guidance",
            (5, 20),
            "支部设置指导",
            agenda="核对支部人数和科室覆盖。",
            outcome="无应建未建。",
        )
        self.put("ideology_check", (8, 25), "意识形态和微信群管理检查", quantity=9, outcome="群主责任落实。")
        self.put("appraisal_use", (11, 18), "民主评议结果运用", values={"use_kind": "award"}, quantity=10)
        self.put(
            "life_meeting_bulletin",
            (11, 17),
            "组织生活会情况通报",
            values={"document": f"党办〔{self.year}〕33号"},
            quantity=branches,
        )

    def theme_days(self) -> None:
        """Write the joint theme days on 1 July and around the National Day."""
        if not self.fate.lacks("no_july_day"):
            self.put(
                "joint_theme_day",
                (7, 1),
                "七一集中主题党日",
                self.house.leaders,
                place=HALL,
                values={"festival": "july_first"},
                outcome="重温入党誓词，表彰先进。",
            )
            self.put(
                "july_campaign",
                (6, 20),
                "七一教育实践月",
                end_date=date(self.year, 7, 19),
                agenda="党课、义诊、走访",
                quantity=150,
            )
        self.put(
            "joint_theme_day",
            (9, 29),
            "迎国庆主题党日",
            self.house.leaders,
            place=HALL,
            values={"festival": "national_day"},
            outcome="义诊进社区。",
        )

    def contacts(self, units: Sequence) -> None:
        """Write which leader is tied to which branch, visits, and guidance of the meetings of organization life."""
        for place, unit in enumerate(units):
            one = self.house.leaders[place % len(self.house.leaders)].person
            guide = self.house.guide(place).person
            where = {"leader": one, "organization": unit.organization}
            self.put(
                "contact_point",
                (1, 12),
                f"联系{unit.organization.short_name}",
                values=where | {"contact_kind": "regular"},
            )
            if self.detail or place < 3:
                self.put(
                    "contact_visit",
                    (4 + place % 6, 9),
                    f"到{unit.organization.short_name}调研",
                    values=where,
                    outcome="解决 2 件事。",
                )
            for stage in ("before", "during", "after") if self.detail else ("during",):
                self.put(
                    "life_meeting_guidance", date(self.year, 11, 3 + place % 5), f"指导{unit.organization.short_name}组织生活会",
                    values={"organization": unit.organization, "meeting_stage": stage, "guide": guide}, outcome="按方案进行。",
                )  # fmt: skip

    def integrity(self) -> None:
        """Write integrity work; what the discipline secretary answers for is entered by that person, in counts only."""
        self.put(
            "integrity_education",
            (4, 22),
            "医药领域警示教育大会",
            quantity=180,
            values={"integrity_form": "notice"},
        )
        self.put(
            "integrity_reminder",
            (9, 26),
            "国庆廉政提醒",
            quantity=200,
            values={"reminder_occasion": "national_day", "channel": "message"},
        )
        self.put("risk_check", (5, 12), "廉政风险点排查", quantity=36, outcome="新增防控措施 4 条。")
        by = self.house.users.get("jiwei01") if self.house.organization.code == "DH001" else None
        for kind, count in (("reminder_talk", 3), ("four_forms", 2)):
            self.put(kind, (7, 10), "上半年情况报数", end_date=date(self.year, 7, 10), quantity=count, by=by)
        missing = {"leader_sanction"} if self.fate.lacks("no_nil_statement") else set()
        first = date(self.year, 1, 1)
        for kind in ("leader_sanction", "improper_speech"):
            if kind not in missing:
                self.journal.declare(
                    self.house.organization, kind, first, self.journal.until, is_nil=True, by=by
                )


class Support(Desk):
    """Training, money, rooms, mass organizations, service to the public, talks between committee members."""

    def write(self) -> None:
        """Write what supports the rest."""
        self.training()
        self.talks()
        self.money()
        self.mass()
        self.places()

    def places(self) -> None:
        """Write rooms, visits, service to the public and what carries the work."""
        self.put(
            "publicity_place",
            (1, 9),
            "门诊大厅党建文化墙",
            place="门诊大厅",
            values={"publicity_kind": "wall"},
        )
        self.put(
            "activity_venue",
            (1, 9),
            "医院党员活动中心",
            place=HALL,
            values=dict.fromkeys(HAVES, True),
        )
        self.put(
            "condolence_visit",
            (1, 26),
            "春节走访慰问",
            quantity=8,
            amount=Decimal(8000),
            values={"visit_kind": "member"},
        )
        self.put(
            "public_service",
            (6, 14),
            "送医送药下乡",
            place="对口帮扶乡镇",
            quantity=320,
            values={"service_kind": "clinic"},
        )
        self.services()

    def services(self) -> None:
        """Write help to others, the features of the work, and the models made known."""
        self.put(
            "volunteer_service",
            (3, 5),
            "学雷锋志愿服务",
            place="门诊大厅",
            quantity=45,
            outcome="导诊和健康咨询。",
        )
        self.put("paired_help", (5, 26), "包保帮扶", place="联系村", quantity=15, outcome="义诊和物资捐助。")
        self.put("party_partnership", (2, 15), "城乡支部联建", values={"partner": "柳荫镇卫生院党支部"})
        self.put(
            "feature_carrier",
            (2, 20),
            "党员先锋岗",
            values={"leader": self.secretary.person},
            outcome="设岗 30 个。",
        )
        self.put("model_publicity", (8, 19), "医师节先进典型宣传", values={"channel": "website"})
        self.put(
            "platform_statement",
            (9, 30),
            "网上管理平台使用情况",
            values={"platform": "e_branch", "organization_count": len(self.house.units)},
            quantity=len(self.house.members_on(date(self.year, 9, 30))),
        )

    def training(self) -> None:
        """Write the classes of leaders and secretaries, of newcomers, and of the Party-affairs staff."""
        of_branches = (one for unit in self.house.units for one in (unit.secretary, *unit.committee))
        heads = list(dict.fromkeys([*self.house.leaders, *of_branches]))
        self.put(
            "secretaries_training",
            (5, 12),
            "党组织书记和班子成员、支委培训班",
            heads,
            end_date=date(self.year, 5, 14),
            hours=Decimal(24),
            values={"theory_hours": "10"},
            whole=True,
        )
        newcomers = [
            one
            for one in self.house.members_on(date(self.year, 10, 15))
            if one.since >= date(self.year, 3, 1)
        ]
        if newcomers:
            self.put(
                "training_class",
                (10, 15),
                "新进党员集中培训班",
                newcomers,
                end_date=date(self.year, 10, 18),
                hours=Decimal(32),
                values={"theory_hours": "12", "audience": "members"},
                whole=True,
            )
        self.staff_training()

    def staff_training(self) -> None:
        """Write the classes of the Party office, with a third for theory, and of new secretaries."""
        theory = "4" if self.fate.lacks("little_theory") else "6"
        self.put(
            "training_class",
            (5, 8),
            "党务干部轮训班",
            list(dict.fromkeys([*self.house.office, *self.house.committee[:2], *self.house.discipline[:1]])),
            end_date=date(self.year, 5, 9),
            hours=Decimal(16),
            values={"theory_hours": theory, "audience": "party_staff"},
            whole=True,
        )
        if not self.fate.lacks("no_study_secretary"):
            self.put(
                "study_secretary_training",
                (6, 5),
                "选派学习秘书参训",
                self.house.office[:1],
                hours=Decimal(16),
                values={"organizer": "省委党校"},
                whole=True,
            )
        self.put(
            "training_class",
            (7, 22),
            "新任支部书记培训班",
            [unit.secretary for unit in self.house.units[:2]],
            hours=Decimal(8),
            values={"theory_hours": "3", "audience": "new_heads"},
            whole=True,
        )

    def talks(self) -> None:
        """Write a talk for every pair of committee members; with the fault the last pair did not."""
        pairs = list(combinations(self.seated, 2))
        for place, (one, other) in enumerate(pairs[:-1] if self.fate.lacks("no_talk") else pairs):
            day = date(self.year, 5 + place % 6, 3 + place % 24)
            self.journal.talk(self.house.organization, (one.person, other.person), day, by=self.by)
        self.put("change_talk", (9, 2), "变动谈话报数", quantity=4)

    def money(self) -> None:
        """Write the budget and half a year's spending."""
        finance = self.house.users.get("caiwu01") if self.house.organization.code == "DH001" else self.by
        document = f"财字〔{self.year}〕5号"
        for item, share in (("activity", 300), ("training", 150), ("mass", 100)):
            if item == "activity" and self.fate.lacks("no_budget"):
                continue
            amount = Decimal(share * 20 * len(self.house.units))
            self.put(
                "budget_line",
                (1, 18),
                "党建经费预算",
                amount=amount,
                values={"budget_item": item, "document": document},
                by=finance,
            )
        for month in (3, 6, 9):
            self.put(
                "spending",
                (month, 26),
                "活动经费支出",
                amount=Decimal(2600 + 150 * month),
                values={"budget_item": "activity"},
                by=finance,
            )

    def mass(self) -> None:
        """Write the mass organizations, their report and what they did."""
        if not self.fate.lacks("no_mass_report"):
            self.put(
                "mass_report",
                (6, 9),
                "党委听取群团工作汇报",
                self.seated,
                agenda="工会、共青团工作汇报",
                outcome="明确三项支持措施。",
            )
        heads = [unit.committee[-1].person for unit in self.house.units]
        for place, (kind, title) in enumerate((("union", "工会"), ("youth", "团委"), ("women", "妇委会"))):
            self.put(
                "mass_organization",
                (1, 8),
                title,
                values={"mass_kind": kind, "leader": heads[place % len(heads)]},
            )
        self.put(
            "mass_activity", (4, 25), "职工运动会", place="市体育馆", quantity=220, outcome="设 8 个项目。"
        )
        self.put("mass_cadre_training", (5, 21), "群团干部培训", hours=Decimal(8), quantity=14)

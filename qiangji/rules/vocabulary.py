"""Every fact that a check may ask for, with its type and its Chinese name. What is not here is refused when a check is loaded.

The engine knows names and types only: where a fact is kept, and how it is fetched for a thousand hospitals at once, is the
business of the collectors in ``scoring``, and a test there holds that every name here has one. Kinds of ledger records bear
the codes and titles that they have in ``ledgers``; what follows from posts, terms and letters comes after them.
"""

from collections.abc import Iterable

from qiangji.rules.fact_types import (
    DerivedProperty,
    EventFact,
    PopulationFact,
    StateFact,
    choice,
    choice_state,
    event,
    flag,
    flag_state,
    number,
    number_state,
    text_state,
)

RECORDS: dict[str, EventFact] = {
    "branch_members_meeting": event("支部党员大会", attended=True),
    "branch_committee_meeting": event("支委会", attended=True),
    "group_meeting": event("党小组会", attended=True),
    "party_class": event(
        "党课",
        number("hours", "学时", "学时"),
        choice("speaker_kind", "主讲人", "leader", "expert", "model", "member"),
        attended=True,
    ),
    "theme_party_day": event("主题党日", attended=True),
    "organization_life_meeting": event("组织生活会", attended=True),
    "member_appraisal": event(
        "民主评议党员",
        number("quantity", "参加评议人数"),
        number("excellent_count", "评为优秀人数"),
        attended=True,
    ),
    "dual_organization_life": event(
        "双重组织生活",
        choice(
            "life_form",
            "参加形式",
            "branch_members_meeting",
            "group_meeting",
            "theme_party_day",
            "organization_life_meeting",
            "other",
        ),
        attended=True,
    ),
    "heart_talk": event("谈心谈话"),
    "change_talk": event("变动谈话（只报数）", number("quantity", "谈话次数")),
    "branch_self_check": event("支部月自查"),
    "study_centre_group": event("中心组学习", attended=True),
    "first_agenda_item": event("第一议题学习", attended=True),
    "theory_study": event("政治理论学习", attended=True),
    "loyalty_education": event("忠诚教育和基地活动", number("quantity", "参加人数"), attended=True),
    "study_topic": event("学习研究专题"),
    "research_topic": event("调研课题"),
    "ideological_seminar": event("思想政治工作研讨会", number("quantity", "参加人数"), attended=True),
    "secretary_lecture": event("书记讲党课", number("hours", "学时", "学时"), attended=True),
    "july_campaign": event("七一教育实践活动", number("quantity", "参加人数")),
    "joint_theme_day": event(
        "集中主题党日",
        choice("festival", "节日", "july_first", "national_day", "new_year", "other"),
        attended=True,
    ),
    "democratic_life_meeting": event("民主生活会", attended=True),
    "study_assessment": event(
        "述学评学考学督学",
        choice("study_step", "环节", "report", "review", "exam", "supervise"),
        number("quantity", "人数"),
    ),
    "party_affairs_meeting": event("综合性议党会议", attended=True),
    "special_party_affairs_meeting": event("专题议党会议", attended=True),
    "enlarged_committee_meeting": event("党委扩大会议", number("quantity", "扩大参加人数"), attended=True),
    "committee_meeting": event("党委会会议", attended=True),
    "executive_meeting": event("院长办公会", attended=True),
    "major_decision": event(
        "“三重一大”事项",
        choice("decision_type", "事项类别", "decision", "appointment", "project", "funds"),
        flag("is_collective", "经集体讨论决定"),
        attended=True,
    ),
    "members_assembly": event("党员大会听取通报", attended=True),
    "duty_report_review": event("书记述职评议考核", number("quantity", "述职书记人数"), attended=True),
    "report_to_superior": event("向上级报告工作"),
    "leaders_appraisal": event("党员评议领导班子", number("quantity", "参加评议人数")),
    "party_openness": event(
        "党务公开", choice("channel", "方式", "meeting", "board", "website", "message", "letter", "media")
    ),
    "dispatch_meeting": event("党建工作调度会", attended=True),
    "duty_list": event("责任清单", choice("duty_kind", "责任类别", "first", "dual", "direct", "other")),
    "institution": event(
        "制度",
        choice(
            "institution_kind",
            "制度类别",
            "responsibility",
            "contact",
            "debrief",
            "meetings",
            "talks",
            "activity_day",
            "incentive",
            "eight_rules",
            "procedure",
            "other",
        ),
    ),
    "policy_document": event(
        "方案、计划和章程",
        choice(
            "document_kind",
            "文件种类",
            "charter",
            "procedure",
            "education_plan",
            "staff_training_plan",
            "study_plan",
            "life_plan",
            "development_plan",
            "ideology",
            "mass_plan",
            "year_plan",
            "other",
        ),
    ),
    "contact_point": event("领导联系点", choice("contact_kind", "联系类别", "regular", "lagging")),
    "contact_visit": event("联系点走访"),
    "leading_group": event("领导小组和工作专班"),
    "branch_spot_check": event("季度抽查支部", number("quantity", "抽查支部数")),
    "correction_order": event("限期改正"),
    "life_meeting_guidance": event(
        "组织生活会指导", choice("meeting_stage", "阶段", "before", "during", "after")
    ),
    "life_meeting_bulletin": event("组织生活会通报", number("quantity", "通报支部数")),
    "redo_order": event("责令重开组织生活会"),
    "election_ledger_review": event("换届台账梳理", number("quantity", "梳理组织数")),
    "relations_check": event(
        "组织关系排查", number("quantity", "排查党员数"), number("found_count", "发现问题数")
    ),
    "dues_disclosure": event(
        "党费收支公示",
        choice("channel", "方式", "meeting", "board", "website", "message", "letter", "media"),
        number("amount", "收入（元）", "元"),
        number("spent", "支出（元）", "元"),
    ),
    "party_commendation": event(
        "党内表彰",
        choice("award_occasion", "时机", "july_first", "nurses_day", "doctors_day", "year_end", "other"),
        number("quantity", "表彰个人数"),
        number("organization_count", "党组织数"),
    ),
    "setup_guidance": event("支部设置指导"),
    "ideology_check": event("意识形态工作检查", number("quantity", "检查对象数")),
    "appraisal_use": event(
        "评议结果运用",
        choice("use_kind", "用途", "assessment", "award", "points"),
        number("quantity", "人数"),
    ),
    "integrity_education": event(
        "廉政集中教育",
        choice("integrity_form", "形式", "notice", "lecture", "base", "talk", "film"),
        number("quantity", "参加人数"),
        attended=True,
    ),
    "integrity_reminder": event(
        "廉政提醒",
        choice(
            "reminder_occasion",
            "时机",
            "new_year",
            "labor_day",
            "national_day",
            "appointment",
            "family",
            "other",
        ),
        choice("channel", "方式", "meeting", "board", "website", "message", "letter", "media"),
        number("quantity", "提醒人数"),
    ),
    "risk_check": event("廉政风险排查", number("quantity", "风险点数")),
    "leader_sanction": event("班子成员处理情况", number("quantity", "人次")),
    "reminder_talk": event("谈话提醒（只报数）", number("quantity", "人次")),
    "improper_speech": event("不当言论处置（只报数）", number("quantity", "件次")),
    "four_forms": event("“四种形态”运用（只报数）", number("quantity", "人次")),
    "training_class": event(
        "培训班",
        number("hours", "学时", "学时"),
        number("theory_hours", "其中理论学时", "学时"),
        choice(
            "audience",
            "培训对象",
            "members",
            "secretaries",
            "cadres",
            "party_staff",
            "new_heads",
            "activists",
        ),
        choice("class_type", "班次", "theme", "model", "industry", "ordinary"),
        choice("speaker_kind", "主讲人", "leader", "expert", "model", "member"),
        attended=True,
    ),
    "secretaries_training": event(
        "党组织书记培训",
        number("hours", "学时", "学时"),
        number("theory_hours", "其中理论学时", "学时"),
        number("quantity", "参训书记数"),
        attended=True,
    ),
    "study_secretary_training": event("学习秘书选派参训", number("hours", "学时", "学时"), attended=True),
    "mass_cadre_training": event(
        "群团干部培训", number("hours", "学时", "学时"), number("quantity", "参训人数"), attended=True
    ),
    "induction_training": event(
        "新进人员入职培训", number("hours", "学时", "学时"), number("quantity", "参训人数")
    ),
    "skill_training": event(
        "业务和规范化培训", number("hours", "学时", "学时"), number("quantity", "参训人数")
    ),
    "budget_line": event(
        "党建经费预算",
        choice(
            "budget_item", "科目", "activity", "training", "venue", "mass", "commendation", "care", "other"
        ),
        number("amount", "金额（元）", "元"),
    ),
    "spending": event(
        "党建经费支出",
        choice(
            "budget_item", "科目", "activity", "training", "venue", "mass", "commendation", "care", "other"
        ),
        number("amount", "金额（元）", "元"),
    ),
    "dues": event("党费"),
    "activity_venue": event(
        "活动阵地",
        flag("has_room", "有场所"),
        flag("has_equipment", "有设施"),
        flag("has_signs", "有标志"),
        flag("has_flag", "有党旗"),
        flag("has_reading", "有书报"),
        flag("has_rules", "有制度"),
    ),
    "publicity_place": event(
        "宣传阵地", choice("publicity_kind", "种类", "board", "wall", "post", "website", "group", "base")
    ),
    "condolence_visit": event(
        "走访慰问",
        choice("visit_kind", "慰问对象", "member", "veteran", "staff", "worker"),
        number("quantity", "慰问人数"),
        number("amount", "金额（元）", "元"),
    ),
    "post_exchange": event("党务业务双向交流", number("quantity", "人数")),
    "platform_statement": event(
        "平台使用情况",
        choice("platform", "平台", "e_branch", "xuexi", "other"),
        number("organization_count", "党组织数"),
        number("quantity", "覆盖党员数"),
    ),
    "branch_star_rating": event(
        "党支部星级评定",
        number("member_points", "党员年度积分（支部平均）", "分"),
        number("superior_points", "上级赋分", "分"),
        number("member_share", "党员积分占比", "%"),
        number("stars", "评定星级", "星"),
    ),
    "model_publicity": event(
        "先进典型宣传", choice("channel", "方式", "meeting", "board", "website", "message", "letter", "media")
    ),
    "public_service": event(
        "送医送药送政策送健康",
        number("quantity", "受益人数"),
        choice("service_kind", "服务类别", "clinic", "medicine", "policy", "health"),
        attended=True,
    ),
    "volunteer_service": event("志愿服务", number("quantity", "受益人数"), attended=True),
    "party_plus": event(
        "“党建+”活动",
        choice("plus_kind", "类别", "culture", "conduct", "volunteer", "other"),
        number("quantity", "受益人数"),
    ),
    "feature_carrier": event("特色载体和品牌项目"),
    "campaign": event("阶段性行动"),
    "paired_help": event("包保帮扶", number("quantity", "受益人数")),
    "party_partnership": event("联建结对"),
    "mass_report": event("听取群团工作汇报", attended=True),
    "mass_organization": event(
        "群团组织",
        choice("mass_kind", "类别", "union", "youth", "women", "staff_congress", "other"),
        number("quantity", "成员数"),
    ),
    "mass_activity": event("文体和岗位建功活动", number("quantity", "参加人数")),
    "authority_special_study": event("书记专题研究党建", attended=True),
    "authority_key_project": event("书记党建项目"),
    "authority_duty_report": event("基层党建述职评议会", number("quantity", "述职单位数")),
    "authority_exchange": event("党建现场交流会", number("quantity", "参加单位数")),
    "authority_contact_point": event("班子成员联系基层党组织"),
    "authority_site_meeting": event("年中现场推进会", number("quantity", "参加单位数")),
    "progress_bulletin": event("进度通报"),
    "cultivation_target": event("优先培育党组织"),
    "benchmark_unit": event("对标清单"),
}
# What follows from posts, terms, elections, letters, and from a date or a person that a record names. ``link`` of an event is the term or the post that it is about.
DERIVED_EVENTS: dict[str, EventFact] = {
    "term_end": event("任期届满", choice("body", "班子", "committee", "discipline")),
    "term_reminder": event("换届提醒函"),
    "term_request": event("换届请示"),
    "term_approval": event("换届请示批复"),
    "term_election": event("换届选举", choice("body", "班子", "committee", "discipline")),
    "head_change": event("书记、副书记调整"),
    "superior_consent": event("上级同意职务调整"),
    "seat_vacancy": event("委员出缺", choice("body", "班子", "committee", "discipline")),
    "by_election": event("补选"),
    "new_head": event("新任党组织负责人到任"),
    "dues_filed": event("党费收支报上级备案"),
    "guided_life_meeting": event("党委成员到会指导组织生活会"),
    "guided_appraisal": event("党委成员到会指导民主评议"),
    "dual_theme_day": event("双重组织生活中的主题党日", attended=True),
}
EVENTS: dict[str, EventFact] = RECORDS | DERIVED_EVENTS
# Ledgers in which hours are recorded for those who were there: what a hospital holds counts for members of its branches.
WITH_HOURS = frozenset(name for name, one in RECORDS.items() if one.attended and "hours" in one.properties)

# "<key>_excused": for how many who fall short of the usual figure under this key a document states the reason.
EXCUSED = "_excused"

STATES: dict[str, StateFact] = {
    "organization_form": choice_state("组织形式", "committee", "general_branch", "branch"),
    "member_count": number_state("党员人数", "人"),
    "in_service_members": number_state("在职党员人数", "人"),
    "hardship_count": number_state("登记的困难党员人数", "人"),
    "e_branch_organizations": number_state("入驻新时代e支部的党支部数", "个"),
    "e_branch_members": number_state("入驻新时代e支部的在职党员数", "人"),
    "activity_budget_due": number_state("按人均标准应列的活动经费", "元"),
    "mass_heads_vacant": number_state("群团组织负责人空缺数", "个"),
    "group_count": number_state("党小组数", "个"),
    "hospital_level": choice_state("医院等级", "level_3", "level_2", "level_1", "unrated"),
    "establishment_staff": number_state("在编职工数", "人"),
    "staff_total": number_state("职工总数", "人"),
    "staff_income": number_state("年度职工总收入", "元"),
    "activity_budget": number_state("党建活动经费年度预算", "元"),
    "member_budget_standard": number_state("人均活动经费标准", "元"),
    "leader_weight": number_state("领导班子和干部年度考核中党建的分值占比", "%"),
    "performance_weight": number_state("医院综合绩效考核中党建的权重", "%"),
    "party_performance_weight": number_state("党建绩效考核的权重", "%"),
    "approved_small_committee": flag_state("党员不足 100 人经批准设党委"),
    "committee_size_reason": text_state("党组织委员人数例外的理由"),
    "discipline_size_reason": text_state("纪委委员人数例外的理由"),
    "branch_size_reason": text_state("党员人数例外的理由"),
    "member_hours_excused": number_state("学时不足已说明理由的党员数", "人"),
    "leader_hours_excused": number_state("学时不足已说明理由的书记和班子成员数", "人"),
    "committee_talks_excused": number_state("没有谈心谈话已说明理由的委员对数", "对"),
    "term_reminder_excused": number_state("提醒不足 6 个月已说明理由的届数", "届"),
    "branch_assemblies_excused": number_state("支部党员大会不足已说明理由的党支部数", "个"),
    "branch_committees_excused": number_state("支委会不足已说明理由的党支部数", "个"),
    "branch_appraisals_excused": number_state("没有民主评议已说明理由的党支部数", "个"),
    "group_meetings_excused": number_state("没有党小组会已说明理由的月数", "个月"),
    "committee_size": number_state("党组织委员会委员人数", "人"),
    "committee_secretaries": number_state("党组织书记人数", "人"),
    "committee_deputies": number_state("党组织副书记人数", "人"),
    "discipline_size": number_state("纪委委员人数", "人"),
    "discipline_secretaries": number_state("纪委书记人数", "人"),
    "discipline_full_time": flag_state("纪委书记专职"),
    "discipline_deputies": number_state("纪委副书记人数", "人"),
    "heads_apart": flag_state("书记、院长分设"),
    "committee_elected": flag_state("本届委员会经选举产生"),
    "discipline_elected": flag_state("本届纪委经选举产生"),
    "party_staff_full_time": number_state("专职党务人员数", "人"),
    "party_office_staff": number_state("党务部门人员数", "人"),
}

POPULATIONS: dict[str, PopulationFact] = {
    "members": PopulationFact("党员"),
    "full_members": PopulationFact("正式党员"),
    "leaders": PopulationFact("领导班子成员"),
    "leaders_in_party": PopulationFact("党员领导干部"),
    "committee_members": PopulationFact("党组织委员会委员"),
    "centre_group": PopulationFact("中心组成员"),
    "secretaries": PopulationFact("党组织书记"),
    "committee_secretary": PopulationFact("院级党组织书记"),
    "secretaries_and_leaders": PopulationFact("党组织书记和班子成员"),
    "party_staff": PopulationFact("党务干部"),
    "full_time_deputies": PopulationFact("专职副书记"),
    "branches": PopulationFact("内设党支部", of="organizations", unit="个"),
    "branches_with_committee": PopulationFact("设支部委员会的党支部", of="organizations", unit="个"),
    "groups": PopulationFact("党小组", of="organizations", unit="个"),
}

DERIVED: dict[str, DerivedProperty] = {
    "keynotes": DerivedProperty("重点发言人数", "keynotes"),
    "keynotes_by_group_members": DerivedProperty("中心组成员重点发言人数", "keynotes", among="centre_group"),
    "keynotes_by_secretaries": DerivedProperty("书记主讲人数", "keynotes", among="secretaries"),
    "present": DerivedProperty("到会人数", "present"),
    "present_leaders": DerivedProperty("到会班子成员人数", "present", among="leaders"),
    "present_share": DerivedProperty("到会率", "present", of_expected=True),
    "hours_per_theory_hour": DerivedProperty("总学时与理论学时之比", quotient=("hours", "theory_hours")),
}


def title_of(name: str) -> str:
    """Return the Chinese name of an event, a state or a population; the name itself where there is none.

    >>> title_of("members")
    '党员'
    """
    for table in (EVENTS, STATES, POPULATIONS):
        fact = table.get(name)
        if fact is not None:
            return fact.title
    return name


def title_of_property(kinds: Iterable[str], name: str) -> str:
    """Return the Chinese name of a property of events; the name itself where there is none.

    >>> title_of_property(["training_class"], "theory_hours"), title_of_property(["training_class"], "present_share")
    ('其中理论学时', '到会率')
    """
    if name in DERIVED:
        return DERIVED[name].title
    tables = (EVENTS[kind].properties for kind in kinds if kind in EVENTS)
    return next((table[name].title for table in tables if name in table), name)


def unit_of(name: str) -> str:
    """Return the unit in which a fact is counted.

    >>> unit_of("establishment_staff"), unit_of("party_class")
    ('人', '次')
    """
    if name in STATES:
        return STATES[name].unit
    if name in POPULATIONS:
        return POPULATIONS[name].unit
    return "次"

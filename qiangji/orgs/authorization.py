"""Roles and what each allows, in words. A role says *what*; the node it is held at and the relations say *where*.

``Where`` distinguishes the three positions from which a thing is done: at the organization itself, from the body that
the sheet names as its supervisor or rating authority, or from anywhere above it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import models


class Permission(StrEnum):
    """Something that a person may or may not do; the value is how a refusal page words it."""

    SEE_ORGANIZATIONS = "查看组织"
    SEE_LIVE_SHEET = "查看填报中的考评表"
    SEE_SUBMITTED_SHEET = "查看已提交的考评表"
    FILL_SHEET = "填写考评表"
    SIGN_SHEET = "签字并提交考评表"
    REVIEW_HOSPITAL_SHEET = "验收和评定院级党组织考评表"
    REVIEW_BRANCH_SHEET = "验收党支部考评表"
    ASSIGN_REVIEWS = "分派验收和评定"
    DRAW_SAMPLE = "组织抽查"
    APPROVE_VETO = "提出和批准一票否决"
    RECOGNIZE_RESULTS = "认定结果"
    FILE_RESULTS = "汇总和备案结果"
    MANAGE_RECTIFICATION = "办理整改"
    ORDER_RECTIFICATION = "责令和核验整改"
    ANSWER_DISPATCH = "办理督导事项"
    ISSUE_DISPATCH = "下达和核定督导事项"
    SUBMIT_PRACTICE = "推荐好做法、登记采用"
    REVIEW_PRACTICE = "审定和发布好做法"
    OPEN_CYCLE = "设置和开启考评周期"
    MANAGE_STANDARDS = "整理并发布标准"
    SEE_MEMBERS = "查看党员名册"
    MANAGE_MEMBERS = "维护党员名册"
    SEE_RESTRICTED = "查看敏感信息"
    MANAGE_POSTS = "维护班子、任期与换届"
    APPROVE_ELECTIONS = "办理下级换届请示"
    RECORD_STATES = "登记基本情况"
    SEE_LEDGERS = "查看台账"
    RECORD_LEDGERS = "登记台账"
    MANAGE_LEDGERS = "管理台账（申明齐全、撤回他人登记）"
    MANAGE_ORGANIZATIONS = "管理组织"
    MANAGE_ACCOUNTS = "管理账号"
    SEE_COMPLAINTS = "查看意见与投诉"


class RoleName(models.TextChoices):
    """The roles of domain §1."""

    MEMBER = "member", "党员"
    BRANCH_SECRETARY = "branch_secretary", "支部书记"
    BRANCH_DELEGATE = "branch_delegate", "支部委员（受托人）"
    GENERAL_BRANCH_SECRETARY = "general_branch_secretary", "总支书记"
    PARTY_OFFICE = "party_office", "党办工作人员"
    HOSPITAL_SECRETARY = "hospital_secretary", "党委书记"
    DISCIPLINE_SECRETARY = "discipline_secretary", "纪委书记"
    PERSONNEL = "personnel", "人事部门"
    FINANCE = "finance", "财务部门"
    SUPERVISOR = "supervisor", "主管部门工作人员"
    SUPERVISOR_LEAD = "supervisor_lead", "主管部门负责人"
    GUIDANCE = "guidance", "指导委员会工作人员"
    INSPECTOR = "inspector", "抽查组成员"
    READER = "reader", "查阅员"
    ADMINISTRATOR = "administrator", "系统管理员"


def title_of(role: str) -> str:
    """Name a role as this site calls its offices (QIANGJI_PARTY_OFFICE_TITLE, domain §1)."""
    return RoleName(role).label.replace("党办", settings.PARTY_OFFICE_TITLE)


def role_choices() -> list[tuple[str, str]]:
    """Return the roles for forms and models; a function, so that a site's titles change no migration."""
    return [(role.value, title_of(role)) for role in RoleName]


@dataclass(frozen=True)
class Role:
    """What a role allows at its own node, and what it allows towards organizations below or overseen."""

    name: RoleName
    purpose: str
    at_own_node: frozenset[Permission] = frozenset()
    downward: frozenset[Permission] = frozenset()

    def allows(self, permission: Permission, *, own: bool) -> bool:
        """Say whether the role allows something, at its own node or towards one it reaches."""
        return permission in (self.at_own_node if own else self.downward)

    def allows_any(self, permissions: frozenset[Permission]) -> bool:
        """Say whether the role allows any of these anywhere."""
        return bool(permissions & (self.at_own_node | self.downward))


SEE = frozenset({Permission.SEE_ORGANIZATIONS})
SEE_DOWN = SEE | {Permission.SEE_SUBMITTED_SHEET}
WATCH = SEE | {Permission.SEE_LIVE_SHEET, Permission.SEE_SUBMITTED_SHEET}
FILL = WATCH | {Permission.FILL_SHEET}
SIGN = FILL | {Permission.SIGN_SHEET}
REVIEW_BRANCHES = SEE_DOWN | {Permission.REVIEW_BRANCH_SHEET}
MARKING = frozenset(
    {
        Permission.FILL_SHEET,
        Permission.SIGN_SHEET,
        Permission.REVIEW_HOSPITAL_SHEET,
        Permission.REVIEW_BRANCH_SHEET,
    }
)
ADMINISTER = SEE | {Permission.MANAGE_ORGANIZATIONS, Permission.MANAGE_ACCOUNTS, Permission.SEE_COMPLAINTS}
# Facts, all of them inside one organization: names and ledgers never reach an authority above it (domain §1).
READ_FACTS = frozenset({Permission.SEE_MEMBERS, Permission.SEE_LEDGERS})
RECORD_FACTS = READ_FACTS | {Permission.RECORD_LEDGERS}
LEAD_FACTS = RECORD_FACTS | {Permission.SEE_RESTRICTED, Permission.MANAGE_LEDGERS}
# A secretary keeps the posts and terms of the own organization; those of branches are the Party office's or the branch's.
LEAD_OWN = LEAD_FACTS | {Permission.MANAGE_POSTS}
# What follows from results: an organization mends and recommends, whoever answers for it orders, verifies and publishes.
MEND = frozenset(
    {Permission.MANAGE_RECTIFICATION, Permission.ANSWER_DISPATCH, Permission.SUBMIT_PRACTICE},
)
DEMAND = frozenset(
    {Permission.ORDER_RECTIFICATION, Permission.ISSUE_DISPATCH, Permission.REVIEW_PRACTICE},
)
CONCLUDE = frozenset({Permission.RECOGNIZE_RESULTS, Permission.FILE_RESULTS})
KEEP_FACTS = LEAD_FACTS | {Permission.MANAGE_MEMBERS, Permission.MANAGE_POSTS, Permission.RECORD_STATES}

ROLES: dict[str, Role] = {
    role.name: role
    for role in [
        Role(RoleName.MEMBER, "查看本人所在组织和本人的登记。", SEE, frozenset()),
        Role(
            RoleName.BRANCH_SECRETARY,
            "填写、签字并提交本支部考评表，登记本支部台账，维护本支部的职务和任期。",
            SIGN | LEAD_OWN | MEND,
            SEE | RECORD_FACTS,
        ),
        Role(
            RoleName.BRANCH_DELEGATE,
            "受支部书记委托填写本支部考评表、登记本支部台账。",
            FILL | RECORD_FACTS,
            SEE | RECORD_FACTS,
        ),
        Role(
            RoleName.GENERAL_BRANCH_SECRETARY,
            "填写并提交本总支考评表，登记本总支台账，维护本总支的职务和任期，查看所属支部。",
            SIGN | LEAD_OWN | MEND,
            SEE_DOWN | READ_FACTS,
        ),
        Role(
            RoleName.PARTY_OFFICE,
            "填写本院考评表，验收所属党支部考评表，维护党员名册、班子和台账，整理本院的标准。",
            FILL | KEEP_FACTS | MEND | {Permission.MANAGE_STANDARDS},
            REVIEW_BRANCHES | KEEP_FACTS | DEMAND | {Permission.APPROVE_ELECTIONS},
        ),
        Role(
            RoleName.HOSPITAL_SECRETARY,
            "签字并提交本院考评表，验收所属党支部考评表，查看本院党员与台账，维护院级职务和任期。",
            SIGN | LEAD_OWN | MEND,
            REVIEW_BRANCHES
            | READ_FACTS
            | DEMAND
            | {Permission.SEE_RESTRICTED, Permission.APPROVE_ELECTIONS, Permission.ASSIGN_REVIEWS},
        ),
        Role(
            RoleName.DISCIPLINE_SECRETARY,
            "查看本院考评表和台账，负责纪检方面的事实（处分、谈话提醒等只报数的，由其登记和查看）。",
            WATCH | RECORD_FACTS,
            SEE | READ_FACTS,
        ),
        Role(
            RoleName.PERSONNEL,
            "查看本院考评表，负责人事方面的事实。",
            WATCH | RECORD_FACTS | {Permission.RECORD_STATES},
            SEE | {Permission.SEE_MEMBERS},
        ),
        Role(
            RoleName.FINANCE,
            "查看本院考评表，负责经费方面的事实。",
            WATCH | {Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS, Permission.RECORD_STATES},
            SEE,
        ),
        Role(
            RoleName.SUPERVISOR,
            "验收、评定所主管医院的考评表，开启考评周期，整理并发布标准，办理换届请示，登记本机关台账。",
            SEE
            | LEAD_FACTS
            | CONCLUDE
            | {
                Permission.ANSWER_DISPATCH,
                Permission.OPEN_CYCLE,
                Permission.MANAGE_STANDARDS,
                Permission.MANAGE_POSTS,
            },
            SEE_DOWN
            | DEMAND
            | {
                Permission.APPROVE_VETO,
                Permission.REVIEW_HOSPITAL_SHEET,
                Permission.REVIEW_BRANCH_SHEET,
                Permission.OPEN_CYCLE,
                Permission.APPROVE_ELECTIONS,
            },
        ),
        Role(
            RoleName.SUPERVISOR_LEAD,
            "把待验收、待评定的考评表分派给本部门工作人员，查看办理进度和评分分布；自己不评分。",
            SEE_DOWN,
            SEE_DOWN | {Permission.ASSIGN_REVIEWS},
        ),
        Role(
            RoleName.GUIDANCE,
            "指导本区域工作，开启考评周期，组织抽查，整理并发布标准，查看已提交的考评表，登记本委员会台账。",
            SEE
            | LEAD_FACTS
            | CONCLUDE
            # Spot checks are the guidance committees', not of whoever accepted and rated (document 0, part 3, section 3).
            | {
                Permission.DRAW_SAMPLE,
                Permission.ANSWER_DISPATCH,
                Permission.OPEN_CYCLE,
                Permission.MANAGE_STANDARDS,
            },
            SEE_DOWN | DEMAND | {Permission.OPEN_CYCLE, Permission.APPROVE_VETO},
        ),
        Role(RoleName.INSPECTOR, "抽查期间查看分派给本组的考评表。", SEE, frozenset()),
        Role(RoleName.READER, "查阅，不作任何改动。", SEE_DOWN, SEE_DOWN),
        Role(
            RoleName.ADMINISTRATOR,
            "管理组织、账号与设置，不接触分数和名册。",
            ADMINISTER,
            ADMINISTER,
        ),
    ]
}


def roles_that(permission: Permission, *, own: bool) -> list[str]:
    """Return the Chinese names of the roles that allow something, for the page that says who may."""
    return [title_of(role.name) for role in ROLES.values() if role.allows(permission, own=own)]

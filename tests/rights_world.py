"""The world in which rights are tried: one hospital with its branches, the same beside it, everybody above, in all roles.

Persons are named by what they are; ``b.`` stands before those who hold the same role at the neighbouring hospital, in
its city or at its authority. Whatever an address can be about exists once on our side.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from qiangji.accounts.models import Complaint, User
from qiangji.assessments.models import (
    Answer,
    Cycle,
    Evidence,
    ReviewAssignment,
    Sheet,
    Submission,
    SubmissionScan,
)
from qiangji.assessments.services import moves
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.services.evidence import attach_evidence
from qiangji.assessments.tests.factories import fill, make_cycle, make_edition
from qiangji.duties.services.feeds import make_feed
from qiangji.files.services import store as store_file
from qiangji.files.tests import samples
from qiangji.intake.models import ImportRun
from qiangji.ledgers.services.files import attach_file as attach_to_record
from qiangji.ledgers.tests.factories import make_plan, make_record, make_talk, make_template
from qiangji.members.elections.contents import RequestData
from qiangji.members.elections.services import record_step, send_reminder
from qiangji.members.elections.tests.factories import make_term
from qiangji.members.tests.factories import make_employment, make_person, make_post, make_tenure
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import (
    Department,
    Organization,
    OrganizationState,
    Oversight,
    Post,
    RoleAssignment,
    Term,
)
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import (
    PASSWORD,
    SINCE,
    build_user,
    make_organization,
    make_oversight,
)
from qiangji.standards.models import ParameterSetting
from qiangji.standards.tests.drafts import large_state, make_draft
from qiangji.standards.workshop.services import apply
from tests import (
    rights_checks,
    rights_dispatches,
    rights_integrity,
    rights_moving,
    rights_objections,
    rights_practices,
    rights_register,
    rights_results,
    rights_returns,
    rights_sheet_vetoes,
    rights_spotcheck,
)
from tests.rights_moving import lay_moving
from tests.rights_practices import lay_practices
from tests.rights_register import lay_register
from tests.rights_results import lay_results

Kind = Organization.Kind
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)

AT_HOSPITAL = {
    "office": RoleName.PARTY_OFFICE,
    "secretary": RoleName.HOSPITAL_SECRETARY,
    "discipline": RoleName.DISCIPLINE_SECRETARY,
    "personnel": RoleName.PERSONNEL,
    "finance": RoleName.FINANCE,
    "house_reader": RoleName.READER,
    "house_admin": RoleName.ADMINISTRATOR,
    "house_member": RoleName.MEMBER,
}
AT_GENERAL_BRANCH = {"general": RoleName.GENERAL_BRANCH_SECRETARY}
AT_BRANCH = {
    "branch": RoleName.BRANCH_SECRETARY,
    "delegate": RoleName.BRANCH_DELEGATE,
    "member": RoleName.MEMBER,
}
AT_AUTHORITY = {
    "supervisor": RoleName.SUPERVISOR,
    "lead": RoleName.SUPERVISOR_LEAD,
    "auth_reader": RoleName.READER,
    "auth_admin": RoleName.ADMINISTRATOR,
}
AT_CITY = {"guidance_city": RoleName.GUIDANCE, "inspector": RoleName.INSPECTOR}
AT_PROVINCE = {
    "guidance": RoleName.GUIDANCE,
    "reader": RoleName.READER,
    "administrator": RoleName.ADMINISTRATOR,
    "inspector_above": RoleName.INSPECTOR,
}


@dataclass
class Side:
    """One hospital with what is below it and who answers for it."""

    city: Organization
    authority: Organization
    hospital: Organization
    general: Organization
    branch: Organization

    def seats(self) -> list[tuple[str, Organization, str]]:
        """Everybody of this side: name, node, role."""
        places = [
            (self.hospital, AT_HOSPITAL),
            (self.general, AT_GENERAL_BRANCH),
            (self.branch, AT_BRANCH),
            (self.authority, AT_AUTHORITY),
            (self.city, AT_CITY),
        ]
        return [(name, node, role) for node, names in places for name, role in names.items()]


@dataclass
class Rights:
    """The whole world: persons by name, and what addresses are about by name."""

    people: dict[str, User]
    things: dict[str, Any] = field(default_factory=dict)

    def sheet(self, case: str) -> Sheet:
        return self.things[f"sheet {case}"]


def make_side(province: Organization, name: str) -> Side:
    city = make_organization(province, Kind.GUIDANCE_COMMITTEE, name=f"{name}市指导委员会", level="city")
    authority = make_organization(city, Kind.HEALTH_AUTHORITY, name=f"{name}市卫健委", level="city")
    hospital = make_organization(city, Kind.HOSPITAL, name=f"{name}医院党委")
    general = make_organization(hospital, Kind.GENERAL_BRANCH, name=f"{name}院门诊党总支")
    branch = make_organization(general, Kind.BRANCH, name=f"{name}院内科党支部")
    make_oversight(authority, hospital)
    return Side(city, authority, hospital, general, branch)


def seat_everybody(province: Organization, ours: Side, theirs: Side) -> dict[str, User]:
    """Store an account for each role on either side and above, one without any role, one with a handed-out password."""
    seats = ours.seats() + [(name, province, role) for name, role in AT_PROVINCE.items()]
    seats += [(f"b.{name}", node, role) for name, node, role in theirs.seats()]
    seats.append(("first", ours.hospital, RoleName.PARTY_OFFICE))
    people = {name: build_user(name, f"{name}某") for name, _, _ in seats}
    people["nobody"] = build_user("nobody", "无岗位")
    people["first"].must_change_password = True
    User.objects.bulk_create(people.values())
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=people[name], organization=node, role=role, start_date=SINCE)
        for name, node, role in seats
    )
    return people


def bring(world: Rights, sheet: Sheet, signer: str, acceptor: str, verbs: list[str]) -> None:
    """Sign a sheet and take it further."""
    fill(sheet, "self", world.people[signer])
    moves.submit(
        reach=reach_of(world.people[signer], at=AT),
        sheet_id=sheet.public_id,
        meeting_date=AT.date(),
        minutes_number="18",
        password=PASSWORD,
        seen_version=0,
        at=AT,
    )
    for version, verb in enumerate(verbs, start=1):
        moves.start_review(
            reach=reach_of(world.people[acceptor], at=AT),
            sheet_id=sheet.public_id,
            verb=verb,
            seen_version=version,
            at=AT,
        )


def open_cycles(world: Rights, province: Organization, ours: Side) -> None:
    """Three years: this year's sheets are drafts, last year's are submitted, those before are being accepted."""
    hospital, branch = make_edition(), make_edition("small-branch", "branch")
    world.things |= {
        "edition": hospital,
        "branch edition": branch,
        "next edition": make_edition("small-next"),
    }
    for year, case, verbs in [
        (2026, "draft", None),
        (2025, "submitted", []),
        (2024, "accepting", ["start_acceptance"]),
    ]:
        cycle = make_cycle(province, hospital, branch, year=year)
        open_cycle(cycle=cycle, by=None, at=AT)
        for node, kind, signer, acceptor in [
            (ours.hospital, "", "secretary", "supervisor"),
            (ours.branch, "branch ", "branch", "office"),
        ]:
            sheet = Sheet.objects.get(cycle=cycle, organization=node)
            if verbs is None:
                fill(sheet, "self", world.people[signer])
            else:
                bring(world, sheet, signer, acceptor, verbs)
            world.things[f"sheet {kind}{case}"] = Sheet.objects.get(pk=sheet.pk)
    city_cycle = create_cycle(
        owner=ours.city,
        year=2026,
        title="本市试评",
        plan_number="1",
        period=(AT.date().replace(month=1), AT.date()),
        deadlines=(AT.date(), AT.date(), AT.date()),
        closing_date=AT.date(),
        pass_line=90,
        branch_share=90,
        editions=[EditionChoice(Kind.HOSPITAL, hospital, "rating")],
        by=None,
        at=AT,
    )
    world.things |= {"cycle province": Cycle.objects.get(year=2026, owner=province), "cycle city": city_cycle}


def attach_files(world: Rights) -> None:
    """One piece of evidence on each of our hospital's sheets, and a scan of what was signed."""
    for case in ("draft", "submitted"):
        answer = Answer.objects.get(sheet=world.sheet("draft"), criterion__code="1-1-1")
        evidence = attach_evidence(
            answer=answer,
            upload=samples.upload(samples.pdf(case), f"{case}.pdf"),
            by=world.people["office"],
            at=AT,
        )
        where = Answer.objects.get(sheet=world.sheet(case), criterion__code="1-1-1")
        Evidence.objects.filter(pk=evidence.pk).update(answer=where)
        world.things[f"evidence {case}"] = Evidence.objects.get(pk=evidence.pk)
    world.things["scan submitted"] = SubmissionScan.objects.create(
        submission=Submission.objects.get(sheet=world.sheet("submitted")),
        content=store_file(samples.upload(samples.pdf("scan")), at=AT),
        filename="盖章.pdf",
        attached_by=world.people["office"],
        attached_at=AT,
    )


def write_last_year(world: Rights) -> None:
    """A text on last year's sheet of our hospital, which this year's may take over."""
    Answer.objects.filter(sheet=world.sheet("submitted"), criterion__code="1-1-2").update(
        text="去年的做法", version=1, edited_by=world.people["office"], edited_at=AT
    )


def lay_draft(world: Rights, hospital: Organization) -> None:
    """A scoring table on the hospital's bench that could be published, one step done on it, with its file."""
    draft = make_draft(hospital, world.people["office"], state=large_state(1, 4))
    draft.content = store_file(samples.upload(samples.pdf("table")), at=AT)
    draft.save(update_fields=["content"])
    world.things["draft"] = apply(
        draft=draft,
        operation="set_title",
        arguments={"key": "c101", "title": "第一条"},
        seen=0,
        by=world.people["office"],
        at=AT,
    )


def hold_election(world: Rights, hospital: Organization) -> None:
    """An election of the hospital's committee that waits for the authority's answer to the request."""
    make_term(hospital, due=date(2026, 11, 30))
    election = send_reminder(
        organization=hospital, body="committee", date=date(2026, 5, 20), document="1", by=None, at=AT
    )
    record_step(
        election=election, kind="request", date=date(2026, 7, 1), data=RequestData(seats=5), by=None, at=AT
    )
    world.things["calendar token"] = make_feed(by=world.people["office"], at=AT)
    world.things["election"] = election


def lay_ledgers(world: Rights, branch: Organization) -> None:
    """One of each thing that the ledgers of our branch hold, all recorded by its secretary."""
    by = world.people["branch"]
    record = make_record(branch, by=by)
    world.things |= {
        "ledger record": record,
        "ledger talk": make_talk(branch, make_person("甲一"), make_person("甲二")),
        "ledger plan": make_plan(branch),
        "ledger template": make_template(branch),
        "ledger file": attach_to_record(
            record=record, upload=samples.upload(samples.pdf("ledger"), "记录.pdf"), by=by, at=AT
        ),
    }


def lay_reviews(world: Rights) -> None:
    """The sheet that is being accepted is in the supervisor's hands; the submitted one waits for whoever takes it."""
    ReviewAssignment.objects.create(
        sheet=world.sheet("accepting"),
        stage="acceptance",
        reviewer=world.people["supervisor"],
        assigned_by=world.people["supervisor"],
        assigned_at=AT,
    )


def make_rights() -> Rights:
    """Store everything."""
    province = make_organization(None, Kind.GUIDANCE_COMMITTEE, name="北川省指导委员会", level="province")
    ours, theirs = make_side(province, "甲"), make_side(province, "乙")
    world = Rights(seat_everybody(province, ours, theirs))
    open_cycles(world, province, ours)
    attach_files(world)
    lay_draft(world, ours.hospital)
    write_last_year(world)
    lay_reviews(world)
    lay_ledgers(world, ours.branch)
    hold_election(world, ours.hospital)
    world.things |= {
        "province": province,
        "authority": ours.authority,
        "hospital": ours.hospital,
        "branch": ours.branch,
        "relation": Oversight.objects.get(subject=ours.hospital),
        "role": RoleAssignment.objects.get(user=world.people["member"]),
        "complaint": Complaint.objects.create(author=world.people["member"], text="太慢", filed_at=AT),
    }
    lay_structure(world, ours.hospital)
    lay_moving(world, ours, theirs)
    rights_spotcheck.lay_spot_check(world, province, ours.hospital)
    lay_register(world, ours)
    lay_import(world, ours.hospital)
    lay_results(world, province, ours)
    rights_returns.lay_returns(world)
    rights_objections.lay_objections(world)
    rights_sheet_vetoes.lay_sheet_vetoes(world, province, ours)
    lay_practices(world, ours)
    rights_dispatches.lay_dispatches(world, ours)
    rights_integrity.lay_doubts(world)
    rights_checks.lay_checks(world)
    return world


def lay_import(world: Rights, hospital: Organization) -> None:
    """A register that was handed in with headings of another platform."""
    world.things["import"] = ImportRun.objects.create(
        organization=hospital,
        kind="members",
        filename="名册.xlsx",
        state=ImportRun.State.FAILED,
        counts={"reason": "缺少栏目", "headings": ["人员编码"]},
        started_by=world.people["office"],
        started_at=AT,
    )


def lay_structure(world: Rights, hospital: Organization) -> None:
    """A department, a state, a held seat and a vacant one of our hospital; the running term is the election's."""
    person = make_person("某职工")
    make_employment(person, hospital)
    held = make_post(hospital, kind=Post.Kind.SECRETARY)
    state = {"kind": "establishment_staff", "value": "900", "start_date": SINCE, "recorded_at": AT}
    world.things |= {
        "person": person,
        "tenure": make_tenure(held, person),
        "former tenure": make_tenure(
            make_post(hospital, kind=Post.Kind.DEPUTY_SECRETARY), person, end_date=date(2025, 6, 30)
        ),
        "post": make_post(hospital),
        "state": OrganizationState.objects.create(organization=hospital, **state),
        "department": Department.objects.create(hospital=hospital, name="影像科", start_date=SINCE),
        "term": Term.objects.get(organization=hospital),
        "parameter setting": ParameterSetting.objects.create(
            edition=world.things["edition"], criterion_code="1-1-1", name="times", organization=hospital, value=6,
            start_date=SINCE, document_number="1", document_title="学习制度", set_by=world.people["office"], set_at=AT,
        ),
    }  # fmt: skip


# ---- addresses: what each is about, and what is sent ----------------------------------------------------------------

Arguments = Callable[[Rights, str], list[Any]]


def draft(*more: str) -> Arguments:
    """The draft, and what of it."""
    return lambda world, case: [world.things["draft"].public_id, *more]


def of(name: str) -> Arguments:
    """The public id of the thing that a case names, for instance ``sheet draft``."""
    return lambda world, case: [world.things[f"{name} {case}"].public_id]


def criterion(world: Rights, case: str) -> list[Any]:
    return [world.sheet(case).public_id, "1-1-1"]


def node(world: Rights, case: str) -> list[Any]:
    return [world.things[case].public_id]


def body(world: Rights, case: str) -> list[Any]:
    return [world.things[case].public_id, "committee"]


def election(world: Rights, case: str) -> list[Any]:
    """The election, and the step that a case names."""
    return [world.things["election"].public_id, *([case] if case else [])]


def ours(name: str) -> Arguments:
    """Our hospital, and one thing of it."""
    return lambda world, case: [world.things["hospital"].public_id, world.things[name].public_id]


def only(name: str) -> Arguments:
    """One thing by its own public id."""
    return lambda world, case: [world.things[name].public_id]


def table(world: Rights, case: str) -> list[Any]:
    return [world.things[case].public_id, "members"]


def run(world: Rights, case: str) -> list[Any]:
    return [world.things[case].public_id]


def account(world: Rights, case: str) -> list[Any]:
    return [world.people[case].public_id]


def in_branch(name: str) -> Arguments:
    """The branch, and the thing of its ledgers that is called so."""
    return lambda world, case: [world.things["branch"].public_id, world.things[name].public_id]


def ledger_file(world: Rights, case: str) -> list[Any]:
    return [world.things["ledger record"].public_id, world.things["ledger file"].public_id]


ARGUMENTS: dict[str, Arguments] = {
    "duties:feed": lambda world, case: [world.things["calendar token"]],
    **rights_moving.ARGUMENTS,
    **rights_practices.ARGUMENTS,
    **rights_dispatches.ARGUMENTS,
    **rights_integrity.ARGUMENTS,
    **rights_register.ARGUMENTS,
    **rights_results.ARGUMENTS,
    **rights_returns.ARGUMENTS,
    **rights_objections.ARGUMENTS,
    **rights_sheet_vetoes.ARGUMENTS,
    **rights_spotcheck.ARGUMENTS,
    **rights_checks.ARGUMENTS,
    "accounts:create": node,
    "accounts:detail": account,
    "accounts:reset_password": account,
    "accounts:deactivate": account,
    "accounts:reactivate": account,
    "accounts:answer_complaint": lambda world, case: [world.things["complaint"].public_id],
    "orgs:detail": node,
    "orgs:children": node,
    "orgs:create": node,
    "orgs:rename": node,
    "orgs:move": node,
    "orgs:oversight": node,
    "orgs:roles": node,
    "orgs:end_oversight": lambda world, case: [
        world.things["hospital"].public_id,
        world.things["relation"].pk,
    ],
    "ledgers:new": node,
    "ledgers:people": node,
    "ledgers:talks": node,
    "ledgers:declarations": node,
    "ledgers:self_check": node,
    "ledgers:calendar": node,
    "ledgers:plans": node,
    "ledgers:templates": node,
    "ledgers:plan_end": in_branch("ledger plan"),
    "ledgers:template_retire": in_branch("ledger template"),
    "ledgers:record": only("ledger record"),
    "ledgers:edit": only("ledger record"),
    "ledgers:withdraw": only("ledger record"),
    "ledgers:file": ledger_file,
    "ledgers:file_detach": ledger_file,
    "reports:sign_in_sheet": only("ledger record"),
    "reports:branch_handbook": node,
    "orgs:end_role": lambda world, case: [world.things["branch"].public_id, world.things["role"].public_id],
    "members:election_open": body,
    "members:election_remind": body,
    "members:election": election,
    "members:election_step": election,
    "members:election_advice": election,
    "members:election_people": election,
    "members:election_conclude": election,
    "members:election_cancel": election,
    "reports:election_letter": election,
    "orgs:states": node,
    "orgs:record_state": lambda world, case: [world.things["hospital"].public_id, case],
    "orgs:end_state": ours("state"),
    "orgs:departments": node,
    "orgs:open_department": node,
    "orgs:cover_department": ours("department"),
    "orgs:close_department": ours("department"),
    "orgs:terms": node,
    "orgs:start_term": node,
    "orgs:extend_term": ours("term"),
    "orgs:end_term": ours("term"),
    "members:posts": node,
    "members:set_up_post": node,
    "members:appoint": only("post"),
    "members:close_post": only("post"),
    "members:end_tenure": only("tenure"),
    "members:consent_coming": only("former tenure"),
    "members:consent_leaving": only("former tenure"),
    "web:structure": node,
    "standards:edition": lambda world, case: [world.things["edition"].public_id],
    "standards:compare": lambda world, case: [world.things["next edition"].public_id],
    "standards:interpretations": lambda world, case: [world.things["edition"].public_id],
    "standards:draft": draft(),
    "standards:draft_file": draft(),
    "standards:draft_compare": draft(),
    "standards:draft_item": draft("c101"),
    "standards:draft_operate": draft("set_points"),
    "standards:draft_undo": draft(),
    "standards:draft_redo": draft(),
    "standards:draft_discard": draft(),
    "standards:draft_publish": draft(),
    "reports:edition_form": lambda world, case: [world.things["edition"].public_id],
    "reports:edition_table": lambda world, case: [world.things["edition"].public_id, "xlsx"],
    "intake:upload": table,
    "intake:template": table,
    "intake:export": table,
    "intake:run": run,
    "intake:match": run,
    "intake:apply": run,
    "intake:check": run,
    "intake:discard": run,
    "intake:marked": run,
    "reports:sheet_form": of("sheet"),
    "reports:sheet_form_excel": of("sheet"),
    "reports:self_check_register": of("sheet"),
    "assessments:sheet": of("sheet"),
    "assessments:carry": of("sheet"),
    "assessments:save": of("sheet"),
    "assessments:evaluate": of("sheet"),
    "assessments:catch_up": of("sheet"),
    "assessments:basis": criterion,
    "assessments:served": only("ledger record"),
    "assessments:changes": of("sheet"),
    "assessments:missing": of("sheet"),
    "assessments:submit": of("sheet"),
    "assessments:return": of("sheet"),
    "assessments:withdraw": of("sheet"),
    "assessments:confirm": of("sheet"),
    "assessments:scans": of("sheet"),
    "assessments:vetoes": of("sheet"),
    "assessments:scan_file": of("scan"),
    "assessments:scan_detach": of("scan"),
    "assessments:move": lambda world, case: [world.sheet(case).public_id, "start_acceptance"],
    "assessments:history": criterion,
    "assessments:keep_carried": criterion,
    "assessments:practices": criterion,
    "assessments:evidence_list": criterion,
    "assessments:evidence_add": criterion,
    "assessments:evidence_reuse": criterion,
    "assessments:evidence_detach": of("evidence"),
    "assessments:evidence_open": of("evidence"),
    "assessments:checks": lambda world, case: [world.things["edition"].public_id],
    "assessments:check": lambda world, case: [world.things["edition"].public_id, "1-1-1"],
    "assessments:set_parameter": lambda world, case: [world.things["edition"].public_id, "1-1-1", "times"],
    "assessments:end_parameter": only("parameter setting"),
    "assessments:withdraw_parameter": only("parameter setting"),
    "assessments:assignments": of("sheet"),
    "assessments:cycle": of("cycle"),
    "assessments:open_cycle": of("cycle"),
    "assessments:change_cycle": of("cycle"),
    "results:close_cycle": of("cycle"),
}

Body = dict[str, Any]


def save_body(world: Rights, case: str) -> Body:
    stage = {"accepting": "acceptance", "inspecting": "inspection"}.get(case.split()[-1], "self")
    version = 1 if stage == "self" else 0
    edit = {"code": "1-1-2", "stage": stage, "points": "0.5", "remark": "", "version": version}
    return {"json": json.dumps({"edits": [edit]})}


def ticked(world: Rights, case: str) -> Body:
    return {"sheet": str(world.sheet(case).public_id), "to": "supervisor", "note": "下周出差"}


def seen(world: Rights, case: str) -> Body:
    return {"seen_version": str(world.sheet(case).version)}


DAY = "2021-01-04"
TABLE = (
    "考评表\n项目\t小项\t考核内容\t分值\n一、组织建设（5分）\t班子\t1.分工明确。\t2\n\t\t2.按期换届。\t3\n"
)


def on_bench(**more: str) -> Callable[[Rights, str], Body]:
    """What is sent with the step that the person saw."""
    return lambda world, case: {"seen": str(world.things["draft"].current)} | more


BODIES: dict[str, Callable[[Rights, str], Body]] = {
    **rights_moving.BODIES,
    **rights_practices.BODIES,
    **rights_dispatches.BODIES,
    **rights_integrity.BODIES,
    **rights_register.BODIES,
    **rights_results.BODIES,
    **rights_returns.BODIES,
    **rights_objections.BODIES,
    **rights_sheet_vetoes.BODIES,
    **rights_spotcheck.BODIES,
    **rights_checks.BODIES,
    "accounts:complain": lambda world, case: {"text": "字太小", "page": ""},
    "accounts:place": lambda world, case: {"organization": world.things["branch"].code},
    "accounts:create": lambda world, case: {
        "name": "新人",
        "username": "new-person",
        "role": "member",
        "start_date": DAY,
    },
    "accounts:deactivate": lambda world, case: {"reason": "调离"},
    "accounts:answer_complaint": lambda world, case: {"answer": "已改进"},
    "orgs:create": lambda world, case: {
        "kind": "branch",
        "code": "NEW-1",
        "name": "新建党支部",
        "short_name": "新支部",
        "start_date": DAY,
    },
    "orgs:rename": lambda world, case: {"name": "新名称", "short_name": "新名", "start_date": DAY},
    "orgs:move": lambda world, case: {"parent": world.things["province"].code, "start_date": DAY},
    "orgs:oversight": lambda world, case: {
        "kind": "guidance",
        "overseer": world.things["province"].code,
        "start_date": DAY,
    },
    "orgs:end_oversight": lambda world, case: {"end_date": DAY},
    "orgs:roles": lambda world, case: {
        "username": "house_member",
        "role": "reader" if case == "hospital" else "member",
        "start_date": DAY,
    },
    "orgs:end_role": lambda world, case: {"end_date": DAY},
    "orgs:record_state": lambda world, case: (
        {"value": "5000", "year": "2025"} if case == "staff_income" else {"value": "950", "start_date": DAY}
    ),
    "orgs:end_state": lambda world, case: {"end_date": DAY},
    "orgs:open_department": lambda world, case: {"name": "药剂科", "start_date": DAY},
    "orgs:cover_department": lambda world, case: {
        "branch": str(world.things["branch"].pk),
        "start_date": DAY,
    },
    "orgs:close_department": lambda world, case: {"end_date": DAY},
    "orgs:start_term": lambda world, case: {
        "body": "discipline",
        "start_date": DAY,
        "years": "5",
        "elected_by": "assembly",
    },
    "orgs:extend_term": lambda world, case: {
        "due_date": "2027-05-31",
        "document": "甲卫党〔2026〕1号",
        "approved_by": world.things["authority"].code,
        "approved_date": "2026-09-01",
    },
    "orgs:end_term": lambda world, case: {"end_date": "2026-09-01"},
    "members:set_up_post": lambda world, case: {
        "seat": "committee:member" if case == "branch" else "administration:head",
        "count": "1",
        "start_date": DAY,
    },
    "members:appoint": lambda world, case: {
        "person": world.things["person"].name,
        "how": "elected",
        "start_date": DAY,
    },
    "members:close_post": lambda world, case: {"end_date": DAY},
    "members:end_tenure": lambda world, case: {"end_date": DAY},
    "members:consent_coming": lambda world, case: {"consent_date": DAY},
    "members:consent_leaving": lambda world, case: {"consent_date": DAY},
    "members:election_open": lambda world, case: {"kind": "regular"},
    "members:election_remind": lambda world, case: {"date": "2026-06-01", "document": "2"},
    "members:election_step": lambda world, case: {
        "date": "2026-07-02",
        "document": "2",
        "answer": "yes",
        "seats": "5",
        "meeting_date": "2026-11-20",
        "elected_by": "assembly",
    },
    "members:election_conclude": lambda world, case: {"years": "5"},
    "members:election_cancel": lambda world, case: {"date": "2026-07-02", "reason": "改期"},
    "ledgers:new": lambda world, case: {"kind": "theme_party_day", "date": DAY, "outcome": "好"},
    "ledgers:edit": lambda world, case: {
        "kind": "theme_party_day",
        "date": DAY,
        "version": "1",
        "place": "二楼",
    },
    "ledgers:withdraw": lambda world, case: {"reason": "重复"},
    "ledgers:talks": lambda world, case: {"talk": str(world.things["ledger talk"].public_id)},
    "ledgers:declarations": lambda world, case: {"kind": "theme_party_day", "quarter": "1", "nil": "1"},
    "ledgers:self_check": lambda world, case: {"month": "1"},
    "ledgers:plans": lambda world, case: {
        "title": "主题党日",
        "kinds": ["theme_party_day"],
        "every": "month",
        "when": "day",
        "day": "15",
        "start_date": datetime.now(UTC).date().isoformat(),
    },
    "ledgers:templates": lambda world, case: {"name": "新模板", "kinds": ["theme_party_day"]},
    "standards:compare": lambda world, case: {
        "with": str(world.things["edition"].public_id),
        "earlier-1-1-1": "1-1-1",
    },
    "standards:interpretations": lambda world, case: {
        "criterion": "1-1-1",
        "number": "1",
        "issuer": "省委组织部",
        "effective_date": DAY,
        "text": "任务已结束",
        "organization": str(world.things["hospital"].pk),
    },
    "assessments:set_parameter": lambda world, case: {"value": "6"},
    "assessments:end_parameter": lambda world, case: {"end_date": "2100-01-01"},
    "assessments:withdraw_parameter": lambda world, case: {"reason": "填错"},
    "assessments:carry": lambda world, case: {
        "source": str(world.sheet("submitted" if case == "draft" else "accepting").public_id),
        "what": ["texts"],
        "code": ["1-1-2"],
    },
    "standards:draft_new": lambda world, case: {
        "organization": str(world.things["hospital"].public_id),
        "text": TABLE,
    },
    "standards:draft_compare": lambda world, case: on_bench(
        action="choose", edition=str(world.things["edition"].public_id)
    )(world, case),
    "standards:draft_item": on_bench(text="改过的一条", points="1", kind="full"),
    "standards:draft_operate": on_bench(key="c102", points="2"),
    "standards:draft_undo": on_bench(),
    "standards:draft_redo": on_bench(),
    "standards:draft_discard": on_bench(),
    "standards:draft_publish": on_bench(),
    "assessments:save": save_body,
    "assessments:submit": lambda world, case: (
        seen(world, case) | {"meeting_date": DAY, "minutes_number": "19", "password": PASSWORD}
    ),
    "assessments:withdraw": lambda world, case: seen(world, case) | {"reason": "数字写错"},
    "assessments:return": lambda world, case: seen(world, case) | {"reason": "请补充"},
    "assessments:confirm": lambda world, case: {"stage": "acceptance"},
    "assessments:move": seen,
    "results:close_cycle": lambda world, case: {"reason": "各单位均未申报，另行通知"},
    "assessments:take_reviews": ticked,
    "assessments:pass_reviews": ticked,
    "assessments:put_back_reviews": ticked,
    "assessments:evidence_add": lambda world, case: {"files": [samples.upload(samples.pdf("new"), "新.pdf")]},
    "assessments:evidence_detach": lambda world, case: {"reason": "传错"},
    "assessments:scans": lambda world, case: {"files": [samples.upload(samples.pdf("new scan"), "新.pdf")]},
    "assessments:scan_detach": lambda world, case: {"reason": "传错"},
}

QUERIES: dict[str, dict[str, str]] = {
    "ledgers:new": {"kind": "theme_party_day"},
    "assessments:changes": {"since": "2026-01-01T00:00:00Z"},
}

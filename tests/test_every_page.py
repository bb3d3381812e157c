"""Every page in a real browser: axe in light and dark, nothing sticking out at 1366 and 360 px, and a picture to look at.

Addresses that answer with something else than a page are named with what they are; an address in neither table fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from qiangji.accounts.models import Complaint
from qiangji.assessments.models import (
    Answer,
    Cycle,
    Draw,
    DrawEntry,
    Finding,
    Inspection,
    InterviewCount,
    Proposal,
    ReviewAssignment,
    Sheet,
    Submission,
    Team,
    TeamMember,
)
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import (
    fill,
    make_cycle,
    make_edition,
    open_small_cycle,
    sheet_of,
)
from qiangji.audit.services import note_reading
from qiangji.duties.services.feeds import make_feed
from qiangji.duties.services.reminders import want_reminders
from qiangji.intake.models import ImportRun
from qiangji.ledgers.models import Record
from qiangji.ledgers.tests.factories import make_plan, make_record, make_talk
from qiangji.members.elections.services import send_reminder
from qiangji.members.elections.tests.factories import make_term
from qiangji.members.models import Exemption, FloatingSpell, Hardship, Member, Person, Transfer
from qiangji.members.services import cease_membership, reinstate_member
from qiangji.members.tests.factories import make_member, make_post, make_tenure, store_members
from qiangji.orgs.models import Oversight, Post, RoleAssignment, Term
from qiangji.orgs.tests.factories import Cast, cast, make_role
from qiangji.scoring.drawing import Listed, population_digest, ticket_of
from qiangji.standards.check_cases import CheckCase
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import Criterion, Edition, Veto
from qiangji.standards.site_checks import Trial, adopt_check, keep_case, note_trial, write_check
from qiangji.standards.succession import add_interpretation, decide_map
from qiangji.standards.tests.drafts import make_draft
from tests import (
    pages_of_dispatches,
    pages_of_integrity,
    pages_of_objections,
    pages_of_practices,
    pages_of_results,
    pages_of_returns,
    pages_of_sheet_vetoes,
)
from tests.browser import enter_as, look_at
from tests.settled import settle

NOW = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
OWN_CHECK = {
    "words": "有本年的教育计划；每季度上党课 1 次以上；党员每人 32 学时以上。",
    "parameters": {
        "hours": {"title": "党员学时", "value": 32, "unit": "学时", "usual": True, "place": "第一条"}
    },
    "check": {
        "all": [
            {"attest": {"of": "policy_document", "where": {"document_kind": "education_plan"}}},
            {"count": {"of": "party_class", "per": "quarter", "at_least": 1}},
            {
                "share": {
                    "of": "members",
                    "usually": True,
                    "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": "$hours"}},
                }
            },
        ]
    },
}
Arguments = Callable[[Cast], list[object]]


@dataclass(frozen=True)
class Shown:
    """Who opens a page, with which arguments, and in which state of the own hospital's sheet."""

    who: str = ""
    arguments: Arguments = lambda people: []
    state: State = State.DRAFT


def hospital(people: Cast) -> list[object]:
    return [people.hospital_a.public_id]


def ward(people: Cast) -> list[object]:
    return [people.surgery.public_id]


def election(people: Cast) -> list[object]:
    """An election of the hospital's committee, its letter sent."""
    make_term(people.hospital_a, due=date(2026, 12, 31))
    started = send_reminder(
        organization=people.hospital_a, body="committee", date=date(2026, 6, 20), by=None, at=NOW
    )
    return [started.public_id]


def settled_hospital(people: Cast) -> list[object]:
    settle(people)
    return hospital(people)


def settled_term(people: Cast) -> list[object]:
    return [*settled_hospital(people), Term.objects.get(organization=people.hospital_a).public_id]


def vacant_post(people: Cast) -> list[object]:
    settle(people)
    return [Post.objects.get(duty="组织委员").public_id]


def member(people: Cast) -> list[object]:
    return [people.member.public_id]


def sheet(people: Cast) -> list[object]:
    return [sheet_of(people.hospital_a).public_id]


def signed_sheet(people: Cast) -> list[object]:
    own = sheet_of(people.hospital_a)
    Submission.objects.create(
        sheet=own,
        round=1,
        meeting_date=NOW.date(),
        minutes_number="党委会〔2026〕18号",
        signed_by=people.secretary,
        signer_name=people.secretary.name,
        signed_at=NOW,
        total_points=9,
        digest="0" * 64,
    )
    return [own.public_id]


def accepted_sheet(people: Cast) -> list[object]:
    own = sheet_of(people.hospital_a)
    for number, title in enumerate(["班子成员严重违纪违法", "重大失误受到组织处理"], start=1):
        Veto.objects.create(edition=own.edition, number=number, kind=Veto.Kind.SHEET, title=title)
    return [own.public_id]


def in_hand(people: Cast) -> list[object]:
    handed_over(people)
    fill(sheet_of(people.hospital_a), Stage.ACCEPTANCE, people.supervisor, c1_1_2="0", c2_0_1="1")
    return []


def handed_over(people: Cast) -> list[object]:
    """Our hospital's sheet, taken by somebody who handed it over with a note."""
    own = sheet_of(people.hospital_a)
    row = {"sheet": own, "stage": Stage.ACCEPTANCE, "assigned_at": NOW}
    words = "前三个部分已核对，佐证还要看第五部分。"
    ReviewAssignment.objects.create(
        reviewer=people.reader, assigned_by=people.reader, ended_at=NOW, ended_by=people.reader,
        ending="handed_over", end_reason=words, **row,
    )  # fmt: skip
    ReviewAssignment.objects.create(reviewer=people.supervisor, assigned_by=people.reader, note=words, **row)
    return [own.public_id]


def branches_waiting(people: Cast) -> None:
    """Two branches handed in, one of them in the Party office's hands."""
    Sheet.objects.filter(supervisor=people.hospital_a).update(state=State.SUBMITTED)
    ReviewAssignment.objects.create(
        sheet=sheet_of(people.surgery),
        stage=Stage.ACCEPTANCE,
        reviewer=people.party_office,
        assigned_by=people.secretary,
        assigned_at=NOW,
    )


def marked(people: Cast) -> None:
    fill(sheet_of(people.hospital_a), Stage.ACCEPTANCE, people.supervisor, c1_1_2="0", c2_0_1="1")


def relation(people: Cast) -> list[object]:
    return [people.hospital_a.public_id, Oversight.objects.get(subject=people.hospital_a).pk]


def seat(people: Cast) -> list[object]:
    held = RoleAssignment.objects.select_related("organization").get(user=people.branch_secretary)
    return [held.organization.public_id, held.public_id]


def first_code(people: Cast) -> list[object]:
    return [*sheet(people), "1-1-1"]


def two_editions(people: Cast) -> list[object]:
    """A second edition in which one criterion is reworded, one worth more, one another."""
    later = make_edition("small-2027")
    for code, changes in {
        "1-1-1": {"title": "第一条，每年两次"},
        "1-1-2": {"points": 2},
        "2-0-2": {"title": "群众满意"},
    }.items():
        Criterion.objects.filter(edition=later, code=code).update(**changes)
    return [later.public_id]


def interpreted_edition(people: Cast) -> list[object]:
    edition = Edition.objects.get(standard__code="small")
    add_interpretation(
        criterion=Criterion.objects.get(edition=edition, code="1-1-2"),
        organization=people.authority_a,
        number="甲卫党〔2026〕9号",
        issuer="甲市卫生健康委员会党组",
        effective_date=NOW.date(),
        text="原任务已结束，改按现行任务考核，材料照旧。",
        by=people.supervisor,
        at=NOW,
    )
    return [edition.public_id]


def check_in_work(people: Cast) -> list[object]:
    """A check of several parts that the province wrote and tried, with a case that agrees and one that does not."""
    edition = Edition.objects.get(standard__code="small")
    version = write_check(
        criterion=Criterion.objects.get(edition=edition, code="1-1-1"), entry=CheckEntry.model_validate(OWN_CHECK),
        origin="blank", seen=0, by=people.guidance_province, at=NOW,
    )  # fmt: skip
    trial = Trial("", "2025 年全年", "met", "2 分")
    note_trial(version=version, trial=trial, by=people.guidance_province, at=NOW)
    for answer in ("unmet", "met"):
        case = {"case": "一次也没有", "code": "1-1-1", "as_of": "2027-04-01", "answer": answer}
        keep_case(version=version, case=CheckCase.model_validate(case), by=people.guidance_province, at=NOW)
    return [edition.public_id, "1-1-1"]


def checks_to_carry(people: Cast) -> list[object]:
    """A later edition whose decided map could bring a check along, and which has a draft of its own."""
    earlier, later = Edition.objects.get(standard__code="small"), make_edition("small-2027")
    entry = CheckEntry.model_validate(
        {"words": "看会议记录和分工文件。", "by_person": "看会议记录和分工文件。"}
    )
    by = people.guidance_province
    for edition, code in ((earlier, "1-1-1"), (later, "1-1-2")):
        criterion = Criterion.objects.get(edition=edition, code=code)
        version = write_check(criterion=criterion, entry=entry, origin="blank", seen=0, by=by, at=NOW)
        if edition == earlier:
            adopt_check(version=version, reason="会议通过", by=by, at=NOW)
    decide_map(earlier=earlier, later=later, pairs={"1-1-1": "1-1-1"}, by=by, at=NOW)
    return [later.public_id]


def next_years_sheet(people: Cast) -> list[object]:
    """This year's sheet with texts, and next year's on a new edition whose map is decided."""
    own, later = sheet_of(people.hospital_a), make_edition("small-2027")
    Answer.objects.filter(sheet=own).update(
        text="每季度召开一次会议，会议纪要已归档。", version=1, edited_by=people.party_office, edited_at=NOW
    )
    pairs = {"1-1-1": "1-1-1", "1-1-2": "1-2-3", "1-2-3": "1-1-2"}
    decide_map(earlier=own.edition, later=later, pairs=pairs, by=people.guidance_province, at=NOW)
    cycle = make_cycle(people.province, later, year=2027)
    open_cycle(cycle=cycle, by=None, at=NOW)
    return [Sheet.objects.get(cycle=cycle, organization=people.hospital_a).public_id]


def draft(people: Cast) -> list[object]:
    return [make_draft(people.hospital_a, people.party_office).public_id]


def drafts(people: Cast) -> list[object]:
    draft(people)
    return []


def traveller(people: Cast) -> list[object]:
    """A member of our hospital with a post, who may be sent elsewhere."""
    member = make_member(people.surgery, "林远")
    make_tenure(make_post(people.surgery, kind="secretary"), member.person)
    return [member.public_id]


def on_the_way(people: Cast, **changes: object) -> list[object]:
    """A transfer from our hospital to the neighbour's, with its first step."""
    traveller(people)
    fields = {"target": people.hospital_b, "source": people.surgery} | changes
    transfer = Transfer.objects.create(
        member=Member.objects.get(),
        letter_number="2026-012",
        sent_date=NOW.date(),
        valid_until=NOW.date().replace(year=2099),
        **fields,
    )
    transfer.steps.create(state="sent", date=NOW.date(), taken_at=NOW)
    return [transfer.public_id]


def sent_outside(people: Cast) -> list[object]:
    return on_the_way(people, target=None, outside="某街道党工委")


def listed(people: Cast) -> list[object]:
    on_the_way(people)
    return []


def ward_with_members(people: Cast) -> list[object]:
    traveller(people)
    return ward(people)


def hospital_with_members(people: Cast) -> list[object]:
    traveller(people)
    return hospital(people)


def ledger(people: Cast, **fields: object) -> list[object]:
    """One evening of the branch with its list."""
    members = store_members(people.internal_medicine, ["赵一", "钱二", "孙三"])
    persons = [member.person for member in members]
    kinds = ["branch_members_meeting", "theme_party_day"]
    make_record(
        people.internal_medicine,
        kinds,
        people=persons,
        keynote=persons[0],
        by=people.branch_secretary,
        place="三楼会议室",
        **fields,
    )
    return []


def ledger_record(people: Cast) -> list[object]:
    ledger(people)
    return [Record.objects.get().public_id]


def own_branch(people: Cast) -> list[object]:
    ledger(people)
    return [people.internal_medicine.public_id]


def planning(people: Cast) -> list[object]:
    make_plan(people.internal_medicine)
    return [people.internal_medicine.public_id]


def talking(people: Cast) -> list[object]:
    """A committee of four, two of whom have talked."""
    branch = people.internal_medicine
    seated = [member.person for member in store_members(branch, ["赵一", "钱二", "孙三", "李四"])]
    for person in seated:
        make_tenure(make_post(branch), person)
    make_talk(branch, seated[0], seated[1])
    return [branch.public_id]


def registered(people: Cast) -> list[object]:
    """A member of our hospital with exemption and floating."""
    member = make_member(people.internal_medicine, "林远", staff_number="K0031")
    Exemption.objects.create(
        member=member,
        duty="training",
        document="甲院党〔2026〕3号",
        start_date=NOW.date(),
        end_date=NOW.date().replace(year=2099),
    )
    FloatingSpell.objects.create(
        member=member, direction="out", place="海口市某社区党支部", start_date=NOW.date()
    )
    return [member.public_id]


def who_left(people: Cast) -> list[object]:
    """Somebody who was recorded as having left, and somebody else whose leaving was taken back."""
    words = {"by": None, "at": NOW}
    gone = make_member(people.internal_medicine, "江流", staff_number="K0032")
    back = make_member(people.surgery, "何归", staff_number="K0033")
    for member, how in ((gone, "moved"), (back, "other")):
        cease_membership(member=member, date=NOW.date(), how=how, **words)
    reinstate_member(member=back, reason="与介绍信回执核对，登记对象有误", **words)
    return [gone.public_id]


def exempted(people: Cast) -> list[object]:
    return [*registered(people), Exemption.objects.get().public_id]


def floating(people: Cast) -> list[object]:
    return [*registered(people), FloatingSpell.objects.get().public_id]


def in_difficulty(people: Cast) -> list[object]:
    """A member who is registered as in difficulty, which somebody has read."""
    keys = registered(people)
    row = Hardship.objects.create(member=Member.objects.get(), start_date=NOW.date())
    note_reading(
        obj_type="hardship", obj_ids=[row.public_id], page="困难党员名单", by=people.secretary, at=NOW
    )
    return keys


def registration(people: Cast) -> list[object]:
    return [*in_difficulty(people), Hardship.objects.get().public_id]


def drawn(people: Cast) -> list[object]:
    """A draw of the province with a team of one, our hospital in its hands and the inspection begun."""
    own = sheet_of(people.hospital_a)
    made = Draw.objects.create(
        cycle=own.cycle, organizer=people.province, number=1, population="applicants", strata=["city"],
        plan_number="北医党指〔2026〕9号",
        ratio=Decimal("0.1"), size=2, population_digest=population_digest([Listed(own.organization.code, "甲市")]),
        frozen_at=NOW, seed="3-1-6", seed_source="三人各掷一次骰子，监督员在场", drawn_at=NOW,
    )  # fmt: skip
    team = Team.objects.create(
        draw=made, name="第一组", start_date=NOW.date(), end_date=NOW.date().replace(year=2099)
    )
    make_role(people.reader, people.province, "inspector")
    TeamMember.objects.create(team=team, user=people.reader, is_lead=True)
    for rank, (hospital, is_drawn) in enumerate(
        [(people.hospital_a, True), (people.hospital_b, False)], start=1
    ):
        entry = DrawEntry.objects.create(
            draw=made, sheet=sheet_of(hospital), code=hospital.code, name=hospital.name, stratum="甲市",
            ticket=ticket_of("3-1-6", hospital.code), rank=rank, is_drawn=is_drawn,
        )  # fmt: skip
        if is_drawn:
            under_inspection(entry, team)
    return [made.public_id]


def under_inspection(entry: DrawEntry, team: Team) -> None:
    """An inspection that goes on, with one finding and a count."""
    row = Inspection.objects.create(
        team=team, entry=entry, sheet=entry.sheet, round=1, visit_date=NOW.date(),
        methods=["records", "visit", "interview"], started_at=NOW,
    )  # fmt: skip
    Finding.objects.create(
        client_id=uuid4(), inspection=row, method="records", kind="problem", text="第三季度没有学习记录。",
        answer=entry.sheet.answers.first(), recorded_by=team.members.get().user, recorded_at=NOW,
    )  # fmt: skip
    InterviewCount.objects.create(inspection=row, group="members", question="life", satisfied=9, fair=1)
    Sheet.objects.filter(pk=entry.sheet_id).update(state=State.UNDER_INSPECTION)


def frozen_draw(people: Cast) -> list[object]:
    keys = drawn(people)
    Draw.objects.update(seed="", drawn_at=None)
    return keys


def inspection(people: Cast) -> list[object]:
    drawn(people)
    return [Inspection.objects.get().public_id]


def cycle_with_draws(people: Cast) -> list[object]:
    drawn(people)
    return [Cycle.objects.get().public_id]


def nothing_but(lay: Arguments) -> Arguments:
    """Lay something for a page whose address names nothing."""

    def arguments(people: Cast) -> list[object]:
        lay(people)
        return []

    return arguments


def my_own(people: Cast) -> list[object]:
    in_difficulty(people)
    Person.objects.update(user=people.member)
    return []


def hospital_counted(people: Cast) -> list[object]:
    store_members(people.internal_medicine, ["赵一", "钱二", "孙三"])
    return hospital(people)


def dues_of(people: Cast) -> list[object]:
    store_members(people.internal_medicine, ["赵一", "钱二", "孙三"])
    return [people.internal_medicine.public_id, "2026-09"]


def register_table(people: Cast) -> list[object]:
    return [people.hospital_a.public_id, "members"]


def handed_in(people: Cast) -> list[object]:
    """A register with one bad cell, checked."""
    finding = {
        "sheet": "名册",
        "row": 7,
        "column": "党支部",
        "value": "肿瘤科党支部",
        "wrong": "甲医院没有这个组织",
        "right": "填组织代码或名称：内科党支部、外科党支部",
    }
    preview = {"columns": ["工号", "姓名"], "rows": [{"row": 4, "status": "new", "cells": ["00101", "赵一"]}]}
    counts = {
        "total": 2,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "bad": 1,
        "findings": 1,
        "notices": ["工作表“名册”的这些列没有用到：电话。"],
    }
    run = ImportRun.objects.create(
        organization=people.hospital_a,
        kind="members",
        filename="甲医院党员名册.xlsx",
        state=ImportRun.State.CHECKED,
        counts=counts | {"preview": preview},
        findings=[finding],
        started_by=people.party_office,
        started_at=NOW,
    )
    return [run.public_id]


def waiting_things(people: Cast) -> list[object]:
    """A term near its end, drafts at two branches, and what the facts say is still asked of the own sheet."""
    make_term(people.hospital_a, due=date(2027, 3, 1))
    for day in (date(2026, 10, 15), timezone.localdate()):
        for branch in (people.internal_medicine, people.surgery):
            make_record(branch, date=day, state="draft")
    asked = [
        ("study_centre_group", "第四季度中心组学习现有 0 次，应不少于 1 次", "2026-12-31"),
        ("training_class", "党员中 3 人尚未达到要求", "2026-12-31"),
        ("relations_check", "12月底前组织关系排查现有 0 次，应不少于 1 次", "2026-12-31"),
    ]
    answers = Answer.objects.filter(sheet=sheet_of(people.hospital_a)).order_by("criterion__position")
    for answer, (fact, words, day) in zip(answers, asked, strict=False):
        leaf = {"operator": "count", "answer": "pending", "facts": [fact], "missing": words, "mend_by": day}
        figures = {"found": "0", "asked": "1", "bound": "不少于 1 次", "notes": ["另有 2 人经批准免予要求。"]}
        Proposal.objects.create(
            answer=answer,
            verdict="pending",
            lowest=0,
            highest=1,
            reason=words,
            trace=leaf | figures,
            changed_at=NOW,
        )
    return []


def wanted_notices(people: Cast) -> list[object]:
    """A calendar address in use, and a mail address that waits for its code."""
    make_feed(by=people.party_office, at=NOW)
    want_reminders(address="zhang@hospital.example", frequency="daily", by=people.party_office, at=NOW)
    return []


PAGES: dict[str, Shown] = {
    "rectification:list": Shown("party_office", pages_of_results.mendings),
    "rectification:one": Shown("branch_secretary", pages_of_results.mending),
    "assessments:integrity_list": Shown("supervisor", pages_of_integrity.lists),
    "assessments:integrity_raise": Shown("supervisor", pages_of_integrity.submitted),
    "assessments:integrity": Shown("guidance_city", pages_of_integrity.explained),
    "dispatches:list": Shown("supervisor", pages_of_dispatches.lists),
    "dispatches:new": Shown("guidance_province", pages_of_dispatches.lists),
    "dispatches:item": Shown("guidance_province", pages_of_dispatches.item),
    "dispatches:one": Shown("party_office", pages_of_dispatches.returned),
    "practices:list": Shown("outsider", pages_of_practices.lists),
    "practices:mine": Shown("party_office", pages_of_practices.lists),
    "practices:queue": Shown("guidance_province", pages_of_practices.lists),
    "practices:new": Shown("party_office"),
    "practices:edit": Shown("party_office", pages_of_practices.draft),
    "practices:one": Shown("party_office", pages_of_practices.published),
    "results:home": Shown("guidance_province", pages_of_results.home),
    "results:recognition": Shown("guidance_province", pages_of_results.cycle_rated),
    "results:figures": Shown("guidance_province", pages_of_results.cycle_rated),
    "results:trial": Shown("guidance_province", pages_of_results.cycle_rated),
    "results:consequences": Shown("guidance_province", pages_of_results.cycle_decided),
    "results:consequence": Shown("guidance_province", pages_of_results.followed),
    "results:ledger": Shown("guidance_province", pages_of_results.cycle_decided),
    "results:vetoes": Shown("guidance_city", pages_of_results.cycle_vetoed),
    "results:coverage": Shown("guidance_province", pages_of_results.cycle_decided),
    "results:summary": Shown("guidance_city", pages_of_results.city),
    "results:frozen_summary": Shown("guidance_province", pages_of_results.filed),
    "results:result": Shown("guidance_province", pages_of_results.sheet_decided),
    "results:revise": Shown("guidance_province", pages_of_results.sheet_decided),
    "results:reassess_branch": Shown("party_office", pages_of_results.branch_lagging),
    "results:distance": Shown("party_office", pages_of_results.sheet_unfinished),
    "results:standard_ledger": Shown("party_office", pages_of_results.own_ledger),
    "results:propose_veto": Shown("supervisor", pages_of_results.sheet_decided),
    "results:objections": Shown("secretary", pages_of_objections.filed),
    "results:objection_new": Shown("secretary", pages_of_objections.filed),
    "results:objection": Shown("supervisor", pages_of_objections.waiting),
    "results:veto": Shown("guidance_city", pages_of_results.vetoed),
    "results:propose_revocation": Shown("guidance_province", pages_of_results.found_below),
    "results:revocation": Shown("guidance_province", pages_of_results.revoking),
    "duties:agenda": Shown("party_office", waiting_things),
    "duties:month": Shown("party_office", waiting_things),
    "duties:notices": Shown("party_office", wanted_notices),
    "intake:home": Shown("party_office", nothing_but(handed_in)),
    "intake:upload": Shown("party_office", register_table),
    "intake:run": Shown("party_office", handed_in),
    "members:list": Shown("party_office", nothing_but(registered)),
    "members:mine": Shown("member", my_own),
    "members:create": Shown("party_office", hospital),
    "members:statistics_home": Shown("guidance_province"),
    "members:statistics": Shown("party_office", hospital_counted),
    "members:hardships": Shown("party_office", nothing_but(in_difficulty)),
    "members:readings": Shown("party_office", nothing_but(in_difficulty)),
    "members:detail": Shown("party_office", registered),
    "members:change": Shown("party_office", registered),
    "members:adjust": Shown("party_office", registered),
    "members:confirm": Shown("party_office", registered),
    "members:cease": Shown("party_office", registered),
    "members:left": Shown("party_office", nothing_but(who_left)),
    "members:reinstate": Shown("party_office", who_left),
    "members:exempt": Shown("party_office", registered),
    "members:end_exemption": Shown("party_office", exempted),
    "members:float": Shown("party_office", registered),
    "members:end_floating": Shown("party_office", floating),
    "members:account": Shown("party_office", registered),
    "members:hardship": Shown("party_office", in_difficulty),
    "members:start_hardship": Shown("party_office", registered),
    "members:end_hardship": Shown("party_office", registration),
    "ledgers:dues_home": Shown("party_office", nothing_but(dues_of)),
    "ledgers:dues": Shown("party_office", dues_of),
    "members:organization_on": Shown("party_office", hospital_with_members),
    "members:abolish": Shown("administrator", ward),
    "members:merge": Shown("administrator", ward_with_members),
    "members:split": Shown("administrator", ward_with_members),
    "members:transfers": Shown("party_office", listed),
    "members:transfer_send": Shown("party_office", traveller),
    "members:transfer": Shown("party_office", on_the_way),
    "members:transfer_receive": Shown("outsider", on_the_way),
    "members:transfer_return": Shown("outsider", on_the_way),
    "members:transfer_cancel": Shown("party_office", on_the_way),
    "members:transfer_conclude": Shown("party_office", sent_outside),
    "web:workbench": Shown("party_office"),
    "accounts:sign_in": Shown(),
    "accounts:change_password": Shown("party_office"),
    "accounts:complain": Shown("member"),
    "accounts:profile": Shown("party_office"),
    "accounts:list": Shown("administrator"),
    "accounts:place": Shown("administrator"),
    "accounts:create": Shown("administrator", hospital),
    "accounts:detail": Shown("administrator", member),
    "accounts:reset_password": Shown("administrator", member),
    "accounts:deactivate": Shown("administrator", member),
    "accounts:reactivate": Shown("administrator", member),
    "accounts:complaints": Shown("administrator"),
    "orgs:list": Shown("guidance_province"),
    "orgs:detail": Shown("administrator", hospital),
    "orgs:create": Shown("administrator", hospital),
    "orgs:rename": Shown("administrator", ward),
    "orgs:move": Shown("administrator", ward),
    "orgs:oversight": Shown("administrator", hospital),
    "orgs:end_oversight": Shown("administrator", relation),
    "orgs:roles": Shown("administrator", ward),
    "orgs:end_role": Shown("administrator", seat),
    "orgs:states": Shown("party_office", settled_hospital),
    "orgs:record_state": Shown("party_office", lambda people: [*settled_hospital(people), "hospital_level"]),
    "orgs:departments": Shown("party_office", settled_hospital),
    "orgs:terms": Shown("party_office", settled_hospital),
    "orgs:extend_term": Shown("party_office", settled_term),
    "members:posts": Shown("party_office", settled_hospital),
    "members:appoint": Shown("party_office", vacant_post),
    "web:structure": Shown("party_office", settled_hospital),
    "standards:editions": Shown("party_office"),
    "standards:figures": Shown("party_office"),
    "standards:edition": Shown(
        "party_office", lambda people: [Edition.objects.get(standard__code="small").public_id]
    ),
    "standards:compare": Shown("guidance_province", two_editions),
    "standards:drafts": Shown("party_office", drafts),
    "standards:draft_new": Shown("party_office"),
    "standards:draft": Shown("party_office", draft),
    "standards:draft_item": Shown("party_office", lambda people: [*draft(people), "c2"]),
    "standards:draft_compare": Shown("party_office", draft),
    "standards:draft_publish": Shown("party_office", draft),
    "standards:interpretations": Shown("supervisor", interpreted_edition),
    "ledgers:home": Shown("branch_secretary", ledger),
    "ledgers:records": Shown("branch_secretary", ledger),
    "ledgers:registers": Shown("party_office"),
    "ledgers:summary": Shown("party_office", ledger),
    "ledgers:drafts": Shown("branch_secretary", lambda people: ledger(people, state="draft")),
    "ledgers:new": Shown("branch_secretary", own_branch),
    "ledgers:record": Shown("branch_secretary", ledger_record),
    "ledgers:edit": Shown("branch_secretary", ledger_record),
    "ledgers:withdraw": Shown("branch_secretary", ledger_record),
    "ledgers:talks": Shown("branch_secretary", talking),
    "ledgers:declarations": Shown("branch_secretary", own_branch),
    "ledgers:self_check": Shown("branch_secretary", own_branch),
    "ledgers:calendar": Shown("branch_secretary", own_branch),
    "ledgers:plans": Shown("branch_secretary", planning),
    "ledgers:templates": Shown("branch_secretary", own_branch),
    "members:elections": Shown("party_office"),
    "members:election_open": Shown("party_office", lambda people: [people.surgery.public_id, "committee"]),
    "members:election_remind": Shown("supervisor", lambda people: [*hospital(people), "committee"]),
    "members:election": Shown("party_office", election),
    "members:election_step": Shown("party_office", lambda people: [*election(people), "request"]),
    "members:election_conclude": Shown("party_office", election),
    "members:election_cancel": Shown("party_office", election),
    "assessments:checks": Shown("guidance_province", checks_to_carry),
    "assessments:check": Shown(
        "party_office", lambda people: [Edition.objects.get(standard__code="small").public_id, "1-1-1"]
    ),
    "assessments:check_edit": Shown("guidance_province", check_in_work),
    "assessments:check_work": Shown("guidance_province", check_in_work),
    "assessments:carry": Shown("party_office", next_years_sheet),
    "assessments:list": Shown("supervisor", state=State.SUBMITTED),
    "assessments:sheet": Shown("party_office", sheet),
    "assessments:submit": Shown("secretary", sheet),
    "assessments:return": Shown("supervisor", sheet, State.SUBMITTED),
    "assessments:withdraw": Shown("secretary", sheet, State.SUBMITTED),
    "assessments:returns": Shown("secretary", pages_of_returns.returned),
    "assessments:return_criteria": Shown("supervisor", pages_of_returns.accepting),
    "assessments:amend": Shown("party_office", pages_of_returns.one),
    "assessments:sign_amendment": Shown("secretary", pages_of_returns.ready),
    "assessments:sheet_veto_propose": Shown("supervisor", pages_of_sheet_vetoes.accepted),
    "assessments:sheet_veto": Shown("secretary", pages_of_sheet_vetoes.in_force),
    "assessments:vetoes": Shown("supervisor", accepted_sheet, State.ACCEPTED),
    "assessments:scans": Shown("party_office", signed_sheet, State.SUBMITTED),
    "assessments:reviews": Shown("supervisor", in_hand, State.UNDER_ACCEPTANCE),
    "assessments:workload": Shown("secretary", nothing_but(branches_waiting)),
    "assessments:comparison": Shown("supervisor", nothing_but(marked), State.UNDER_ACCEPTANCE),
    "assessments:assignments": Shown("supervisor", handed_over, State.UNDER_ACCEPTANCE),
    "assessments:cycles": Shown("guidance_province"),
    "assessments:new_cycle": Shown("guidance_province"),
    "assessments:cycle": Shown("guidance_province", lambda people: [Cycle.objects.get().public_id]),
    "assessments:change_cycle": Shown("guidance_province", lambda people: [Cycle.objects.get().public_id]),
    "results:close_cycle": Shown("guidance_province", lambda people: [Cycle.objects.get().public_id]),
    "assessments:draws": Shown("guidance_province", cycle_with_draws),
    "assessments:new_draw": Shown("guidance_province", lambda people: [Cycle.objects.get().public_id]),
    "assessments:draw": Shown("guidance_province", drawn),
    "assessments:new_team": Shown("guidance_province", drawn),
    "assessments:inspections": Shown("reader", nothing_but(drawn)),
    "assessments:inspection": Shown("reader", inspection),
    "assessments:evidence_list": Shown("party_office", first_code),
    "assessments:evidence_reuse": Shown("party_office", first_code),
}
NOT_PAGES = {
    "rectification:plan": "POST",
    "rectification:assign": "POST",
    "rectification:deadline": "POST",
    "rectification:ask_help": "POST",
    "rectification:answer_help": "POST",
    "rectification:move": "POST",
    "rectification:proof_add": "POST",
    "rectification:proof_file": "a file",
    "rectification:proof_detach": "POST",
    "assessments:integrity_move": "POST",
    "dispatches:answer": "POST",
    "dispatches:remark": "POST",
    "dispatches:deadline": "POST",
    "dispatches:owner": "POST",
    "dispatches:move": "POST",
    "dispatches:proof_file": "a file",
    "dispatches:proof_detach": "POST",
    "practices:criteria": "a fragment",
    "practices:move": "POST",
    "practices:file_add": "POST",
    "practices:file": "a file",
    "practices:file_detach": "POST",
    "practices:adopt": "POST",
    "practices:adoption_end": "POST",
    "results:finish": "POST",
    "results:number": "POST",
    "results:postpone": "POST",
    "results:withdraw": "POST",
    "results:reassess": "POST, on the page of a result",
    "results:objection_answer": "POST",
    "results:objection_withdraw": "POST",
    "results:objection_file": "a file",
    "results:file_summary": "POST",
    "results:receive_summary": "POST",
    "results:veto_proof_add": "POST",
    "results:veto_proof": "a file",
    "results:decide_veto": "POST",
    "results:appeal_veto": "POST",
    "results:answer_veto": "POST",
    "results:lift_veto": "POST",
    "results:decide_revocation": "POST",
    "reports:consequence_notice": "a file",
    "reports:veto_list": "a file",
    "reports:veto_notice": "a file",
    "reports:revocation_notice": "a file",
    "reports:summary_form": "a file",
    "reports:summary_sheet": "a file",
    "reports:class_ledger": "a file",
    "reports:dispatch_list": "a file",
    "duties:feed": "a calendar for programs",
    "duties:feed_make": "POST, drawn like duties:notices",
    "duties:feed_withdraw": "POST",
    "duties:reminder": "POST, drawn like duties:notices",
    "duties:reminder_confirm": "POST, drawn like duties:notices",
    "duties:reminder_stop": "POST",
    "intake:template": "a file",
    "intake:export": "a file",
    "intake:marked": "a file",
    "intake:match": "POST only",
    "intake:apply": "POST only",
    "assessments:set_parameter": "POST only",
    "assessments:end_parameter": "POST only",
    "assessments:withdraw_parameter": "POST only",
    "assessments:check_carry": "POST only",
    "assessments:check_try": "POST only",
    "assessments:check_case_add": "POST only",
    "assessments:check_case_drop": "POST only",
    "assessments:check_adopt": "POST only",
    "assessments:check_withdraw": "POST only",
    "intake:check": "POST only",
    "intake:discard": "POST only",
    "members:statistics_file": "a file",
    "ledgers:member_year": "a part of a member's page",
    "ledgers:my_year": "a part of one's own page",
    "members:transfer_targets": "a fragment",
    "reports:transfer_letter": "a file",
    "standards:draft_file": "a file",
    "standards:draft_discard": "POST",
    "standards:draft_operate": "POST",
    "standards:draft_undo": "POST",
    "standards:draft_redo": "POST",
    "ledgers:records_export": "a file",
    "ledgers:people": "a fragment",
    "ledgers:file": "a file",
    "ledgers:file_detach": "POST",
    "ledgers:plan_end": "POST",
    "ledgers:template_retire": "POST",
    "reports:sign_in_sheet": "a file",
    "reports:branch_handbook": "a file",
    "members:election_advice": "a fragment",
    "members:election_people": "a fragment",
    "reports:election_letter": "a file",
    "web:health": "a word for a watchdog",
    "accounts:sign_out": "POST",
    "accounts:answer_complaint": "POST",
    "orgs:options": "a fragment",
    "orgs:end_state": "drawn like orgs:record_state",
    "orgs:open_department": "drawn like orgs:record_state",
    "orgs:cover_department": "drawn like orgs:record_state",
    "orgs:close_department": "drawn like orgs:record_state",
    "orgs:start_term": "drawn like orgs:extend_term",
    "orgs:end_term": "drawn like orgs:extend_term",
    "members:set_up_post": "drawn like members:appoint",
    "members:close_post": "drawn like members:appoint",
    "members:end_tenure": "drawn like members:appoint",
    "members:consent_coming": "drawn like members:appoint",
    "members:consent_leaving": "drawn like members:appoint",
    "orgs:children": "a fragment",
    "assessments:save": "POST, JSON",
    "assessments:changes": "JSON",
    "assessments:history": "a fragment",
    "assessments:practices": "a fragment",
    "assessments:missing": "a fragment",
    "assessments:confirm": "POST",
    "assessments:keep_carried": "POST",
    "assessments:evaluate": "POST",
    "assessments:catch_up": "POST, a fragment",
    "assessments:basis": "a fragment",
    "assessments:served": "POST, a fragment",
    "assessments:move": "POST",
    "assessments:take_reviews": "POST",
    "assessments:pass_reviews": "POST",
    "assessments:put_back_reviews": "POST",
    "assessments:open_cycle": "POST",
    "assessments:draw_file": "a file",
    "assessments:make_draw": "POST",
    "assessments:void_draw": "POST",
    "assessments:substitute": "POST",
    "assessments:assign": "POST",
    "assessments:leave_team": "POST",
    "assessments:name_team_lead": "POST",
    "assessments:add_team_member": "POST",
    "assessments:move_team_end": "POST, drawn like assessments:draw",
    "assessments:start_inspection": "POST",
    "assessments:conclude_inspection": "POST",
    "assessments:note": "POST, JSON",
    "assessments:count_interview": "POST, JSON",
    "assessments:withdraw_inspection": "POST",
    "assessments:withdraw_note": "POST",
    "assessments:sheet_veto_decide": "POST",
    "assessments:sheet_veto_appeal": "POST",
    "assessments:sheet_veto_answer": "POST",
    "assessments:sheet_veto_lift": "POST",
    "assessments:sheet_veto_proof": "a file",
    "reports:sheet_veto_notice": "a file",
    "assessments:cancel_return": "POST",
    "assessments:amendment_file": "a file",
    "assessments:evidence_add": "POST",
    "assessments:evidence_detach": "shown in the evidence panel",
    "assessments:evidence_open": "a file",
    "assessments:scan_file": "a file",
    "assessments:scan_detach": "POST",
    "reports:sheet_form": "a file",
    "reports:sheet_form_excel": "a file",
    "reports:edition_table": "a file",
    "reports:self_check_register": "a file",
    "reports:edition_form": "a file",
}


def address_names(resolver: URLResolver, namespace: str = "") -> list[str]:
    names: list[str] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            names += address_names(pattern, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            names.append(f"{namespace}:{pattern.name}")
    return names


def test_every_address_is_known_as_a_page_or_as_something_else() -> None:
    assert sorted({*PAGES, *NOT_PAGES}) == sorted(set(address_names(get_resolver())))


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with an open cycle on a small table, one half-filled sheet and one complaint."""
    people = cast()
    open_small_cycle(people)
    fill(sheet_of(people.hospital_a), Stage.SELF, people.party_office, c1_1_2="0.5")
    Complaint.objects.create(author=people.member, text="希望减少重复填报。", filed_at=NOW)
    return people


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_page_is_right_at_every_size_and_for_every_eye(
    looking_page: Page, site: str, people: Cast, name: str
) -> None:
    page = PAGES[name]
    if page.who:
        enter_as(looking_page, site, people.users[page.who])
    if page.state != State.DRAFT:
        Sheet.objects.filter(organization=people.hospital_a).update(state=page.state)
    answer = looking_page.goto(site + reverse(name, args=page.arguments(people)))
    assert answer
    assert answer.status == 200
    expect(looking_page.get_by_role("heading", level=1)).to_be_visible()
    look_at(looking_page, "page-" + name.replace(":", "-").replace("_", "-"))


@pytest.mark.browser
def test_a_frozen_draw_is_right_before_its_seed(looking_page: Page, site: str, people: Cast) -> None:
    enter_as(looking_page, site, people.guidance_province)
    answer = looking_page.goto(site + reverse("assessments:draw", args=frozen_draw(people)))
    assert answer
    assert answer.status == 200
    look_at(looking_page, "page-assessments-draw-frozen")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("who", "state"),
    [("supervisor", State.UNDER_ACCEPTANCE), ("supervisor", State.UNDER_RATING), ("reader", State.RATED)],
)
def test_sheet_is_right_for_who_reviews_and_who_reads(
    looking_page: Page, site: str, people: Cast, who: str, state: State
) -> None:
    Sheet.objects.filter(organization=people.hospital_a).update(state=state)
    enter_as(looking_page, site, people.users[who])
    answer = looking_page.goto(site + reverse("assessments:sheet", args=sheet(people)))
    assert answer
    assert answer.status == 200
    look_at(looking_page, f"page-assessments-sheet-{state.value.replace('_', '-')}")


@pytest.mark.browser
def test_a_sheet_of_which_criteria_came_back_is_right_for_who_reviews(
    looking_page: Page, site: str, people: Cast
) -> None:
    enter_as(looking_page, site, people.supervisor)
    answer = looking_page.goto(site + reverse("assessments:sheet", args=pages_of_returns.returned(people)))
    assert answer
    assert answer.status == 200
    look_at(looking_page, "page-assessments-sheet-returned")


@pytest.mark.browser
def test_what_changed_is_right_to_read_before_a_stage_ends(
    looking_page: Page, site: str, people: Cast
) -> None:
    enter_as(looking_page, site, people.supervisor)
    looking_page.goto(site + reverse("assessments:sheet", args=pages_of_returns.changed(people)))
    looking_page.get_by_role("button", name="完成验收").click()
    expect(looking_page.get_by_role("heading", level=1)).to_contain_text("完成前核对变动")
    look_at(looking_page, "page-assessments-conclude")


@pytest.mark.browser
@pytest.mark.parametrize(("case", "who"), [("proposed", "guidance_province"), ("sheet", "secretary")])
def test_a_sheet_veto_is_right_for_who_decides_and_on_the_sheet(
    looking_page: Page, site: str, people: Cast, case: str, who: str
) -> None:
    enter_as(looking_page, site, people.users[who])
    if case == "proposed":
        address = reverse("assessments:sheet_veto", args=pages_of_sheet_vetoes.proposed(people))
    else:
        address = reverse("assessments:sheet", args=pages_of_sheet_vetoes.sheet_withheld(people))
    answer = looking_page.goto(site + address)
    assert answer
    assert answer.status == 200
    look_at(looking_page, f"page-assessments-sheet-veto-{case}")


@pytest.mark.browser
@pytest.mark.parametrize(("who", "what"), [("supervisor", "found"), ("party_office", "raised")])
def test_doubted_material_is_right_for_who_explains_and_who_settles(
    looking_page: Page, site: str, people: Cast, who: str, what: str
) -> None:
    enter_as(looking_page, site, people.users[who])
    arguments = getattr(pages_of_integrity, what)(people)
    answer = looking_page.goto(site + reverse("assessments:integrity", args=arguments))
    assert answer
    assert answer.status == 200
    look_at(looking_page, f"page-assessments-integrity-{what}")


@pytest.mark.browser
def test_a_sheet_with_doubted_material_is_right_to_read(looking_page: Page, site: str, people: Cast) -> None:
    enter_as(looking_page, site, people.supervisor)
    pages_of_integrity.found(people)
    address = reverse("assessments:sheet", args=[sheet_of(people.hospital_a).public_id])
    answer = looking_page.goto(site + address)
    assert answer
    assert answer.status == 200
    looking_page.locator("#c-1-1-1").get_by_role("button", name="佐证").click()
    expect(looking_page.locator("#c-1-1-1 .evidence-doubt").first).to_be_visible()
    look_at(looking_page, "page-assessments-sheet-doubted")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("who", "what"), [("supervisor", "answered"), ("secretary", "closed"), ("supervisor", "returned")]
)
def test_a_task_is_right_for_who_decides_and_when_it_is_over(
    looking_page: Page, site: str, people: Cast, who: str, what: str
) -> None:
    enter_as(looking_page, site, people.users[who])
    answer = looking_page.goto(
        site + reverse("dispatches:one", args=getattr(pages_of_dispatches, what)(people))
    )
    assert answer
    assert answer.status == 200
    look_at(looking_page, f"page-dispatches-one-{what}-{who}")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("who", "what"),
    [("party_office", "draft"), ("guidance_province", "submitted"), ("outsider", "published")],
)
def test_a_practice_is_right_for_who_writes_reviews_and_adopts(
    looking_page: Page, site: str, people: Cast, who: str, what: str
) -> None:
    enter_as(looking_page, site, people.users[who])
    arguments = getattr(pages_of_practices, what)(people)
    answer = looking_page.goto(site + reverse("practices:one", args=arguments))
    assert answer
    assert answer.status == 200
    look_at(looking_page, f"page-practices-one-{what}")

"""Every page in a real browser: axe in light and dark, nothing sticking out at 1366 and 360 px, and a picture to look at.

Addresses that answer with something else than a page are named with what they are; an address in neither table fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, expect

from qiangji.accounts.models import Complaint
from qiangji.assessments.models import Answer, Cycle, Sheet, Submission
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
from qiangji.members.elections.services import send_reminder
from qiangji.members.elections.tests.factories import make_term
from qiangji.orgs.models import Oversight, RoleAssignment
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Criterion, Edition, Veto
from qiangji.standards.succession import add_interpretation, decide_map
from qiangji.standards.tests.drafts import make_draft
from tests.browser import enter_as, look_at

NOW = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
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


PAGES: dict[str, Shown] = {
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
    "members:elections": Shown("party_office"),
    "members:election_open": Shown("party_office", lambda people: [people.surgery.public_id, "committee"]),
    "members:election_remind": Shown("supervisor", lambda people: [*hospital(people), "committee"]),
    "members:election": Shown("party_office", election),
    "members:election_step": Shown("party_office", lambda people: [*election(people), "request"]),
    "members:election_conclude": Shown("party_office", election),
    "members:election_cancel": Shown("party_office", election),
    "assessments:carry": Shown("party_office", next_years_sheet),
    "assessments:list": Shown("supervisor", state=State.SUBMITTED),
    "assessments:sheet": Shown("party_office", sheet),
    "assessments:submit": Shown("secretary", sheet),
    "assessments:return": Shown("supervisor", sheet, State.SUBMITTED),
    "assessments:vetoes": Shown("supervisor", accepted_sheet, State.ACCEPTED),
    "assessments:scans": Shown("party_office", signed_sheet, State.SUBMITTED),
    "assessments:cycles": Shown("guidance_province"),
    "assessments:new_cycle": Shown("guidance_province"),
    "assessments:cycle": Shown("guidance_province", lambda people: [Cycle.objects.get().public_id]),
    "assessments:evidence_list": Shown("party_office", first_code),
    "assessments:evidence_reuse": Shown("party_office", first_code),
}
NOT_PAGES = {
    "standards:draft_file": "a file",
    "standards:draft_discard": "POST",
    "standards:draft_operate": "POST",
    "standards:draft_undo": "POST",
    "standards:draft_redo": "POST",
    "members:election_advice": "a fragment",
    "members:election_people": "a fragment",
    "reports:election_letter": "a file",
    "web:health": "a word for a watchdog",
    "accounts:sign_out": "POST",
    "accounts:answer_complaint": "POST",
    "orgs:options": "a fragment",
    "orgs:children": "a fragment",
    "assessments:save": "POST, JSON",
    "assessments:changes": "JSON",
    "assessments:history": "a fragment",
    "assessments:missing": "a fragment",
    "assessments:confirm": "POST",
    "assessments:move": "POST",
    "assessments:open_cycle": "POST",
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
    browser_page: Page, site: str, people: Cast, name: str
) -> None:
    page = PAGES[name]
    if page.who:
        enter_as(browser_page, site, people.users[page.who])
    if page.state != State.DRAFT:
        Sheet.objects.filter(organization=people.hospital_a).update(state=page.state)
    answer = browser_page.goto(site + reverse(name, args=page.arguments(people)))
    assert answer
    assert answer.status == 200
    expect(browser_page.get_by_role("heading", level=1)).to_be_visible()
    look_at(browser_page, "page-" + name.replace(":", "-").replace("_", "-"))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("who", "state"),
    [("supervisor", State.UNDER_ACCEPTANCE), ("supervisor", State.UNDER_RATING), ("reader", State.RATED)],
)
def test_sheet_is_right_for_who_reviews_and_who_reads(
    browser_page: Page, site: str, people: Cast, who: str, state: State
) -> None:
    Sheet.objects.filter(organization=people.hospital_a).update(state=state)
    enter_as(browser_page, site, people.users[who])
    answer = browser_page.goto(site + reverse("assessments:sheet", args=sheet(people)))
    assert answer
    assert answer.status == 200
    look_at(browser_page, f"page-assessments-sheet-{state.value.replace('_', '-')}")

"""What the pages of results are drawn with in ``test_every_page``: a decided hospital, what followed, what was filed.

On the small table of ten points the line is eight: the hospital stands at 7, its branches at 10 and at 8.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from qiangji.assessments.models import Cycle, Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import fill
from qiangji.files.tests import samples
from qiangji.lib.digests import digest
from qiangji.members.tests.factories import make_person, make_post, make_tenure
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Post
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, make_role, make_user
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.moves import assign_leader
from qiangji.rectification.services.planning import Written, attach_proof, write_plan
from qiangji.results.models import Consequence, YearEndVeto
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.services.consequence_acts import postpone_consequence, record_number
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.filing import file_summary, freeze_summary
from qiangji.results.services.recognizing import recognize_cycle
from qiangji.results.services.revoking import propose_revocation
from qiangji.results.services.vetoes import attach_veto_proof, decide_veto, propose_veto
from qiangji.results.tests.again import assessed_again

AT = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
AHEAD = date(2099, 3, 31)
Kind = Consequence.Kind


def rated(people: Cast) -> Cycle:
    """Bring everybody of city A to the end of the last stage; one branch stands exactly at the line."""
    cycle = Cycle.objects.select_related("owner").get()
    cycle.pass_line, cycle.target_rate, cycle.target_date = Decimal(8), Decimal(95), date(2027, 12, 31)
    cycle.save()
    for node, lost in [(people.hospital_a, 3), (people.internal_medicine, 2), (people.surgery, 0)]:
        sheet = Sheet.objects.get(organization=node)
        Mark.objects.filter(answer__sheet=sheet).delete()
        for stage in (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING):
            fill(sheet, stage, people.supervisor, c2_0_1=str(3 - lost))
        state = State.RATED if node == people.hospital_a else State.ACCEPTED
        Sheet.objects.filter(pk=sheet.pk).update(state=state)
    return cycle


def decided(people: Cast) -> Cycle:
    """Decide, open what follows, and find the hospital still below after mending."""
    cycle = rated(people)
    recognize_cycle(cycle=cycle, by=people.guidance_province, at=AT)
    due = [
        one for one in still_due(newest_results(cycle)) if one.kind in (Kind.KEY_BRANCH, Kind.TIME_LIMITED)
    ]
    open_consequences(due=due, deadline_date=AHEAD, by=people.guidance_province, at=AT)
    sheet = Sheet.objects.get(organization=people.hospital_a)
    reach = reach_of(people.supervisor, at=AT)
    assessed_again(sheet, reach=reach, by=people.guidance_province, at=AT)
    return cycle


def cycle_rated(people: Cast) -> list[object]:
    return [rated(people).public_id]


def cycle_decided(people: Cast) -> list[object]:
    return [decided(people).public_id]


def sheet_decided(people: Cast) -> list[object]:
    decided(people)
    return [Sheet.objects.get(organization=people.hospital_a).public_id]


def branch_lagging(people: Cast) -> list[object]:
    """The sheet of the branch at the line, its order to mend verified."""
    decided(people)
    orders = Rectification.objects.filter(kind=Rectification.Kind.KEY_BRANCH)
    orders.update(state=Rectification.State.VERIFIED, leader=make_person("林书记"))
    return [orders.get().sheet.public_id]


def followed(people: Cast) -> list[object]:
    """Something to be done without mending, whose notice has its number and which got another day."""
    cycle = decided(people)
    due = [one for one in still_due(newest_results(cycle)) if one.kind == Kind.DEBRIEF]
    (row,) = open_consequences(due=due, deadline_date=AHEAD, by=people.guidance_province, at=AT)
    reach = reach_of(people.guidance_province, at=AT)
    record_number(reach=reach, consequence=row, number="北医党指〔2026〕31号", at=AT)
    postpone_consequence(
        reach=reach, consequence=row, deadline_date=date(2099, 4, 30), words="述职会改期", at=AT
    )
    return [row.public_id]


def sheet_unfinished(people: Cast) -> list[object]:
    return [Sheet.objects.get(organization=people.hospital_a).public_id]


def city(people: Cast) -> list[object]:
    """The summary of city A, frozen once and handed up."""
    cycle = decided(people)
    reach = reach_of(people.guidance_city, at=AT)
    seen = digest(summary_of(cycle, people.city_a, on=AT.date()).content)
    row = freeze_summary(
        reach=reach, cycle=cycle, region=people.city_a, number="甲医党指〔2026〕12号", seen=seen, at=AT
    )
    file_summary(reach=reach, summary=row, at=AT)
    return [cycle.public_id, people.city_a.public_id]


def filed(people: Cast) -> list[object]:
    city(people)
    return [people.city_a.summaries.get().public_id]


def vetoed(people: Cast) -> list[object]:
    """A proposed year-end veto with its proof."""
    decided(people)
    reach = reach_of(people.supervisor, at=AT)
    sheet = Sheet.objects.get(organization=people.hospital_a)
    veto = propose_veto(reach=reach, sheet=sheet, basis="限期整改后复评 7 分，仍未达标。", at=AT)
    upload = samples.upload(samples.pdf("veto"), "复评结论.pdf")
    attach_veto_proof(reach=reach, veto=veto, upload=upload, at=AT)
    return [YearEndVeto.objects.get().public_id]


def cycle_vetoed(people: Cast) -> list[object]:
    """The cycle of a year-end veto that two people put into force."""
    vetoed(people)
    veto = YearEndVeto.objects.get()
    decide_veto(
        reach=reach_of(people.guidance_city, at=AT), veto=veto, agrees=True, words="属实",
        notice_number="甲医党指〔2026〕41号", end_date=AHEAD, seen_version=veto.version, at=AT,
    )  # fmt: skip
    return [veto.sheet.cycle.public_id]


def found_below(people: Cast) -> list[object]:
    """The hospital was recognized, and stands below after it was looked at again."""
    cycle = rated(people)
    Cycle.objects.filter(pk=cycle.pk).update(pass_line=Decimal(6))
    cycle.refresh_from_db()
    recognize_cycle(cycle=cycle, by=people.guidance_province, at=AT)
    Cycle.objects.filter(pk=cycle.pk).update(pass_line=Decimal(8))
    sheet = Sheet.objects.get(organization=people.hospital_a)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.INSPECTED)
    return [sheet.public_id]


def revoking(people: Cast) -> list[object]:
    """A revocation that somebody else proposed."""
    found_below(people)
    second = make_user("another", "省指导二")
    make_role(second, people.province, RoleName.GUIDANCE)
    sheet = Sheet.objects.get(organization=people.hospital_a)
    reach = reach_of(second, at=AT)
    row = propose_revocation(reach=reach, sheet=sheet, basis="动态复查 7 分，低于标准。", at=AT)
    return [row.public_id]


def mending(people: Cast) -> list[object]:
    """The branch's order to mend, its leader assigned, one line of its plan written, a proof."""
    leader = make_person("林书记")
    make_tenure(make_post(people.hospital_a, kind=Post.Kind.SECRETARY), leader)
    decided(people)
    row = Rectification.objects.get(kind=Rectification.Kind.KEY_BRANCH)
    reach = reach_of(people.secretary, at=AT)
    row = assign_leader(reach=reach, row=row, person_id=leader.public_id, seen_version=1, at=AT)
    own = reach_of(people.branch_secretary, at=AT)
    lines = [Written(1, "", "分工不清", "逐月核对", "")]
    write_plan(reach=own, row=row, lines=lines, seen_version=2, at=AT)
    attach_proof(reach=own, row=row, upload=samples.upload(samples.pdf("m"), "会议纪要.pdf"), at=AT)
    return [row.public_id]


def mendings(people: Cast) -> list[object]:
    mending(people)
    return []


def home(people: Cast) -> list[object]:
    city(people)
    return []


def own_ledger(people: Cast) -> list[object]:
    decided(people)
    return [people.hospital_a.public_id]

"""How each check of structure is decided: plain facts of one organization against the figures of one edition."""

from datetime import date
from decimal import Decimal

from qiangji.orgs.authorization import RoleName, title_of
from qiangji.orgs.models import Body, Post
from qiangji.orgs.paths import WIDTH
from qiangji.orgs.state_kinds import state_kind
from qiangji.scoring.structure import (
    Answer,
    Figures,
    Unit,
    Verdict,
    between,
    full_time_staff,
    is_committee,
    is_general_branch,
    persons_asked,
)

ABOVE_LEVEL_1 = frozenset({"level_2", "level_3"})
ELECTED = (Body.COMMITTEE, Body.DISCIPLINE)


def office() -> str:
    """Who keeps the register and the posts, by the site's title."""
    return title_of(RoleName.PARTY_OFFICE)


def register_members() -> str:
    """What to do where no member is recorded, and who does it."""
    return f"请先登记党员名册（{office()}）。"


def set_up_posts() -> str:
    """What to do where no post or tenure is recorded, and who does it."""
    return f"请在“班子与职务”中登记（{office()}）。"


def unknown_state(code: str) -> Verdict:
    """Return the verdict where a state was never recorded: which, and whose it is."""
    kind = state_kind(code)
    return Verdict(
        Answer.UNKNOWN, f"没有登记{kind.title}", f"请在“基本情况”中登记{kind.title}（{kind.owner_titles}）。"
    )


def decide_committee_from(unit: Unit, figures: Figures, day: date) -> Verdict:
    """A committee from so many members, or by approval; so many members without a committee."""
    least = figures["party_committee_from"]
    found = f"党员 {unit.members} 人"
    if unit.members == 0:
        return Verdict(Answer.UNKNOWN, "没有登记党员", register_members())
    if not is_committee(unit):
        if unit.members >= least:
            return Verdict(Answer.UNMET, f"{found}，现设{form_of(unit)}", "人数已够，请报上级批准设党委。")
        return Verdict(Answer.NOT_APPLICABLE, f"{found}，不设党委")
    if unit.members >= least:
        return Verdict(Answer.MET, found)
    if unit.states.get("approved_small_committee") == "yes":
        return Verdict(Answer.MET, f"{found}，设党委有上级批复")
    return Verdict(Answer.UNMET, found, "请在“基本情况”中登记设党委的批复文号，或报上级调整组织形式。")


def form_of(unit: Unit) -> str:
    """What a hospital-level organization is now."""
    return "党总支" if is_general_branch(unit) else "党支部"


def decide_committee_size(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Members of the committee, secretary and deputies among them."""
    if not unit.seats_of(Body.COMMITTEE):
        return Verdict(Answer.UNKNOWN, "没有登记委员", set_up_posts())
    number = len(unit.holders(Body.COMMITTEE))
    least, most = figures["party_committee_least"], figures["party_committee_most"]
    reason = unit.states.get("committee_size_reason")
    remedy = "请补选或调整委员；确有理由的，在“基本情况”中登记理由。"
    return between(number, least, most, f"委员 {number} 人", reason, remedy)


def decide_heads(body: str, unit: Unit, figures: Figures) -> Verdict:
    """One secretary, and no more deputies than the clause allows."""
    if not unit.seats_of(body):
        return Verdict(Answer.UNKNOWN, "没有登记职务", set_up_posts())
    deputies = sum(seat.person_id is not None for seat in unit.seats_of(body, Post.Kind.DEPUTY_SECRETARY))
    has_secretary = unit.head(body, Post.Kind.SECRETARY) is not None
    found = f"书记 {1 if has_secretary else 0} 人，副书记 {deputies} 人"
    most = figures["deputies_most"]
    if has_secretary and deputies <= most:
        return Verdict(Answer.MET, found)
    return Verdict(
        Answer.UNMET, found, "请按规定配齐书记。" if not has_secretary else "副书记超过职数，请调整。"
    )


def decide_committee_heads(unit: Unit, figures: Figures, day: date) -> Verdict:
    """The secretary and deputies of the committee."""
    return decide_heads(Body.COMMITTEE, unit, figures)


def decide_discipline_heads(unit: Unit, figures: Figures, day: date) -> Verdict:
    """The secretary and deputies of the discipline committee."""
    return decide_heads(Body.DISCIPLINE, unit, figures)


def decide_discipline_set(unit: Unit, figures: Figures, day: date) -> Verdict:
    """A discipline committee beside a committee, with a full-time secretary."""
    if not unit.seats:
        return Verdict(Answer.UNKNOWN, "没有登记职务", set_up_posts())
    secretaries = unit.seats_of(Body.DISCIPLINE, Post.Kind.SECRETARY)
    if not secretaries:
        return Verdict(Answer.UNMET, "没有纪委书记的职务", f"请设纪委并在“班子与职务”中登记（{office()}）。")
    seat = secretaries[0]
    if seat.person_id is None:
        return Verdict(Answer.UNMET, "纪委书记空缺", "请配备专职纪委书记。")
    if not seat.is_full_time:
        return Verdict(Answer.UNMET, "纪委书记不是专职", "请配备专职纪委书记；已是专职的，请更正职务登记。")
    return Verdict(Answer.MET, "设纪委，书记专职")


def decide_discipline_size(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Members of the discipline committee."""
    if not unit.seats_of(Body.DISCIPLINE):
        return Verdict(Answer.UNKNOWN, "没有登记纪委委员", set_up_posts())
    number = len(unit.holders(Body.DISCIPLINE))
    least, most = figures["discipline_least"], figures["discipline_most"]
    reason = unit.states.get("discipline_size_reason")
    remedy = "请补选或调整纪委委员；确有理由的，在“基本情况”中登记理由。"
    return between(number, least, most, f"纪委委员 {number} 人", reason, remedy)


def decide_vacancies(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Vacant seats of the elected bodies, and whether a by-election is under way for each."""
    seats = [seat for body in ELECTED for seat in unit.seats_of(body)]
    if not seats:
        return Verdict(Answer.UNKNOWN, "没有登记委员", set_up_posts())
    vacant = [seat for seat in seats if seat.person_id is None]
    if not vacant:
        return Verdict(Answer.MET, f"{len(seats)} 个职务没有空缺")
    longest = max(((day - seat.vacant_since).days for seat in vacant if seat.vacant_since), default=0)
    found = f"空缺 {len(vacant)} 个，最长 {longest} 天"
    if all(seat.body in unit.by_elections for seat in vacant):
        return Verdict(Answer.PENDING, f"{found}，补选已发起")
    return Verdict(Answer.UNMET, found, "请发起补选并登记结果；不再需要的职务请撤销。")


def decide_consent(unit: Unit, figures: Figures, day: date) -> Verdict:
    """The superior's consent before each change of secretary or deputy within the running term."""
    term = unit.terms.get(Body.COMMITTEE)
    if term is None:
        return Verdict(
            Answer.UNKNOWN, "没有登记任期，不知哪些是任期内的变动", f"请在“任期”中登记本届（{office()}）。"
        )
    changes = [change for change in unit.changes if change.day > term.start_date]
    if not changes:
        return Verdict(Answer.MET, "本届任期内书记、副书记没有变动")
    late = [change for change in changes if change.consent_date is None or change.consent_date >= change.day]
    if not late:
        return Verdict(Answer.MET, f"变动 {len(changes)} 次，上级同意都在前")
    missing = sum(change.consent_date is None for change in late)
    found = (
        f"变动 {len(changes)} 次，其中 {missing} 次没有登记上级同意，{len(late) - missing} 次同意不在变动之前"
    )
    return Verdict(Answer.UNMET, found, "有同意文件的，请在“班子与职务”的任职沿革中补登。")


def decide_apart(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Secretary and president are different persons, from level 2 up."""
    level = unit.states.get("hospital_level")
    if level is None:
        return unknown_state("hospital_level")
    label = state_kind("hospital_level").shown(level)
    if level not in ABOVE_LEVEL_1:
        return Verdict(Answer.NOT_APPLICABLE, f"医院等级为{label}，本条适用于二级及以上")
    secretary = unit.head(Body.COMMITTEE, Post.Kind.SECRETARY)
    president = unit.head(Body.ADMINISTRATION, Post.Kind.PRESIDENT)
    if secretary is None or president is None:
        who = "书记" if secretary is None else "院长"
        return Verdict(Answer.UNKNOWN, f"没有登记{who}的任职", set_up_posts())
    if secretary == president:
        return Verdict(Answer.UNMET, f"{label}医院，书记、院长由一人担任", "请报上级分设。")
    return Verdict(Answer.MET, f"{label}医院，书记、院长分设")


def decide_staff_share(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Full-time Party-affairs staff as a share of the staff on the establishment."""
    value = unit.states.get("establishment_staff")
    if value is None:
        return unknown_state("establishment_staff")
    asked = persons_asked(figures["staff_share"], int(value), figures["part_counts_from"])
    number = full_time_staff(unit)
    found = f"专职 {number} 人，在编 {value} 人，应配 {asked} 人"
    if number >= asked:
        return Verdict(Answer.MET, found)
    return Verdict(
        Answer.UNMET, found, f"还差 {asked - number} 人；已配备的请在“班子与职务”中登记并注明专职。"
    )


def decide_office(unit: Unit, figures: Figures, day: date) -> Verdict:
    """People of the Party office."""
    if not unit.seats_of(Body.OFFICE):
        return Verdict(Answer.UNKNOWN, "没有登记党务工作机构的人员", set_up_posts())
    number, asked = len(unit.holders(Body.OFFICE)), figures["office_staff"]
    found = f"现有 {number} 人"
    if number >= asked:
        return Verdict(Answer.MET, found)
    return Verdict(Answer.UNMET, found, f"还差 {int(asked) - number} 人，请配备后登记任职。")


def decide_branch_least(unit: Unit, figures: Figures, day: date) -> Verdict:
    """A branch stands on so many full members."""
    found = f"正式党员 {unit.full} 人"
    if unit.members == 0:
        return Verdict(Answer.UNKNOWN, "没有登记党员", register_members())
    if unit.full >= figures["founding"]:
        return Verdict(Answer.MET, found)
    reason = unit.states.get("branch_size_reason")
    if reason:
        return Verdict(Answer.EXCEPTION, f"{found}；理由：{reason}")
    return Verdict(Answer.UNMET, found, "请与邻近支部合并成联合党支部，或调入党员。")


def decide_size_most(unit: Unit, figures: Figures, day: date) -> Verdict:
    """A branch or general branch with usually no more than so many members."""
    if unit.members == 0:
        return Verdict(Answer.UNKNOWN, "没有登记党员", register_members())
    most = next(figures[name] for name in ("most_members", "general_branch_most") if name in figures)
    least = figures.get("general_branch_from", Decimal(0))
    reason = unit.states.get("branch_size_reason")
    remedy = "请报院级党组织调整设置；确有理由的，在“基本情况”中登记理由。"
    return between(unit.members, least, most, f"党员 {unit.members} 人", reason, remedy)


def decide_branch_committee(unit: Unit, figures: Figures, day: date) -> Verdict:
    """A branch with so many full members has a committee of a usual size; a smaller one a secretary."""
    if unit.members == 0:
        return Verdict(Answer.UNKNOWN, "没有登记党员", register_members())
    if not unit.seats_of(Body.COMMITTEE):
        return Verdict(Answer.UNKNOWN, "没有登记支部班子", set_up_posts())
    if unit.full < figures["committee_from"]:
        return Verdict(Answer.NOT_APPLICABLE, f"正式党员 {unit.full} 人，可以只设书记")
    number = len(unit.holders(Body.COMMITTEE))
    found = f"正式党员 {unit.full} 人，委员 {number} 人"
    least, most = figures["committee_least"], figures["committee_usual"]
    reason = unit.states.get("committee_size_reason")
    if number > most and number <= figures["committee_most"] and not reason:
        return Verdict(Answer.UNMET, found, "多于一般人数；确有需要的，在支部的“基本情况”中登记理由即可。")
    return between(number, least, most, found, reason, "请增补或调整委员；确有理由的，登记理由。")


def decide_coverage(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Departments with so many full members and no branch."""
    if not unit.department_count:
        return Verdict(
            Answer.UNKNOWN, "没有登记科室", f"请在“科室”中登记各科室及所属党支部（{office()}或人事部门）。"
        )
    gaps = {name: number for name, number in unit.uncovered.items() if number >= figures["founding"]}
    if not gaps:
        return Verdict(Answer.MET, f"{unit.department_count} 个科室，没有应建未建")
    listed = "、".join(f"{name}（{number} 人）" for name, number in sorted(gaps.items()))
    return Verdict(Answer.UNMET, f"应建未建 {len(gaps)} 个：{listed}", "请成立党支部，或编入联合党支部。")


def decide_terms(unit: Unit, figures: Figures, day: date) -> Verdict:
    """No running term is past its day; an approval moves the day."""
    term = unit.terms.get(Body.COMMITTEE)
    if term is None:
        return Verdict(Answer.UNKNOWN, "没有登记任期", f"请在“任期”中登记本届（{office()}）。")
    overdue = [fact for fact in unit.terms.values() if fact.due_date < day]
    if overdue:
        longest = max((day - fact.due_date).days for fact in overdue)
        return Verdict(
            Answer.UNMET, f"{len(overdue)} 个任期超期，最长 {longest} 天", "请换届；延期的，登记上级批复。"
        )
    return Verdict(Answer.MET, f"{min(fact.due_date for fact in unit.terms.values())} 届满")


def decide_affiliation(unit: Unit, figures: Figures, day: date) -> Verdict:
    """The Party line and the business line are both clear: a superior organization and a supervising authority."""
    if not unit.has_supervisor:
        return Verdict(
            Answer.UNMET, "没有主管（举办）单位", "请上级的系统管理员在组织页面设置主管（举办）单位。"
        )
    if len(unit.path) == WIDTH:
        return Verdict(Answer.UNMET, "没有上级党组织", "请上级的系统管理员调整隶属关系。")
    return Verdict(Answer.MET, "党组织隶属和业务主管都已明确")


def decide_contacts(unit: Unit, figures: Figures, day: date) -> Verdict:
    """Each leader of an authority is tied to so many organizations."""
    leaders = len(unit.holders(Body.COMMITTEE, Body.ADMINISTRATION))
    if not leaders:
        return Verdict(Answer.UNKNOWN, "没有登记班子成员", set_up_posts())
    least, most = figures["contacts_least"], figures["contacts_most"]
    fitting = sum(least <= number <= most for number in unit.contacts.values())
    found = f"班子成员 {leaders} 人，联系个数符合的 {fitting} 人"
    if fitting >= leaders:
        return Verdict(Answer.MET, found)
    return Verdict(Answer.UNMET, found, "请在台账“班子成员联系基层党组织”中登记。")

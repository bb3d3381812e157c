"""What stands in a notice about a result, as plain data: only what was decided, and no person's name."""

from datetime import date

from qiangji.assessments.models import SheetVeto
from qiangji.lib.dates import day_text, local_day
from qiangji.reports.election_letters.contents import Letter
from qiangji.results.models import Consequence, Revocation, YearEndVeto

Kind = Consequence.Kind

TITLES = {
    Kind.KEY_BRANCH: "关于重点管理整顿后进党支部的通知",
    Kind.TIME_LIMITED: "限期整改通知",
    Kind.KEY_REMEDY: "关于开展重点整改整治的通知",
    Kind.NOTIFY_SUPERIOR: "关于连续两年未达标情况的通报",
    Kind.ASK_INSPECTION: "关于提请开展专项巡察的函",
    Kind.DEBRIEF: "关于将考评结果纳入述职评议考核的通知",
    Kind.PRAISE: "关于认定为达标党组织的通报",
}


def sealed(sender: str, seal: str) -> str:
    """Return who signs: the issuing body, and who seals in its place (代章) where that is another.

    >>> sealed("某市医院党建工作指导委员会", "中共某市卫健委党组")
    '某市医院党建工作指导委员会\\n中共某市卫健委党组（代章）'
    """
    return f"{sender}\n{seal}（代章）" if seal else sender


def notice_of(row: Consequence, *, seal: str = "") -> Letter:
    """Return the notice of one consequence."""
    return Letter(
        title=TITLES[Kind(row.kind)],
        number=row.notice_number,
        addressee=addressee_of(row),
        paragraphs=paragraphs_of(row),
        sender=sealed(sender_of(row), seal),
        day=local_day(row.opened_at),
    )


def paragraphs_of(row: Consequence) -> tuple[str, ...]:
    """Return what a notice says: why, how a result was explained, and what is to be done until when."""
    cycle, name, deadline = row.sheet.cycle, row.organization.name, day_text(row.due_date)
    why, explained = f"{cycle.title}中，{row.basis}。", explained_by(row)
    bodies: dict[str, tuple[str, ...]] = {
        Kind.KEY_BRANCH: (
            why,
            f"请{row.owner.name}指定一名班子成员联系该支部，督促其找准差距和原因、逐项制定措施，于{deadline}前完成整顿并提请核验。",
        ),
        Kind.TIME_LIMITED: (why, *told_to_mend(row)),
        Kind.KEY_REMEDY: (
            why,
            f"现对{name}开展重点整改整治，请于{deadline}前完成，办理情况随时报告。",
        ),
        Kind.NOTIFY_SUPERIOR: (
            f"现将{name}的有关情况通报如下：{why}",
            explained,
            f"请督促其整改，并于{deadline}前反馈情况。",
        ),
        Kind.ASK_INSPECTION: (
            f"{name}{row.basis}。",
            explained,
            f"按照方案要求，现提请对其开展专项巡察，请于{deadline}前函复安排。",
        ),
        Kind.DEBRIEF: (
            why,
            f"请在{deadline}前，把这一结果作为书记抓党建述职评议考核的内容，并反馈办理情况。",
        ),
        Kind.PRAISE: (
            f"经自评、验收、评定和认定，{name}在{cycle.title}中被认定为达标党组织，现予通报表扬。",
            "希望再接再厉，巩固创建成果，带动更多党组织共同提高。",
        ),
    }
    return bodies[row.kind]


def explained_by(row: Consequence) -> str:
    """Return the reasons of the result that a consequence rests on; empty for one that rests on none."""
    return f"认定说明：{'；'.join(row.result.reasons)}。" if row.result else ""


def told_to_mend(row: Consequence) -> tuple[str, ...]:
    """Return what a hospital below the line has to do; without a result it never applied, and checks itself first."""
    until = f"于{day_text(row.due_date)}前完成整改并提请核验。"
    if not row.result:
        return (f"请对照标准开展自查，列出差距，逐项写明原因、措施，{until}",)
    again = "整改后将进行复评；复评仍未达标的，按程序办理年底考核事宜。"
    return (explained_by(row), f"请对照失分条目逐项写明原因、措施，{until}{again}")


def sender_of(row: Consequence) -> str:
    """Return who issues a notice: who recognized for a branch's hospital, who owns it otherwise."""
    if row.kind == Kind.KEY_BRANCH:
        return (row.sheet.cycle.recognizer or row.sheet.cycle.owner).name
    return row.owner.name


def addressee_of(row: Consequence) -> str:
    """Return to whom a notice goes."""
    if row.kind == Kind.KEY_BRANCH:
        return row.owner.name
    if row.kind == Kind.NOTIFY_SUPERIOR:
        parent = row.organization.parent
        return parent.name if parent else "上级党组织"
    if row.kind == Kind.ASK_INSPECTION:
        return "有关巡察机构"
    return row.organization.name


def days_of(veto: YearEndVeto | SheetVeto) -> tuple[str, str, date]:
    """Return the last day of an appeal and the end of a veto in force, in words, and the day on which it came into force.

    That one in force has all of them is held by the tables.
    """
    assert veto.appeal_until is not None, "one in force has it"
    assert veto.end_date is not None, "one in force has it"
    assert veto.second_at is not None, "one in force has it"
    return day_text(veto.appeal_until), day_text(veto.end_date), local_day(veto.second_at)


def veto_notice_of(veto: YearEndVeto, *, seal: str = "") -> Letter:
    """Return the notice of a year-end veto in force."""
    until, end, day = days_of(veto)
    authority = veto.rectification.ordered_by.name
    return Letter(
        title="关于年底考核实行“一票否决”的通知",
        number=veto.notice_number,
        addressee=veto.organization.name,
        paragraphs=(
            f"你单位在{veto.sheet.cycle.title}中未达标，限期整改（期限{day_text(veto.rectification.deadline_date)}）后复评仍未达标："
            f"{'；'.join(veto.result.reasons)}。",
            "经两人分别提出和审定，决定实行年底考核“一票否决”，在年底各类考核中认定为不合格。这一决定针对组织，不涉及个人。",
            f"如有异议，可在{until}前提出申诉。本决定至{end}终止。",
        ),
        sender=sealed(authority, seal),
        day=day,
    )


def sheet_veto_notice_of(row: SheetVeto, *, seal: str = "") -> Letter:
    """Return the notice that a sheet is not rated, by a veto in force."""
    sheet = row.sheet
    until, end, day = days_of(row)
    authority = sheet.rating_authority or sheet.supervisor or sheet.cycle.owner
    return Letter(
        title="关于考评表不予评定的通知",
        number=row.notice_number,
        addressee=sheet.organization_name,
        paragraphs=(
            f"{sheet.cycle.title}中，你单位存在下列情形：{row.veto.title}。",
            f"依据：{row.basis.rstrip('。')}。",
            "经两人分别提出和审定，决定对你单位本周期的考评表不予评定。这一决定针对组织，不涉及个人，也不是年底考核一票否决。",
            f"如有异议，可在{until}前提出申诉。本决定至{end}终止。",
        ),
        sender=sealed(authority.name, seal),
        day=day,
    )


def revocation_notice_of(row: Revocation, *, seal: str = "") -> Letter:
    """Return the notice that a recognition was taken back, by a revocation in force."""
    sheet, cycle = row.sheet, row.sheet.cycle
    assert row.new_result is not None, "one in force has it"
    assert row.end_date is not None, "one in force has it"
    assert row.second_at is not None, "one in force has it"
    last_day = cycle.objection_until(row.new_result.decided_at)
    until = f"在{day_text(last_day)}前" if last_day else ""
    return Letter(
        title="关于撤销达标认定的通知",
        number=row.notice_number,
        addressee=sheet.organization_name,
        paragraphs=(
            f"你单位在{cycle.title}中曾被认定为达标党组织。经动态复查：{'；'.join(row.new_result.reasons)}。",
            "经两人分别提出和审定，决定撤销这一认定。这一决定针对组织，不涉及个人。",
            f"如有异议，可{until}提出申诉。本决定至{day_text(row.end_date)}终止；此前整改后经复评达标的，以新的认定为准。",
        ),
        sender=sealed((cycle.recognizer or cycle.owner).name, seal),
        day=local_day(row.second_at),
    )

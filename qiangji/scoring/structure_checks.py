"""The checks of structure, each with the clauses that make it a duty. New law adds anchors, not code.

A ``Figure`` with ``worded`` belongs to a clause whose edition states the number in its wording only; where an edition
holds it as a parameter, the parameter is what counts (docs/decisions/0020).
"""

from decimal import Decimal

from qiangji.scoring import structure_verdicts as verdicts
from qiangji.scoring.structure import (
    Anchor,
    Check,
    Figure,
    Unit,
    has_terms,
    is_branch,
    is_committee,
    is_general_branch,
    is_hospital,
)

JILIN = "jilin-hospital-committee"
NATIONAL = "national"


def is_authority(unit: Unit) -> bool:
    """Say whether this is a health or sponsoring authority, whose leaders have contact points."""
    return unit.kind in ("health_authority", "owning_authority")


CHECKS: tuple[Check, ...] = (
    Check(
        "party_committee",
        "按人数设党委",
        is_hospital,
        (Anchor(JILIN, "2-1-1", (Figure("party_committee_from", Decimal(100)),)),),
        "党员满 {party_committee_from} 人设党委，不足的须经上级批准",
        verdicts.decide_committee_from,
    ),
    Check(
        "committee_size",
        "党委委员人数",
        is_committee,
        (
            Anchor(
                JILIN,
                "2-1-2",
                (Figure("party_committee_least", Decimal(5)), Figure("party_committee_most", Decimal(9))),
            ),
        ),
        "一般 {party_committee_least}—{party_committee_most} 人",
        verdicts.decide_committee_size,
    ),
    Check(
        "committee_heads",
        "党委书记、副书记职数",
        is_committee,
        (Anchor(JILIN, "2-1-2", (Figure("deputies_most", Decimal(2)),)),),
        "书记 1 人，副书记视需要不超过 {deputies_most} 人",
        verdicts.decide_committee_heads,
    ),
    Check(
        "discipline_set",
        "纪委和专职纪委书记",
        is_committee,
        (Anchor(JILIN, "2-1-3"),),
        "设党委即设纪委，纪委书记专职",
        verdicts.decide_discipline_set,
    ),
    Check(
        "discipline_size",
        "纪委委员人数",
        is_committee,
        (
            Anchor(
                JILIN,
                "2-1-4",
                (Figure("discipline_least", Decimal(3)), Figure("discipline_most", Decimal(7))),
            ),
        ),
        "一般 {discipline_least}—{discipline_most} 人",
        verdicts.decide_discipline_size,
    ),
    Check(
        "discipline_heads",
        "纪委书记、副书记职数",
        is_committee,
        (Anchor(JILIN, "2-1-4", (Figure("deputies_most", Decimal(1)),)),),
        "书记 1 人，副书记视需要不超过 {deputies_most} 人",
        verdicts.decide_discipline_heads,
    ),
    Check(
        "vacancies",
        "出缺及时补选",
        is_committee,
        (Anchor(JILIN, "2-1-6"),),
        "任期内出缺即补选",
        verdicts.decide_vacancies,
    ),
    Check(
        "consent",
        "书记、副书记变动先经上级同意",
        is_committee,
        (Anchor(JILIN, "2-1-7"),),
        "上级同意在变动之前",
        verdicts.decide_consent,
    ),
    Check(
        "apart",
        "书记、院长分设",
        is_hospital,
        (Anchor(JILIN, "1-1-2"),),
        "二级及以上医院书记、院长分设",
        verdicts.decide_apart,
    ),
    Check(
        "staff_share",
        "专职党务人员比例",
        is_hospital,
        (
            Anchor(
                "pioneer-index",
                "6-0-3",
                (Figure("staff_share"), Figure("part_counts_from", optional=Decimal(0))),
            ),
        ),
        "不少于在编职工的 {staff_share}%",
        verdicts.decide_staff_share,
    ),
    Check(
        "office_staff",
        "党建办公室人数",
        is_hospital,
        (Anchor("brand-standard", "6-3-1", (Figure("office_staff"),)),),
        "不少于 {office_staff} 人",
        verdicts.decide_office,
    ),
    Check(
        "branch_least",
        "成立党支部的人数",
        is_branch,
        (Anchor(NATIONAL, "1-0-1", (Figure("founding"),)),),
        "正式党员 {founding} 人以上",
        verdicts.decide_branch_least,
    ),
    Check(
        "branch_most",
        "党支部人数上限",
        is_branch,
        (Anchor(NATIONAL, "1-0-1", (Figure("most_members"),)),),
        "一般不超过 {most_members} 人",
        verdicts.decide_size_most,
    ),
    Check(
        "branch_committee",
        "支部委员会",
        is_branch,
        (
            Anchor(
                NATIONAL,
                "1-0-11",
                tuple(
                    Figure(name)
                    for name in ("committee_from", "committee_least", "committee_usual", "committee_most")
                ),
            ),
        ),
        "正式党员 {committee_from} 人以上设支委会，一般 {committee_least}—{committee_usual} 人",
        verdicts.decide_branch_committee,
    ),
    Check(
        "general_branch_size",
        "党总支人数",
        is_general_branch,
        (Anchor("", "", (Figure("general_branch_from"), Figure("general_branch_most"))),),
        "一般 {general_branch_from}—{general_branch_most} 人",
        verdicts.decide_size_most,
        anywhere=True,
    ),
    Check(
        "coverage",
        "应建尽建",
        is_hospital,
        (Anchor(NATIONAL, "1-0-1", (Figure("founding"),)),),
        "正式党员 {founding} 人以上的科室有党支部",
        verdicts.decide_coverage,
    ),
    Check(
        "terms",
        "按期换届",
        has_terms,
        (Anchor(JILIN, "4-6-1"), Anchor(NATIONAL, "3-0-3")),
        "任期届满即换届，延期须经批准",
        verdicts.decide_terms,
    ),
    Check(
        "affiliation",
        "隶属关系",
        is_hospital,
        (Anchor("pioneer-index", "6-0-2"),),
        "党组织隶属和业务主管关系都明确",
        verdicts.decide_affiliation,
    ),
    Check(
        "contacts",
        "班子成员联系基层党组织",
        is_authority,
        (Anchor("brand-standard", "7-1-1", (Figure("contacts_least"), Figure("contacts_most"))),),
        "每人联系 {contacts_least}—{contacts_most} 个",
        verdicts.decide_contacts,
    ),
)

"""Drafts for the tests of the workshop's pages, laid on the bench without a file: a flawed one, and one of real size."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization
from qiangji.standards.models import Draft, DraftStep
from qiangji.standards.schema import DeductScoring, DraftCheckSpec
from qiangji.standards.workshop.state import (
    CriterionState,
    Details,
    Doubt,
    GroupState,
    SectionState,
    State,
    VetoState,
)

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
WHOLE = Details(
    title="甲市医院党建考评表",
    code="city-hospital",
    label="2026",
    year=2026,
    applies_to="hospital",
    document="甲市医院党建考评办法",
    number="甲卫党〔2026〕8号",
    jurisdiction="甲市",
    force="normative",
    adopted_by="甲市卫生健康委员会党组",
    adoption_number="甲卫党〔2026〕9号",
    total_points=Decimal(10),
)
ORIGINAL = [
    {"where": "第 1 行", "cells": ["甲市医院党建考评表"]},
    {"where": "表格第 1 行", "cells": ["项目", "小项", "考评标准", "分值"]},
    {"where": "表格第 2 行", "cells": ["组织建设（6分）", "班子建设", "1.班子成员分工明确。", "2"]},
    {"where": "表格第 3 行", "cells": ["", "", "2.每季度研究党建，每少1次扣0.5分。3.按期换届。", "3"]},
    {"where": "表格第 4 行", "cells": ["", "支部建设", "1.支部设置合理，不合理的酌情扣分。", "2"]},
    {"where": "表格第 5 行", "cells": ["宣传工作（4分）", "", "1.每年宣传不少于2次。", ""]},
    {"where": "第 8 行", "cells": ["备注：班子成员严重违纪的，不予评定。"]},
]


def flawed_state(details: Details = WHOLE) -> State:
    """A table whose first part does not add up, with a criterion without points and a doubtful deduction."""
    doubt = Doubt(
        key="d1",
        severity="warning",
        where="表格第 4 行",
        message="“酌情扣分”没有写明每次扣几分",
        origin=4,
        target="c3",
    )
    return State(
        details=details,
        sections=(building(), outreach()),
        vetoes=(VetoState(key="v1", text="班子成员严重违纪的，不予评定。", origins=(6,)),),
        doubts=(doubt,),
    )


def building() -> SectionState:
    """Six points by its title, seven by its criteria; two criteria still stand in one row."""
    division = CriterionState(
        key="c1", number="1", text="班子成员分工明确。", points=Decimal(2), origins=(2,)
    )
    two_in_one = CriterionState(
        key="c2",
        number="2",
        text="每季度研究党建，每少1次扣0.5分。3.按期换届。",
        points=Decimal(3),
        scoring=DeductScoring(kind="deduct", per=Decimal("0.5"), unit="次"),
        draft_checks=(
            DraftCheckSpec(
                words="每季度研究党建", kind="count", per="quarter", at_least=Decimal(1), unit="次"
            ),
        ),
        origins=(3,),
    )
    branches = CriterionState(
        key="c3", number="1", text="支部设置合理，不合理的酌情扣分。", points=Decimal(2), origins=(4,)
    )
    return SectionState(
        key="s1",
        title="组织建设",
        points=Decimal(6),
        groups=(
            GroupState(key="g1", title="班子建设", criteria=(division, two_in_one)),
            GroupState(key="g2", title="支部建设", criteria=(branches,)),
        ),
        origins=(2, 3, 4),
    )


def outreach() -> SectionState:
    """Four points by its title; its only criterion has none."""
    without_points = CriterionState(key="c4", number="1", text="每年宣传不少于2次。", origins=(5,))
    return SectionState(
        key="s2",
        title="宣传工作",
        points=Decimal(4),
        groups=(GroupState(key="g3", criteria=(without_points,)),),
        origins=(5,),
    )


def large_state(sections: int = 9, criteria: int = 10) -> State:
    """A table as large as the real ones, in order but for what a person would add."""
    made = []
    for i in range(1, sections + 1):
        rows = tuple(
            CriterionState(
                key=f"c{i * 100 + k}",
                number=str(k),
                text=f"第{i}项第{k}条：按期开展工作，记录完整，材料齐全，职工知晓。",
                points=Decimal(1),
                origins=((i - 1) * criteria + k - 1,),
            )
            for k in range(1, criteria + 1)
        )
        half = len(rows) // 2
        groups = (
            GroupState(key=f"g{i * 10 + 1}", title=f"第{i}项甲", criteria=rows[:half]),
            GroupState(key=f"g{i * 10 + 2}", title=f"第{i}项乙", criteria=rows[half:]),
        )
        made.append(SectionState(key=f"s{i}", title=f"第{i}项工作", points=Decimal(criteria), groups=groups))
    total = Decimal(sections * criteria)
    return State(details=WHOLE.model_copy(update={"total_points": total}), sections=tuple(made))


def make_draft(organization: Organization, by: User, *, state: State | None = None) -> Draft:
    """Store an open draft at its first step; the flawed table where no state is given."""
    state = flawed_state() if state is None else state
    original = ORIGINAL if len(state.criteria()) < 10 else _lines_of(state)
    draft = Draft.objects.create(
        organization=organization,
        filename="考评表.docx",
        original=original,
        created_by=by,
        created_at=AT,
        changed_at=AT,
    )
    DraftStep.objects.create(
        draft=draft, sequence=0, label="读取原文件", state=state.as_json(), made_by=by, made_at=AT
    )
    return draft


def _lines_of(state: State) -> list[dict[str, object]]:
    return [
        {"where": f"表格第 {index} 行", "cells": ["", "", one.text, "1"]}
        for index, one in enumerate(state.criteria(), start=1)
    ]

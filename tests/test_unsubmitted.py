"""Superiors see nothing of an unsubmitted sheet: over every page and export, in whatever form it is sent (domain §5).

The draft sheets of the rights' world, the hospital's and its branch's, bear words and figures that stand nowhere else: a
text, marks, a file's name, a proposal. Then everybody above opens everything there is.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.models import Answer, Evaluation, Evidence, Mark, Proposal
from qiangji.rectification.models import Item, Rectification
from qiangji.reports import views as reports
from qiangji.web import views as web
from tests.rights_world import AT, Rights
from tests.test_rights import (  # noqa: F401  # the fixture
    PROMISES,
    REAL_RENDER,
    Promise,
    ask,
    everybody_of,
    rights,
)

TAG = re.compile(r"<[^>]+>")
REAL_REPORT = reports.sheet_report
# What is written into each draft: a text, a file's name, a proposal's reason and text, a mark and the sum it makes.
OURS = ("本院未提交的话", "未提交材料甲", "本院未提交的理由", "本院未提交的代拟", "1.37", "9.37")
THEIRS = ("支部未提交的话", "未提交材料乙", "支部未提交的理由", "支部未提交的代拟", "1.43", "9.43")
ABOVE = (
    "supervisor", "lead", "auth_reader", "auth_admin", "guidance_city", "guidance", "reader",
    "administrator", "inspector", "inspector_above",
)  # fmt: skip
# And into an order to mend that was not handed in: a cause, a measure, a result, a gap of their own, a proof's name.
MENDING = ("本院没写完的原因", "本院没写完的措施", "本院没写完的结果", "本院自己列的差距", "没提交的佐证丙")
# The hospital accepts its branches: towards a branch's draft its people are superiors like the others.
ABOVE_A_BRANCH = (*ABOVE, "office", "secretary", "discipline", "house_reader")
READ = {f"{one.address} {one.case}": one for one in PROMISES if one.method == "GET"}


TRACE = {
    "label": "",
    "operator": "exists",
    "clause": "",
    "date": "2026-12-31",
    "verdict": "met",
    "reason": "",
    "missing": "",
}


def mark_draft(world: Rights, name: str, words: tuple[str, ...]) -> None:
    """Write what stands nowhere else into a draft."""
    sheet = world.sheet(name)
    answer = Answer.objects.get(sheet=sheet, criterion__code="1-1-1")
    by = {"edited_by": world.people["office"], "edited_at": AT}
    Answer.objects.filter(pk=answer.pk).update(text=words[0], version=1, **by)
    Mark.objects.filter(answer=answer, stage="self").update(points=Decimal(words[4]))
    kept = Evidence.objects.select_related("content").first()
    assert kept
    Evidence.objects.create(
        answer=answer,
        content=kept.content,
        filename=f"{words[1]}.pdf",
        attached_by=by["edited_by"],
        attached_at=AT,
    )
    Evaluation.objects.update_or_create(sheet=sheet, defaults={"as_of": AT.date(), "evaluated_at": AT})
    Proposal.objects.update_or_create(
        answer=answer,
        defaults={
            "verdict": "met", "points": Decimal(2), "lowest": Decimal(2), "highest": Decimal(2),
            "reason": words[2], "text": words[3], "trace": TRACE, "changed_at": AT,
        },
    )  # fmt: skip


def mark_mending(world: Rights) -> None:
    """Write what stands nowhere else into an order that is under way and that our hospital has not handed in."""
    row = world.things["mending hospital"]
    Rectification.objects.filter(pk=row.pk).update(state=Rectification.State.UNDER_WAY)
    written = dict(zip(("cause", "measure", "done"), MENDING, strict=False))
    Item.objects.filter(rectification=row).update(**written)
    Item.objects.create(rectification=row, position=99, gap=MENDING[3], **written)
    row.proofs.update(filename=f"{MENDING[4]}.pdf")


@pytest.fixture(scope="module")
def unsubmitted(rights: Rights) -> Iterator[Rights]:  # noqa: F811
    """The rights' world with marked drafts, and reports and refusals that are really drawn."""
    mark_draft(rights, "draft", OURS)
    mark_draft(rights, "branch draft", THEIRS)
    mark_mending(rights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "sheet_report", REAL_REPORT)
        # A refusal could tell something too.
        patch.setattr(web, "render", REAL_RENDER)
        # The small table has no checks of its own; with one, what is stored as proposed is shown to who may see it.
        entry = SimpleNamespace(by_person="")
        patch.setattr("qiangji.assessments.selectors.proposals.checks_of", lambda edition: {"1-1-1": entry})
        yield rights


def text_of(response: Any) -> str:
    """Return what was sent, whatever the status; of Word and Excel files the cells and words, without widths and sizes."""
    content: bytes = response.getvalue()
    if not content.startswith(b"PK"):
        return content.decode(errors="ignore")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [packed.read(name).decode(errors="ignore") for name in packed.namelist()]
    return " ".join(TAG.sub(" ", part) for part in parts)


def around(sent: str, words: tuple[str, ...]) -> list[str]:
    """Return where any of the words stands, with its surroundings; a figure counts where it is no part of a longer one.

    The surroundings are cut out afterwards: as part of the pattern they would be tried at every character of a page.
    """
    figures = [rf"(?<![\d.]){re.escape(word)}(?!\d)" for word in words if word[0].isdigit()]
    any_of = "|".join([*figures, *(re.escape(word) for word in words if not word[0].isdigit())])
    return [sent[max(0, one.start() - 60) : one.end() + 60] for one in re.finditer(any_of, sent)]


def sent_to(world: Rights, promise: Promise, name: str) -> str:
    with transaction.atomic():
        sent = text_of(ask(world, promise, name))
        transaction.set_rollback(True)
    return sent


def readers(world: Rights, promise: Promise, people: tuple[str, ...]) -> list[str]:
    """Return who of some people is worth asking: who gets something, and at a draft's own addresses everybody."""
    expected = promise.expected(everybody_of(world))
    return [name for name in people if expected[name].startswith("2") or "draft" in promise.case]


@pytest.mark.any_database
@pytest.mark.slow
@pytest.mark.parametrize("promise", READ.values(), ids=READ)
def test_nobody_above_is_sent_anything_of_an_unsubmitted_sheet(
    unsubmitted: Rights, db: None, promise: Promise
) -> None:
    for name in readers(unsubmitted, promise, ABOVE_A_BRANCH):
        sent = sent_to(unsubmitted, promise, name)
        words = (*((*OURS, *MENDING) if name in ABOVE else ()), *THEIRS)
        assert not around(sent, words), name


@pytest.mark.any_database
@pytest.mark.slow
def test_the_own_organization_does_see_all_of_it(unsubmitted: Rights, db: None) -> None:
    """Without this, the test above could pass by looking for what stands nowhere."""
    mending = sent_to(unsubmitted, READ["rectification:one hospital"], "office")
    assert [word for word in MENDING if not around(mending, (word,))] == []
    seen: dict[str, set[str]] = {word: set() for word in OURS}
    for promise in READ.values():
        if promise.case in ("draft", "") and promise.address.split(":")[0] in (
            "assessments",
            "reports",
            "web",
        ):
            sent = sent_to(unsubmitted, promise, "office")
            for word in OURS:
                if around(sent, (word,)):
                    seen[word].add(promise.address)
    assert {"assessments:sheet", "reports:sheet_form", "reports:sheet_form_excel"} <= seen[OURS[0]]
    assert "assessments:evidence_list" in seen[OURS[1]]
    assert "assessments:sheet" in seen[OURS[2]]
    assert "assessments:sheet" in seen[OURS[3]]
    assert {"assessments:sheet", "assessments:changes"} <= seen[OURS[4]]
    assert {"assessments:sheet", "assessments:list"} <= seen[OURS[5]]

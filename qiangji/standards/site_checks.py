"""A site's own checks: reading those in force, and every change to them.

Who decides what an edition continues (``succession.may_decide``) decides how facts count there: at the organization that
brought the edition in, or, for an edition of the library, at the top of the tree, because the decision holds for
everybody. What is adopted takes the place of the library's check of the same criterion; withdrawn, the library's counts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from pydantic import ValidationError

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.digests import digest
from qiangji.rules.meaning import Fault
from qiangji.standards.check_cases import CheckCase, PlacedCase, problems_with
from qiangji.standards.checks import CheckEntry, faults_of_entry
from qiangji.standards.exceptions import CheckMoved, CheckRefused
from qiangji.standards.loader import shipped_cases, shipped_checks
from qiangji.standards.models import Criterion, Edition, SiteCheck, SiteCheckCase, SiteCheckMove
from qiangji.standards.schema import CriterionSpec
from qiangji.standards.selectors import criterion_spec

REASON_LIMIT = 300
MOST_CASES = 50
State = SiteCheck.State
NOWHERE = Path("site")  # a site's check stands in no file
UNREADABLE = "存下的判定这一版程序读不懂，请改写后重新采用；改好以前由人核定。"
# What is in force of editions whose digest names it. A digest never comes back, so what it names never changes.
IN_FORCE: dict[str, dict[str, CheckEntry]] = {}


# ---- what is in force -----------------------------------------------------------------------------------------------


def checks_in_force(editions: Iterable[Edition]) -> dict[int, dict[str, CheckEntry]]:
    """Return how facts decide the criteria of editions, by edition and code: the site's own checks before the library's.

    No statement where no site has checks of its own, or where they were read before; one for all editions otherwise.
    """
    found = list(editions)
    own = own_checks(found)
    return {
        edition.pk: (shipped_checks(edition.ref) if edition.origin == Edition.Origin.LIBRARY else {})
        | own.get(edition.pk, {})
        for edition in found
    }


def own_checks(editions: Sequence[Edition]) -> dict[int, dict[str, CheckEntry]]:
    """Return the site's own checks in force, by edition and code: at most one statement."""
    digests = {edition.pk: edition.checks_digest for edition in editions if edition.checks_digest}
    found = {pk: IN_FORCE[key] for pk, key in digests.items() if key in IN_FORCE}
    missing = [pk for pk in digests if pk not in found]
    if missing:
        rows = SiteCheck.objects.filter(state=State.ADOPTED, criterion__edition__in=missing).values_list(
            "criterion__edition_id", "criterion__edition__checks_digest", "criterion__code", "entry"
        )
        read: dict[str, dict[str, CheckEntry]] = {}
        for pk, key, code, data in rows:
            found.setdefault(pk, read.setdefault(key, {}))[code] = readable(data)
        # Digest and rows come from one statement: what is kept under a digest is what it names.
        IN_FORCE.update(read)
    return found


def readable(data: Mapping[str, Any]) -> CheckEntry:
    """Return a stored entry; where a later program no longer understands it, a person decides and is told so."""
    try:
        return CheckEntry.model_validate(data)
    except ValidationError:
        return CheckEntry(words=str(data.get("words") or "自定判定")[:REASON_LIMIT], by_person=UNREADABLE)


# ---- writing a version ----------------------------------------------------------------------------------------------


def faults_of_own(entry: CheckEntry, criterion: CriterionSpec) -> list[Fault]:
    """Return what is wrong with the meaning of an entry for a criterion, each with its place in the entry."""
    return list(faults_of_entry(criterion.code, entry, {criterion.code: criterion}, NOWHERE))


@transaction.atomic
def write_check(
    *, criterion: Criterion, entry: CheckEntry, origin: str, seen: int, by: User, at: datetime
) -> SiteCheck:
    """Store a new version of a criterion's check as a draft; it takes the place of one that is being worked on.

    ``seen`` is the number of the newest version that the person saw, 0 for none. The cases of the version it follows
    come along, those of the library where there is none. Raises CheckMoved where somebody wrote meanwhile, CheckRefused
    for an edition that is not published and for an entry that does not hold, naming each place.
    """
    edition = hold(criterion)
    if not edition.is_published:
        raise CheckRefused(f"{edition.ref} 还是草稿。请先发布，再为它写判定。")
    rows = list(SiteCheck.objects.filter(criterion=criterion).order_by("number"))
    newest = rows[-1].number if rows else 0
    if newest != seen:
        raise CheckMoved("这一条的判定刚才已由他人改动。您写的还在，请看过新的一版再保存。")
    faults = faults_of_own(entry, criterion_spec(criterion))
    if faults:
        messages = [f"{'.'.join(map(str, place)) or criterion.code}：{words}" for place, words in faults]
        raise CheckRefused(f"有 {len(faults)} 处要改，没有保存", messages=messages)
    number = newest + 1
    before = next((one for one in reversed(rows) if one.is_in_work or one.state == State.ADOPTED), None)
    in_work = next((one for one in rows if one.is_in_work), None)
    if in_work is not None:
        move(in_work, State.REPLACED, f"另写了第 {number} 版", by, at)
    written = SiteCheck.objects.create(
        criterion=criterion, number=number, origin=origin, entry=as_json(entry), made_by=by, made_at=at
    )
    SiteCheckMove.objects.create(check_version=written, sequence=1, state=State.DRAFT, made_by=by, made_at=at)
    bring_cases(written, before, edition, by, at)
    note("check.written", written, {"entry": written.entry, "origin": origin}, by, at)
    return written


def hold(criterion: Criterion) -> Edition:
    """Lock the edition of a criterion, in the caller's transaction: its checks are moved one after the other."""
    rows = Edition.objects.select_for_update(of=("self",)).select_related("standard")
    return rows.get(pk=criterion.edition_id)


def as_json(entry: CheckEntry) -> dict[str, Any]:
    """Return an entry as it is stored: what was not written is left out, figures are strings."""
    data: dict[str, Any] = entry.model_dump(mode="json", exclude_unset=True)
    return data


def case_as_json(case: CheckCase) -> dict[str, Any]:
    """Return a case as it is stored."""
    data: dict[str, Any] = case.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return data


def bring_cases(
    written: SiteCheck, before: SiteCheck | None, edition: Edition, by: User, at: datetime
) -> None:
    """Give a new version the cases of the one before it, or the library's."""
    if before is not None:
        origin = SiteCheckCase.Origin.OWN
        cases = [one.case for one in before.cases.filter(dropped_at=None).order_by("number")]
    else:
        origin = SiteCheckCase.Origin.SHIPPED
        placed = shipped_cases(edition.ref) if edition.origin == Edition.Origin.LIBRARY else ()
        cases = [case_as_json(one.case) for one in placed if one.case.code == written.criterion.code]
    SiteCheckCase.objects.bulk_create(
        SiteCheckCase(check_version=written, number=number, case=case, origin=origin, made_by=by, made_at=at)
        for number, case in enumerate(cases, start=1)
    )


def move(version: SiteCheck, state: str, reason: str, by: User, at: datetime, **detail: Any) -> None:
    """Move the state of a version, and write down who did it and why."""
    last = version.moves.aggregate(last=Max("sequence"))["last"] or 0
    version.state = state
    version.save(update_fields=["state"])
    SiteCheckMove.objects.create(
        check_version=version, sequence=last + 1, state=state, reason=reason, detail=detail, made_by=by, made_at=at
    )  # fmt: skip


def note(verb: str, version: SiteCheck, data: dict[str, Any], by: User, at: datetime) -> None:
    """Write into the log what happened to a version."""
    criterion = version.criterion
    place = {"ref": criterion.edition.ref, "code": criterion.code, "number": version.number}
    record(verb=verb, obj_type="site_check", obj_id=version.public_id, data=place | data, by=by, at=at)


# ---- trying ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """What a version answered for one organization as of a day."""

    organization: str  # its public id
    as_of: str
    answer: str
    points: str


@transaction.atomic
def note_trial(*, version: SiteCheck, trial: Trial, by: User, at: datetime) -> SiteCheck:
    """Write down that a version was tried, and what came out. Raises CheckRefused for one that is no longer in work."""
    current = locked(version)
    if not current.is_in_work:
        raise CheckRefused(f"第 {current.number} 版{current.get_state_display()}，不能再试算。请另写一版。")
    detail = {
        "organization": trial.organization, "as_of": trial.as_of, "answer": trial.answer, "points": trial.points
    }  # fmt: skip
    move(current, State.TRIED, "", by, at, **detail)
    note("check.tried", current, detail, by, at)
    return current


def locked(version: SiteCheck) -> SiteCheck:
    """Return a version as it now stands, its edition locked in the caller's transaction."""
    hold(version.criterion)
    return SiteCheck.objects.select_related("criterion__edition__standard").get(pk=version.pk)


@transaction.atomic
def keep_case(*, version: SiteCheck, case: CheckCase, by: User, at: datetime) -> SiteCheckCase:
    """Keep facts with the answer that is expected of them. Raises CheckRefused where the version cannot see these facts."""
    current = locked(version)
    if not current.is_in_work:
        raise CheckRefused(f"第 {current.number} 版{current.get_state_display()}，样例不能再改。请另写一版。")
    held = current.cases.count()
    if held >= MOST_CASES:
        raise CheckRefused(f"一版最多 {MOST_CASES} 个样例。请先去掉重复的。")
    added = SiteCheckCase.objects.create(
        check_version=current, number=held + 1, case=case_as_json(case), origin=SiteCheckCase.Origin.TRIAL,
        made_by=by, made_at=at,
    )  # fmt: skip
    note("check.case_kept", current, {"case": held + 1, "title": case.case, "answer": case.answer}, by, at)
    return added


@transaction.atomic
def drop_case(*, version: SiteCheck, number: int, reason: str, by: User, at: datetime) -> None:
    """Set a case aside with a reason. Raises CheckRefused without one, and where there is no such case any more."""
    why = reason_of(reason, "请写明为什么去掉这个样例。")
    current = locked(version)
    if not current.is_in_work:
        raise CheckRefused(f"第 {current.number} 版{current.get_state_display()}，样例不能再改。请另写一版。")
    row = current.cases.filter(number=number, dropped_at=None).first()
    if row is None:
        raise CheckRefused(f"样例 {number} 已经去掉了。")
    row.dropped_by, row.dropped_at, row.drop_reason = by, at, why
    row.save(update_fields=["dropped_by", "dropped_at", "drop_reason"])
    note("check.case_dropped", current, {"case": number, "reason": why}, by, at)


def placed_cases(rows: Iterable[SiteCheckCase]) -> list[tuple[SiteCheckCase, PlacedCase]]:
    """Return stored cases as they are tried, each with its row."""
    return [(row, PlacedCase(f"样例 {row.number}", CheckCase.model_validate(row.case))) for row in rows]


def failing_cases(version: SiteCheck, entry: CheckEntry, criterion: CriterionSpec) -> list[str]:
    """Return everything that the cases of a version expect and that does not come out, with the reason in words."""
    rows = version.cases.filter(dropped_at=None).order_by("number")
    return [words for _, placed in placed_cases(rows) for words in problems_with(placed, entry, criterion)]


# ---- coming into force, and going -----------------------------------------------------------------------------------


@transaction.atomic
def adopt_check(*, version: SiteCheck, reason: str, by: User, at: datetime) -> SiteCheck:
    """Bring a version into force; the one before it is replaced.

    Raises CheckRefused without a reason, for a version that facts decide and that nobody tried, and while one of its
    cases answers otherwise: `messages` then hold each with what came out and why.
    """
    why = reason_of(reason, "请写明采用的理由，例如文号或会议。")
    current = locked(version)
    if not current.is_in_work:
        raise CheckRefused(f"第 {current.number} 版{current.get_state_display()}，不能采用。请另写一版。")
    entry = CheckEntry.model_validate(current.entry)
    if entry.check is not None and current.state != State.TRIED:
        raise CheckRefused("还没有试算过。请先选一个组织试算，或按样例核对，再采用。")
    problems = failing_cases(current, entry, criterion_spec(current.criterion))
    if problems:
        raise CheckRefused(
            f"有 {len(problems)} 处与样例不一致，没有采用。请改判定，或写明理由去掉样例。", messages=problems
        )
    before = SiteCheck.objects.filter(criterion=current.criterion, state=State.ADOPTED).first()
    if before is not None:
        move(before, State.REPLACED, f"由第 {current.number} 版替换", by, at)
    move(current, State.ADOPTED, why, by, at)
    seal(current.criterion.edition)
    note("check.adopted", current, {"reason": why, "entry": current.entry}, by, at)
    return current


@transaction.atomic
def withdraw_check(*, version: SiteCheck, reason: str, by: User, at: datetime) -> SiteCheck:
    """Take a version back, in force or not. Raises CheckRefused without a reason, and for one that is already gone."""
    why = reason_of(reason, "请写明撤下的理由。")
    current = locked(version)
    if current.state in (State.REPLACED, State.WITHDRAWN):
        raise CheckRefused(f"第 {current.number} 版{current.get_state_display()}。")
    was_in_force = current.state == State.ADOPTED
    move(current, State.WITHDRAWN, why, by, at)
    if was_in_force:
        seal(current.criterion.edition)
    note("check.withdrawn", current, {"reason": why, "was_in_force": was_in_force}, by, at)
    return current


def reason_of(given: str, missing: str) -> str:
    """Return a reason in one line. Raises CheckRefused where there is none, or far too much of it."""
    why = " ".join(given.split())
    if not why:
        raise CheckRefused(missing)
    if len(why) > REASON_LIMIT:
        raise CheckRefused(f"理由最多 {REASON_LIMIT} 字，现在是 {len(why)} 字。")
    return why


def seal(edition: Edition) -> None:
    """Name anew what is in force of an edition; the number of moves makes sure that no name ever comes back."""
    moves = SiteCheckMove.objects.filter(
        check_version__criterion__edition=edition, state__in=[State.ADOPTED, State.WITHDRAWN]
    ).count()
    rows = SiteCheck.objects.filter(criterion__edition=edition, state=State.ADOPTED)
    held = [
        [code, entry]
        for code, entry in rows.order_by("criterion__code").values_list("criterion__code", "entry")
    ]
    edition.checks_digest = digest([edition.ref, moves, held])
    edition.save(update_fields=["checks_digest"])

"""How editions follow each other: the map of codes that a person decides, and numbered interpretations.

A comparison only suggests. What was decided is kept and counts from then on; deciding anew replaces it and leaves the
difference in the event log. An interpretation is added and never changed: the library's criteria are not altered, and
of several that one body gave for a criterion the one that came into force last counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.reach import Reach
from qiangji.standards.comparison import Comparison, Line, compare, joined
from qiangji.standards.exceptions import MapMoved, SuccessionRefused
from qiangji.standards.models import CodeMatch, Criterion, Edition, EditionMap, Interpretation
from qiangji.standards.schema import Scoring, scoring_to_json
from qiangji.standards.selectors import edition_tree

NUMBER_LIMIT = 100
ISSUER_LIMIT = 300
TEXT_LIMIT = 1000


@dataclass(frozen=True)
class Succession:
    """Two editions line by line: by the decided map where there is one, else as the comparison suggests."""

    earlier: Edition
    later: Edition
    comparison: Comparison
    map: EditionMap | None

    @property
    def is_decided(self) -> bool:
        return self.map is not None


# ---- reading --------------------------------------------------------------------------------------------------------


def scoring_text(scoring: Scoring) -> str:
    """Spell a scoring rule for comparison; "" for plain points.

    >>> from qiangji.standards.schema import FullScoring
    >>> scoring_text(FullScoring())
    ''
    """
    data = scoring_to_json(scoring)
    return "" if data == {"kind": "full"} else json.dumps(data, ensure_ascii=False, sort_keys=True)


def lines_of(edition: Edition) -> list[Line]:
    """Return an edition's criteria for the comparison, in the order of the table: three queries."""
    return [
        Line(
            code=criterion.code,
            title=criterion.title,
            text=criterion.text,
            points=criterion.points,
            scoring=scoring_text(criterion.scoring),
            part=section.title,
            group=group.title,
            note=criterion.note,
        )
        for section in edition_tree(edition).sections
        for group in section.groups
        for criterion in group.criteria
    ]


def map_between(earlier: Edition, later: Edition) -> EditionMap | None:
    """Return the decided map of two editions, or None."""
    return EditionMap.objects.select_related("decided_by").filter(earlier=earlier, later=later).first()


def succession(earlier: Edition, later: Edition) -> Succession:
    """Hold two editions against each other."""
    before, after = lines_of(earlier), lines_of(later)
    decided = map_between(earlier, later)
    if decided is None:
        return Succession(earlier, later, compare(before, after), None)
    at_code = {line.code: place for place, line in enumerate(before)}
    by_code = {line.code: place for place, line in enumerate(after)}
    pairs = {at_code[old]: by_code[new] for new, old in decided_pairs(decided).items()}
    return Succession(earlier, later, joined(before, after, pairs), decided)


def decided_pairs(decided: EditionMap) -> dict[str, str]:
    """Return what a map says lives on: later code → earlier code."""
    living = decided.matches.filter(earlier__isnull=False, later__isnull=False)
    return dict(living.values_list("later__code", "earlier__code"))


def visible_interpretations(reach: Reach) -> QuerySet[Interpretation]:
    """Keep what was given by one's own organizations, those above and overseeing them, and those below."""
    above = {path for held in reach.held for path in paths.ancestors(held.path)}
    overseers = Oversight.objects.on(reach.day).filter(subject__path__in=above)
    return Interpretation.objects.filter(
        Q(organization__path__in=above)
        | Q(organization__in=overseers.values("overseer"))
        | Q(organization__in=Organization.objects.visible_to(reach))
    ).select_related("organization", "criterion")


def readings(reach: Reach, edition: Edition) -> dict[int, list[Interpretation]]:
    """Return, by criterion, the latest interpretation of each giver that a person sees: for the edition's page."""
    given = visible_interpretations(reach).filter(criterion__edition=edition)
    return latest(given.order_by("organization__path", "effective_date", "id"))


def binding_interpretations(
    *, edition: Edition, path: str, day: date, until: date
) -> dict[int, list[Interpretation]]:
    """Return, by criterion, what holds for an organization at `path`: one query.

    Given by it or above it in the tree, or by who oversees it on `day`; in force by `until`; of each giver the latest
    for a criterion, the highest giver first.
    """
    upward = paths.ancestors(path)
    overseers = Oversight.objects.on(day).filter(subject__path__in=upward)
    given = Interpretation.objects.filter(
        Q(organization__path__in=upward) | Q(organization__in=overseers.values("overseer")),
        criterion__edition=edition,
        effective_date__lte=until,
    ).select_related("organization")
    return latest(given.order_by("organization__path", "effective_date", "id"))


def latest(given: Iterable[Interpretation]) -> dict[int, list[Interpretation]]:
    """Keep, by criterion, the last of each giver."""
    found: dict[int, dict[int, Interpretation]] = {}
    for one in given:
        found.setdefault(one.criterion_id, {})[one.organization_id] = one
    return {criterion: list(by_giver.values()) for criterion, by_giver in found.items()}


# ---- who may --------------------------------------------------------------------------------------------------------


def may_decide(reach: Reach, later: Edition) -> bool:
    """Say whether this person decides what an edition continues: at the organization that brought it in.

    One that nobody in the tree brought in (the library's, one imported by the command) is decided at the top of the
    tree, for the decision holds for everybody.
    """
    for held in reach.held:
        if ROLES[held.role].allows(Permission.MANAGE_STANDARDS, own=True):
            is_top = len(held.path) == paths.WIDTH
            if held.organization_id == later.organization_id or (later.organization_id is None and is_top):
                return True
    return False


def interpreting_organizations(reach: Reach) -> QuerySet[Organization]:
    """Return the organizations in whose name this person gives interpretations."""
    return Organization.objects.filter(pk__in=reach.nodes_with(Permission.MANAGE_STANDARDS, own=True))


# ---- writing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_map(
    *,
    earlier: Edition,
    later: Edition,
    pairs: Mapping[str, str],
    by: User,
    at: datetime,
    seen: datetime | None = None,
) -> EditionMap:
    """Decide what a later edition continues: `pairs` names the earlier code of each later one, "" for a new one.

    What no pair names is new, or gone. `seen` is when the map that the person looked at had been decided, None for no
    map. Raises MapMoved where somebody decided meanwhile, SuccessionRefused for codes that are not there or taken twice.
    """
    if earlier.pk == later.pk:
        raise SuccessionRefused("旧版本与新版本是同一个，不需要对照。")
    Edition.objects.select_for_update(of=("self",)).get(pk=later.pk)
    old_rows, new_rows = _criteria(earlier), _criteria(later)
    chosen = {new: old for new, old in pairs.items() if old}
    _check_pairs(pairs, old_rows, new_rows, earlier, later)
    decided = map_between(earlier, later)
    if (decided.decided_at if decided else None) != seen:
        raise MapMoved("这张对照表刚才已由他人确定，请刷新后核对，再作修改。")
    before = decided_pairs(decided) if decided else {}
    if decided is None:
        decided = EditionMap.objects.create(earlier=earlier, later=later, decided_by=by, decided_at=at)
    elif before == chosen:
        return decided
    else:
        decided.matches.all().delete()
        decided.decided_by, decided.decided_at = by, at
        decided.save(update_fields=["decided_by", "decided_at"])
    _store_matches(decided, chosen, old_rows, new_rows)
    _record_decision(decided, before, chosen, by, at)
    return decided


def _criteria(edition: Edition) -> dict[str, int]:
    return dict(edition.criteria.order_by("position").values_list("code", "pk"))


def _check_pairs(
    pairs: Mapping[str, str],
    old_rows: Mapping[str, int],
    new_rows: Mapping[str, int],
    earlier: Edition,
    later: Edition,
) -> None:
    wrong = [f"{new}：新版本 {later.ref} 中没有这一条。" for new in pairs if new not in new_rows]
    wrong += [
        f"{new}：旧版本 {earlier.ref} 中没有编码“{old}”，请从列出的编码中选，或留空表示新增。"
        for new, old in pairs.items()
        if old and old not in old_rows
    ]
    taken = Counter(old for old in pairs.values() if old)
    for old, count in taken.items():
        if count > 1:
            places = "、".join(new for new, one in pairs.items() if one == old)
            wrong.append(f"{places}：都沿用了旧条目 {old}，一个旧条目只能由一条沿用，其余请留空。")
    if wrong:
        raise SuccessionRefused(f"对照表有 {len(wrong)} 处要改，没有保存", messages=wrong)


def _store_matches(
    decided: EditionMap,
    chosen: Mapping[str, str],
    old_rows: Mapping[str, int],
    new_rows: Mapping[str, int],
) -> None:
    living = set(chosen.values())
    rows = [
        CodeMatch(map=decided, later_id=pk, earlier_id=old_rows[chosen[code]] if code in chosen else None)
        for code, pk in new_rows.items()
    ]
    rows += [CodeMatch(map=decided, earlier_id=pk) for code, pk in old_rows.items() if code not in living]
    CodeMatch.objects.bulk_create(rows, batch_size=500)


def _record_decision(
    decided: EditionMap, before: Mapping[str, str], chosen: Mapping[str, str], by: User, at: datetime
) -> None:
    codes = sorted({*before, *chosen})
    changes = [
        [code, before.get(code, ""), chosen.get(code, "")]
        for code in codes
        if before.get(code) != chosen.get(code)
    ]
    record(
        verb="edition.map_decided",
        obj_type="edition",
        obj_id=decided.later.public_id,
        data={"earlier": decided.earlier.ref, "later": decided.later.ref, "changes": changes},
        by=by,
        at=at,
    )


def add_interpretation(
    *,
    criterion: Criterion,
    organization: Organization,
    number: str,
    issuer: str,
    effective_date: date,
    text: str,
    by: User,
    at: datetime,
) -> Interpretation:
    """Add a numbered interpretation of a criterion; it holds for the organization, all below it and all it oversees.

    Raises SuccessionRefused for a draft edition, for missing or over-long words, and for a number used already.
    """
    number, issuer, text = (" ".join(value.split()) for value in (number, issuer, text))
    edition = criterion.edition
    if not edition.is_published:
        raise SuccessionRefused(f"{edition.ref} 还是草稿，请直接修改条目；解释只用于已发布的版本。")
    _check_words({"文号": (number, NUMBER_LIMIT), "机关": (issuer, ISSUER_LIMIT), "解释": (text, TEXT_LIMIT)})
    try:
        with transaction.atomic():
            added = Interpretation.objects.create(
                criterion=criterion,
                organization=organization,
                number=number,
                issuer=issuer,
                effective_date=effective_date,
                text=text,
                added_by=by,
                added_at=at,
            )
            data = {"ref": edition.ref, "code": criterion.code, "number": number, "text": text}
            record(
                verb="interpretation.added",
                obj_type="interpretation",
                obj_id=added.public_id,
                data={**data, "effective": str(effective_date), "organization": organization.code},
                by=by,
                at=at,
                sequence=1,
            )
    except IntegrityError as error:
        raise SuccessionRefused(
            f"{criterion.code} 已有文号为“{number}”的解释，解释不能改写；有新的解释请用新的文号。"
        ) from error
    return added


def _check_words(words: Mapping[str, tuple[str, int]]) -> None:
    for name, (value, limit) in words.items():
        if not value:
            raise SuccessionRefused(f"请填写{name}。")
        if len(value) > limit:
            raise SuccessionRefused(f"{name}最多 {limit} 字，现在是 {len(value)} 字。")

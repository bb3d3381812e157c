"""The only writer of standards: load the library, import a table, publish, attach official wording.

A published edition never changes; a correction is a new edition. Each service is one transaction with
its audit event in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.standards.consistency import inconsistencies
from qiangji.standards.content import content_digest
from qiangji.standards.exceptions import (
    EditionExists,
    EditionFrozen,
    EditionInconsistent,
    WordingMismatch,
)
from qiangji.standards.imported import edition_from_table
from qiangji.standards.loader import edition_dirs, load_edition, load_sources
from qiangji.standards.models import (
    Criterion,
    CriterionWording,
    Edition,
    Group,
    PolicySource,
    Section,
    Standard,
    Threshold,
    Veto,
    VetoWording,
    Wording,
)
from qiangji.standards.reader.tree import Numbered, ParsedStandard, numbered
from qiangji.standards.schema import (
    AppliesTo,
    CriterionSpec,
    EditionSpec,
    FullScoring,
    SourceSpec,
    scoring_to_json,
)
from qiangji.standards.selectors import edition_spec


@dataclass(frozen=True)
class Loaded:
    """What loading the library did with one edition."""

    edition: Edition
    created: bool


@transaction.atomic
def load_library(*, at: datetime, directory: Path | None = None) -> list[Loaded]:
    """Store and publish every edition of the library that is not stored yet; safe to repeat.

    Raises LibraryError for a file that is not valid, and EditionFrozen for a published edition whose
    file has changed since: a correction is a new edition. Nothing is stored then.
    """
    specs = [load_edition(folder) for folder in edition_dirs(directory)]
    _load_sources(directory)
    return [_load(spec, at) for spec in specs]


def _load(spec: EditionSpec, at: datetime) -> Loaded:
    existing = _edition(spec.standard, spec.label)
    if existing is None:
        edition = _store(spec, origin=Edition.Origin.LIBRARY)
        _seal(edition, by=None, at=at)
        _audit("edition.loaded", edition, {"ref": edition.ref, "digest": edition.content_digest}, None, at)
        return Loaded(edition, created=True)
    if existing.is_published and existing.content_digest == content_digest(spec):
        return Loaded(existing, created=False)
    state = "已发布" if existing.is_published else "存有草稿"
    raise EditionFrozen(
        f"标准版本 {existing.ref} {state}，内容与标准库文件不一致，不能覆盖。"
        "更正只能作为新的版本：请把文件放到新的版本文件夹并改 label。"
    )


def _load_sources(directory: Path | None) -> None:
    specs = load_sources(directory).sources
    for position, spec in enumerate(specs, start=1):
        values = {**spec.model_dump(exclude={"key"}), "position": position}
        PolicySource.objects.update_or_create(key=spec.key, defaults=values)
    PolicySource.objects.exclude(key__in=[spec.key for spec in specs]).delete()


@transaction.atomic
def import_edition(
    *,
    parsed: ParsedStandard,
    code: str,
    label: str | None,
    by: User | None,
    at: datetime,
    publish: bool,
    filename: str = "",
    title: str = "",
    applies_to: AppliesTo = "hospital",
    source: SourceSpec | None = None,
) -> Edition:
    """Store a parsed table as a new edition of the standard `code`; the label is the year where none is given.

    A table's own words become the edition's wording. Raises EditionInconsistent where the table has
    errors, LibraryError where it makes no valid edition, EditionExists where the label is taken.
    """
    if parsed.has_errors:
        _refuse_errors(parsed)
    spec = _spec_of(parsed, code, label, at, applies_to, source, title)
    existing = _edition(code, spec.label)
    if existing is not None:
        raise EditionExists(f"标准版本 {existing.ref} 已经存在，不能覆盖。请用 --label 另起一个版本名。")
    edition = _store(spec, origin=Edition.Origin.IMPORT)
    data = {"ref": edition.ref, "filename": filename, "digest": content_digest(spec), "publish": publish}
    _audit("edition.imported", edition, data, by, at)
    if parsed.spec is None:
        _store_wording(edition, parsed, filename or parsed.title, by, at)
    if publish:
        return publish_edition(edition=edition, by=by, at=at)
    return edition


def _spec_of(
    parsed: ParsedStandard,
    code: str,
    label: str | None,
    at: datetime,
    applies_to: AppliesTo,
    source: SourceSpec | None,
    title: str,
) -> EditionSpec:
    if parsed.spec is not None:
        changes = {"standard": code, "label": label or parsed.spec.label, "title": title or parsed.spec.title}
        return EditionSpec.model_validate({**parsed.spec.model_dump(), **changes})
    year = local_day(at).year
    return edition_from_table(
        parsed,
        code=code,
        label=label or str(year),
        year=year,
        applies_to=applies_to,
        source=source,
        title=title,
    )


@transaction.atomic
def publish_edition(
    *, edition: Edition, by: User | None, at: datetime, adopted_by: str = "", adoption_number: str = ""
) -> Edition:
    """Publish a draft, which freezes it, with the authority that adopted it where one has.

    Raises EditionFrozen where it is published already, EditionInconsistent where its figures do not agree.
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("standard").get(pk=edition.pk)
    if edition.is_published:
        raise EditionFrozen(f"标准版本 {edition.ref} 已经发布，不能再次发布或修改。更正请导入为新的版本。")
    edition.adopted_by, edition.adoption_number = adopted_by, adoption_number
    _seal(edition, by=by, at=at)
    data = {"ref": edition.ref, "digest": edition.content_digest, "adopted_by": adopted_by}
    _audit("edition.published", edition, {**data, "adoption_number": adoption_number}, by, at)
    return edition


def _seal(edition: Edition, *, by: User | None, at: datetime) -> None:
    spec = edition_spec(edition)
    found = inconsistencies(spec)
    if found:
        messages = [item.message for item in found]
        raise EditionInconsistent(f"标准版本 {edition.ref} 前后不一致，不能发布", messages=messages)
    edition.status = Edition.Status.PUBLISHED
    edition.content_digest = content_digest(spec)
    edition.published_at, edition.published_by = at, by
    edition.save()


@transaction.atomic
def attach_wording(
    *, edition: Edition, parsed: ParsedStandard, filename: str, by: User | None, at: datetime
) -> Wording:
    """Attach a document's own words to an edition, criterion by criterion; they replace an earlier wording.

    All or nothing: raises WordingMismatch naming every part, number and points that differ, and
    EditionInconsistent where the file itself has errors. Codes, points and checks stay untouched.
    """
    if parsed.has_errors:
        _refuse_errors(parsed)
    mismatches = wording_mismatches(edition=edition, parsed=parsed)
    if mismatches:
        summary = f"文件与标准版本 {edition.ref} 有 {len(mismatches)} 处对不上，未导入任何文本"
        raise WordingMismatch(summary, messages=mismatches)
    wording = _store_wording(edition, parsed, filename, by, at)
    data = {"ref": edition.ref, "filename": wording.filename, "digest": wording.digest}
    _audit("wording.attached", edition, {**data, "wording": str(wording.public_id)}, by, at)
    return wording


def wording_mismatches(*, edition: Edition, parsed: ParsedStandard) -> list[str]:
    """Return, in words for people, everything that keeps a file from being the wording of an edition."""
    if parsed.spec is not None:
        return ["这是本系统的标准文件（YAML），不是原文，请使用 .docx 或 .txt 格式的原文件"]
    items = {item.code: item for item in numbered(parsed)}
    stored = {criterion.code: criterion for criterion in edition.criteria.order_by("position")}
    found = [message for code, c in stored.items() for message in _mismatch(code, c, items.get(code))]
    found += [
        f"{code}：文件中多出“{items[code].criterion.text[:20]}”" for code in items if code not in stored
    ]
    vetoes = edition.vetoes.count()
    if len(parsed.vetoes) != vetoes:
        found.append(f"否决情形：标准中有 {vetoes} 条，文件中有 {len(parsed.vetoes)} 条")
    return found


def _mismatch(code: str, criterion: Criterion, item: Numbered | None) -> list[str]:
    if item is None:
        return [f"{code}：文件中没有与“{criterion.title}”对应的一条"]
    if item.criterion.points == criterion.points:
        return []
    return [
        f"{code}：标准为 {_shown(criterion.points)}，文件为 {_shown(item.criterion.points)}（{criterion.title}）"
    ]


def _shown(points: Decimal | None) -> str:
    return "不计分" if points is None else f"{plain(points)} 分"


def _refuse_errors(parsed: ParsedStandard) -> None:
    errors = [f"{p.where}：{p.message}" for p in parsed.problems if p.severity == "error"]
    raise EditionInconsistent(f"文件有 {len(errors)} 处错误，未导入", messages=errors)


def _store_wording(
    edition: Edition, parsed: ParsedStandard, filename: str, by: User | None, at: datetime
) -> Wording:
    Wording.objects.filter(edition=edition, is_current=True).update(is_current=False)
    wording = Wording.objects.create(
        edition=edition,
        filename=filename[-255:],
        digest=parsed.digest,
        title=parsed.title[:300],
        imported_at=at,
        imported_by=by,
    )
    criteria = dict(edition.criteria.values_list("code", "pk"))
    CriterionWording.objects.bulk_create(
        CriterionWording(wording=wording, criterion_id=criteria[item.code], text=item.criterion.text)
        for item in numbered(parsed)
    )
    VetoWording.objects.bulk_create(
        VetoWording(wording=wording, veto=veto, text=text)
        for veto, text in zip(edition.vetoes.order_by("number"), parsed.vetoes, strict=True)
    )
    return wording


def _edition(code: str, label: str) -> Edition | None:
    return Edition.objects.select_related("standard").filter(standard__code=code, label=label).first()


def _audit(verb: str, edition: Edition, data: dict[str, Any], by: User | None, at: datetime) -> None:
    record(verb=verb, obj_type="edition", obj_id=edition.public_id, data=data, by=by, at=at)


def _store(spec: EditionSpec, *, origin: str) -> Edition:
    standard, _ = Standard.objects.get_or_create(
        code=spec.standard, defaults={"title": spec.title, "applies_to": spec.applies_to}
    )
    if standard.applies_to != spec.applies_to:
        raise EditionInconsistent(
            f"标准 {standard.code} 适用于{standard.get_applies_to_display()}，"
            "与要导入的版本不同，请换一个标准代号或改正适用对象"
        )
    edition = Edition.objects.create(
        standard=standard,
        label=spec.label,
        title=spec.title,
        source_document=spec.source.document,
        source_number=spec.source.number,
        issuer=spec.source.issuer,
        issued_date=spec.source.date,
        jurisdiction=spec.source.jurisdiction,
        force=spec.source.force,
        validity=spec.source.validity,
        awaiting=spec.awaiting,
        year_of_effect=spec.year_of_effect,
        total_points=spec.total_points,
        step=spec.step,
        notes=list(spec.notes),
        origin=origin,
    )
    _store_table(edition, spec)
    Veto.objects.bulk_create(Veto(edition=edition, **veto.model_dump()) for veto in spec.vetoes)
    Threshold.objects.bulk_create(Threshold(edition=edition, **line.model_dump()) for line in spec.thresholds)
    return edition


def _store_table(edition: Edition, spec: EditionSpec) -> None:
    sections = Section.objects.bulk_create(
        Section(edition=edition, number=s.number, title=s.title, points=s.points, is_bonus=s.bonus)
        for s in spec.sections
    )
    groups = Group.objects.bulk_create(
        Group(section=section, number=group.number, title=group.title, points=group.points)
        for section, found in zip(sections, spec.sections, strict=True)
        for group in found.groups
    )
    in_groups = [group.criteria for section in spec.sections for group in section.groups]
    rows = [(group, criterion) for group, found in zip(groups, in_groups, strict=True) for criterion in found]
    Criterion.objects.bulk_create(
        _criterion(edition, group, criterion, position)
        for position, (group, criterion) in enumerate(rows, start=1)
    )


def _criterion(edition: Edition, group: Group, spec: CriterionSpec, position: int) -> Criterion:
    own_step = spec.scoring.step if isinstance(spec.scoring, FullScoring) else None
    return Criterion(
        edition=edition,
        group=group,
        code=spec.code,
        position=position,
        number=spec.number,
        title=spec.title,
        note=spec.note,
        points=spec.points,
        scoring_kind=spec.scoring.kind,
        scoring=scoring_to_json(spec.scoring),
        step=own_step or edition.step,
        place=spec.place,
        window=spec.window,
        evidence=spec.evidence,
        source_key=spec.source_key,
        is_confirmed=spec.confirmed,
        parameters={key: one.model_dump(mode="json") for key, one in spec.parameters.items()},
        draft_checks=[one.model_dump(mode="json", exclude_defaults=True) for one in spec.draft_checks],
    )

"""The only writer of standards: load the library, import a table, publish, attach official wording.

A published edition never changes; a correction is a new edition. Each service is one transaction with
its audit event in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.standards.consistency import inconsistencies
from qiangji.standards.content import content_digest
from qiangji.standards.exceptions import (
    EditionAwaiting,
    EditionExists,
    EditionFrozen,
    EditionInconsistent,
    WordingMismatch,
)
from qiangji.standards.imported import edition_from_table
from qiangji.standards.loader import read_library, shipped_library
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
    SourcesSpec,
    scoring_to_json,
)
from qiangji.standards.selectors import edition_spec


class LoadOutcome(StrEnum):
    """What loading the library did with one edition, in words for the person who loads it."""

    PUBLISHED = "已存入并发布"
    DRAFTED = "已存为草稿"
    REFRESHED = "草稿已按标准库文件更新"
    SAME = "已有，内容一致"
    LEFT = "草稿已有考评周期或原文在用，没有更新；标准库文件中的新内容要等它不再使用，或另立新版本"


@dataclass(frozen=True)
class Loaded:
    """What loading the library did with one edition."""

    edition: Edition
    outcome: LoadOutcome

    @property
    def created(self) -> bool:
        return self.outcome in {LoadOutcome.PUBLISHED, LoadOutcome.DRAFTED}


@transaction.atomic
def load_library(*, at: datetime, directory: Path | None = None) -> list[Loaded]:
    """Store and publish every edition of the library that is not stored yet; safe to repeat.

    An edition that awaits a document is stored as a draft and follows its file for as long as nothing stands on it.
    Raises LibraryError for a file that is not valid, and EditionFrozen for a published edition whose
    file has changed since: a correction is a new edition. Nothing is stored then.
    """
    library = shipped_library() if directory is None else read_library(directory)
    _load_sources(library.sources)
    return [_load(spec, at) for spec in library.editions]


def _load(spec: EditionSpec, at: datetime) -> Loaded:
    existing = _edition(spec.standard, spec.label)
    if existing is None:
        edition = store_edition(spec, origin=Edition.Origin.LIBRARY)
        return _settle(edition, spec, at, "edition.loaded", LoadOutcome.DRAFTED)
    if existing.is_published or existing.origin != Edition.Origin.LIBRARY:
        _refuse_other_content(existing, spec)
        return Loaded(existing, LoadOutcome.SAME)
    if content_digest(edition_spec(existing)) == content_digest(spec):
        return Loaded(existing, LoadOutcome.SAME)
    if _is_stood_on(existing):
        return Loaded(existing, LoadOutcome.LEFT)
    _empty(existing)
    existing.standard = _standard_for(spec)
    _fill(existing, spec)
    return _settle(existing, spec, at, "edition.refreshed", LoadOutcome.REFRESHED)


def _refuse_other_content(existing: Edition, spec: EditionSpec) -> None:
    """Raise EditionFrozen unless an edition that is not ours to change says what the library's file says."""
    if existing.is_published and existing.content_digest == content_digest(spec):
        return
    state = "已发布" if existing.is_published else "存有草稿"
    raise EditionFrozen(
        f"标准版本 {existing.ref} {state}，内容与标准库文件不一致，不能覆盖。"
        "更正只能作为新的版本：请把文件放到新的版本文件夹并改 label。"
    )


def _settle(edition: Edition, spec: EditionSpec, at: datetime, verb: str, as_draft: LoadOutcome) -> Loaded:
    """Publish what the library brought, unless it awaits a document, and record it."""
    if not spec.awaiting:
        _seal(edition, by=None, at=at)
    data = {"ref": edition.ref, "digest": content_digest(spec), "awaiting": spec.awaiting}
    _audit(verb, edition, data, None, at)
    return Loaded(edition, as_draft if spec.awaiting else LoadOutcome.PUBLISHED)


OWN_ROWS = (Section, Group, Criterion, Veto, Threshold)


def _is_stood_on(edition: Edition) -> bool:
    """Whether anything but its own rows points to an edition: a cycle, a sheet, an official wording, a map."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: edition}).exists()
        for relation in Edition._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in OWN_ROWS
    )


def _empty(edition: Edition) -> None:
    edition.sections.all().delete()
    edition.vetoes.all().delete()
    edition.thresholds.all().delete()


def _load_sources(sources: SourcesSpec) -> None:
    specs = sources.sources
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
    edition = store_edition(spec, origin=Edition.Origin.IMPORT)
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

    Raises EditionFrozen where it is published already, EditionAwaiting where it waits for a document,
    EditionInconsistent where its figures do not agree.
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("standard").get(pk=edition.pk)
    if edition.is_published:
        raise EditionFrozen(f"标准版本 {edition.ref} 已经发布，不能再次发布或修改。更正请导入为新的版本。")
    if edition.awaiting:
        raise EditionAwaiting(
            f"标准版本 {edition.ref} 待补{edition.awaiting}，只能作为草稿试评，不能发布。"
            f"收到{edition.awaiting}后，请把它导入为新的标准再发布。"
        )
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
    return store_wording(
        edition,
        Words(
            filename=filename,
            digest=parsed.digest,
            title=parsed.title,
            criteria={item.code: item.criterion.text for item in numbered(parsed)},
            vetoes=parsed.vetoes,
        ),
        by=by,
        at=at,
    )


@dataclass(frozen=True)
class Words:
    """A document's own words for an edition: its criteria's by code, its vetoes' in their order."""

    filename: str
    digest: str
    title: str
    criteria: Mapping[str, str]
    vetoes: Sequence[str]


def store_wording(edition: Edition, words: Words, *, by: User | None, at: datetime) -> Wording:
    """Store a document's words as the current wording of an edition, in the caller's transaction, which writes the event."""
    Wording.objects.filter(edition=edition, is_current=True).update(is_current=False)
    wording = Wording.objects.create(
        edition=edition,
        filename=words.filename[-255:],
        digest=words.digest,
        title=words.title[:300],
        imported_at=at,
        imported_by=by,
    )
    criteria = dict(edition.criteria.values_list("code", "pk"))
    CriterionWording.objects.bulk_create(
        CriterionWording(wording=wording, criterion_id=criteria[code], text=text)
        for code, text in words.criteria.items()
    )
    VetoWording.objects.bulk_create(
        VetoWording(wording=wording, veto=veto, text=text)
        for veto, text in zip(edition.vetoes.order_by("number"), words.vetoes, strict=True)
    )
    return wording


def _edition(code: str, label: str) -> Edition | None:
    return Edition.objects.select_related("standard").filter(standard__code=code, label=label).first()


def _audit(verb: str, edition: Edition, data: dict[str, Any], by: User | None, at: datetime) -> None:
    record(verb=verb, obj_type="edition", obj_id=edition.public_id, data=data, by=by, at=at)


def store_edition(spec: EditionSpec, *, origin: str, organization: Organization | None = None) -> Edition:
    """Store an edition as a draft, in the caller's transaction, which writes the event too.

    Raises EditionInconsistent where the standard is for another kind of organization.
    """
    edition = Edition(
        standard=_standard_for(spec), label=spec.label, origin=origin, organization=organization
    )
    _fill(edition, spec)
    return edition


def _standard_for(spec: EditionSpec) -> Standard:
    """Return the standard an edition belongs to; a standard keeps to its kind of organization."""
    standard, _ = Standard.objects.get_or_create(
        code=spec.standard, defaults={"title": spec.title, "applies_to": spec.applies_to}
    )
    if standard.applies_to != spec.applies_to:
        raise EditionInconsistent(
            f"标准 {standard.code} 适用于{standard.get_applies_to_display()}，"
            "与要导入的版本不同，请换一个标准代号或改正适用对象"
        )
    return standard


def _fill(edition: Edition, spec: EditionSpec) -> None:
    """Write an edition's head and whole table from its data; the table is empty before."""
    edition.title = spec.title
    edition.source_document, edition.source_number = spec.source.document, spec.source.number
    edition.issuer, edition.issued_date = spec.source.issuer, spec.source.date
    edition.jurisdiction, edition.force = spec.source.jurisdiction, spec.source.force
    edition.validity, edition.awaiting = spec.source.validity, spec.awaiting
    edition.year_of_effect = spec.year_of_effect
    edition.total_points, edition.step = spec.total_points, spec.step
    edition.notes = list(spec.notes)
    edition.save()
    _store_table(edition, spec)
    Veto.objects.bulk_create(Veto(edition=edition, **veto.model_dump()) for veto in spec.vetoes)
    Threshold.objects.bulk_create(Threshold(edition=edition, **line.model_dump()) for line in spec.thresholds)


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

"""Setting a parameter for a subtree, ending it, and withdrawing what was typed wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.services.facts import note_changes
from qiangji.rules.periods import LONGEST as LONGEST_SPAN
from qiangji.rules.periods import UNITS as SPAN_UNITS
from qiangji.standards.exceptions import ParameterRefused
from qiangji.standards.models import Edition, ParameterSetting
from qiangji.standards.parameters import AT_LEAST, in_force, is_stricter, local_figures
from qiangji.standards.schema import ParameterSpec

DAY = timedelta(days=1)
EARLIEST, LATEST = date(2010, 1, 1), date(2100, 12, 31)
NUMBER_LIMIT, TITLE_LIMIT, REASON_LIMIT = 100, 300, 300
MOST = Decimal("99999.99")
WHOLE_UNITS = frozenset("次人个遍项类名条日天年")


def kind_of(code: str) -> str:
    """Return how a changed parameter of a criterion is named among the facts (``ChangedFact.kind``)."""
    return f"parameter.{code}"


@transaction.atomic
def set_parameter(
    *, edition: Edition, criterion_code: str, name: str, spec: ParameterSpec, organization: Organization,
    value: Decimal, start_date: date, end_date: date | None = None, document_number: str,
    document_title: str, by: User, at: datetime,
) -> ParameterSetting:  # fmt: skip
    """Set a parameter for an organization and all below it, from a day on; ``spec`` is the parameter as the edition has it.

    A setting of the same parameter here that is still open ends the day before. Raises ParameterRefused for a figure
    that is not stricter than what holds from above (unless the edition allows looser ones), for a figure, day or
    document that cannot be, and where days are already taken.
    """
    if not edition.is_published:
        raise ParameterRefused(f"{edition.ref} 还是草稿，请直接修改条目里的数字。")
    number, title = " ".join(document_number.split()), " ".join(document_title.split())
    check_words({"文号": (number, NUMBER_LIMIT), "文件名称": (title, TITLE_LIMIT)})
    check_figure(spec, value)
    check_days(organization, start_date, end_date)
    Organization.objects.select_for_update().get(pk=organization.pk)
    check_strict_enough(edition, criterion_code, name, spec, organization, value, start_date)
    place = {
        "edition": edition,
        "criterion_code": criterion_code,
        "name": name,
        "organization": organization,
    }
    make_room(ParameterSetting.objects.standing().filter(**place), start_date, end_date, by, at)
    added = ParameterSetting.objects.create(
        **place, value=value, start_date=start_date, end_date=end_date, document_number=number,
        document_title=title, set_by=by, set_at=at,
    )  # fmt: skip
    note(added, "parameter.set", {"value": plain(value), "document": number}, start_date, by, at)
    return added


@transaction.atomic
def end_parameter(*, setting: ParameterSetting, end_date: date, by: User, at: datetime) -> ParameterSetting:
    """Let a setting end with a day, which is its last. Raises ParameterRefused where it ends before, or has not begun."""
    row = locked(setting)
    if row.end_date is not None and row.end_date <= end_date:
        raise ParameterRefused(f"这条设定到 {row.end_date} 为止，不必再结束。")
    if end_date < row.start_date:
        raise ParameterRefused(f"最后一天不能早于起始日 {row.start_date}；没有执行过的设定请填原因后撤回。")
    if end_date > LATEST:
        raise ParameterRefused(f"最后一天应不晚于 {LATEST}。")
    row.end_date, row.closed_by, row.closed_at = end_date, by, at
    row.save(update_fields=["end_date", "closed_by", "closed_at"])
    note(row, "parameter.ended", {"end_date": end_date.isoformat()}, end_date + DAY, by, at)
    return row


@transaction.atomic
def withdraw_parameter(*, setting: ParameterSetting, reason: str, by: User, at: datetime) -> ParameterSetting:
    """Take back a setting that was typed wrong: it is kept, with the reason, and held on no day."""
    row = locked(setting)
    words = " ".join(reason.split())
    check_words({"撤回原因": (words, REASON_LIMIT)})
    row.is_withdrawn, row.reason, row.closed_by, row.closed_at = True, words, by, at
    row.save(update_fields=["is_withdrawn", "reason", "closed_by", "closed_at"])
    note(row, "parameter.withdrawn", {"reason": words}, row.start_date, by, at)
    return row


# ---- what is refused ------------------------------------------------------------------------------------------------


def check_words(words: dict[str, tuple[str, int]]) -> None:
    """Refuse words that are missing or too long."""
    for what, (value, limit) in words.items():
        if not value:
            raise ParameterRefused(f"请填写{what}。")
        if len(value) > limit:
            raise ParameterRefused(f"{what}最多 {limit} 字，现在是 {len(value)} 字。")


def check_figure(spec: ParameterSpec, value: Decimal) -> None:
    """Refuse what is no figure of the parameter's unit."""
    if not value.is_finite() or not 0 <= value <= MOST or value != round(value, 2):
        raise ParameterRefused(f"{spec.title}：请填 0 到 {MOST} 之间的数，最多两位小数。")
    if spec.unit[0] in WHOLE_UNITS and value != int(value):
        raise ParameterRefused(f"{spec.title}按{spec.unit}计，请填整数，不能是 {plain(value)}。")
    if spec.unit in SPAN_UNITS and value > LONGEST_SPAN:
        raise ParameterRefused(f"{spec.title}最多 {LONGEST_SPAN} {spec.unit}，不能是 {plain(value)}。")
    if spec.unit == "%" and value > 100:
        raise ParameterRefused(f"{spec.title}是百分数，不能超过 100。")


def check_days(organization: Organization, start_date: date, end_date: date | None) -> None:
    """Refuse days outside the organization's life, or in the wrong order."""
    if not EARLIEST <= start_date <= LATEST or (end_date is not None and end_date > LATEST):
        raise ParameterRefused(f"日期应在 {EARLIEST} 到 {LATEST} 之间。")
    if end_date is not None and end_date < start_date:
        raise ParameterRefused(f"最后一天 {end_date} 早于起始日 {start_date}，请改正。")
    if organization.end_date is not None and start_date > organization.end_date:
        raise ParameterRefused(f"“{organization.short_name}”已于 {organization.end_date} 撤销，不能再设定。")


def check_strict_enough(
    edition: Edition, code: str, name: str, spec: ParameterSpec, organization: Organization,
    value: Decimal, day: date,
) -> None:  # fmt: skip
    """Refuse a figure that says nothing new, or one looser than what holds from above where that is not allowed."""
    upper = organization.path[: -paths.WIDTH]
    chain = local_figures([edition.pk], [upper], day).along(edition.pk, upper).get(code, {})
    held, setting = in_force(spec, chain.get(name, ()))
    giver = setting.organization.name if setting is not None else "本版"
    asked = f"{giver}规定{spec.title}{AT_LEAST[spec.stricter]} {plain(held)} {spec.unit}"
    if value == held:
        raise ParameterRefused(f"{asked}，与所填的相同，不必另行设定。")
    if not spec.allows_looser and not is_stricter(spec, value, held):
        raise ParameterRefused(f"只能从严：{asked}，不能改为 {plain(value)} {spec.unit}。")


def make_room(
    rows: QuerySet[ParameterSetting], start: date, end: date | None, by: User, at: datetime
) -> None:
    """End what is still open the day before a new setting begins. Refuses days that another setting has."""
    taken = rows.filter(Q(end_date__isnull=True) | Q(end_date__gte=start))
    if end is not None:
        taken = taken.filter(start_date__lte=end)
    for row in taken:
        if row.end_date is None and row.start_date < start:
            row.end_date, row.closed_by, row.closed_at = start - DAY, by, at
            row.save(update_fields=["end_date", "closed_by", "closed_at"])
            note(row, "parameter.ended", {"end_date": row.end_date.isoformat()}, start, by, at)
            continue
        until = f"到 {row.end_date}" if row.end_date is not None else "起"
        raise ParameterRefused(
            f"{row.start_date} {until}已有设定（{row.document_number}）。请改用不重叠的日期，填错的可以先撤回。"
        )


# ---- common ground --------------------------------------------------------------------------------------------------


def locked(setting: ParameterSetting) -> ParameterSetting:
    """Lock the organization and read the setting anew. Refuses one that was withdrawn."""
    Organization.objects.select_for_update().get(pk=setting.organization_id)
    row = ParameterSetting.objects.get(pk=setting.pk)
    if row.is_withdrawn:
        raise ParameterRefused("这条设定已经撤回。")
    return row


def note(row: ParameterSetting, verb: str, data: dict[str, str], day: date, by: User, at: datetime) -> None:
    """Write the event, and that proposals of the organization and all below it rest on another figure from a day on."""
    about = {"edition": row.edition.ref, "code": row.criterion_code, "name": row.name}
    record(
        verb=verb, obj_type="parameter_setting", obj_id=row.public_id, by=by, at=at,
        data={**about, "organization": row.organization.code, "start_date": row.start_date.isoformat(), **data},
    )  # fmt: skip
    note_changes(changes=[(kind_of(row.criterion_code), row.organization_id, day)], at=at)

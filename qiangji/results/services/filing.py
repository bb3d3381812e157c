"""Freezing a region's summary, handing it up for filing 备案, and the receipt."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from qiangji.assessments.models import Cycle
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.digests import digest
from qiangji.lib.typed import needed, typed_line, typed_words
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Filing, Receipt, Summary
from qiangji.results.permissions import may_file, may_receive
from qiangji.results.selectors.ledgers import summary_of

OBJECT = "summary"


def who_files(region: Organization) -> str:
    """Say in Chinese who may, for the page that refuses."""
    return f"汇总和报备由{region.name}的{'、'.join(roles_that(Permission.FILE_RESULTS, own=True))}办理。"


@transaction.atomic
def freeze_summary(
    *, reach: Reach, cycle: Cycle, region: Organization, number: str, seen: str, at: datetime
) -> Summary:
    """Freeze a region's numbers as they are, under a number.

    ``seen`` is the digest of what was shown. Raises NotAllowed; Refused for a number that is missing or taken; Locked
    where the numbers changed meanwhile.
    """
    locked = (
        Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=cycle.pk)
    )
    if not may_file(reach, region):
        raise NotAllowed(who_files(region))
    if locked.is_trial:
        raise Refused("试评周期的结果不作依据，不汇总报备。")
    number = needed(typed_line(number), 60, Refused("请填写汇总表编号，最多 60 字。"))
    if Summary.objects.filter(region=region, number=number).exists():
        raise Refused(f"编号“{number}”已经用过，请换一个。")
    content = summary_of(locked, region, on=local_day(at)).content
    if seen != digest(content):
        raise Locked("打开页面以后，数字有变动。请看过最新的数字再固定。")
    before = Summary.objects.filter(cycle=locked, region=region).aggregate(last=Max("sequence"))["last"]
    row = Summary.objects.create(
        cycle=locked, region=region, sequence=(before or 0) + 1, number=number, content=content,
        digest=digest(content), frozen_by=reach.user, frozen_at=at,
    )  # fmt: skip
    _record("summary.frozen", row, {"number": number, "digest": row.digest}, reach, at)
    return row


@transaction.atomic
def file_summary(*, reach: Reach, summary: Summary, at: datetime) -> Filing:
    """Hand a frozen summary to the superior committee.

    Raises NotAllowed; Refused where there is nobody above; Locked where it was handed in already, or a newer one exists.
    """
    row = _locked(summary)
    if not may_file(reach, row.region):
        raise NotAllowed(who_files(row.region))
    if row.region.parent is None:
        raise Refused("上面没有可以备案的上级。")
    if Filing.objects.filter(summary=row).exists():
        raise Locked("这份汇总表已经报备。")
    if Summary.objects.filter(cycle=row.cycle_id, region=row.region_id, sequence__gt=row.sequence).exists():
        raise Locked("已有更新的汇总表，请报备最新的一份。")
    filing = Filing.objects.create(summary=row, filed_to=row.region.parent, filed_by=reach.user, filed_at=at)
    _record("summary.filed", row, {"to": row.region.parent.code}, reach, at)
    return filing


@transaction.atomic
def receive_filing(
    *, reach: Reach, filing: Filing, accepts: bool, number: str = "", words: str = "", at: datetime
) -> Receipt:
    """Give the receipt: file it under a number, or send it back with a reason.

    Whoever stands above the region today gives it, though it was handed to another before the region moved. Raises
    NotAllowed; Locked where a receipt was given; Refused without number or reason.
    """
    row = _locked(filing.summary)
    if not may_receive(reach, row.region):
        raise NotAllowed(who_files(row.region.parent or filing.filed_to))
    if Receipt.objects.filter(filing=filing).exists():
        raise Locked("已经出具回执。")
    number, words = typed_line(number), typed_words(words)
    if accepts and not number:
        raise Refused("请填写备案号。")
    if not accepts and not words:
        raise Refused("退回须写明原因。")
    if len(number) > 60 or len(words) > 500:
        raise Refused("备案号最多 60 字，意见最多 500 字。")
    receipt = Receipt.objects.create(
        filing=filing, is_accepted=accepts, number=number if accepts else "", words=words,
        digest=row.digest, received_by=reach.user, received_at=at,
    )  # fmt: skip
    _record("summary.received", row, {"accepted": accepts, "number": number}, reach, at)
    return receipt


def _locked(summary: Summary) -> Summary:
    """Lock the cycle that a summary belongs to, since its own row is never written again."""
    Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=summary.cycle_id)
    return Summary.objects.select_related("region__parent", "cycle").get(pk=summary.pk)


def _record(verb: str, row: Summary, data: dict, reach: Reach, at: datetime) -> None:
    audit.record(verb=verb, obj_type=OBJECT, obj_id=row.public_id, data=data, by=reach.user, at=at)

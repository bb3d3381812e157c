"""The two addresses the sheet's script talks to: save what was typed, ask what others saved."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from qiangji.assessments.converters import CriterionCode
from qiangji.assessments.exceptions import AssessmentError, Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Answer, Mark, Sheet
from qiangji.assessments.permissions import writable_stage
from qiangji.assessments.selectors.sheet_page import readable_stages
from qiangji.assessments.services.saving import Clash, MarkEdit, TextEdit, save
from qiangji.assessments.stages import Stage
from qiangji.assessments.views.lookup import json_errors, readable_sheet
from qiangji.lib.numbers import plain
from qiangji.lib.typed import storable
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach

MOST_EDITS = 50
OVERLAP = timedelta(seconds=15)
CODE = re.compile(CriterionCode.regex)
# Digits of any width, and no exponent: "1e999999" would be a number of a million digits.
POINTS = re.compile(r"\d{1,7}\.?\d{0,7}|\.\d{1,7}")


def read_edit(data: Any) -> MarkEdit | TextEdit:
    """Understand one edit as the script sends it. Raises Refused, naming what is wrong."""
    code = data.get("code") if isinstance(data, dict) else None
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise Refused("保存请求缺少条目编码，请刷新页面后再试。")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise Refused("保存请求缺少版本号，请刷新页面后再试。")
    if "text" in data:
        if not isinstance(data["text"], str):
            raise Refused("落实情况须为文字。")
        return TextEdit(code, storable(data["text"]), version)
    if data.get("stage") not in Stage.values:
        raise Refused("保存请求没有说明是哪个阶段的得分，请刷新页面后再试。")
    remark = data.get("remark", "")
    if not isinstance(remark, str):
        raise Refused("说明须为文字。")
    return MarkEdit(code, data["stage"], read_points(data.get("points")), storable(remark), version)


def read_points(value: Any) -> Decimal | None:
    """Read points as typed; empty takes the mark back. Raises Refused for what is no number."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > 10:
        raise Refused("得分须为数字，例如 0.5。")
    if not POINTS.fullmatch(value):
        raise Refused(f"“{value}”不是数字，得分例如 0.5。")
    return Decimal(value)


def read_moment(value: str) -> datetime:
    """Read the moment since when news is asked for, with the overlap taken off. Raises Refused for what is none."""
    try:
        # A plus that was not escaped arrives as a blank.
        moment = parse_datetime(value.replace(" ", "+"))
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC) - OVERLAP
    except (ValueError, OverflowError) as error:
        raise Refused("时间不对，请刷新页面。") from error
    raise Refused("缺少时间，请刷新页面。")


def outcome(reach: Reach, sheet_id: UUID, data: Any, at: datetime) -> dict[str, Any]:
    """Save one edit and say what became of it; only what concerns the whole sheet is raised."""
    try:
        result = save(reach=reach, sheet_id=sheet_id, edit=read_edit(data), at=at)
    except (OutOfReach, NotAllowed, Locked):
        raise
    except AssessmentError as error:
        return {"status": "refused", "error": str(error)}
    if isinstance(result, Clash):
        return {
            "status": "clash",
            "version": result.version,
            "theirs": result.theirs,
            "by": result.by,
            "at": result.at.isoformat() if result.at else None,
        }
    return {"status": "saved", "version": result.version, "at": result.at.isoformat()}


@require_POST
@json_errors
def save_edits(request: HttpRequest, sheet_id: UUID) -> JsonResponse:
    """Save up to fifty edits, each on its own; the answer names each by its place in the list.

    What somebody typed is never saved in another's name: the page says whose it is, and after a change of the account
    in the same browser it is told to sign in again.
    """
    try:
        sent = json.loads(request.body)
        edits, typed_by = sent["edits"], sent.get("user")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("保存请求无法识别，请刷新页面后再试；已输入的内容暂存在本机。") from error
    if typed_by is not None and typed_by != str(request_reach(request).user.public_id):
        return JsonResponse({"error": "浏览器里现在登录的是另一个账号，请用原来的账号重新登录。"}, status=401)
    if not isinstance(edits, list) or not 0 < len(edits) <= MOST_EDITS:
        raise Refused(f"一次最多保存 {MOST_EDITS} 处改动。")
    reach, at = request_reach(request), moment_of(request)
    return JsonResponse({"results": [outcome(reach, sheet_id, edit, at) for edit in edits]})


@require_GET
@json_errors
def changes(request: HttpRequest, sheet_id: UUID) -> JsonResponse:
    """Tell what was saved since a moment. The window overlaps, so that no commit falls between two questions."""
    sheet = readable_sheet(request, sheet_id)
    since = read_moment(request.GET.get("since", ""))
    reach = request_reach(request)
    stages = readable_stages(sheet, is_reviewer=writable_stage(reach, sheet) is not None)
    return JsonResponse(
        {
            "now": moment_of(request).isoformat(),
            "state_version": sheet.version,
            "state": sheet.get_state_display(),
            "marks": changed_marks(sheet, stages, since),
            "texts": changed_texts(sheet, since),
        }
    )


def changed_marks(sheet: Sheet, stages: list[Stage], since: datetime) -> list[dict[str, Any]]:
    marks = Mark.objects.filter(answer__sheet=sheet, stage__in=stages, marked_at__gt=since).values_list(
        "answer__criterion__code", "stage", "points", "remark", "version", "marked_by__name", "marked_at"
    )
    return [
        {
            "code": code,
            "stage": stage,
            "points": plain(points) if points is not None else None,
            "remark": remark,
            "version": version,
            "by": by,
            "at": at.isoformat(),
        }
        for code, stage, points, remark, version, by, at in marks
    ]


def changed_texts(sheet: Sheet, since: datetime) -> list[dict[str, Any]]:
    texts = (
        Answer.objects.filter(sheet=sheet, edited_at__gt=since)
        .annotate(by=F("edited_by__name"))
        .values_list("criterion__code", "text", "version", "by", "edited_at")
    )
    return [
        {"code": code, "text": text, "version": version, "by": by, "at": at.isoformat()}
        for code, text, version, by, at in texts
        if at is not None
    ]

"""Finding the sheet a page is about, the same way everywhere: through what this person may see."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from qiangji.assessments.exceptions import AssessmentError, Locked, NotAllowed, OutOfReach
from qiangji.assessments.models import Sheet, SheetVeto
from qiangji.assessments.permissions import may_read, reaches, why_unreadable
from qiangji.lib.prepared import Prepared
from qiangji.orgs.requests import request_reach
from qiangji.standards.models import Veto

STATUS = {OutOfReach: 404, NotAllowed: 403, Locked: 409}


def visible_sheet(request: HttpRequest, sheet_id: UUID) -> Sheet:
    """Return the sheet, or raise Http404 for whoever does not reach it.

    One statement after the reach, and up to two more where only the dated relations or an inspection can tell.
    ``asks_vetoes`` comes along: whether its edition has conditions to answer for before a rating; and ``veto_now``, the
    public id of a sheet veto that is proposed or in force.
    """
    found = SHEET(public_id=sheet_id)
    if not found or not reaches(request_reach(request), found[0]):
        raise Http404("no such sheet for this person")
    sheet: Sheet = found[0]
    return sheet


def sheet_by_id(public_id: UUID) -> QuerySet[Sheet]:
    """Return a sheet with what its pages need of it, whoever asks."""
    vetoes = Veto.objects.filter(edition=OuterRef("edition"), kind=Veto.Kind.SHEET)
    now = SheetVeto.objects.filter(sheet=OuterRef("pk"), state__in=["proposed", "in_force"])
    sheets = Sheet.objects.filter(public_id=public_id).select_related(
        "organization", "cycle", "edition__standard", "supervisor", "rating_authority"
    )
    return sheets.annotate(asks_vetoes=Exists(vetoes), veto_now=Subquery(now.values("public_id")[:1]))


SHEET = Prepared(sheet_by_id, public_id=UUID)


def readable_sheet(request: HttpRequest, sheet_id: UUID) -> Sheet:
    """Return the sheet if its content may be opened. Raises Http404 or PermissionDenied, which says who may."""
    sheet = visible_sheet(request, sheet_id)
    if not may_read(request_reach(request), sheet):
        raise PermissionDenied(why_unreadable(sheet))
    return sheet


def json_errors(view: Callable[..., JsonResponse]) -> Callable[..., HttpResponse]:
    """Answer a script: 401 instead of a redirect to the sign-in page, and each refusal as JSON with its message."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"error": "登录已失效，请重新登录；已输入的内容暂存在本机。"}, status=401)
        try:
            return view(request, *args, **kwargs)
        except AssessmentError as error:
            return JsonResponse({"error": str(error)}, status=STATUS.get(type(error), 400))
        except PermissionDenied as error:
            return JsonResponse({"error": str(error)}, status=403)
        except RequestDataTooBig:
            return JsonResponse({"error": "一次保存的内容太大，请分几次保存。"}, status=400)
        except Http404:
            return JsonResponse({"error": "没有这张考评表，或您看不到它。"}, status=404)

    return answer

"""The re-assessment of a branch that is not above the line: a page of its own, for whoever accepts the branch's sheet at its hospital."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import review_permission, who_may
from qiangji.assessments.states import Position
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.lib.dates import local_day
from qiangji.lib.sent import seen_version
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.results.exceptions import NotAllowed, ResultsError
from qiangji.results.selectors.branches import course_of
from qiangji.results.services.branch_reassessing import is_gone, start_branch_reassessment
from qiangji.results.services.reassessing import may_reassess
from qiangji.results.views.standings import ReassessForm


class BranchReassessForm(ReassessForm):
    """Until when the branch brings up to date what it mended, and until when its hospital accepts the new round.

    A branch that was abolished has nothing to bring up to date, and no day for it.
    """

    def __init__(self, *args: Any, is_gone: bool, **kwargs: Any) -> None:
        super().__init__(*args, order=None, **kwargs)
        if is_gone:
            del self.fields["due_date"]
        else:
            self.fields["due_date"].label = "支部更新的期限"
            self.fields["due_date"].help_text = "整改的条目退回支部，到当日 24:00 为止更新并签字。"
        self.fields["own_deadline_date"].help_text = "到当日 24:00 为止重新验收；是否逾期按它计算。"


def branch_sheet(request: HttpRequest, sheet_id: UUID) -> Sheet:
    """Return a branch's sheet that may be read. Raises Http404, PermissionDenied."""
    sheet = readable_sheet(request, sheet_id)
    if sheet.organization_kind != Organization.Kind.BRANCH:
        raise Http404("这里只办理内设党支部的复评。")
    return sheet


@login_required
@require_http_methods(["GET", "POST"])
def reassess_branch(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Begin the re-assessment of a branch whose mending was verified, or say why it cannot begin yet."""
    sheet, reach = branch_sheet(request, sheet_id), request_reach(request)
    if not may_reassess(reach, sheet):
        raise PermissionDenied(f"复评由{who_may(sheet, Position.SUPERVISOR, review_permission(sheet))}开始。")
    gone = is_gone(sheet, on=local_day(moment_of(request)))
    form = BranchReassessForm(request.POST or None, is_gone=gone)
    if request.method == "POST" and form.is_valid():
        try:
            start_branch_reassessment(
                reach=reach,
                sheet=sheet,
                due_date=form.cleaned_data.get("due_date"),
                own_deadline_date=form.cleaned_data["own_deadline_date"],
                seen_version=seen_version(request),
                at=moment_of(request),
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except ResultsError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
            sheet = branch_sheet(request, sheet_id)
        else:
            told = "可以重新验收。" if gone else "整改的条目已退回支部更新。"
            messages.success(request, f"已开始复评，{told}")
            return redirect("assessments:sheet", sheet.public_id)
    context = {"sheet": sheet, "course": course_of(sheet), "form": form, "is_gone": gone}
    return render(request, "results/reassess_branch.html", context, status=409 if form.is_bound else 200)

"""Complaints 意见与投诉 of those below an administrator, and the answers to them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiangji.accounts import services
from qiangji.accounts.exceptions import AccountError
from qiangji.accounts.requests import signed_in_user
from qiangji.orgs import selectors
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.forms import AnswerForm
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.accounts import require_somewhere

PER_PAGE = 25


@login_required
@require_GET
def complaint_list(request: HttpRequest) -> HttpResponse:
    """List complaints, those without an answer first."""
    require_somewhere(request, Permission.SEE_COMPLAINTS)
    rows = selectors.complaints_visible_to(request_reach(request)).order_by(
        F("answered_at").desc(nulls_first=True), "-filed_at"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orgs/complaints.html", {"page_obj": page, "form": AnswerForm()})


@login_required
@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer one complaint."""
    reach = request_reach(request)
    complaint = get_object_or_404(selectors.complaints_visible_to(reach), public_id=public_id)
    if not reach.may_somewhere(Permission.SEE_COMPLAINTS):
        who = "、".join(roles_that(Permission.SEE_COMPLAINTS, own=False))
        raise PermissionDenied(f"答复意见与投诉：请由{who}办理。")
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            services.answer_complaint(
                complaint=complaint,
                answer=form.cleaned_data["answer"],
                by=signed_in_user(request),
                at=moment_of(request),
            )
        except AccountError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "答复已送达提出人。")
    else:
        reasons = [str(reason) for reason in form.errors.get("answer", [])] or ["请检查内容。"]
        messages.error(request, "答复没有保存：" + "；".join(reasons))
    return redirect("accounts:complaints")

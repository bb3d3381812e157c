"""What is done on the page of a practice: moves, files, adoptions."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.responses import serve
from qiangji.lib.sent import seen_version, sent_day
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.practices.exceptions import Locked, NotAllowed, PracticeError, Problem, Refused
from qiangji.practices.models import Adoption, PracticeFile
from qiangji.practices.permissions import acts, who_may, works_on
from qiangji.practices.services.adopting import adopt, end_adoption
from qiangji.practices.services.moves import move
from qiangji.practices.services.writing import attach_file, detach_file
from qiangji.practices.states import MOVES, Side, State, move_from
from qiangji.practices.views.lookup import readable, refuse_recommending, sent_number
from qiangji.practices.views.pages import files_shown, page_of


def problems_of(error: PracticeError) -> list[Problem]:
    """Return what an error names."""
    return error.problems if isinstance(error, Refused) else [Problem("", str(error))]


@login_required
@require_POST
def make_move(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Hand in, take back, return, publish, spread, revise, give a revision up, withdraw."""
    if verb not in {one.verb for one in MOVES}:
        raise Http404("没有这一步。")
    row = readable(request, public_id)
    step = move_from(row.state, verb, published=row.published_number is not None)
    try:
        stored = move(
            reach=request_reach(request),
            row=row,
            verb=verb,
            words=request.POST.get("words", ""),
            node_id=sent_number(request, "node"),
            seen_version=seen_version(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except PracticeError as error:
        return page_of(request, row, problems=problems_of(error), status=409)
    messages.success(request, f"已{step.label if step else '办理'}。")
    if verb == "revise":
        return redirect("practices:edit", stored.public_id)
    if stored.state == State.WITHDRAWN and not works_on(request_reach(request), stored):
        return redirect("practices:list")
    return redirect("practices:one", stored.public_id)


@login_required
@require_POST
def add_files(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store uploaded files; each that is not taken is named with why."""
    row = readable(request, public_id)
    reach = request_reach(request)
    if not acts(reach, row, Side.OWN):
        raise PermissionDenied(f"附件由{who_may(row, Side.OWN)}上传。")
    uploads = request.FILES.getlist("files")
    failures = [] if uploads else [Problem("", "请先选择文件。")]
    for upload in uploads:
        try:
            attach_file(reach=reach, row=row, upload=upload, at=moment_of(request))
        except (PracticeError, FileRefused) as error:
            failures.append(Problem("", f"{upload.name}：{error}"))
    if failures:
        return page_of(request, row, problems=failures, status=409)
    messages.success(request, "附件已上传。")
    return redirect("practices:one", row.public_id)


def readable_file(request: HttpRequest, file_id: UUID) -> PracticeFile:
    """Return a file of a text that this person reads. Raises Http404 or PermissionDenied."""
    attached = get_object_or_404(
        PracticeFile.objects.select_related("content", "practice"), public_id=file_id
    )
    row = readable(request, attached.practice.public_id)
    works = works_on(request_reach(request), row)
    shown = files_shown(row, working=False)
    if works:
        shown = shown | files_shown(row, working=True)
    if not shown.filter(pk=attached.pk).exists():
        raise Http404("这份附件已经移除，或还没有随正文发布。")
    attached.practice = row
    return attached


@login_required
@require_GET
def open_file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file itself."""
    attached = readable_file(request, file_id)
    try:
        return serve(attached, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


@login_required
@require_POST
def detach(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Take a file away, with a reason."""
    attached = readable_file(request, file_id)
    try:
        detach_file(
            reach=request_reach(request),
            attached=attached,
            reason=request.POST.get("reason", ""),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except PracticeError as error:
        return page_of(request, attached.practice, problems=problems_of(error), status=409)
    messages.success(request, "附件已移除。")
    return redirect("practices:one", attached.practice.public_id)


@login_required
@require_POST
def record_adoption(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that an organization of one's own adopted it."""
    row = readable(request, public_id)
    reach = request_reach(request)
    nodes = reach.nodes_with(Permission.SUBMIT_PRACTICE, own=True)
    if not nodes:
        raise refuse_recommending()
    number = sent_number(request, "organization")
    organization = Organization.objects.filter(pk__in=nodes).filter(pk=number or 0).first()
    problems = [] if organization else [Problem("organization", "请选择采用的单位。")]
    day = sent_day(request, "date")
    if day is None:
        problems.append(Problem("date", "请选择采用日期。"))
    if organization is None or day is None:
        return page_of(request, row, problems=problems, status=409)
    try:
        adopt(
            reach=reach, row=row, organization=organization, date=day,
            note=request.POST.get("note", ""), at=moment_of(request),
        )  # fmt: skip
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except PracticeError as error:
        return page_of(request, row, problems=problems_of(error), status=409)
    messages.success(request, f"已登记：{organization.short_name}采用。")
    return redirect("practices:one", row.public_id)


@login_required
@require_POST
def take_back_adoption(request: HttpRequest, public_id: UUID, adoption_id: UUID) -> HttpResponse:
    """End an adoption with a reason."""
    row = readable(request, public_id)
    adoption = get_object_or_404(Adoption, practice=row, public_id=adoption_id)
    try:
        end_adoption(
            reach=request_reach(request),
            adoption=adoption,
            reason=request.POST.get("reason", ""),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except (Locked, Refused) as error:
        return page_of(request, row, problems=problems_of(error), status=409)
    messages.success(request, "已撤销采用登记。")
    return redirect("practices:one", row.public_id)

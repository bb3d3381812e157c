"""The proofs of a rectification: added and taken away before it is handed in, read by who reads the page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.responses import serve
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.rectification.exceptions import NotAllowed, RectificationError
from qiangji.rectification.models import Proof
from qiangji.rectification.permissions import acts
from qiangji.rectification.selectors.shown import shown_to
from qiangji.rectification.services.planning import attach_proof, detach_proof, note_opening
from qiangji.rectification.states import Side
from qiangji.rectification.views.lookup import readable
from qiangji.rectification.views.pages import page_of


@login_required
@require_POST
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Store uploaded proofs; each that is not taken is named with why."""
    row = readable(request, public_id)
    failures = []
    uploads = request.FILES.getlist("files")
    reach = request_reach(request)
    if not acts(reach, row, Side.OWN):
        raise PermissionDenied("佐证由整改单位上传。")
    for upload in uploads:
        try:
            attach_proof(reach=reach, row=row, upload=upload, at=moment_of(request))
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except (RectificationError, FileRefused) as error:
            failures.append(f"{upload.name}：{error}")
    if not uploads:
        failures.append("请先选择文件。")
    if failures:
        return page_of(request, row, problems=failures, status=409)
    messages.success(request, "佐证已上传。")
    return redirect("rectification:one", row.public_id)


def readable_proof(request: HttpRequest, proof_id: UUID) -> Proof:
    """Return a proof that this person is shown. Raises Http404, for one not handed in yet as well, or PermissionDenied."""
    proof = get_object_or_404(Proof.objects.select_related("content", "rectification"), public_id=proof_id)
    row = proof.rectification = readable(request, proof.rectification.public_id)
    if proof.pk not in [one.pk for one in shown_to(request_reach(request), row).proofs]:
        raise Http404("没有这份佐证，或还没有提交核验。")
    return proof


@login_required
@require_GET
def open_file(request: HttpRequest, proof_id: UUID) -> HttpResponseBase:
    """The file itself; who opens it from outside is written down."""
    proof = readable_proof(request, proof_id)
    reach = request_reach(request)
    if not acts(reach, proof.rectification, Side.OWN):
        note_opening(proof=proof, by=reach.user, at=moment_of(request))
    try:
        return serve(proof, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


@login_required
@require_POST
def detach(request: HttpRequest, proof_id: UUID) -> HttpResponse:
    """Take a proof away, with a reason."""
    proof = readable_proof(request, proof_id)
    try:
        detach_proof(
            reach=request_reach(request),
            proof=proof,
            reason=request.POST.get("reason", ""),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except RectificationError as error:
        return page_of(request, proof.rectification, problems=[str(error)], status=409)
    messages.success(request, "佐证已移除。")
    return redirect("rectification:one", proof.rectification.public_id)

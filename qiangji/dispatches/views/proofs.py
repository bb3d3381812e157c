"""The proofs of a task: read by who reads the page, taken away by the organization before it is handed in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from qiangji.dispatches.exceptions import DispatchError, NotAllowed
from qiangji.dispatches.models import Proof
from qiangji.dispatches.permissions import acts
from qiangji.dispatches.services.proving import detach_proof, note_opening
from qiangji.dispatches.states import Side
from qiangji.dispatches.views.lookup import readable
from qiangji.dispatches.views.pages import page_of, proofs_shown
from qiangji.files.exceptions import BytesMissing
from qiangji.files.responses import serve
from qiangji.orgs.requests import moment_of, request_reach


def readable_proof(request: HttpRequest, proof_id: UUID) -> tuple[Proof, bool]:
    """Return a proof that this person's side sees, and whether that is the organization's. Raises Http404."""
    proof = get_object_or_404(Proof.objects.select_related("content", "task"), public_id=proof_id)
    row = readable(request, proof.task.public_id)
    own = acts(request_reach(request), row, Side.OWN)
    if not proofs_shown(row, own=own).filter(pk=proof.pk).exists():
        raise Http404("这份佐证已经移除，或还没有随答复提交。")
    proof.task = row
    return proof, own


@login_required
@require_GET
def open_file(request: HttpRequest, proof_id: UUID) -> HttpResponseBase:
    """The file itself; who opens it from outside is written down."""
    proof, own = readable_proof(request, proof_id)
    if not own:
        note_opening(proof=proof, by=request_reach(request).user, at=moment_of(request))
    try:
        return serve(proof, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


@login_required
@require_POST
def detach(request: HttpRequest, proof_id: UUID) -> HttpResponse:
    """Take a proof away, with a reason."""
    proof, _ = readable_proof(request, proof_id)
    try:
        detach_proof(
            reach=request_reach(request),
            proof=proof,
            reason=request.POST.get("reason", ""),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except DispatchError as error:
        return page_of(request, proof.task, problems=[str(error)], status=409)
    messages.success(request, "佐证已移除。")
    return redirect("dispatches:one", proof.task.public_id)

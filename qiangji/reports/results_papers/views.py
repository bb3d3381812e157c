"""Papers about results as downloads, each for who may open the page it belongs to."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from qiangji.assessments.models import SheetVeto
from qiangji.assessments.views.sheet_vetoes import visible_veto as visible_sheet_veto
from qiangji.lib.dates import local_day
from qiangji.lib.typed import typed_line
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.reports.election_letters.writer import write_letter
from qiangji.reports.kinds import DOCX, XLSX, safe_file_name
from qiangji.reports.results_papers.ledger_sheet import write_ledger
from qiangji.reports.results_papers.notices import (
    notice_of,
    revocation_notice_of,
    sheet_veto_notice_of,
    veto_notice_of,
)
from qiangji.reports.results_papers.summary_form import form_of, write_form, write_sheet
from qiangji.reports.results_papers.veto_sheet import write_vetoes
from qiangji.reports.views import download
from qiangji.results.models import Revocation, YearEndVeto
from qiangji.results.selectors.ledgers import ledger
from qiangji.results.selectors.vetoes import vetoes_of
from qiangji.results.views.consequence import visible_consequence
from qiangji.results.views.lookup import compared_cycle
from qiangji.results.views.revocations import visible_revocation
from qiangji.results.views.summaries import visible_summary
from qiangji.results.views.vetoes import visible_veto

SEAL_LIMIT = 60


def seal_of(request: HttpRequest) -> str:
    """Return who seals in the place of the issuing body, as typed on the page."""
    return typed_line(request.GET.get("seal", ""))[:SEAL_LIMIT]


@login_required
@require_GET
def consequence_notice(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """Download the notice of a consequence; a withdrawn one has none any more."""
    row = visible_consequence(request, consequence_id)
    if row.is_withdrawn:
        raise Http404("已撤销，没有通知。")
    letter = notice_of(row, seal=seal_of(request))
    name = safe_file_name(f"{row.organization.short_name}{row.get_kind_display()}.docx")
    return download(write_letter(letter, at=moment_of(request)), name=name, content_type=DOCX)


@login_required
@require_GET
def veto_notice(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Download the notice of a year-end veto in force."""
    veto = visible_veto(request, veto_id)
    if veto.state != YearEndVeto.State.IN_FORCE:
        raise Http404("没有生效，没有通知。")
    letter = veto_notice_of(veto, seal=seal_of(request))
    name = safe_file_name(f"{veto.organization.short_name}年底考核一票否决通知.docx")
    return download(write_letter(letter, at=moment_of(request)), name=name, content_type=DOCX)


@login_required
@require_GET
def revocation_notice(request: HttpRequest, revocation_id: UUID) -> HttpResponse:
    """Download the notice of a revocation in force."""
    row = visible_revocation(request, revocation_id)
    if row.state != Revocation.State.IN_FORCE:
        raise Http404("没有生效，没有通知。")
    letter = revocation_notice_of(row, seal=seal_of(request))
    name = safe_file_name(f"{row.sheet.organization_name}撤销认定通知.docx")
    return download(write_letter(letter, at=moment_of(request)), name=name, content_type=DOCX)


@login_required
@require_GET
def sheet_veto_notice(request: HttpRequest, veto_id: UUID) -> HttpResponse:
    """Download the notice of a sheet veto in force."""
    row = visible_sheet_veto(request, veto_id)
    if row.state != SheetVeto.State.IN_FORCE:
        raise Http404("没有生效，没有通知。")
    letter = sheet_veto_notice_of(row, seal=seal_of(request))
    name = safe_file_name(f"{row.sheet.organization_name}不予评定通知.docx")
    return download(write_letter(letter, at=moment_of(request)), name=name, content_type=DOCX)


@login_required
@require_GET
def summary_form(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Download a frozen summary as Word."""
    form = form_of(visible_summary(request, summary_id))
    content = write_form(form, at=moment_of(request))
    return download(content, name=safe_file_name(f"{form.title}.docx"), content_type=DOCX)


@login_required
@require_GET
def summary_sheet(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Download a frozen summary as Excel."""
    form = form_of(visible_summary(request, summary_id))
    content = write_sheet(form, at=moment_of(request))
    return download(content, name=safe_file_name(f"{form.title}.xlsx"), content_type=XLSX)


@login_required
@require_GET
def class_ledger(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Download the ledger by class as Excel, of the class that the page shows."""
    cycle = compared_cycle(request, cycle_id)
    at = moment_of(request)
    rows = ledger(cycle, request_reach(request), on=local_day(at), chosen=request.GET.get("class", ""))
    title = f"{cycle.title}分类台账"
    content = write_ledger(rows.iterator(chunk_size=2000), title=title, at=at)
    return download(content, name=safe_file_name(f"{title}.xlsx"), content_type=XLSX)


@login_required
@require_GET
def veto_list(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Download the year-end vetoes of a cycle as Excel, those that the page shows."""
    cycle = compared_cycle(request, cycle_id)
    at, title = moment_of(request), f"{cycle.title}年底考核一票否决"
    rows = vetoes_of(cycle, request_reach(request))
    content = write_vetoes(rows.iterator(chunk_size=2000), title=title, at=at)
    return download(content, name=safe_file_name(f"{title}.xlsx"), content_type=XLSX)

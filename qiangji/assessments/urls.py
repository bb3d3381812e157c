"""Addresses of sheets and cycles."""

from django.urls import path

from qiangji.assessments.converters import CODE
from qiangji.assessments.views import (
    carrying,
    cycles,
    evaluating,
    evidence_urls,
    moves,
    saving,
    scans,
    sheets,
    vetoes,
)

app_name = "assessments"
urlpatterns = [
    path("sheets/", sheets.list_sheets, name="list"),
    path("sheets/<uuid:sheet_id>/", sheets.show_sheet, name="sheet"),
    path("sheets/<uuid:sheet_id>/save/", saving.save_edits, name="save"),
    path("sheets/<uuid:sheet_id>/changes/", saving.changes, name="changes"),
    path("sheets/<uuid:sheet_id>/missing/", sheets.show_missing, name="missing"),
    path(f"sheets/<uuid:sheet_id>/answers/<{CODE}:code>/history/", sheets.show_history, name="history"),
    path("sheets/<uuid:sheet_id>/submit/", moves.submit_sheet, name="submit"),
    path("sheets/<uuid:sheet_id>/return/", moves.return_for_revision, name="return"),
    path("sheets/<uuid:sheet_id>/confirm/", moves.confirm_rest, name="confirm"),
    path("sheets/<uuid:sheet_id>/move/<str:verb>/", moves.move_sheet, name="move"),
    path("sheets/<uuid:sheet_id>/carry/", carrying.carry, name="carry"),
    path("sheets/<uuid:sheet_id>/evaluate/", evaluating.evaluate, name="evaluate"),
    path("sheets/<uuid:sheet_id>/catch-up/", evaluating.bring_up_to_date, name="catch_up"),
    path(f"sheets/<uuid:sheet_id>/answers/<{CODE}:code>/proposal/", evaluating.basis, name="basis"),
    path("records/<uuid:record_id>/served/", evaluating.served, name="served"),
    path("sheets/<uuid:sheet_id>/vetoes/", vetoes.check_vetoes, name="vetoes"),
    path("sheets/<uuid:sheet_id>/scans/", scans.scans, name="scans"),
    path("scans/<uuid:scan_id>/file/", scans.scan_file, name="scan_file"),
    path("scans/<uuid:scan_id>/detach/", scans.scan_detach, name="scan_detach"),
    path("cycles/", cycles.list_cycles, name="cycles"),
    path("cycles/new/", cycles.new_cycle, name="new_cycle"),
    path("cycles/<uuid:cycle_id>/", cycles.show_cycle, name="cycle"),
    path("cycles/<uuid:cycle_id>/open/", cycles.open_for_filling, name="open_cycle"),
    *evidence_urls.urlpatterns,
]

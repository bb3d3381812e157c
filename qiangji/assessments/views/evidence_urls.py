"""Addresses of evidence."""

from django.urls import path

from qiangji.assessments.converters import CODE
from qiangji.assessments.views import evidence

PANEL = f"sheets/<uuid:sheet_id>/answers/<{CODE}:code>/evidence/"

urlpatterns = [
    path(PANEL, evidence.evidence_list, name="evidence_list"),
    path(f"{PANEL}add/", evidence.evidence_add, name="evidence_add"),
    path(f"{PANEL}reuse/", evidence.evidence_reuse, name="evidence_reuse"),
    path("evidence/<uuid:evidence_id>/detach/", evidence.evidence_detach, name="evidence_detach"),
    path("evidence/<uuid:evidence_id>/file/", evidence.evidence_open, name="evidence_open"),
]

"""Addresses of reports."""

from django.urls import path

from qiangji.reports import views
from qiangji.reports.dispatch_list import dispatch_list
from qiangji.reports.election_letters.views import election_letter
from qiangji.reports.ledger_prints import views as ledger_prints
from qiangji.reports.results_papers import views as results_papers
from qiangji.reports.transfer_letters.views import transfer_letter

app_name = "reports"
urlpatterns = [
    path("sheet/<uuid:sheet_id>/form.docx", views.sheet_form, name="sheet_form"),
    path("sheet/<uuid:sheet_id>/form.xlsx", views.sheet_form_excel, name="sheet_form_excel"),
    path("sheet/<uuid:sheet_id>/self-check.docx", views.self_check_register, name="self_check_register"),
    path("election/<uuid:public_id>/<str:kind>.docx", election_letter, name="election_letter"),
    path("transfer/<uuid:public_id>/letter.docx", transfer_letter, name="transfer_letter"),
    path(
        "consequence/<uuid:consequence_id>/notice.docx",
        results_papers.consequence_notice,
        name="consequence_notice",
    ),
    path(
        "revocation/<uuid:revocation_id>/notice.docx",
        results_papers.revocation_notice,
        name="revocation_notice",
    ),
    path("veto/<uuid:veto_id>/notice.docx", results_papers.veto_notice, name="veto_notice"),
    path(
        "withholding/<uuid:veto_id>/notice.docx",
        results_papers.sheet_veto_notice,
        name="sheet_veto_notice",
    ),
    path("summary/<uuid:summary_id>/summary.docx", results_papers.summary_form, name="summary_form"),
    path("summary/<uuid:summary_id>/summary.xlsx", results_papers.summary_sheet, name="summary_sheet"),
    path("cycle/<uuid:cycle_id>/ledger.xlsx", results_papers.class_ledger, name="class_ledger"),
    path("cycle/<uuid:cycle_id>/vetoes.xlsx", results_papers.veto_list, name="veto_list"),
    path("dispatches.xlsx", dispatch_list, name="dispatch_list"),
    path("edition/<uuid:edition_id>/form.docx", views.edition_form, name="edition_form"),
    path("edition/<uuid:edition_id>/table.<str:suffix>", views.edition_table, name="edition_table"),
    path("ledgers/record/<uuid:public_id>/sign-in.docx", ledger_prints.sign_in, name="sign_in_sheet"),
    path("ledgers/<uuid:public_id>/handbook.docx", ledger_prints.handbook, name="branch_handbook"),
]

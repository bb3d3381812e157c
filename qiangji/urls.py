"""Every address of the program; tests/test_rights.py walks this table against the written permission table."""

from django.urls import include, path

urlpatterns = [
    path("", include("qiangji.web.urls")),
    path("account/", include("qiangji.orgs.account_urls")),
    path("organizations/", include("qiangji.orgs.urls")),
    path("standards/", include("qiangji.standards.urls")),
    path("assessments/", include("qiangji.assessments.urls")),
    path("results/", include("qiangji.results.urls")),
    path("rectification/", include("qiangji.rectification.urls")),
    path("dispatches/", include("qiangji.dispatches.urls")),
    path("practices/", include("qiangji.practices.urls")),
    path("members/", include("qiangji.members.urls")),
    path("ledgers/", include("qiangji.ledgers.urls")),
    path("intake/", include("qiangji.intake.urls")),
    path("duties/", include("qiangji.duties.urls")),
    path("reports/", include("qiangji.reports.urls")),
]

handler400 = "qiangji.web.views.bad_request"
handler403 = "qiangji.web.views.permission_denied"
handler404 = "qiangji.web.views.not_found"
handler500 = "qiangji.web.views.server_error"

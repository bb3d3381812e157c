"""The addresses of this app."""

from django.urls import path

from qiangji.intake.views import home, runs, tables

app_name = "intake"
urlpatterns = [
    path("", home.home, name="home"),
    path("runs/<uuid:run_id>/", runs.run_page, name="run"),
    path("runs/<uuid:run_id>/match/", runs.match, name="match"),
    path("runs/<uuid:run_id>/apply/", runs.apply, name="apply"),
    path("runs/<uuid:run_id>/check/", runs.check_again, name="check"),
    path("runs/<uuid:run_id>/discard/", runs.discard, name="discard"),
    path("runs/<uuid:run_id>/marked.xlsx", runs.marked, name="marked"),
    path("<uuid:public_id>/<str:kind>/", tables.upload, name="upload"),
    path("<uuid:public_id>/<str:kind>/template.xlsx", tables.template, name="template"),
    path("<uuid:public_id>/<str:kind>/export.xlsx", tables.export, name="export"),
]

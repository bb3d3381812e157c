"""Addresses of the ledgers."""

from django.urls import include, path

from qiangji.ledgers.views import (
    calendar,
    home,
    moves,
    planning,
    recording,
    records,
    statements,
    summaries,
    talks,
)

app_name = "ledgers"
urlpatterns = [
    path("", home.home, name="home"),
    path("records/", records.records, name="records"),
    path("records/export.xlsx", records.records_export, name="records_export"),
    path("registers/", records.registers, name="registers"),
    path("summary/", summaries.summary, name="summary"),
    path("drafts/", moves.drafts, name="drafts"),
    path("records/<uuid:public_id>/", records.record, name="record"),
    path("records/<uuid:public_id>/edit/", recording.edit, name="edit"),
    path("records/<uuid:public_id>/withdraw/", moves.withdraw, name="withdraw"),
    path("records/<uuid:public_id>/files/<uuid:file_id>/", moves.file, name="file"),
    path("records/<uuid:public_id>/files/<uuid:file_id>/detach/", moves.file_detach, name="file_detach"),
    path("<uuid:public_id>/new/", recording.new, name="new"),
    path("<uuid:public_id>/people/", recording.people, name="people"),
    path("<uuid:public_id>/talks/", talks.talks, name="talks"),
    path("<uuid:public_id>/declarations/", statements.declarations, name="declarations"),
    path("<uuid:public_id>/self-check/", statements.self_check, name="self_check"),
    path("<uuid:public_id>/calendar/", calendar.month, name="calendar"),
    path("<uuid:public_id>/plans/", planning.plans, name="plans"),
    path("<uuid:public_id>/plans/<uuid:plan_id>/end/", planning.plan_end, name="plan_end"),
    path("<uuid:public_id>/templates/", planning.templates, name="templates"),
    path(
        "<uuid:public_id>/templates/<uuid:template_id>/retire/",
        planning.template_retire,
        name="template_retire",
    ),
    # Dues
    path("", include("qiangji.ledgers.dues_urls")),
]

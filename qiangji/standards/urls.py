"""Addresses of the standards."""

from django.urls import path

from qiangji.standards.views import compare, drafts, editions, figures, publishing, succession, workshop

app_name = "standards"
DRAFT = "drafts/<uuid:draft_id>/"
urlpatterns = [
    path("", editions.list_editions, name="editions"),
    path("figures/", figures.show_figures, name="figures"),
    path("<uuid:edition_id>/", editions.show_edition, name="edition"),
    path("<uuid:edition_id>/compare/", succession.compare_editions, name="compare"),
    path("<uuid:edition_id>/interpretations/", succession.interpretations, name="interpretations"),
    path("drafts/", drafts.list_drafts, name="drafts"),
    path("drafts/new/", drafts.new_draft, name="draft_new"),
    path(DRAFT, workshop.show_draft, name="draft"),
    path(f"{DRAFT}file/", drafts.original_file, name="draft_file"),
    path(f"{DRAFT}discard/", drafts.discard_draft, name="draft_discard"),
    path(f"{DRAFT}items/<slug:key>/", workshop.edit_item, name="draft_item"),
    path(f"{DRAFT}do/<slug:operation>/", workshop.operate, name="draft_operate"),
    path(f"{DRAFT}undo/", workshop.undo_step, name="draft_undo"),
    path(f"{DRAFT}redo/", workshop.redo_step, name="draft_redo"),
    path(f"{DRAFT}compare/", compare.compare_draft, name="draft_compare"),
    path(f"{DRAFT}publish/", publishing.publish, name="draft_publish"),
]

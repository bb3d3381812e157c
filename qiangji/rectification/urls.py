"""Addresses of rectifications."""

from django.urls import path

from qiangji.rectification.views import pages, proofs, writing

app_name = "rectification"
urlpatterns = [
    path("", pages.list_rectifications, name="list"),
    path("<uuid:public_id>/", pages.show, name="one"),
    path("<uuid:public_id>/plan/", writing.save_plan, name="plan"),
    path("<uuid:public_id>/leader/", writing.assign, name="assign"),
    path("<uuid:public_id>/deadline/", writing.change_deadline, name="deadline"),
    path("<uuid:public_id>/help/", writing.ask, name="ask_help"),
    path("<uuid:public_id>/help/answer/", writing.answer, name="answer_help"),
    path("<uuid:public_id>/proofs/", proofs.add, name="proof_add"),
    path("proofs/<uuid:proof_id>/", proofs.open_file, name="proof_file"),
    path("proofs/<uuid:proof_id>/detach/", proofs.detach, name="proof_detach"),
    path("<uuid:public_id>/move/<str:verb>/", writing.make_move, name="move"),
]

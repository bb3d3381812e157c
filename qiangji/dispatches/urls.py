"""Addresses of dispatches."""

from django.urls import path

from qiangji.dispatches.views import acting, issuing, pages, proofs

app_name = "dispatches"
urlpatterns = [
    path("", pages.list_tasks, name="list"),
    path("new/", issuing.new, name="new"),
    path("items/<uuid:public_id>/", pages.show_dispatch, name="item"),
    path("<uuid:public_id>/", pages.show, name="one"),
    path("<uuid:public_id>/answer/", acting.answer, name="answer"),
    path("<uuid:public_id>/remark/", acting.add_remark, name="remark"),
    path("<uuid:public_id>/deadline/", acting.change_deadline, name="deadline"),
    path("<uuid:public_id>/owner/", acting.change_owner, name="owner"),
    path("<uuid:public_id>/move/<str:verb>/", acting.make_move, name="move"),
    path("proofs/<uuid:proof_id>/", proofs.open_file, name="proof_file"),
    path("proofs/<uuid:proof_id>/detach/", proofs.detach, name="proof_detach"),
]

"""Addresses of practices."""

from django.urls import path

from qiangji.practices.views import acting, pages, writing

app_name = "practices"
urlpatterns = [
    path("", pages.show_library, name="list"),
    path("mine/", pages.show_mine, name="mine"),
    path("queue/", pages.show_queue, name="queue"),
    path("new/", writing.new, name="new"),
    path("criteria/", writing.criteria, name="criteria"),
    path("files/<uuid:file_id>/", acting.open_file, name="file"),
    path("files/<uuid:file_id>/detach/", acting.detach, name="file_detach"),
    path("<uuid:public_id>/", pages.show, name="one"),
    path("<uuid:public_id>/edit/", writing.edit, name="edit"),
    path("<uuid:public_id>/move/<str:verb>/", acting.make_move, name="move"),
    path("<uuid:public_id>/files/", acting.add_files, name="file_add"),
    path("<uuid:public_id>/adopt/", acting.record_adoption, name="adopt"),
    path(
        "<uuid:public_id>/adoptions/<uuid:adoption_id>/end/", acting.take_back_adoption, name="adoption_end"
    ),
]

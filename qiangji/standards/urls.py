"""Addresses of the standards."""

from django.urls import path

from qiangji.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.list_editions, name="editions"),
    path("<uuid:edition_id>/", views.show_edition, name="edition"),
]

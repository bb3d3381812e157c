"""The addresses of this app."""

from django.urls import include, path

app_name = "members"
urlpatterns: list = [
    path("", include("qiangji.members.moving_urls")),
]

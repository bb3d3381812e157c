"""The addresses of this app."""

from django.urls import include, path

app_name = "members"
urlpatterns: list = [
    path("elections/", include("qiangji.members.elections.urls")),
    path("", include("qiangji.members.moving_urls")),
]

"""The addresses of this app."""

from django.urls import include, path

app_name = "ledgers"
urlpatterns: list = [
    # Dues
    path("", include("qiangji.ledgers.dues_urls")),
]

"""The addresses of this app."""

app_name = "members"
urlpatterns: list = []

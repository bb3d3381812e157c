"""The addresses of this app."""

app_name = "intake"
urlpatterns: list = []

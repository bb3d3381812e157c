"""The addresses of this app."""

app_name = "ledgers"
urlpatterns: list = []

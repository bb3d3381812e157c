from django.urls import path

from qiangji.web import views

app_name = "web"
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("health", views.health, name="health"),
]

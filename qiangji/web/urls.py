from django.urls import path

from qiangji.web import structure, views

app_name = "web"
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("health", views.health, name="health"),
    path("structure/<uuid:public_id>/", structure.structure, name="structure"),
]

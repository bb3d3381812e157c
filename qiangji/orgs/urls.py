"""The addresses of the tree, its relations and its seats."""

from django.urls import path

from qiangji.orgs.views import changes, organizations

app_name = "orgs"
urlpatterns = [
    path("", organizations.organization_list, name="list"),
    path("options/", organizations.organization_options, name="options"),
    path("<uuid:public_id>/", organizations.organization_detail, name="detail"),
    path("<uuid:public_id>/children/", organizations.organization_children, name="children"),
    path("<uuid:public_id>/create/", changes.create, name="create"),
    path("<uuid:public_id>/rename/", changes.rename, name="rename"),
    path("<uuid:public_id>/move/", changes.move, name="move"),
    path("<uuid:public_id>/oversight/", changes.oversight, name="oversight"),
    path("<uuid:public_id>/oversight/<int:relation_id>/end/", changes.end_oversight, name="end_oversight"),
    path("<uuid:public_id>/roles/", changes.roles, name="roles"),
    path("<uuid:public_id>/roles/<uuid:role_id>/end/", changes.end_role, name="end_role"),
]

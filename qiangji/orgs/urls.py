"""The addresses of the tree, its relations and its seats."""

from django.urls import path

from qiangji.orgs.views import changes, departments, organizations, states, terms

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
    path("<uuid:public_id>/states/", states.states, name="states"),
    path("<uuid:public_id>/states/<slug:kind_code>/", states.record, name="record_state"),
    path("<uuid:public_id>/states/<uuid:state_id>/end/", states.end, name="end_state"),
    path("<uuid:public_id>/departments/", departments.departments, name="departments"),
    path("<uuid:public_id>/departments/open/", departments.create, name="open_department"),
    path(
        "<uuid:public_id>/departments/<uuid:department_id>/cover/",
        departments.cover,
        name="cover_department",
    ),
    path(
        "<uuid:public_id>/departments/<uuid:department_id>/close/",
        departments.close,
        name="close_department",
    ),
    path("<uuid:public_id>/terms/", terms.terms, name="terms"),
    path("<uuid:public_id>/terms/start/", terms.start, name="start_term"),
    path("<uuid:public_id>/terms/<uuid:term_id>/extend/", terms.extend, name="extend_term"),
    path("<uuid:public_id>/terms/<uuid:term_id>/end/", terms.end, name="end_term"),
]

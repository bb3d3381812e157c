"""Addresses of elections, in the namespace ``members``, below /members/elections/."""

from django.urls import path

from qiangji.members.views import election_steps, elections

urlpatterns = [
    path("", elections.election_ledger, name="elections"),
    path("open/<uuid:organization_id>/<str:body>/", elections.election_open, name="election_open"),
    path("remind/<uuid:organization_id>/<str:body>/", elections.election_remind, name="election_remind"),
    path("<uuid:public_id>/", elections.election_detail, name="election"),
    path("<uuid:public_id>/steps/<str:kind>/", election_steps.election_step, name="election_step"),
    path("<uuid:public_id>/advice/<str:kind>/", election_steps.election_advice, name="election_advice"),
    path("<uuid:public_id>/people/", election_steps.election_people, name="election_people"),
    path("<uuid:public_id>/conclude/", election_steps.election_conclude, name="election_conclude"),
    path("<uuid:public_id>/cancel/", election_steps.election_cancel, name="election_cancel"),
]

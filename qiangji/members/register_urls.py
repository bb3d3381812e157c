"""The addresses of the register, of one member, of restricted data and of the counts (namespace ``members``)."""

from django.urls import path

from qiangji.members.views import changes, hardship, member, register, reinstating, statistics

urlpatterns = [
    path("", register.register, name="list"),
    path("mine/", member.mine, name="mine"),
    path("register/<uuid:public_id>/", register.create, name="create"),
    path("statistics/", statistics.home, name="statistics_home"),
    path("statistics/<uuid:public_id>/", statistics.statistics, name="statistics"),
    path("statistics/<uuid:public_id>/file.xlsx", statistics.statistics_file, name="statistics_file"),
    path("left/", reinstating.left, name="left"),
    path("hardships/", hardship.hardships, name="hardships"),
    path("hardships/readings/", hardship.readings, name="readings"),
    path("<uuid:public_id>/", member.detail, name="detail"),
    path("<uuid:public_id>/change/", changes.change, name="change"),
    path("<uuid:public_id>/adjust/", changes.adjust, name="adjust"),
    path("<uuid:public_id>/confirm/", changes.confirm, name="confirm"),
    path("<uuid:public_id>/cease/", changes.cease, name="cease"),
    path("<uuid:public_id>/reinstate/", reinstating.reinstate, name="reinstate"),
    path("<uuid:public_id>/exempt/", changes.exempt, name="exempt"),
    path("<uuid:public_id>/exemptions/<uuid:exemption_id>/end/", changes.end_exemption, name="end_exemption"),
    path("<uuid:public_id>/float/", changes.float_away, name="float"),
    path("<uuid:public_id>/floating/<uuid:spell_id>/end/", changes.end_floating, name="end_floating"),
    path("<uuid:public_id>/account/", changes.account, name="account"),
    path("<uuid:public_id>/hardship/", hardship.hardship, name="hardship"),
    path("<uuid:public_id>/hardship/start/", hardship.start, name="start_hardship"),
    path("<uuid:public_id>/hardship/<uuid:hardship_id>/end/", hardship.end, name="end_hardship"),
]

"""The addresses of dues, and of the part that ledgers add to a member's page (namespace ``ledgers``)."""

from django.urls import path

from qiangji.ledgers.views import dues

urlpatterns = [
    path("dues/", dues.home, name="dues_home"),
    path("dues/<uuid:public_id>/<str:month>/", dues.branch_month, name="dues"),
    path("members/<uuid:public_id>/year/", dues.member_year, name="member_year"),
    path("members/mine/year/", dues.my_year, name="my_year"),
]

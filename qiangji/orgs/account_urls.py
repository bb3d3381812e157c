"""The addresses of accounts: own ones from below, and those that need the tree (who may look after whose account)."""

from django.urls import path

from qiangji.accounts.urls import urlpatterns as own_pages
from qiangji.orgs.views import accounts, complaints

app_name = "accounts"
urlpatterns = [
    *own_pages,
    path("", accounts.profile, name="profile"),
    path("all/", accounts.account_list, name="list"),
    path("new/", accounts.place, name="place"),
    path("new/<uuid:public_id>/", accounts.create, name="create"),
    path("all/<uuid:public_id>/", accounts.detail, name="detail"),
    path("all/<uuid:public_id>/reset-password/", accounts.reset_password, name="reset_password"),
    path("all/<uuid:public_id>/deactivate/", accounts.deactivate, name="deactivate"),
    path("all/<uuid:public_id>/reactivate/", accounts.reactivate, name="reactivate"),
    path("complaints/", complaints.complaint_list, name="complaints"),
    path("complaints/<uuid:public_id>/answer/", complaints.answer, name="answer_complaint"),
]

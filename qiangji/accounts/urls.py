"""Pages about one's own account. Those about other people's accounts need the tree: ``orgs/account_urls.py``."""

from django.urls import path

from qiangji.accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.change_password, name="change_password"),
    path("complain/", views.complain, name="complain"),
]

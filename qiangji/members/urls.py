"""The addresses of this app."""

from django.urls import include, path

from qiangji.members.views import posts

app_name = "members"
urlpatterns: list = [
    path("", include("qiangji.members.register_urls")),
    path("elections/", include("qiangji.members.elections.urls")),
    path("", include("qiangji.members.moving_urls")),
    path("posts/<uuid:public_id>/", posts.posts, name="posts"),
    path("posts/<uuid:public_id>/set-up/", posts.set_up, name="set_up_post"),
    path("posts/seat/<uuid:post_id>/appoint/", posts.appoint_to, name="appoint"),
    path("posts/seat/<uuid:post_id>/close/", posts.close, name="close_post"),
    path("posts/tenure/<uuid:tenure_id>/end/", posts.leave, name="end_tenure"),
    path(
        "posts/tenure/<uuid:tenure_id>/consent/coming/",
        posts.consent,
        {"change": posts.COMING},
        name="consent_coming",
    ),
    path(
        "posts/tenure/<uuid:tenure_id>/consent/leaving/",
        posts.consent,
        {"change": posts.LEAVING},
        name="consent_leaving",
    ),
]

"""Addresses of the duty calendar."""

from django.urls import path

from qiangji.duties.views import feed, notices, pages

app_name = "duties"
urlpatterns = [
    path("", pages.agenda, name="agenda"),
    path("month/", pages.month, name="month"),
    path("notices/", notices.notices, name="notices"),
    path("notices/feed/", notices.feed_make, name="feed_make"),
    path("notices/feed/withdraw/", notices.feed_withdraw, name="feed_withdraw"),
    path("notices/mail/", notices.reminder, name="reminder"),
    path("notices/mail/confirm/", notices.reminder_confirm, name="reminder_confirm"),
    path("notices/mail/stop/", notices.reminder_stop, name="reminder_stop"),
    # Read by calendar programs, without signing in: whoever has the address may.
    path("feed/<str:token>.ics", feed.feed, name="feed"),
]

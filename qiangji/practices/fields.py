"""The fields of a practice's text: what each is called, and how long it may be, in characters."""

FIELDS = {
    "title": "标题",
    "situation": "当时的情况",
    "action": "做法",
    "outcome": "成效",
    "contact_post": "联系岗位",
}
LIMITS = {"title": 60, "situation": 1000, "action": 3000, "outcome": 1500, "contact_post": 60}

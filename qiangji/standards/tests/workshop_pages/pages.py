"""How tests reach the workshop's pages."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from qiangji.standards.models import Draft
from qiangji.standards.workshop.state import State

SCRIPT = {"HTTP_HX_REQUEST": "true"}
TABLE = (
    "甲市医院党建考评表\n项目\t小项\t考核内容\t分值\n"
    "一、组织建设（5分）\t班子\t1.班子成员分工明确。\t2\n\t\t2.按期换届。\t3\n"
)


def address(draft: Draft, name: str = "draft", *more: str) -> str:
    return reverse(f"standards:{name}", args=[draft.public_id, *more])


def now(draft: Draft) -> State:
    """The state that counts."""
    draft.refresh_from_db()
    return State.from_json(draft.steps.get(sequence=draft.current).state)


def act(client: Client, draft: Draft, operation: str, **arguments: Any) -> HttpResponse:
    """Make a correction as the script does."""
    draft.refresh_from_db()
    data = {"seen": draft.current, "arguments": json.dumps(arguments)}
    return client.post(address(draft, "draft_operate", operation), data, **SCRIPT)  # type: ignore[return-value]


def text_of(response: Any) -> str:
    return response.content.decode()

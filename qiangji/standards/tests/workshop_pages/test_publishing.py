"""Comparing with last year's edition, the map, trials and publishing, by HTTP."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.orgs.tests.factories import Cast
from qiangji.standards.models import Draft, Edition, EditionMap
from qiangji.standards.tests.drafts import make_draft
from qiangji.standards.tests.workshop_pages.pages import act, address, now, text_of

pytestmark = pytest.mark.django_db


# ---- comparing and publishing ----------------------------------------------------------------------------------------


def make_whole(client: Client, draft: Draft) -> None:
    """Mend everything that is wrong with the flawed table."""
    act(client, draft, "set_section_points", key="s1", points="6")
    act(client, draft, "set_points", key="c3", points="1")
    act(client, draft, "set_points", key="c4", points="4")


def publish(client: Client, draft: Draft, action: str = "publish") -> Any:
    draft.refresh_from_db()
    return client.post(address(draft, "draft_publish"), {"seen": draft.current, "action": action})


def test_unfinished_draft_is_not_published(clerk: Client, draft: Draft) -> None:
    page = text_of(clerk.get(address(draft, "draft_publish")))
    assert "发布之前还要改 3 处" in page
    assert f'href="{address(draft)}#c4"' in page
    assert "disabled" in page
    refused = text_of(publish(clerk, draft))
    assert "没有发布，原因" in refused
    assert not Edition.objects.exists()


def test_whole_draft_is_published(clerk: Client, draft: Draft) -> None:
    make_whole(clerk, draft)
    page = text_of(clerk.get(address(draft, "draft_publish")))
    assert "甲市卫生健康委员会党组（甲卫党〔2026〕9号）" in page
    answer = publish(clerk, draft)
    edition = Edition.objects.get()
    assert answer["Location"] == reverse("standards:edition", args=[edition.public_id])
    assert edition.is_published
    assert edition.adoption_number == "甲卫党〔2026〕9号"
    assert clerk.get(address(draft, "draft_publish"))["Location"] == answer["Location"]
    assert "已经发布" in text_of(clerk.get(address(draft)))


def test_trial_is_stored_while_adoption_is_missing(clerk: Client, people: Cast, draft: Draft) -> None:
    make_whole(clerk, draft)
    act(clerk, draft, "set_details", adopted_by="", adoption_number="")
    assert "没有发布" in text_of(publish(clerk, draft))
    answer = publish(clerk, draft, "trial")
    edition = Edition.objects.get()
    assert answer["Location"] == reverse("standards:edition", args=[edition.public_id])
    assert not edition.is_published


@pytest.fixture
def next_year(clerk: Client, draft: Draft, people: Cast) -> Draft:
    """Next year's draft: one criterion reworded, the rest as published the year before."""
    make_whole(clerk, draft)
    publish(clerk, draft)
    state = now(draft)
    details = state.details.model_copy(update={"label": "2027", "year": 2027})
    later = make_draft(
        people.hospital_a, people.party_office, state=state.model_copy(update={"details": details, "turn": 0})
    )
    act(clerk, later, "set_text", key="c1", text="班子成员分工明确并公示。")
    return later


def compare(client: Client, draft: Draft, **data: str) -> Any:
    draft.refresh_from_db()
    return client.post(address(draft, "draft_compare"), {"seen": str(draft.current)} | data)


def test_map_is_decided_row_by_row_and_all_at_once(clerk: Client, next_year: Draft) -> None:
    earlier = Edition.objects.get()
    compare(clerk, next_year, action="choose", edition=str(earlier.public_id))
    page = text_of(clerk.get(address(next_year, "draft_compare")))
    assert "确认全部 4 条建议" in page
    assert "文字有变 1" in page
    hindered = text_of(clerk.get(address(next_year, "draft_publish")))
    assert "没有确定对应关系" in hindered
    compare(clerk, next_year, action="decide", key="c4", code="")
    one = text_of(clerk.get(address(next_year, "draft_compare") + "?kind=new"))
    assert 'id="c4"' in one
    assert 'id="c1"' not in one
    compare(clerk, next_year, action="accept")
    assert "全部已确定" in text_of(clerk.get(address(next_year, "draft_compare")))
    publish(clerk, next_year)
    pairs = EditionMap.objects.get().matches.values_list("earlier__code", "later__code")
    assert ("1-1-1", "1-1-1") in pairs
    assert (None, "2-0-1") in pairs


def test_wrong_choice_in_the_map_is_said(clerk: Client, next_year: Draft) -> None:
    earlier = Edition.objects.get()
    compare(clerk, next_year, action="choose", edition=str(earlier.public_id))
    compare(clerk, next_year, action="decide", key="c1", code="9-9-9")
    assert "9-9-9" in text_of(clerk.get(address(next_year, "draft_compare")))
    assert not now(next_year).criteria()[0].earlier_decided
    compare(clerk, next_year, action="choose", edition="not-an-id")
    assert "没有找到要对照的版本" in text_of(clerk.get(address(next_year, "draft_compare")))

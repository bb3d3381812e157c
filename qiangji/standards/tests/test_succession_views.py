"""The pages that hold editions against each other and show interpretations: who reads, who decides, what comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from qiangji.accounts.models import User
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Criterion, Edition, EditionMap, Interpretation
from qiangji.standards.services import load_library
from qiangji.standards.succession import decided_pairs
from qiangji.standards.tests.editions import edition_data, write_edition

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def editions(tmp_path, db: None) -> tuple[Edition, Edition]:
    """Two years of a small standard; the later one says 会议均有纪要 and has one new line for one that is gone."""
    write_edition(tmp_path, edition_data(label="2025", year_of_effect=2025))
    later = edition_data(label="2026")
    later["sections"][0]["groups"][0]["criteria"][1]["title"] = "会议均有纪要"
    later["sections"][0]["groups"][1]["criteria"][0]["title"] = "意识形态半年研判"
    write_edition(tmp_path, later)
    load_library(at=AT, directory=tmp_path)
    earlier, newer = Edition.objects.select_related("standard").order_by("label")
    return earlier, newer


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def compare_url(editions) -> str:
    return reverse("standards:compare", args=[editions[1].public_id])


def form(editions, **changes: str) -> dict[str, str]:
    """What the page would send back untouched; ``c1_1_2="9-9-9"`` types something else."""
    sent = {"1-1-1": "1-1-1", "1-1-2": "1-1-2", "1-2-3": "", "2-0-1": "2-0-1"}
    sent |= {code[1:].replace("_", "-"): value for code, value in changes.items()}
    return {f"earlier-{code}": value for code, value in sent.items()} | {
        "with": str(editions[0].public_id),
        "seen": "",
    }


def test_the_edition_before_is_chosen_by_itself_and_shown_with_what_changed(editions, people: Cast) -> None:
    page = as_user(people.party_office).get(compare_url(editions)).content.decode()
    assert "会议<ins>均</ins>有纪要" in page
    assert "旧版本中取消的 1 条" in page
    assert "未变的 2 条" in page
    assert "系统建议，待确定" in page


def test_who_reads_gets_no_field_and_is_told_who_decides(editions, people: Cast) -> None:
    page = as_user(people.party_office).get(compare_url(editions)).content.decode()
    assert 'name="earlier-' not in page
    assert "对照关系由最上级组织的" in page


def test_all_suggestions_are_decided_at_once(editions, people: Cast) -> None:
    client = as_user(people.guidance_province)
    page = client.get(compare_url(editions)).content.decode()
    assert 'name="earlier-1-1-2"' in page
    answer = client.post(compare_url(editions), form(editions), follow=True)
    assert "对照表已确定：3 条沿用。" in answer.content.decode()
    assert f"{people.guidance_province}于" in answer.content.decode()
    assert decided_pairs(EditionMap.objects.get()) == {
        "1-1-1": "1-1-1",
        "1-1-2": "1-1-2",
        "2-0-1": "2-0-1",
    }


def test_a_suggestion_is_changed_before_and_after_the_decision(editions, people: Cast) -> None:
    client = as_user(people.guidance_province)
    client.post(compare_url(editions), form(editions, c1_2_3="1-2-3"))
    page = client.get(compare_url(editions)).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert seen
    client.post(compare_url(editions), form(editions) | {"seen": seen})
    assert "1-2-3" not in decided_pairs(EditionMap.objects.get())


@pytest.mark.parametrize("seen", ["", "2020-01-01T00:00:00+0800", "nonsense"])
def test_a_decision_on_an_old_page_is_refused(editions, people: Cast, seen: str) -> None:
    client = as_user(people.guidance_province)
    client.post(compare_url(editions), form(editions))
    answer = client.post(compare_url(editions), form(editions, c1_2_3="1-2-3") | {"seen": seen})
    assert answer.status_code == 200
    assert "已由他人确定" in answer.content.decode()


def test_what_cannot_be_is_named_and_what_was_typed_stays(editions, people: Cast) -> None:
    answer = as_user(people.guidance_province).post(
        compare_url(editions), form(editions, c1_1_1="8-8-8", c1_2_3="2-0-1")
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "没有编码“8-8-8”" in page
    assert "都沿用了旧条目 2-0-1" in page
    assert 'value="8-8-8"' in page
    assert EditionMap.objects.count() == 0


def test_who_may_not_decide_is_told_who_may(editions, people: Cast) -> None:
    answer = as_user(people.party_office).post(compare_url(editions), form(editions))
    assert answer.status_code == 403
    assert "指导委员会工作人员" in answer.content.decode()
    assert EditionMap.objects.count() == 0


@pytest.mark.parametrize("given", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_another_edition_than_there_is_is_not_found(editions, people: Cast, given: str) -> None:
    assert as_user(people.party_office).get(compare_url(editions), {"with": given}).status_code == 404


def test_a_lone_edition_has_nothing_to_be_held_against(editions, people: Cast) -> None:
    editions[0].delete()
    assert "没有可对照的版本" in as_user(people.party_office).get(compare_url(editions)).content.decode()


def test_a_draft_of_elsewhere_is_not_found(editions, people: Cast) -> None:
    Edition.objects.filter(pk=editions[1].pk).update(
        status="draft", published_at=None, content_digest="", organization=people.hospital_b
    )
    assert as_user(people.party_office).get(compare_url(editions)).status_code == 404
    assert as_user(people.outsider).get(compare_url(editions)).status_code == 200


def test_the_page_takes_few_statements(editions, people: Cast, django_assert_max_num_queries) -> None:
    client = as_user(people.guidance_province)
    client.post(compare_url(editions), form(editions))
    with django_assert_max_num_queries(18):
        client.get(compare_url(editions))


# ---- interpretations ------------------------------------------------------------------------------------------------


def readings_url(editions) -> str:
    return reverse("standards:interpretations", args=[editions[1].public_id])


def given(people: Cast, **changes: str) -> dict[str, str]:
    return {
        "criterion": "1-1-1",
        "number": "市卫党〔2026〕3号",
        "issuer": "市卫生健康委员会党组",
        "effective_date": "2026-02-01",
        "text": "原任务已结束，改按现行任务考核。",
        "organization": str(people.authority_a.pk),
    } | changes


def test_an_interpretation_is_entered_and_shown_where_it_holds(editions, people: Cast) -> None:
    answer = as_user(people.supervisor).post(readings_url(editions), given(people), follow=True)
    assert "已录入 1-1-1 的解释" in answer.content.decode()
    added = Interpretation.objects.get()
    assert (added.organization, added.effective_date) == (people.authority_a, date(2026, 2, 1))
    for page in (readings_url(editions), reverse("standards:edition", args=[editions[1].public_id])):
        assert "市卫党〔2026〕3号" in as_user(people.branch_secretary).get(page).content.decode()
        assert "市卫党〔2026〕3号" not in as_user(people.outsider).get(page).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", ""), ("effective_date", "昨天"), ("criterion", "9-9-9"), ("organization", "1")],
)
def test_what_is_wrong_stands_beside_its_field(editions, people: Cast, field: str, value: str) -> None:
    answer = as_user(people.supervisor).post(readings_url(editions), given(people, **{field: value}))
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Interpretation.objects.count() == 0


def test_a_number_used_before_is_refused_on_the_page(editions, people: Cast) -> None:
    client = as_user(people.supervisor)
    client.post(readings_url(editions), given(people))
    answer = client.post(readings_url(editions), given(people, text="别的说法"))
    assert "请用新的文号" in answer.content.decode()
    assert Interpretation.objects.count() == 1


def test_words_of_an_interpretation_are_escaped(editions, people: Cast) -> None:
    client = as_user(people.supervisor)
    client.post(readings_url(editions), given(people, text="<b>粗</b>"))
    page = client.get(readings_url(editions)).content.decode()
    assert escape("<b>粗</b>") in page
    assert "<b>粗</b>" not in page


def test_a_secretary_reads_and_gets_no_form(editions, people: Cast) -> None:
    client = as_user(people.secretary)
    assert "<textarea" not in client.get(readings_url(editions)).content.decode()
    assert client.post(readings_url(editions), given(people)).status_code == 403


def test_a_draft_takes_none(editions, people: Cast) -> None:
    Edition.objects.filter(pk=editions[1].pk).update(status="draft", published_at=None, content_digest="")
    client = as_user(people.supervisor)
    assert "请直接修改条目" in client.get(readings_url(editions)).content.decode()
    assert client.post(readings_url(editions), given(people)).status_code == 403
    assert Criterion.objects.filter(interpretations__isnull=False).count() == 0

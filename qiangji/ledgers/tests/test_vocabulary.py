"""The kinds as data: they load, are light to fill in, and a wrong file names its key."""

from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from qiangji.ledgers.exceptions import LedgersError, VocabularyError
from qiangji.ledgers.vocabulary import COLUMNS, KINDS, fields_of, kind_named, kind_of, read_kinds
from qiangji.orgs.models import Organization

GOOD = """
group: 组
levels: [branch]
kinds:
  something:
    title: 某事
"""


def test_the_median_record_asks_for_at_most_six_things() -> None:
    assert median(kind.asked for kind in KINDS.values()) <= 6
    assert max(kind.asked for kind in KINDS.values()) <= 10


def test_no_kind_asks_for_a_photo_or_for_what_was_said() -> None:
    words = " ".join(field.title + field.help for kind in KINDS.values() for field in kind.fields)
    assert not [word for word in ("照片", "图片", "视频", "定位", "截图", "谈话内容") if word in words]
    talks = [kind_of(code) for code in ("heart_talk", "change_talk", "reminder_talk")]
    assert not [
        field for kind in talks for field in kind.fields if "text" in field.type or "person" in field.type
    ]


def test_only_documents_are_asked_for_as_proof() -> None:
    assert {kind.proof for kind in KINDS.values()} <= {None, "文件正文"}


def test_the_counted_statements_of_the_discipline_secretary_are_theirs_and_restricted() -> None:
    for code in ("leader_sanction", "reminder_talk", "improper_speech", "four_forms"):
        kind = kind_of(code)
        assert kind.restricted
        assert kind.recorders == ("discipline_secretary",)
        assert {field.name for field in kind.fields} == {"end_date", "quantity"}


def test_every_title_and_every_other_platforms_word_names_one_kind() -> None:
    names = Counter(name for kind in KINDS.values() for name in {kind.title, *kind.aliases})
    assert [name for name, times in names.items() if times > 1] == []
    assert kind_named(" 三重 一大").code == "major_decision"
    assert kind_named("没有这种") is None


def test_a_record_of_several_kinds_is_asked_each_field_once() -> None:
    names = [field.name for field in fields_of(["branch_members_meeting", "party_class", "theme_party_day"])]
    assert names == ["place", "host", "agenda", "outcome", "hours", "speaker_kind"]


def test_a_field_required_by_one_of_the_kinds_is_required() -> None:
    fields = {field.name: field for field in fields_of(["volunteer_service", "public_service"])}
    assert fields["quantity"].required


def test_a_hospital_that_is_itself_a_branch_keeps_a_branchs_ledgers() -> None:
    small = Organization(kind="hospital", form="branch")
    large = Organization(kind="hospital", form="committee")
    assert kind_of("theme_party_day").is_kept_at(small)
    assert not kind_of("theme_party_day").is_kept_at(large)


def test_columns_are_columns_of_the_table() -> None:
    from_yaml = {field.name for kind in KINDS.values() for field in kind.fields if field.column}
    assert from_yaml <= set(COLUMNS)


def test_an_unknown_kind_is_refused_in_words() -> None:
    with pytest.raises(LedgersError, match="没有“x”"):
        kind_of("x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "  something:\n    title: 又一\n", "键重复"),
        ("kinds: [", "YAML 写法有误"),
        ("group: 组\n", "应有 kinds"),
        (GOOD + "    colour: red\n", r"a.yaml：something.colour"),
        (GOOD + "    fields: [{name: x, title: 某, type: picture}]\n", r"something.fields.0.type"),
        (GOOD + "    fields: [{name: x, title: 某, type: choice}]\n", "choices are given"),
        (GOOD + "    fields: [{name: x, title: 某, type: text, choices: {a: 甲}}]\n", "choices are given"),
        (GOOD + "    fields: [{name: place, type: date}]\n", "has its own type"),
        (GOOD + "    fields: [place, place]\n", "named twice"),
        (GOOD + "    levels: [village]\n", "no such kind of organization"),
        (GOOD + "    recorders: [king]\n", "no such role"),
        (GOOD + "    keynote: true\n", "keynote"),
        (GOOD + "    counts_hours: true\n", "asks for the column hours"),
        (GOOD + "    serves: [{standard: a, criterion: b, what: c, per: year}]\n", "given together"),
        (GOOD + "  other: 5\n", "other 应写成"),
    ],
)
def test_a_wrong_file_names_its_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=words):
        read_kinds(tmp_path)


def test_a_kind_defined_twice_or_a_name_with_two_meanings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(VocabularyError, match="b.yaml：类型 something 在别处已经定义"):
        read_kinds(tmp_path)
    field = "    fields: [{name: x, title: 某, type: %s}]\n"
    (tmp_path / "a.yaml").write_text(GOOD + field % "text", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD.replace("something", "other") + field % "flag", encoding="utf-8")
    with pytest.raises(VocabularyError, match="other.x：与 something 同名"):
        read_kinds(tmp_path)

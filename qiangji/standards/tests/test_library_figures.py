"""The figures of every built-in edition against the documents they come from, and against each other."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from qiangji.standards.check_cases import cases_schema_text
from qiangji.standards.checks import checks_schema_text
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.figures import FigureSpec, SubjectSpec, figures_schema_text, persons_asked
from qiangji.standards.loader import edition_dirs, library_dir, load_edition, load_figures, load_sources
from qiangji.standards.references import check_references
from qiangji.standards.schema import EditionSpec, json_schema_text
from qiangji.standards.tests.tables import policy_file

NEAR = 400  # characters after the words that say where; the longest measure of the documents is shorter

# edition, criterion, parameter: value and unit, usual (一般), then where the document says it: document, a term
# that stands before the figure, and the figure as the document writes it
Row = tuple[str, str, str, str, str, bool, str, str, str]
FROM_DOCUMENTS: list[Row] = [
    ("five-goods", "6-1-2", "topics", "1", "个/年", False, "004", "抓好思想理论武装", "1-2个"),
    ("five-goods", "6-1-2", "topics_high", "2", "个/年", False, "004", "抓好思想理论武装", "1-2个"),
    ("five-goods", "6-2-1", "centre_group_sessions", "8", "次/年", False, "004", "全年中心组学习", "8次"),
    ("five-goods", "6-2-2", "cadre_hours", "40", "学时/年", False, "004", "全年中心组学习", "40学时"),
    ("five-goods", "6-4-1", "seminars", "1", "次/两年", False, "004", "每两年", "1次"),
    ("five-goods", "7-3-1", "july_campaign", "1", "个月/年", False, "004", "七·一", "1个月"),
    ("five-goods", "7-3-2", "health_visits", "1", "次/年", False, "004", "送医送药送政策", "1次"),
    ("five-goods", "7-5-1", "funds_share", "0.5", "%", False, "004", "年度职工总收入", "千分之五"),
    ("five-goods", "8-3-2", "secretary_training", "1", "次/年", False, "004", "每年至少组织", "1次"),
    ("five-goods", "9-1-1", "integrity_education", "1", "次/年", False, "004", "集中开展反腐倡廉教育", "1次"),
    ("brand-standard", "2-3-1", "venue_items", "6", "样", False, "003", "党员活动场所建设", "六有"),
    ("brand-standard", "2-4-1", "cultivation_paths", "3", "条", False, "003", "精准发展党员", "三培养"),
    ("brand-standard", "3-2-2", "class_kinds", "3", "类", False, "003", "重点办好", "三类班次"),
    ("brand-standard", "4-1-1", "theme_days", "1", "次/月", False, "003", "坚持每月相对固定", "1天"),
    ("brand-standard", "5-2-1", "stars", "5", "星", False, "003", "星级争创", "五星"),
    ("brand-standard", "6-3-1", "office_staff", "3", "人", False, "003", "党建工作办公室", "3人"),
    ("brand-standard", "7-1-1", "contacts_least", "1", "个/人", False, "003", "每个局班子成员", "1-2个"),
    ("brand-standard", "7-1-1", "contacts_most", "2", "个/人", False, "003", "每个局班子成员", "1-2个"),
    ("brand-standard", "7-2-1", "midyear_meetings", "1", "次/年", False, "003", "每年年中", "现场推进会"),
    ("brand-standard", "7-3-3", "recheck", "1", "次/年", False, "003", "示范党组织", "每年"),
    ("pioneer-index", "1-2-2", "years", "3", "年", False, "002", "先锋堡垒", "三年创优"),
    ("pioneer-index", "1-2-3", "stars", "6", "星", False, "002", "先锋堡垒", "六星争创"),
    ("pioneer-index", "2-0-1", "lists", "7", "张", False, "002", "定期排查", "七张问题清单"),
    ("pioneer-index", "3-0-3", "performance_weight", "10", "%", False, "002", "全面推行", "10%"),
    ("pioneer-index", "3-0-4", "overall_weight", "20", "%", False, "002", "公立医院综合绩效考核", "20%"),
    ("pioneer-index", "5-0-1", "secretary_studies", "1", "次/半年", False, "002", "每半年至少", "1次"),
    ("pioneer-index", "5-0-2", "key_projects", "1", "个/年", False, "002", "每年至少举办", "1个"),
    ("pioneer-index", "5-0-3", "debriefs", "1", "次/年", False, "002", "每年主持召开", "1次"),
    (
        "pioneer-index",
        "5-0-4",
        "exchange_meetings_half",
        "1",
        "次/半年",
        False,
        "002",
        "每季度或每半年",
        "1次",
    ),
    (
        "pioneer-index",
        "5-0-4",
        "exchange_meetings_quarter",
        "1",
        "次/季",
        False,
        "002",
        "每季度或每半年",
        "1次",
    ),
    ("pioneer-index", "6-0-3", "staff_share", "0.5", "%", False, "002", "在编职工总数", "0.5%"),
    ("branch-standard", "1-0-4", "reminder", "6", "个月", True, "001", "换届提醒制度", "6个月"),
    ("branch-standard", "1-0-4", "request", "4", "个月", False, "001", "换届提醒制度", "4个月"),
    ("branch-standard", "2-3-1", "appraisals", "1", "次/年", False, "001", "所属基层党支部每年", "1次"),
    ("branch-standard", "2-4-1", "theme_days", "1", "次/月", False, "003", "坚持每月相对固定", "1天"),
    ("branch-standard", "3-1-1", "member_hours", "32", "学时/年", True, "001", "集中学习培训时间", "32学时"),
    (
        "branch-standard",
        "3-1-2",
        "leader_hours",
        "56",
        "学时/年",
        True,
        "001",
        "书记和班子成员一般",
        "56学时",
    ),
    ("branch-standard", "3-2-1", "dues_notices", "1", "次/年", False, "001", "院级党组织每年至少", "1次"),
    ("branch-standard", "3-2-2", "relation_checks", "1", "次/年", False, "001", "每年12月底前", "1次"),
    ("branch-standard", "3-2-4", "stars", "5", "星", False, "003", "星级争创", "五星"),
    ("branch-standard", "4-0-5", "self_checks", "1", "次/月", False, "001", "健全党支部", "每月自查"),
    ("branch-standard", "4-0-6", "spot_checks", "1", "次/季", False, "001", "健全党支部", "每季度抽查"),
    ("branch-standard", "6-0-2", "debriefs", "1", "次/年", False, "001", "工作运行机制", "1次"),
]

# The national edition rests on regulations that are not among the documents: held against this table only.
FROM_REGULATIONS: list[tuple[str, str, str, str, str, bool]] = [
    ("1-0-1", "national-branch-2018", "founding", "3", "人", False),
    ("1-0-1", "national-branch-2018", "most_members", "50", "人", True),
    ("1-0-3", "national-branch-2018", "assemblies", "1", "次/季", True),
    ("1-0-4", "national-branch-2018", "committee_meetings", "1", "次/月", True),
    ("1-0-5", "national-branch-2018", "group_meetings", "1", "次/月", True),
    ("1-0-6", "national-branch-2018", "theme_days", "1", "次/月", False),
    ("1-0-7", "national-branch-2018", "secretary_lectures", "1", "次/年", False),
    ("1-0-8", "national-branch-2018", "life_meetings", "1", "次/年", False),
    ("1-0-9", "national-branch-2018", "appraisals", "1", "次/年", True),
    ("1-0-10", "national-branch-2018", "talks", "1", "次/年", True),
    ("1-0-11", "national-branch-2018", "committee_from", "7", "人", False),
    ("1-0-12", "national-branch-2018", "term", "3", "年", True),
    ("1-0-13", "national-branch-2018", "reminder", "6", "个月", True),
    ("2-0-1", "national-election-2020", "shift", "1", "年", True),
    ("2-0-2", "national-election-2020", "congress_from", "500", "名", False),
    ("2-0-4", "national-election-2020", "contested", "20", "%", False),
    ("3-0-1", "national-terms-2018", "committee_term", "5", "年", True),
    ("3-0-2", "national-terms-2018", "branch_term", "3", "年", True),
    ("4-0-1", "national-development-2014", "talk_within", "1", "个月", False),
    ("4-0-4", "national-development-2014", "cultivation", "1", "年", False),
    ("4-0-6", "national-development-2014", "training_hours", "24", "学时", True),
    ("4-0-8", "national-development-2014", "approval_within", "3", "个月", False),
    ("4-0-9", "national-development-2014", "probation", "1", "年", False),
    ("5-0-1", "national-members-2019", "member_hours", "32", "学时/年", True),
    ("5-0-2", "national-training-2019", "leader_hours", "56", "学时/年", True),
]

# row: relation, then (source, figure, unit) of every number it compares; None where the document names none
SIDE_BY_SIDE: dict[str, tuple[str, list[tuple[str, str | None, str]]]] = {
    "F01": (
        "both",
        [
            ("jilin-2020-scheme", "90", "分"),
            ("jilin-2020-scheme", "90", "分"),
            ("jilin-2020-scheme", "90", "%"),
        ],
    ),
    "F02": (
        "alternatives",
        [
            ("jilin-2020-annex-2", "4", "次/年"),
            ("jilin-2020-annex-2", "1", "次/季"),
            ("jilin-2020-annex-2", "1", "名/次"),
            ("zhenjiang-2014-opinions", "8", "次/年"),
        ],
    ),
    "F03": (
        "separate",
        [
            ("jilin-2020-annex-2", "32", "学时/年"),
            ("jilin-2020-annex-2", "56", "学时/年"),
            ("zhenjiang-2014-opinions", "40", "学时/年"),
            ("national-members-2019", "32", "学时/年"),
            ("national-training-2019", "56", "学时/年"),
        ],
    ),
    "F04": (
        "separate",
        [("jilin-2020-annex-2", "30", "%"), ("cixi-article", "20", "%"), ("cixi-article", "10", "%")],
    ),
    "F05": (
        "strictest",
        [("cixi-article", "0.5", "%"), ("red-brand-plan", "3", "人"), ("jilin-2020-annex-2", None, "")],
    ),
    "F06": (
        "alternatives",
        [
            ("zhenjiang-2014-opinions", "0.5", "%"),
            ("jilin-2020-annex-2", None, ""),
            ("red-brand-plan", None, ""),
        ],
    ),
    "F07": (
        "alternatives",
        [("cixi-article", "6", "星"), ("red-brand-plan", "5", "星"), ("jilin-2020-annex-2", None, "")],
    ),
    "F08": (
        "both",
        [
            ("jilin-2020-annex-2", "6", "个月"),
            ("jilin-2020-annex-2", "4", "个月"),
            ("national-branch-2018", "6", "个月"),
        ],
    ),
    "F09": (
        "both",
        [
            ("red-brand-plan", "1", "次/月"),
            ("jilin-2020-annex-2", None, ""),
            ("national-branch-2018", "1", "次/月"),
        ],
    ),
    "F10": (
        "separate",
        [
            ("cixi-article", "1", "次/半年"),
            ("jilin-2020-annex-2", "1", "次/半年"),
            ("jilin-2020-annex-2", "2", "次/年"),
        ],
    ),
}


@pytest.fixture(scope="module")
def editions() -> dict[str, EditionSpec]:
    specs = [load_edition(folder) for folder in edition_dirs()]
    return {spec.standard: spec for spec in specs}


def subject_of(row: str) -> SubjectSpec:
    return next(subject for subject in load_figures().subjects if subject.row == row)


@pytest.mark.parametrize("row", FROM_DOCUMENTS, ids=lambda row: f"{row[0]}-{row[1]}-{row[2]}")
def test_a_parameter_holds_the_figure_of_its_document(editions: dict[str, EditionSpec], row: Row) -> None:
    standard, code, key, value, unit, usual, document, anchor, figure = row
    criterion = next(one for one in editions[standard].criteria() if one.code == code)
    parameter = criterion.parameters[key]
    assert (parameter.value, parameter.unit, parameter.usual) == (Decimal(value), unit, usual)
    assert criterion.place
    path = policy_file(document)
    if path is None:
        pytest.skip("the policy documents are not beside this checkout")
    text = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
    near = [text[found.start() : found.start() + NEAR] for found in re.finditer(re.escape(anchor), text)]
    assert any(figure in part for part in near), f"{figure} not within {NEAR} characters after {anchor}"


@pytest.mark.parametrize("row", FROM_REGULATIONS, ids=lambda row: f"{row[0]}-{row[2]}")
def test_a_national_figure_is_as_recorded_and_marked_to_be_checked(
    editions: dict[str, EditionSpec], row: tuple[str, str, str, str, str, bool]
) -> None:
    code, source, key, value, unit, usual = row
    criterion = next(one for one in editions["national"].criteria() if one.code == code)
    parameter = criterion.parameters[key]
    assert (parameter.value, parameter.unit, parameter.usual) == (Decimal(value), unit, usual)
    assert (criterion.source_key, criterion.confirmed) == (source, False)


def test_every_parameter_of_the_compared_editions_is_held_by_a_table(
    editions: dict[str, EditionSpec],
) -> None:
    """A figure with a unit of time, a share or a count of people is checked; counts of named things need not be."""
    checked = {(row[0], row[1], row[2]) for row in FROM_DOCUMENTS}
    unchecked = [
        (standard, criterion.code, key)
        for standard in ("five-goods", "brand-standard", "pioneer-index", "branch-standard")
        for criterion in editions[standard].criteria()
        for key, parameter in criterion.parameters.items()
        if ("/" in parameter.unit or parameter.unit in {"%", "人", "个月"})
        and (standard, criterion.code, key) not in checked
    ]
    assert unchecked == [
        ("brand-standard", "5-2-1", "contests"),  # once a year by the words 每年, no figure
        ("pioneer-index", "1-1-1", "rotations"),  # the same
        ("branch-standard", "4-0-1", "coverage"),  # 全覆盖, no figure
    ]


def test_every_national_criterion_is_unconfirmed_and_says_how_sure_we_are(
    editions: dict[str, EditionSpec],
) -> None:
    national = editions["national"].criteria()
    assert [c.code for c in national if c.confirmed or not c.source_key or not c.place] == []
    assert [c.code for c in national if not re.search(r"把握：[高中低]", c.note)] == []
    dated = {source.key: source for source in load_sources().sources}
    assert [
        c.source_key for c in national if not (dated[c.source_key].date or dated[c.source_key].date_note)
    ] == []


def test_only_the_branch_standard_awaits_a_document_and_it_is_annex_3(
    editions: dict[str, EditionSpec],
) -> None:
    assert {code: spec.awaiting for code, spec in editions.items() if spec.awaiting} == {
        "branch-standard": "附件3"
    }
    branch = editions["branch-standard"]
    assert branch.applies_to == "branch"
    assert {c.source_key for c in branch.criteria()} == {
        "jilin-2020-scheme",
        "jilin-2020-annex-2",
        "red-brand-plan",
    }


def test_what_has_no_points_in_its_document_has_none_here_and_says_so(
    editions: dict[str, EditionSpec],
) -> None:
    unscored = {code: spec for code, spec in editions.items() if spec.total_points == 0}
    assert set(unscored) == {"branch-standard", "brand-standard", "five-goods", "national", "pioneer-index"}
    for spec in unscored.values():
        assert {criterion.points for criterion in spec.criteria()} == {None}
        assert any("不计分" in note for note in spec.notes)


@pytest.mark.shows("E02")
def test_five_goods_and_eighteen_measures(editions: dict[str, EditionSpec]) -> None:
    spec = editions["five-goods"]
    assert [section.title for section in spec.sections[:5]] == [
        "领导班子好",
        "队伍素质好",
        "工作机制好",
        "发展业绩好",
        "群众反映好",
    ]
    measures = [group.title for section in spec.sections[5:10] for group in section.groups]
    assert [int(title.split()[0]) for title in measures] == list(range(1, 19))
    assert (spec.source.jurisdiction, spec.source.force) == ("江苏省镇江市市直卫生系统", "normative")
    assert str(spec.source.date) == "2014-12-15"


def test_the_pioneer_index_is_a_skeleton_and_says_that_no_formula_is_given(
    editions: dict[str, EditionSpec],
) -> None:
    spec = editions["pioneer-index"]
    assert [group.title for group in spec.sections[0].groups] == [
        "先锋铸魂",
        "先锋堡垒",
        "先锋铁军",
        "先锋连心",
        "先锋清廉",
    ]
    assert any("没有给出任何算法" in note for note in spec.notes)
    assert spec.source.force == "example"


def test_the_brand_standard_has_five_goals_five_criteria_and_eleven_measures(
    editions: dict[str, EditionSpec],
) -> None:
    spec = editions["brand-standard"]
    assert len(spec.sections[1].groups) == 5
    measures = [group.title for section in spec.sections[2:6] for group in section.groups]
    assert [int(title.split()[0]) for title in measures] == list(range(1, 12))
    assert [veto.kind for veto in spec.vetoes] == ["ethics"]


@pytest.mark.shows("F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F10")
@pytest.mark.parametrize("row", list(SIDE_BY_SIDE))
def test_figures_that_differ_stand_side_by_side(row: str) -> None:
    relation, figures = SIDE_BY_SIDE[row]
    subject = subject_of(row)
    assert subject.relation == relation
    found = [(one.source, one.value and str(one.value), one.unit) for one in subject.figures]
    assert [(source, value and Decimal(value), unit) for source, value, unit in found] == [
        (source, value and Decimal(value), unit) for source, value, unit in figures
    ]


def test_the_strictest_count_of_staff_depends_on_the_size_of_the_hospital() -> None:
    share, office, _ = subject_of("F05").figures
    assert [(persons_asked(share, n), persons_asked(office, n)) for n in (200, 599, 600, 601, 1000)] == [
        (1, 3),
        (3, 3),
        (3, 3),
        (4, 3),
        (5, 3),
    ]


def test_a_document_without_a_number_asks_for_none() -> None:
    unnamed = subject_of("F05").figures[2]
    assert (unnamed.words(), persons_asked(unnamed, 500)) == ("原文没有数字", None)


def test_the_files_of_the_library_bear_each_other_out() -> None:
    check_references(
        editions=[load_edition(folder) for folder in edition_dirs()],
        sources=load_sources(),
        figures=load_figures(),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": 9}, "里没有 不少于 9 次/年 这个数字"),
        ({"code": "9-9-9"}, "没有 9-9-9 这一条"),
        ({"edition": "nowhere@1"}, "标准库里没有版本 nowhere@1"),
        ({"source": "nobody"}, "文件代号“nobody”不在 sources.yaml 里"),
        ({"value": None}, "says: unnamed"),
        ({"parameter": "", "value": 9}, "里没有 不少于 9 次/年 这个数字"),
        ({"code": "", "parameter": "", "threshold": "none"}, "没有数值相同的线“none”"),
    ],
)
def test_a_figure_that_its_edition_does_not_hold_is_refused(
    editions: dict[str, EditionSpec], change: dict[str, object], message: str
) -> None:
    figures = load_figures()
    subject = subject_of("F02")
    wrong = FigureSpec.model_validate({**subject.figures[3].model_dump(), **change})
    bent = figures.model_copy(update={"subjects": (subject.model_copy(update={"figures": (wrong,)}),)})
    with pytest.raises(LibraryError) as caught:
        check_references(editions=list(editions.values()), sources=load_sources(), figures=bent)
    assert any(message in one and "F02" in one for one in caught.value.messages)


def test_a_criterion_that_names_an_unknown_source_is_refused(editions: dict[str, EditionSpec]) -> None:
    sources = load_sources()
    fewer = sources.model_copy(
        update={"sources": tuple(one for one in sources.sources if one.key != "red-brand-plan")}
    )
    with pytest.raises(LibraryError) as caught:
        check_references(editions=list(editions.values()), sources=fewer, figures=load_figures())
    assert any(m.startswith("branch-standard@2026 的 2-1-3：") for m in caught.value.messages)


def test_a_subject_named_twice_is_refused(tmp_path: Path) -> None:
    entry = (
        "  - {row: F01, title: 甲, relation: both, explanation: 乙, use: 丙, figures: ["
        "{source: a, place: 一, says: unnamed, edition: a@1}, {source: a, place: 二, says: unnamed, edition: a@1}]}\n"
    )
    (tmp_path / "figures.yaml").write_text(f"subjects:\n{entry}{entry}", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"figures\.yaml:3：编号 F01 重复"):
        load_figures(tmp_path)


def test_a_library_without_figures_compares_nothing(tmp_path: Path) -> None:
    assert load_figures(tmp_path).subjects == ()


def test_the_published_schemas_are_up_to_date() -> None:
    """`qiangji standard schema --write` writes them."""
    texts = {
        "edition.schema.json": json_schema_text(),
        "checks.schema.json": checks_schema_text(),
        "cases.schema.json": cases_schema_text(),
        "figures.schema.json": figures_schema_text(),
    }
    published = {path.name: path.read_text(encoding="utf-8") for path in library_dir().glob("*.schema.json")}
    assert published == texts

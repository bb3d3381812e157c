"""What a heading says its column holds.

Names are compared without blanks, breaks and brackets. A column that several names could fit is settled
by rank: the narrowest of the columns that can hold criteria does (指标内容 before 考核内容 before 项目).
"""

from __future__ import annotations

import re
from enum import Enum

from qiangji.standards.reader.wording import compact

LONGEST_HEADING = 16


class Role(Enum):
    """What a column holds; the titles and the criteria are told apart later, by rank."""

    SERIAL = "serial"
    WORDS = "words"
    POINTS = "points"
    METHOD = "method"
    EVIDENCE = "evidence"
    NOTE = "note"
    RESULT = "result"


_BRACKETS = re.compile(r"[（【〔\[][^）】〕\]]{0,20}[）】〕\]]")
_SUBJECT = r"(?:党建|考核|考评|考察|评价|评比|评分|评定|评估|测评|检查|督查|创建|建设|达标|工作|指标|主要|具体|基本|量化|验收|星级|申报|认定)*"
_NAMES: tuple[tuple[Role, int, re.Pattern[str]], ...] = tuple(
    (role, rank, re.compile(rf"(?:{pattern})\Z"))
    for role, rank, pattern in (
        (Role.SERIAL, 0, r"序号|序|编号|项次|条目号|条款号|No\.?"),
        (Role.POINTS, 0, r".{0,6}(?:分值|标准分|满分|权重|应得分|基准分|赋分值|配分|标分)(?:值|数)?|分数|计分值|总分|参考分"),
        (Role.RESULT, 0, r".{0,8}(?:得分|自评|自评分|自查|扣分|加分|复核|复评|初评|初审|评定|验收|考评|考核|审核|核定|核查|抽查|互评)(?:分|数|得分|值|结果|意见|情况|人|组|打分)?|.{0,8}(?:打分|评分|考评分|考核分|复核分|评定分|验收分|实际分|最终分)"),
        (Role.RESULT, 0, r".{0,6}(?:落实|完成|执行|开展|自查|进展|存在|扣分|检查|达标|整改|评分|得分|扣减)(?:情况|问题|记录|原因|理由|说明|结果|依据)|存在问题|是否.{0,8}|结果|第?[一二三四1-4]季度|[上下]半年|\d{1,2}月份?|年度.{0,4}|签名|签字|现场记录|评定.{0,4}等次|等次|打钩|打勾|勾选"),
        (Role.METHOD, 0, r".{0,6}(?:评分|扣分|计分|记分|赋分|加分|加减分|奖惩|得分|打分|量分|奖分|加扣分|扣减|给分)(?:标准|办法|方法|细则|规则|说明|方式|依据|要求|值|尺度|原则)(?:及.{1,6}|说明)?"),
        (Role.EVIDENCE, 0, r".{0,6}(?:佐证|印证|支撑|备查|证明|台账|资料|材料|凭证)(?:资料|材料|清单|目录|要求)?|.{0,4}(?:考核|考评|检查|评价|评估|验收|测评|核查|查验|评审|督查)(?:方式|方法|办法|途径|手段|形式)|信息来源|数据来源"),
        (Role.NOTE, 0, r"备注|说明|责任.{0,4}|牵头.{0,4}|配合.{0,4}|.{0,4}(?:时限|时间|期限|频次|周期)|依据|.{0,6}(?:出处|来源|文件|依据)|适用.{0,6}"),
        (Role.WORDS, 40, r"(?:三|3)级指标|四级指标|指标内容|具体内容|具体标准|具体要求|指标要求|指标说明|内涵|.{0,6}(?:标准|要求|细则|指标释义|指标解释)(?:及.{0,6})?|标准及分值|要点及分值"),
        (Role.WORDS, 32, rf"{_SUBJECT}(?:要点|重点|观测点|事项|措施|任务|条目|条款)"),
        (Role.WORDS, 30, rf"{_SUBJECT}(?:内容|小项|子项|子项目|细目|二级项目|二级指标)(?:及.{{0,6}})?|2级指标|.{{0,6}}内容"),
        (Role.WORDS, 20, rf"(?:考核|考评|评价|评估|测评|检查|工作|量化|主要)?指标|指标名称|{_SUBJECT}名称|要素|{_SUBJECT}要素|.{{0,4}}环节|.{{0,4}}名目"),
        (Role.WORDS, 10, rf"一级指标|1级指标|{_SUBJECT}(?:项目|大项|类别|类型|分类|类|方面|维度|模块|板块|部分|领域|单元|篇章|章节|一级项目)|.{{0,4}}项目|.{{0,4}}类别"),
    )
)  # fmt: skip
_EXACT = frozenset(
    (
        *(
            "序号",
            "项目",
            "考核项目",
            "考评项目",
            "创建项目",
            "小项",
            "考核内容",
            "考评内容",
            "内容",
            "一级指标",
            "二级指标",
        ),
        *(
            "具体标准",
            "考评标准",
            "考核标准",
            "评定标准",
            "标准",
            "考核要求",
            "指标内容",
            "三级指标",
            "分值",
            "标准分",
            "满分",
        ),
        *(
            "评分办法",
            "评分标准",
            "扣分标准",
            "计分方法",
            "自评",
            "得分",
            "自评得分",
            "验收",
            "备注",
            "落实情况",
            "佐证材料",
        ),
    )
)


def heading_name(text: str) -> str:
    """A heading without blanks, breaks and what brackets add to it."""
    return _BRACKETS.sub("", compact(text)).strip("：:*、")


def role_of(text: str) -> tuple[Role, int] | None:
    """What a heading means and, for words, how narrow they are; None for what is no known heading.

    >>> role_of("分 值（分）")[0].value, role_of("考核内容"), role_of("加强党的建设")
    ('points', (<Role.WORDS: 'words'>, 30), None)
    """
    name = heading_name(text)
    if not name or len(name) > LONGEST_HEADING:
        return None
    return next(((role, rank) for role, rank, pattern in _NAMES if pattern.match(name)), None)


def is_common(text: str) -> bool:
    """Whether a heading is one of those that nearly every table has."""
    return heading_name(text) in _EXACT

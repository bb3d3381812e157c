"""Words that look like something else: criteria that begin like totals, notes, vetoes or numbers."""

from qiangji.standards.tests.layouts.describe import Layout

LAYOUTS = [
    Layout(
        "criteria-that-begin-like-totals-and-notes",
        """
        培训管理评分表
        | 项目 | 考核内容 | 分值 | 得分 |
        | 学时（6分） | 1.合计学时不少于32学时 | 2 | |
        | ^ | 2.备注栏填写完整 | 1 | |
        | ^ | 3.说明书人手一册 | 1 | |
        | ^ | 4.小计与总计相符 | 2 | |
        """,
        """
        total 6
        # 学时 | 6
        1 合计学时不少于32学时 | 2
        2 备注栏填写完整 | 1
        3 说明书人手一册 | 1
        4 小计与总计相符 | 2
        """,
    ),
    Layout(
        "parts-that-begin-like-totals-and-notes",
        """
        告知管理评分表
        | 项目 | 考核内容 | 分值 | 得分 |
        | 说明与告知（3分） | 1.术前谈话 | 3 | |
        | 合计用药管理（2分） | 1.用药核对 | 2 | |
        """,
        """
        total 5
        # 说明与告知 | 3
        1 术前谈话 | 3
        # 合计用药管理 | 2
        1 用药核对 | 2
        """,
    ),
    Layout(
        "a-criterion-that-speaks-of-vetoes",
        """
        公开工作评分表
        | 项目 | 考核内容 | 分值 | 得分 |
        | 公开（4分） | 1.一票否决事项上墙 | 2 | |
        | ^ | 2.不予评定的名单公示 | 2 | |
        """,
        """
        total 4
        # 公开 | 4
        1 一票否决事项上墙 | 2
        2 不予评定的名单公示 | 2
        """,
    ),
    Layout(
        "unnumbered-criteria-that-begin-with-figures",
        """
        夜班评分表
        | 项目 | 考核内容 | 分值 | 得分 |
        | 在岗（5分） | 2名以上护士在岗 | 2 | |
        | ^ | 24小时电话畅通 | 1 | |
        | ^ | 3.5米通道无堆物 | 2 | |
        """,
        """
        total 5
        # 在岗 | 5
        * 2名以上护士在岗 | 2
        * 24小时电话畅通 | 1
        * 3.5米通道无堆物 | 2
        """,
    ),
    Layout(
        "criteria-that-hold-heading-words",
        """
        考评公开评分表
        | 项目 | 具体标准 | 分值 | 得分 |
        | 标准（3分） | 1.评分标准 | 1 | |
        | ^ | 2.考核内容 | 2 | |
        | 结果（1分） | 1.得分 | 1 | |
        """,
        """
        total 4
        # 标准 | 3
        1 评分标准 | 1
        2 考核内容 | 2
        # 结果 | 1
        1 得分 | 1
        """,
    ),
    Layout(
        "total-in-the-heading-of-the-points",
        """
        物价管理评分表
        | 项目 | 考核内容 | 分值（5分） | 得分 |
        | 公示（3分） | 1.价目更新 | 3 | |
        | 查询（2分） | 1.自助查询 | 2 | |
        """,
        """
        total 5
        # 公示 | 3
        1 价目更新 | 3
        # 查询 | 2
        1 自助查询 | 2
        """,
    ),
    Layout(
        "a-date-and-a-version-in-the-title",
        """
        砚山县医院党建工作评分表（2031年修订）
        2031年3月1日起施行
        | 项目 | 考核内容 | 分值 | 得分 |
        | 学习（3分） | 1.逢5日学习 | 3 | |
        """,
        """
        total 3
        # 学习 | 3
        1 逢5日学习 | 3
        maybe warning 表前
        """,
    ),
    Layout(
        "a-part-that-speaks-of-bonuses-and-counts",
        """
        积分管理评分表
        | 项目 | 考核内容 | 分值 | 得分 |
        | 积分制（3分） | 1.加分有依据 | 2 | |
        | ^ | 2.扣分有告知 | 1 | |
        """,
        """
        total 3
        # 积分制 | 3
        1 加分有依据 | 2
        2 扣分有告知 | 1
        maybe warning 扣分
        """,
    ),
    Layout(
        "percentages-and-points-in-one-sentence",
        """
        随访质量评分表
        | 项目 | 具体标准 | 得分 |
        | 随访（4分） | 1.出院一周内随访率达80%（含）以上（2分）；2.满意度90分（百分制）以上（2分） | |
        """,
        """
        total 4
        # 随访 | 4
        1 出院一周内随访率达80%（含）以上 | 2
        2 满意度90分（百分制）以上 | 2
        """,
    ),
    Layout(
        "quotes-and-book-titles",
        """
        制度学习评分表
        | 项目 | 具体标准 | 得分 |
        | “三重一大”（3分） | 1.学习《议事规则》（试行）（1分）；¶2.“一把手”末位表态（2分） | |
        """,
        """
        total 3
        # “三重一大” | 3
        1 学习《议事规则》（试行） | 1
        2 “一把手”末位表态 | 2
        """,
    ),
]

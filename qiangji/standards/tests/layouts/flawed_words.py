"""Tables wrong on purpose in numbers, words and whole rows: the reader must say so, and nothing else."""

from qiangji.standards.tests.layouts.describe import Layout

LAYOUTS = [
    Layout(
        "duplicate-number",
        """
        儿科评分表
        | 项目         | 具体标准                                 | 得分 |
        | 病房（4分）   | 1.防坠床（2分）¶2.有玩具角（1分）¶2.安抚到位（1分） | |
        """,
        """
        # 病房 | 4
        1 防坠床 | 2
        2 有玩具角 | 1
        2 安抚到位 | 1
        warning 序号 2
        """,
    ),
    Layout(
        "duplicate-number-in-the-serial-column",
        """
        产科评分表
        | 序号 | 项目         | 具体标准     | 分值 | 得分 |
        | 1    | 产房（3分）   | 待产有陪伴     | 2    |      |
        | 1    | ^            | 新生儿双核     | 1    |      |
        | 3    | 病房（1分）   | 母婴同室       | 1    |      |
        """,
        """
        # 产房 | 3
        * 待产有陪伴 | 2
        * 新生儿双核 | 1
        # 病房 | 1
        * 母婴同室 | 1
        warning 序号
        """,
        but="txt",
    ),
    Layout(
        "missing-number",
        """
        骨科评分表
        | 项目         | 具体标准                       | 得分 |
        | 康复（3分）   | 1.早期下床（2分）¶4.有处方（1分） |      |
        """,
        """
        # 康复 | 3
        1 早期下床 | 2
        4 有处方 | 1
        warning 序号 4
        """,
    ),
    Layout(
        "missing-number-in-the-serial-column",
        """
        胸外科评分表
        | 序号 | 项目         | 具体标准     | 分值 | 得分 |
        | 1    | 术前（3分）   | 呼吸训练       | 2    |      |
        | 3    | ^            | 戒烟两周       | 1    |      |
        """,
        """
        # 术前 | 3
        1 呼吸训练 | 2
        3 戒烟两周 | 1
        warning 序号 3
        """,
        but="txt",
    ),
    Layout(
        "text-below-the-table-lost",
        """
        放疗科评分表
        | 项目         | 具体标准     | 分值 | 得分 |
        | 防护（3分）   | 1.联锁有效     | 3    |      |
        此外各科室还应在年底前报送典型案例两篇（5分）。
        """,
        """
        # 防护 | 3
        1 联锁有效 | 3
        warning 未读入
        """,
    ),
    Layout(
        "text-between-two-tables-lost",
        """
        核医学科评分表
        | 项目         | 具体标准     | 分值 | 得分 |
        | 源库（3分）   | 1.双人双锁     | 3    |      |
        以下内容自下半年起执行，上半年不检查。
        | 项目         | 具体标准     | 分值 | 得分 |
        | 废物（2分）   | 1.衰变登记     | 2    |      |
        """,
        """
        # 源库 | 3
        1 双人双锁 | 3
        # 废物 | 2
        1 衰变登记 | 2
        warning 未读入
        """,
        but="txt",
    ),
    Layout(
        "second-table-of-another-kind",
        """
        腔镜中心评分表
        | 项目         | 具体标准     | 分值 | 得分 |
        | 洗消（3分）   | 1.一人一镜     | 3    |      |
        ---
        | 姓名 | 职务 | 联系方式 |
        | 张某 | 护士长 | 内线 |
        """,
        """
        # 洗消 | 3
        1 一人一镜 | 3
        warning 未读入
        """,
        but="txt tsv",
    ),
    Layout(
        "criterion-before-any-part",
        """
        静配中心评分表
        | 项目         | 具体标准     | 分值 | 得分 |
        |              | 1.洁净服齐备   | 1    |      |
        | 配置（3分）   | 1.双人复核     | 3    |      |
        """,
        """
        # 配置 | 3
        1 双人复核 | 3
        error 项目
        """,
        only="docx xlsx html",
    ),
    Layout(
        "part-without-criteria",
        """
        输液室评分表
        | 序号 | 考核内容       | 分值 | 得分 |
        | 一、座位（2分） | <    | <    | <    |
        | 二、巡视（3分） | <    | <    | <    |
        | 1    | 半小时一巡       | 3    |      |
        """,
        """
        # 座位 | 2
        # 巡视 | 3
        1 半小时一巡 | 3
        error 座位 没有
        """,
    ),
    Layout(
        "filled-in-copy",
        """
        配餐评分表
        | 项目         | 具体标准     | 分值 | 落实情况 | 自评得分 |
        | 送餐（3分）   | 1.餐车加盖     | 3    | 已落实   | 3        |
        | 订餐（1分）   | 1.床旁点餐     | 1    | 每日两次 | 1        |
        """,
        """
        # 送餐 | 3
        1 餐车加盖 | 3
        # 订餐 | 1
        1 床旁点餐 | 1
        warning 填写栏 未读入
        """,
    ),
    Layout(
        "same-part-twice",
        """
        被服管理评分表
        | 项目         | 具体标准     | 分值 | 得分 |
        | 洗涤（2分）   | 1.分类清洗     | 2    |      |
        | 发放（1分）   | 1.下收下送     | 1    |      |
        | 洗涤（2分）   | 2.高温消毒     | 2    |      |
        """,
        """
        # 洗涤 | 2
        1 分类清洗 | 2
        # 发放 | 1
        1 下收下送 | 1
        # 洗涤 | 2
        2 高温消毒 | 2
        warning 洗涤 重复
        maybe warning 序号
        """,
    ),
    Layout(
        "same-criterion-twice",
        """
        标本转运评分表
        | 项目         | 具体标准                                     | 得分 |
        | 运送（4分）   | 1.冷链全程记录（2分）；2.冷链全程记录（2分）。   |      |
        """,
        """
        # 运送 | 4
        1 冷链全程记录 | 2
        2 冷链全程记录 | 2
        warning 重复
        """,
    ),
    Layout(
        "no-title",
        """
        | 项目         | 具体标准     | 分值 | 得分 |
        | 供气（3分）   | 1.双路供氧     | 3    |      |
        """,
        """
        total 3
        # 供气 | 3
        1 双路供氧 | 3
        warning 标题
        """,
    ),
    Layout(
        "table-without-a-known-heading",
        """
        科室通讯录
        | 姓名 | 科室 | 电话 |
        | 李某 | 内科 | 8001 |
        | 王某 | 外科 | 8002 |
        """,
        """
        error 表
        """,
    ),
    Layout(
        "heading-without-rows",
        """
        空白评分表
        | 项目         | 具体标准     | 分值 | 得分 |
        |              |              |      |      |
        """,
        """
        error 标准
        """,
    ),
]

"""Standards that are lists, not tables: text pasted from a notice or saved without its table."""

from qiangji.standards.tests.layouts.describe import Layout

LAYOUTS = [
    Layout(
        "outline-two-levels",
        """
        月湖医院党支部考核要点（满分6分）
        一、组织建设（4分）
        1.支部设在科室（2分）
        2.支委配齐（2分）
        二、作用发挥（2分）
        1.设党员示范岗（1分）；2.结对帮扶（1分）。
        """,
        """
        title 月湖医院党支部考核要点
        total 6
        # 组织建设 | 4
        1 支部设在科室 | 2
        2 支委配齐 | 2
        # 作用发挥 | 2
        1 设党员示范岗 | 1
        2 结对帮扶 | 1
        """,
        only="txt",
    ),
    Layout(
        "outline-three-levels",
        """
        节水型医院评分要点
        一、管理（5分）
        （一）制度（3分）
        1.有用水定额（1分）
        2.按月抄表（2分）
        （二）宣传（2分）
        1.有节水标语（2分）
        二、设施（1分）
        （一）器具（1分）
        1.全用节水龙头（1分）
        """,
        """
        total 6
        # 管理 | 5
        ## 制度
        1 有用水定额 | 1
        2 按月抄表 | 2
        ## 宣传
        1 有节水标语 | 2
        # 设施 | 1
        ## 器具
        1 全用节水龙头 | 1
        """,
        only="txt",
    ),
    Layout(
        "outline-with-vetoes-and-total",
        """
        平安病区评分要点
        一、巡视（3分）
        1.夜间每两小时一巡（3分）
        二、设施（2分）
        1.呼叫器灵敏（2分）
        合计5分
        备注：有下列情形之一的不予评定：（1）患者走失的；（2）隐瞒纠纷的。
        """,
        """
        total 5
        # 巡视 | 3
        1 夜间每两小时一巡 | 3
        # 设施 | 2
        1 呼叫器灵敏 | 2
        veto 患者走失的
        veto 隐瞒纠纷的
        """,
        only="txt",
    ),
    Layout(
        "outline-with-deductions",
        """
        食堂管理考核要点
        一、卫生（5分）
        1.餐具消毒，每少1次扣0.5分，扣完为止（3分）
        2.留样齐全，每例缺样扣1分（2分）
        """,
        """
        total 5
        # 卫生 | 5
        1 餐具消毒，每少1次扣0.5分，扣完为止 | 3 | deduct 0.5 次
        2 留样齐全，每例缺样扣1分 | 2 | deduct 1 例
        """,
        only="txt",
    ),
    Layout(
        "outline-unscored",
        """
        支部标准化建设清单
        一、阵地
        1.有固定活动室
        2.有制度上墙
        二、台账
        1.按年归档
        """,
        """
        error 表
        """,
        only="txt",
    ),
    Layout(
        "outline-wrong-sum",
        """
        绿化考核要点
        一、草坪（5分）
        1.每周修剪（2分）
        2.无枯黄（2分）
        """,
        """
        # 草坪 | 5
        1 每周修剪 | 2
        2 无枯黄 | 2
        error 草坪 5 4
        """,
        only="txt",
    ),
    Layout(
        "outline-missing-points",
        """
        班车考核要点
        一、准点（3分）
        1.早班不晚点（3分）
        二、车况（2分）
        1.每日点检（2分）
        2.车内整洁
        """,
        """
        # 准点 | 3
        1 早班不晚点 | 3
        # 车况 | 2
        1 每日点检 | 2
        2 车内整洁 | -
        error 车况 分值
        """,
        only="txt",
    ),
    Layout(
        "outline-wrapped-lines",
        """
        探视管理考核要点
        一、登记（3分）
        1.探视者须出示预约码，
        由门岗核对后放行（2分）
        2.同一患者每次不超过
        2人（1分）
        """,
        """
        total 3
        # 登记 | 3
        1 探视者须出示预约码，由门岗核对后放行 | 2
        2 同一患者每次不超过2人 | 1
        """,
        only="txt",
    ),
    Layout(
        "no-standard-at-all",
        """
        关于召开年度总结会的通知
        各科室：
        定于本周五下午三点在三楼会议室开会，请准时参加。
        """,
        """
        error 表
        """,
        only="txt",
    ),
]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0006_marks_remember_their_proposal"),
        ("orgs", "0002_posts_terms_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField(verbose_name="次序")),
                (
                    "population",
                    models.CharField(
                        choices=[
                            ("applicants", "本周期已评定的"),
                            ("holders", "本周期已认定达标的（动态复查）"),
                        ],
                        max_length=12,
                        verbose_name="范围",
                    ),
                ),
                ("strata", models.JSONField(default=list, verbose_name="分层")),
                ("ratio", models.DecimalField(decimal_places=4, max_digits=5, verbose_name="抽查比例")),
                (
                    "risk_ratio",
                    models.DecimalField(decimal_places=4, max_digits=5, null=True, verbose_name="重点比例"),
                ),
                ("size", models.PositiveIntegerField(verbose_name="范围内组织数")),
                ("population_digest", models.CharField(max_length=64, verbose_name="名单摘要")),
                ("frozen_at", models.DateTimeField(verbose_name="冻结时间")),
                ("seed", models.CharField(blank=True, max_length=200, verbose_name="种子")),
                ("seed_source", models.CharField(blank=True, max_length=200, verbose_name="种子的产生")),
                ("drawn_at", models.DateTimeField(null=True, verbose_name="抽取时间")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                ("void_reason", models.CharField(blank=True, max_length=300, verbose_name="作废理由")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="assessments.cycle",
                        verbose_name="考核周期",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organizer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="orgs.organization",
                        verbose_name="抽查单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取",
                "verbose_name_plural": "抽取",
                "ordering": ["-frozen_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "organizer", "number"), name="assessments_draw_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ratio__gt", 0),
                            ("ratio__lte", 1),
                            models.Q(
                                ("risk_ratio__isnull", True),
                                models.Q(("risk_ratio__gt", 0), ("risk_ratio__lte", 1)),
                                _connector="OR",
                            ),
                        ),
                        name="assessments_draw_ratios",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size__gte", 1), models.Q(("population_digest", ""), _negated=True)
                        ),
                        name="assessments_draw_has_a_population",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("drawn_at__isnull", True), ("seed", "")),
                            models.Q(
                                models.Q(("seed", ""), _negated=True),
                                ("drawn_at__gte", models.F("frozen_at")),
                                ("drawn_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_draw_seeded_after_freezing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_reason", ""), ("voided_at__isnull", True)),
                            models.Q(
                                ("drawn_at__isnull", True),
                                ("voided_at__isnull", False),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_draw_voided_before_drawing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("population__in", ["applicants", "holders"])),
                        name="assessments_draw_population_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, verbose_name="代码")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("stratum", models.CharField(max_length=120, verbose_name="分层")),
                ("risk_reason", models.CharField(blank=True, max_length=300, verbose_name="列为重点的理由")),
                ("ticket", models.CharField(blank=True, max_length=64, verbose_name="签号")),
                ("rank", models.PositiveIntegerField(null=True, verbose_name="层内次序")),
                ("is_risk_drawn", models.BooleanField(default=False, verbose_name="重点抽中")),
                ("is_drawn", models.BooleanField(default=False, verbose_name="随机抽中")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="assessments.draw",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw_entries",
                        to="assessments.sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取名单",
                "ordering": ["stratum", "rank", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "code"), name="assessments_draw_lists_once"),
                    models.UniqueConstraint(
                        fields=("draw", "sheet"), name="assessments_draw_lists_a_sheet_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_drawn", False),
                                ("is_risk_drawn", False),
                                ("rank__isnull", True),
                                ("ticket", ""),
                            ),
                            models.Q(
                                models.Q(("ticket", ""), _negated=True),
                                ("rank__gte", 1),
                                ("rank__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_draw_entry_has_its_ticket",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_risk_drawn", False),
                            models.Q(("risk_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assessments_risk_is_drawn_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("round", models.PositiveSmallIntegerField(verbose_name="申报轮次")),
                ("visit_date", models.DateField(verbose_name="计划日期")),
                ("methods", models.JSONField(default=list, verbose_name="方式")),
                ("summary", models.TextField(blank=True, max_length=2000, verbose_name="小结")),
                ("started_at", models.DateTimeField(null=True, verbose_name="开始时间")),
                ("concluded_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                (
                    "concluded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspection",
                        to="assessments.drawentry",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="assessments.sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查",
                "ordering": ["visit_date", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concluded_at__isnull", True), ("concluded_by__isnull", True)),
                            models.Q(
                                ("concluded_at__isnull", False),
                                ("concluded_by__isnull", False),
                                ("started_at__isnull", False),
                                models.Q(("summary", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_inspection_concluded_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("records", "查看资料台账"),
                            ("visit", "实地检查走访"),
                            ("interview", "访谈测评"),
                        ],
                        max_length=12,
                        verbose_name="方式",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("problem", "问题"), ("help", "帮助指导"), ("good", "可取做法")],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="内容")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="assessments.answer",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="assessments.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查记录",
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            ("kind__in", ["problem", "help", "good"]),
                            ("method__in", ["records", "visit", "interview"]),
                        ),
                        name="assessments_finding_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InterviewCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[("members", "党员"), ("staff", "职工"), ("patients", "患者和家属")],
                        max_length=12,
                        verbose_name="对象",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("life", "党组织生活正常、有内容"),
                            ("leaders", "班子成员以身作则"),
                            ("members", "党员发挥作用"),
                            ("service", "服务患者和职工"),
                            ("openness", "公开和听取意见"),
                        ],
                        max_length=12,
                        verbose_name="问题",
                    ),
                ),
                ("satisfied", models.PositiveSmallIntegerField(default=0, verbose_name="满意")),
                ("fair", models.PositiveSmallIntegerField(default=0, verbose_name="基本满意")),
                ("dissatisfied", models.PositiveSmallIntegerField(default=0, verbose_name="不满意")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interview_counts",
                        to="assessments.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "访谈测评计数",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inspection", "group", "question"), name="assessments_interview_counted_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("group__in", ["members", "staff", "patients"]),
                            ("question__in", ["life", "leaders", "members", "service", "openness"]),
                        ),
                        name="assessments_interview_form_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("substituted_at", models.DateTimeField(verbose_name="时间")),
                (
                    "coming",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_as",
                        to="assessments.drawentry",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substitutions",
                        to="assessments.draw",
                    ),
                ),
                (
                    "leaving",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="left_as",
                        to="assessments.drawentry",
                    ),
                ),
                (
                    "substituted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "替换",
                "ordering": ["sequence"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draw", "sequence"), name="assessments_substitution_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(
                                ("coming__isnull", True),
                                models.Q(("leaving", models.F("coming")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="assessments_substitution_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=40, verbose_name="组名")),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(verbose_name="止")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="assessments.draw",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查组",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "name"), name="assessments_team_named_once"),
                    models.CheckConstraint(
                        condition=models.Q(("end_date__gte", models.F("start_date"))),
                        name="assessments_team_days_in_order",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="inspection",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="assessments.team"
            ),
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_lead", models.BooleanField(default=False, verbose_name="组长")),
                ("left_date", models.DateField(null=True, verbose_name="离组日期")),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="assessments.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspecting",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查组成员",
                "ordering": ["-is_lead", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_date__isnull", True)),
                        fields=("team", "user"),
                        name="assessments_once_in_a_team",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_lead", True), ("left_date__isnull", True)),
                        fields=("team",),
                        name="assessments_one_lead_a_team",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="drawentry",
            index=models.Index(fields=["draw", "stratum", "rank"], name="assessments_draw_in_order"),
        ),
    ]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("files", "0001_contents"),
        ("members", "0001_register"),
        ("orgs", "0002_posts_terms_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "待确认"), ("confirmed", "已登记"), ("withdrawn", "已撤回")],
                        default="confirmed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("date", models.DateField(verbose_name="日期")),
                ("end_date", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("year", models.PositiveSmallIntegerField(verbose_name="所属年度")),
                ("title", models.CharField(max_length=120, verbose_name="主题")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="地点")),
                ("agenda", models.TextField(blank=True, max_length=4000, verbose_name="议程")),
                ("outcome", models.TextField(blank=True, max_length=4000, verbose_name="结果")),
                (
                    "hours",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="学时"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="金额（元）"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(blank=True, null=True, verbose_name="人数或数量")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="其他栏目")),
                ("expected", models.PositiveIntegerField(blank=True, null=True, verbose_name="应到")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="实到")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="敏感")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("typed", "直接登记"),
                            ("plan", "按计划生成"),
                            ("imported", "表格导入"),
                            ("platform", "其他平台导入"),
                            ("generated", "系统汇总生成"),
                        ],
                        default="typed",
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("natural_key", models.CharField(blank=True, max_length=120, verbose_name="来源编号")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("changed_at", models.DateTimeField(verbose_name="最近修改")),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="主持人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "台账记录",
                "ordering": ["-date", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("natural_key", ""), _negated=True),
                        fields=("organization", "natural_key"),
                        name="ledgers_natural_key_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True), ("end_date__gte", models.F("date")), _connector="OR"
                        ),
                        name="ledgers_record_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="ledgers_record_has_title"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hours__isnull", True),
                            models.Q(("hours__gt", 0), ("hours__lte", 200)),
                            _connector="OR",
                        ),
                        name="ledgers_record_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                        name="ledgers_record_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expected__isnull", True), ("present__isnull", True)),
                            models.Q(
                                ("expected__isnull", False),
                                ("present__isnull", False),
                                ("present__lte", models.F("expected")),
                            ),
                            _connector="OR",
                        ),
                        name="ledgers_record_attendance",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="ledgers_record_version"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "presence",
                    models.CharField(
                        choices=[
                            ("present", "到会"),
                            ("leave", "请假"),
                            ("exempt", "免除"),
                            ("absent", "缺席"),
                        ],
                        default="present",
                        max_length=8,
                        verbose_name="出席",
                    ),
                ),
                ("is_keynote", models.BooleanField(default=False, verbose_name="重点发言或授课")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="members.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="ledgers.record",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("record", "person"), name="ledgers_attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("is_keynote", False), ("presence", "present"), _connector="OR"),
                        name="ledgers_keynote_was_there",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("verb", models.CharField(max_length=20, verbose_name="动作")),
                ("data", models.TextField(help_text="规范化 JSON", verbose_name="内容")),
                ("changed_at", models.DateTimeField(verbose_name="时间")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="ledgers.record",
                    ),
                ),
            ],
            options={
                "ordering": ["record", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("record", "version"), name="ledgers_change_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("filename", models.CharField(max_length=200, verbose_name="文件名")),
                ("attached_at", models.DateTimeField(verbose_name="上传时间")),
                ("detached_at", models.DateTimeField(null=True, verbose_name="移除时间")),
                ("detach_reason", models.CharField(blank=True, max_length=200, verbose_name="移除原因")),
                (
                    "attached_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.content",
                        verbose_name="内容",
                    ),
                ),
                (
                    "detached_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移除人",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="ledgers.record",
                        verbose_name="台账记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "台账附件",
                "ordering": ["pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("detach_reason", ""),
                                ("detached_at__isnull", True),
                                ("detached_by__isnull", True),
                            ),
                            models.Q(
                                ("detached_at__isnull", False),
                                ("detached_by__isnull", False),
                                models.Q(("detach_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ledgers_recordfile_detached_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类型")),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="kinds", to="ledgers.record"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("record", "kind"), name="ledgers_kind_once")],
            },
        ),
        migrations.CreateModel(
            name="RecordTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("kinds", models.JSONField(default=list, verbose_name="类型")),
                ("values", models.JSONField(default=dict, verbose_name="预填内容")),
                ("for_subordinates", models.BooleanField(default=False, verbose_name="下级可用")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("retired_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_templates",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "台账模板",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("organization", "name"),
                        name="ledgers_template_name_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecurringPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120, verbose_name="主题")),
                ("kinds", models.JSONField(default=list, verbose_name="类型")),
                ("values", models.JSONField(default=dict, verbose_name="预填内容")),
                (
                    "every",
                    models.CharField(
                        choices=[("month", "每月"), ("quarter", "每季度首月")],
                        max_length=8,
                        verbose_name="周期",
                    ),
                ),
                ("day", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="几日")),
                ("week", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="第几个")),
                ("weekday", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="星期")),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(blank=True, null=True, verbose_name="止")),
                ("made_until", models.DateField(null=True, verbose_name="已生成至")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_plans",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "固定日程",
                "ordering": ["title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day__gte", 1),
                                ("day__lte", 31),
                                ("week__isnull", True),
                                ("weekday__isnull", True),
                            ),
                            models.Q(
                                ("day__isnull", True),
                                ("week__gte", 1),
                                ("week__lte", 5),
                                ("weekday__gte", 1),
                                ("weekday__lte", 7),
                            ),
                            _connector="OR",
                        ),
                        name="ledgers_plan_names_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="ledgers_plan_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40, verbose_name="台账")),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(verbose_name="止")),
                ("is_nil", models.BooleanField(default=False, verbose_name="无此类事项")),
                ("declared_at", models.DateTimeField(verbose_name="申明时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                (
                    "declared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申明人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤回人",
                    ),
                ),
            ],
            options={
                "verbose_name": "台账齐全申明",
                "ordering": ["-end_date", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("organization", "kind", "start_date", "end_date"),
                        name="ledgers_declared_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end_date__gte", models.F("start_date"))),
                        name="ledgers_declaration_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="ledgers_withdrawn_means_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesPayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("month", models.DateField(verbose_name="所属月份")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="金额（元）")),
                ("paid_date", models.DateField(verbose_name="交纳日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费交纳",
                "ordering": ["-month", "pk"],
                "indexes": [models.Index(fields=["organization", "month"], name="ledgers_dues_branch_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "month"), name="ledgers_dues_once_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="ledgers_dues_amount"
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="ledgers_dues_month"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeartTalk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("date", models.DateField(verbose_name="日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="一方",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="另一方",
                    ),
                ),
            ],
            options={
                "verbose_name": "谈心谈话",
                "ordering": ["-date", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="ledgers_talk_pair_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("organization", "first", "second", "date"),
                        name="ledgers_talk_once_a_day",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["organization", "-date"], name="ledgers_record_of"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["-date", "-id"], name="ledgers_record_newest"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["year", "organization"], name="ledgers_record_year"),
        ),
        migrations.AddIndex(
            model_name="recordkind",
            index=models.Index(fields=["kind", "record"], name="ledgers_kind_record"),
        ),
    ]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0005_moves_by_commands"),
        ("files", "0001_contents"),
        ("orgs", "0002_posts_terms_states"),
        ("rectification", "0001_rectifications"),
        ("results", "0001_recognition_results"),
    ]

    operations = [
        migrations.CreateModel(
            name="Summary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("number", models.CharField(max_length=60, verbose_name="编号")),
                ("content", models.TextField(help_text="规范化 JSON", verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("frozen_at", models.DateTimeField(verbose_name="固定时间")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summaries",
                        to="assessments.cycle",
                        verbose_name="考核周期",
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summaries",
                        to="orgs.organization",
                        verbose_name="区域",
                    ),
                ),
            ],
            options={
                "verbose_name": "汇总表",
                "ordering": ["-frozen_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "region", "sequence"), name="results_summary_numbered"
                    ),
                    models.UniqueConstraint(fields=("region", "number"), name="results_summary_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), _negated=True), models.Q(("digest", ""), _negated=True)
                        ),
                        name="results_summary_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filed_at", models.DateTimeField(verbose_name="报备时间")),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings_received",
                        to="orgs.organization",
                    ),
                ),
                (
                    "summary",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filing",
                        to="results.summary",
                    ),
                ),
            ],
            options={
                "verbose_name": "报备",
            },
        ),
        migrations.CreateModel(
            name="YearEndVeto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("basis", models.CharField(max_length=1000, verbose_name="理由和依据")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待第二人审定"),
                            ("in_force", "生效"),
                            ("rejected", "未通过"),
                            ("lifted", "已撤销"),
                        ],
                        default="proposed",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("first_at", models.DateTimeField(verbose_name="提出时间")),
                ("second_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                ("notice_number", models.CharField(blank=True, max_length=60, verbose_name="通知文号")),
                ("appeal_until", models.DateField(null=True, verbose_name="申诉期限")),
                ("end_date", models.DateField(null=True, verbose_name="终止日期")),
                (
                    "first_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_end_vetoes",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_end_vetoes",
                        to="rectification.rectification",
                        verbose_name="限期整改",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_end_vetoes",
                        to="results.result",
                        verbose_name="复评结果",
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_end_vetoes",
                        to="assessments.sheet",
                        verbose_name="考评表",
                    ),
                ),
            ],
            options={
                "verbose_name": "年底考核一票否决",
                "ordering": ["-first_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(("second_by", models.F("first_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="results_veto_two_approvers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("second_at__isnull", True),
                                ("second_by__isnull", True),
                                ("state", "proposed"),
                            ),
                            models.Q(
                                ("state__in", ["in_force", "rejected", "lifted"]),
                                ("second_at__isnull", False),
                                ("second_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="results_veto_decided_by_a_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["in_force", "lifted"]), _negated=True),
                            models.Q(
                                models.Q(("notice_number", ""), _negated=True),
                                ("appeal_until__isnull", False),
                                ("end_date__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="results_veto_in_force_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True), name="results_veto_has_a_basis"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_until__isnull", True),
                            ("end_date__gte", models.F("appeal_until")),
                            _connector="OR",
                        ),
                        name="results_veto_dates",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "in_force"])),
                        fields=("sheet",),
                        name="results_one_veto_a_sheet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VetoStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("propose", "提出"),
                            ("approve", "审定同意"),
                            ("reject", "审定不同意"),
                            ("appeal", "申诉"),
                            ("uphold", "申诉不成立，维持"),
                            ("lift", "撤销"),
                        ],
                        max_length=12,
                        verbose_name="动作",
                    ),
                ),
                ("words", models.CharField(max_length=1000, verbose_name="理由")),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "veto",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="results.yearendveto",
                    ),
                ),
            ],
            options={
                "ordering": ["sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("veto", "sequence"), name="results_veto_step_numbered"),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="results_veto_step_has_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VetoProof",
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
                    "veto",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="results.yearendveto",
                    ),
                ),
            ],
            options={
                "verbose_name": "一票否决依据材料",
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
                        name="results_vetoproof_detached_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("key_branch", "重点管理整顿"),
                            ("time_limited", "限期整改"),
                            ("key_remedy", "重点整改整治"),
                            ("notify_superior", "通报上级党组织"),
                            ("ask_inspection", "提请专项巡察"),
                            ("debrief", "纳入述职评议考核"),
                            ("praise", "通报表扬"),
                        ],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("basis", models.CharField(max_length=500, verbose_name="依据")),
                ("deadline_date", models.DateField(verbose_name="期限")),
                ("notice_number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("opened_at", models.DateTimeField(verbose_name="开出时间")),
                ("done_words", models.CharField(blank=True, max_length=500, verbose_name="办理情况")),
                ("done_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500, verbose_name="撤销原因")),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
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
                        related_name="consequences",
                        to="orgs.organization",
                        verbose_name="对象",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="承办单位",
                    ),
                ),
                (
                    "rectification",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consequence",
                        to="rectification.rectification",
                        verbose_name="整改",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consequences",
                        to="results.result",
                        verbose_name="认定结果",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "结果运用",
                "ordering": ["deadline_date", "pk"],
                "indexes": [models.Index(fields=["organization", "kind"], name="results_consequence_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["key_branch", "time_limited", "key_remedy"]),
                                ("rectification__isnull", False),
                            ),
                            models.Q(
                                ("kind__in", ["notify_superior", "ask_inspection", "debrief", "praise"]),
                                ("rectification__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="results_mending_has_its_rectification",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True),
                        name="results_consequence_has_a_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_at__isnull", True), ("done_by__isnull", True), ("done_words", "")
                            ),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("done_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="results_done_means_what_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                                ("withdrawn_reason", ""),
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="results_withdrawn_means_when_and_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("result", "organization", "kind"),
                        name="results_consequence_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_accepted", models.BooleanField(verbose_name="予以备案")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="备案号")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("received_at", models.DateTimeField(verbose_name="备案时间")),
                (
                    "filing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt",
                        to="results.filing",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "备案回执",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_accepted", True), models.Q(("number", ""), _negated=True)),
                            models.Q(("is_accepted", False), models.Q(("words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="results_receipt_number_or_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest", ""), _negated=True),
                        name="results_receipt_names_the_content",
                    ),
                ],
            },
        ),
    ]

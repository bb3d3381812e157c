import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_changes_seen"),
        ("files", "0001_contents"),
        ("orgs", "0002_posts_terms_states"),
        ("results", "0002_consequences_vetoes_and_summaries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
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
                        choices=[("correction", "事实更正"), ("appeal", "申诉")],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "自评"),
                            ("acceptance", "上级验收"),
                            ("rating", "主管部门评定"),
                            ("inspection", "抽查"),
                        ],
                        max_length=12,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "points_before",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="提出时得分"),
                ),
                ("words", models.CharField(max_length=2000, verbose_name="理由")),
                ("filed_at", models.DateTimeField(verbose_name="提出时间")),
                ("file_until", models.DateField(null=True, verbose_name="提出期限")),
                ("answer_until", models.DateField(null=True, verbose_name="答复期限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待答复"),
                            ("upheld", "成立"),
                            ("partly", "部分成立"),
                            ("rejected", "不成立"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("reply", models.CharField(blank=True, max_length=2000, verbose_name="答复")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="assessments.answer",
                        verbose_name="条目",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections_to_answer",
                        to="orgs.organization",
                        verbose_name="答复单位",
                    ),
                ),
                (
                    "change",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objection",
                        to="assessments.markchange",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "new_result",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follows_objection",
                        to="results.result",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="results.result",
                        verbose_name="认定结果",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="assessments.sheet",
                        verbose_name="考评表",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正和申诉",
                "ordering": ["-filed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__isnull", False),
                                ("points_before__isnull", False),
                                ("result__isnull", True),
                                models.Q(("stage", ""), _negated=True),
                            ),
                            models.Q(
                                ("answer__isnull", True),
                                ("points_before__isnull", True),
                                ("result__isnull", False),
                                ("stage", ""),
                            ),
                            _connector="OR",
                        ),
                        name="results_objection_has_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="results_objection_has_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("reply", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("state", "withdrawn"),
                            ),
                            models.Q(
                                ("state__in", ["upheld", "partly", "rejected"]),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("reply", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="results_objection_answered_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("change__isnull", True),
                                ("new_result__isnull", True),
                                ("state__in", ["open", "rejected", "withdrawn"]),
                            ),
                            models.Q(
                                ("answer__isnull", False),
                                ("change__isnull", False),
                                ("new_result__isnull", True),
                                ("state__in", ["upheld", "partly"]),
                            ),
                            models.Q(
                                ("answer__isnull", True),
                                ("change__isnull", True),
                                ("new_result__isnull", False),
                                ("state__in", ["upheld", "partly"]),
                            ),
                            _connector="OR",
                        ),
                        name="results_upheld_has_what_followed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("answer",),
                        name="results_one_open_objection_a_mark",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("result",),
                        name="results_one_open_objection_a_result",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["body", "state"], name="results_objections_of"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObjectionFile",
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
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="results.objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正和申诉的依据材料",
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
                        name="results_objectionfile_detached_whole",
                    ),
                ],
            },
        ),
    ]

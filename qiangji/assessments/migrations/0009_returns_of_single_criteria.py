import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_evaluations_name_their_checks"),
        ("files", "0001_contents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CriterionReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("self", "自评"),
                            ("acceptance", "上级验收"),
                            ("rating", "主管部门评定"),
                            ("inspection", "抽查"),
                        ],
                        max_length=12,
                        verbose_name="退回阶段",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="申报轮次")),
                ("reason", models.CharField(max_length=1000, verbose_name="退回原因")),
                ("due_date", models.DateField(verbose_name="修改期限")),
                ("returned_at", models.DateTimeField(verbose_name="退回时间")),
                (
                    "points_before",
                    models.DecimalField(
                        decimal_places=2, max_digits=7, null=True, verbose_name="退回时自评得分"
                    ),
                ),
                ("text_before", models.TextField(blank=True, verbose_name="退回时落实情况")),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=2, max_digits=7, null=True, verbose_name="修改后自评得分"
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="修改后落实情况")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="版本")),
                ("edited_at", models.DateTimeField(null=True, verbose_name="修改时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待修改"), ("amended", "已修改"), ("cancelled", "已取消")],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("end_reason", models.CharField(blank=True, max_length=1000, verbose_name="取消原因")),
                (
                    "amendment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amends",
                        to="assessments.submission",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="assessments.answer",
                        verbose_name="条目",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "removes",
                    models.ManyToManyField(
                        related_name="+", to="assessments.evidence", verbose_name="要移除的材料"
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="退回人",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="criterion_returns",
                        to="assessments.sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "退回条目",
                "ordering": ["answer__criterion__position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("answer",),
                        name="assessments_one_open_return",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["acceptance", "rating"]), models.Q(("reason", ""), _negated=True)
                        ),
                        name="assessments_return_by_a_review_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("edited_at__isnull", True), ("edited_by__isnull", True), ("version", 0)
                            ),
                            models.Q(
                                ("edited_at__isnull", False),
                                ("edited_by__isnull", False),
                                ("version__gte", 1),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_return_edited_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amendment__isnull", True),
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("amendment__isnull", False),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("state", "amended"),
                                ("version__gte", 1),
                            ),
                            models.Q(
                                ("amendment__isnull", True),
                                ("ended_at__isnull", False),
                                ("state", "cancelled"),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_return_ended_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["sheet", "state"], name="assessments_returns_of"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AmendmentFile",
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
                    "criterion_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="assessments.criterionreturn",
                    ),
                ),
            ],
            options={
                "verbose_name": "退回条目的佐证",
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
                        name="assessments_amendmentfile_detached_whole",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="submission",
            name="assessments_one_submission_per_round",
        ),
        migrations.RemoveConstraint(
            model_name="submission",
            name="assessments_submission_whole",
        ),
        migrations.AddField(
            model_name="submission",
            name="kind",
            field=models.CharField(
                choices=[("whole", "申报"), ("amendment", "退回条目修改")],
                default="whole",
                max_length=12,
                verbose_name="类别",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="meeting_date",
            field=models.DateField(null=True, verbose_name="会议日期"),
        ),
        migrations.AlterField(
            model_name="submission",
            name="minutes_number",
            field=models.CharField(blank=True, max_length=60, verbose_name="会议纪要编号"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "whole")),
                fields=("sheet", "round"),
                name="assessments_one_submission_per_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest", ""), _negated=True),
                    models.Q(
                        models.Q(
                            ("kind", "amendment"), ("meeting_date__isnull", True), ("minutes_number", "")
                        ),
                        models.Q(
                            ("kind", "whole"),
                            ("meeting_date__isnull", False),
                            models.Q(("minutes_number", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                ),
                name="assessments_submission_whole",
            ),
        ),
    ]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_reviewers"),
        ("files", "0001_contents"),
        ("standards", "0005_parameter_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetVeto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("round", models.PositiveSmallIntegerField(verbose_name="申报轮次")),
                ("basis", models.CharField(max_length=1000, verbose_name="理由和依据")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待第二人审定"),
                            ("in_force", "生效"),
                            ("rejected", "未通过"),
                            ("lifted", "已解除"),
                        ],
                        default="proposed",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("first_at", models.DateTimeField(verbose_name="提出时间")),
                ("second_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                ("sheet_version", models.PositiveIntegerField(null=True, verbose_name="审定时的状态版本")),
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
                        related_name="sheet_vetoes",
                        to="assessments.sheet",
                        verbose_name="考评表",
                    ),
                ),
                (
                    "veto",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.veto",
                        verbose_name="情形",
                    ),
                ),
            ],
            options={
                "verbose_name": "不予评定",
                "ordering": ["-first_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(("second_by", models.F("first_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="assessments_sheet_veto_two_approvers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("second_at__isnull", True),
                                ("second_by__isnull", True),
                                ("state", "proposed"),
                            ),
                            models.Q(
                                ("second_at__isnull", False),
                                ("second_by__isnull", False),
                                ("state__in", ["in_force", "rejected", "lifted"]),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_sheet_veto_decided_by_a_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["in_force", "lifted"]), _negated=True),
                            models.Q(
                                models.Q(("notice_number", ""), _negated=True),
                                ("appeal_until__isnull", False),
                                ("end_date__isnull", False),
                                ("sheet_version__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_sheet_veto_in_force_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True),
                        name="assessments_sheet_veto_has_a_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_until__isnull", True),
                            ("end_date__gte", models.F("appeal_until")),
                            _connector="OR",
                        ),
                        name="assessments_sheet_veto_dates",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "in_force"])),
                        fields=("sheet",),
                        name="assessments_one_veto_a_sheet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetVetoProof",
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
                    "sheet_veto",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="assessments.sheetveto",
                    ),
                ),
            ],
            options={
                "verbose_name": "不予评定依据材料",
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
                        name="assessments_sheetvetoproof_detached_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetVetoStep",
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
                            ("lift", "解除"),
                        ],
                        max_length=12,
                        verbose_name="动作",
                    ),
                ),
                ("words", models.CharField(max_length=1000, verbose_name="理由")),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                (
                    "sheet_veto",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="assessments.sheetveto",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["sequence"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet_veto", "sequence"), name="assessments_sheet_veto_step_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="assessments_sheet_veto_step_has_words",
                    ),
                ],
            },
        ),
    ]

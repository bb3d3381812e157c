import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("files", "0001_contents"),
        ("orgs", "0001_party_line"),
        ("standards", "0001_editions_and_wordings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="落实情况")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="文字版本")),
                ("edited_at", models.DateTimeField(null=True, verbose_name="修改时间")),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="standards.criterion",
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
            ],
            options={
                "verbose_name": "条目",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("edited_at__isnull", True),
                                ("edited_by__isnull", True),
                                ("text", ""),
                                ("version", 0),
                            ),
                            models.Q(
                                ("edited_at__isnull", False),
                                ("edited_by__isnull", False),
                                ("version__gte", 1),
                            ),
                            _connector="OR",
                        ),
                        name="assessments_edited_means_who_and_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("plan_number", models.CharField(max_length=60, verbose_name="批准文件文号")),
                ("period_start_date", models.DateField(verbose_name="事实起始日")),
                ("period_end_date", models.DateField(verbose_name="事实截止日")),
                ("self_deadline_date", models.DateField(verbose_name="自评申报截止日")),
                ("acceptance_deadline_date", models.DateField(verbose_name="验收截止日")),
                ("rating_deadline_date", models.DateField(verbose_name="评定截止日")),
                ("closing_date", models.DateField(verbose_name="周期关闭日")),
                (
                    "pass_line",
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="达标线（须高于）"),
                ),
                (
                    "branch_share",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, verbose_name="支部达标比例（%，不少于）"
                    ),
                ),
                ("is_trial", models.BooleanField(default=False, verbose_name="试评")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="开启时间")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cycles",
                        to="orgs.organization",
                        verbose_name="组织单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核周期",
                "verbose_name_plural": "考核周期",
                "ordering": ["-year", "title"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "year", "title"), name="assessments_cycle_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period_start_date__lt", models.F("period_end_date")),
                            ("self_deadline_date__lte", models.F("acceptance_deadline_date")),
                            ("acceptance_deadline_date__lte", models.F("rating_deadline_date")),
                            ("rating_deadline_date__lte", models.F("closing_date")),
                        ),
                        name="assessments_cycle_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("branch_share__gte", 0), ("branch_share__lte", 100), ("pass_line__gte", 0)
                        ),
                        name="assessments_cycle_figures",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CycleEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_kind",
                    models.CharField(
                        choices=[
                            ("guidance_committee", "医院党建工作指导委员会"),
                            ("health_authority", "卫生健康行政部门"),
                            ("owning_authority", "举办主管部门"),
                            ("hospital", "院级党组织"),
                            ("general_branch", "内设党总支"),
                            ("branch", "内设党支部"),
                            ("party_group", "党小组"),
                        ],
                        max_length=20,
                        verbose_name="适用组织",
                    ),
                ),
                (
                    "final_stage",
                    models.CharField(
                        choices=[
                            ("self", "自评"),
                            ("acceptance", "上级验收"),
                            ("rating", "主管部门评定"),
                            ("inspection", "抽查"),
                        ],
                        max_length=12,
                        verbose_name="最终得分阶段",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="assessments.cycle",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.edition",
                        verbose_name="标准",
                    ),
                ),
            ],
            options={
                "verbose_name": "周期所用标准",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "organization_kind"), name="assessments_one_edition_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("final_stage__in", ["acceptance", "rating"])),
                        name="assessments_final_stage_is_a_review",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
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
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="assessments.answer",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "佐证材料",
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
                        name="assessments_evidence_detached_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        verbose_name="阶段",
                    ),
                ),
                (
                    "points",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="得分"),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("marked_at", models.DateTimeField(verbose_name="评分时间")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="assessments.answer",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "得分",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "stage"), name="assessments_one_mark_per_stage"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["self", "acceptance", "rating", "inspection"])),
                        name="assessments_mark_stage_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="assessments_mark_version"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarkChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        verbose_name="阶段",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                (
                    "from_points",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="原得分"),
                ),
                (
                    "to_points",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="新得分"),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("changed_at", models.DateTimeField(verbose_name="时间")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mark_changes",
                        to="assessments.answer",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "stage", "version"), name="assessments_mark_change_numbered"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("organization_name", models.CharField(max_length=100, verbose_name="组织名称")),
                ("organization_path", models.CharField(max_length=64, verbose_name="组织路径")),
                (
                    "organization_kind",
                    models.CharField(
                        choices=[
                            ("guidance_committee", "医院党建工作指导委员会"),
                            ("health_authority", "卫生健康行政部门"),
                            ("owning_authority", "举办主管部门"),
                            ("hospital", "院级党组织"),
                            ("general_branch", "内设党总支"),
                            ("branch", "内设党支部"),
                            ("party_group", "党小组"),
                        ],
                        max_length=20,
                        verbose_name="组织类别",
                    ),
                ),
                (
                    "final_stage",
                    models.CharField(
                        choices=[
                            ("self", "自评"),
                            ("acceptance", "上级验收"),
                            ("rating", "主管部门评定"),
                            ("inspection", "抽查"),
                        ],
                        max_length=12,
                        verbose_name="最终得分阶段",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "填报中"),
                            ("submitted", "已提交"),
                            ("under_acceptance", "验收中"),
                            ("accepted", "已验收"),
                            ("under_rating", "评定中"),
                            ("rated", "已评定"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, verbose_name="状态版本")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="申报轮次")),
                ("opened_at", models.DateTimeField(verbose_name="开启时间")),
                ("state_at", models.DateTimeField(verbose_name="进入当前状态的时间")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="assessments.cycle",
                        verbose_name="考核周期",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="standards.edition",
                        verbose_name="标准",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "rating_authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets_to_rate",
                        to="orgs.organization",
                        verbose_name="评定单位",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets_to_accept",
                        to="orgs.organization",
                        verbose_name="验收单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "考评表",
                "verbose_name_plural": "考评表",
                "ordering": ["organization_path"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "organization"), name="assessments_one_sheet_per_cycle"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "under_acceptance",
                                    "accepted",
                                    "under_rating",
                                    "rated",
                                ],
                            )
                        ),
                        name="assessments_sheet_state_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="answer",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="assessments.sheet"
            ),
        ),
        migrations.CreateModel(
            name="SheetTransition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                ("verb", models.CharField(max_length=32, verbose_name="动作")),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("draft", "填报中"),
                            ("submitted", "已提交"),
                            ("under_acceptance", "验收中"),
                            ("accepted", "已验收"),
                            ("under_rating", "评定中"),
                            ("rated", "已评定"),
                        ],
                        max_length=20,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("draft", "填报中"),
                            ("submitted", "已提交"),
                            ("under_acceptance", "验收中"),
                            ("accepted", "已验收"),
                            ("under_rating", "评定中"),
                            ("rated", "已评定"),
                        ],
                        max_length=20,
                        verbose_name="新状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="原因")),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="当时总分"),
                ),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="内容摘要")),
                ("moved_at", models.DateTimeField(verbose_name="时间")),
                (
                    "moved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="assessments.sheet",
                    ),
                ),
            ],
            options={
                "ordering": ["sequence"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet", "sequence"), name="assessments_transition_numbered"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("round", models.PositiveSmallIntegerField(verbose_name="申报轮次")),
                ("meeting_date", models.DateField(verbose_name="会议日期")),
                ("minutes_number", models.CharField(max_length=60, verbose_name="会议纪要编号")),
                ("signer_name", models.CharField(max_length=40, verbose_name="签字人姓名")),
                ("signed_at", models.DateTimeField(verbose_name="签字时间")),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="自评得分"),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="assessments.sheet",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签字人",
                    ),
                ),
            ],
            options={
                "verbose_name": "申报",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet", "round"), name="assessments_one_submission_per_round"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("minutes_number", ""), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                        ),
                        name="assessments_submission_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmissionScan",
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
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="assessments.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "盖章扫描件",
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
                        name="assessments_submissionscan_detached_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TextChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_version", models.PositiveIntegerField(verbose_name="起始版本")),
                ("last_version", models.PositiveIntegerField(verbose_name="截至版本")),
                ("previous", models.TextField(blank=True, verbose_name="原文")),
                ("text", models.TextField(blank=True, verbose_name="新文")),
                ("started_at", models.DateTimeField(verbose_name="开始")),
                ("ended_at", models.DateTimeField(verbose_name="结束")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="text_changes",
                        to="assessments.answer",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "first_version"), name="assessments_text_change_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__gte", models.F("started_at")),
                            ("last_version__gte", models.F("first_version")),
                        ),
                        name="assessments_text_change_in_order",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["answer", "detached_at"], name="assessments_evidence_of"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["cycle", "organization_path"], name="assessments_sheet_in_cycle"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["supervisor", "cycle", "state"], name="assessments_sheet_to_accept"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(
                fields=["rating_authority", "cycle", "state"], name="assessments_sheet_to_rate"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("sheet", "criterion"), name="assessments_one_answer_per_criterion"
            ),
        ),
    ]

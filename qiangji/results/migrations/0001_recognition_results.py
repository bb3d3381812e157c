import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0005_moves_by_commands"),
        ("orgs", "0002_posts_terms_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("meets_standard", "达标"),
                            ("below_standard", "未达标"),
                            ("withheld", "不予评定"),
                        ],
                        max_length=16,
                        verbose_name="结果",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="本级得分"),
                ),
                ("branches_above", models.PositiveSmallIntegerField(verbose_name="高于达标线的支部")),
                ("branches_all", models.PositiveSmallIntegerField(verbose_name="内设党支部")),
                ("branches_short", models.PositiveSmallIntegerField(verbose_name="还差的支部")),
                ("reasons", models.JSONField(verbose_name="说明")),
                ("inputs", models.TextField(help_text="规范化 JSON", verbose_name="依据")),
                ("digest", models.CharField(max_length=64, verbose_name="依据摘要")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("recognition", "认定"),
                            ("inspection", "抽查改变"),
                            ("appeal", "申诉改变"),
                            ("correction", "更正"),
                            ("reassessment", "整改后复评"),
                        ],
                        max_length=16,
                        verbose_name="起因",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="改变的原因")),
                ("sheet_version", models.PositiveIntegerField(verbose_name="认定时的状态版本")),
                ("decided_at", models.DateTimeField(verbose_name="认定时间")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="assessments.cycle",
                        verbose_name="考核周期",
                    ),
                ),
                (
                    "decided_by",
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
                        related_name="results",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="assessments.sheet",
                        verbose_name="考评表",
                    ),
                ),
            ],
            options={
                "verbose_name": "认定结果",
                "ordering": ["sheet", "sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "sequence"), name="results_numbered"),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)), name="results_sequence_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["meets_standard", "below_standard", "withheld"])),
                        name="results_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                ["recognition", "inspection", "appeal", "correction", "reassessment"],
                            )
                        ),
                        name="results_cause_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cause", "recognition"), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="results_change_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("branches_above__lte", models.F("branches_all")),
                            ("branches_short__lte", models.F("branches_all")),
                        ),
                        name="results_branches_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "meets_standard"), _negated=True),
                            models.Q(("branches_short", 0), ("score__isnull", False)),
                            _connector="OR",
                        ),
                        name="results_meeting_has_its_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest", ""), _negated=True), name="results_inputs_frozen"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BranchStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="得分"),
                ),
                ("is_above", models.BooleanField(verbose_name="高于达标线")),
                ("is_lagging", models.BooleanField(verbose_name="后进")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branch_standings",
                        to="orgs.organization",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="assessments.sheet",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="results.result",
                    ),
                ),
            ],
            options={
                "verbose_name": "支部情况",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("result", "organization"), name="results_branch_once"),
                    models.CheckConstraint(
                        condition=models.Q(("is_above", True), ("is_lagging", True), _negated=True),
                        name="results_above_is_not_lagging",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", False),
                            models.Q(("is_above", False), ("is_lagging", False)),
                            _connector="OR",
                        ),
                        name="results_unscored_is_neither",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["cycle", "outcome"], name="results_in_cycle"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["organization", "cycle"], name="results_of"),
        ),
    ]

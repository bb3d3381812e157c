import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0012_sheet_vetoes"),
        ("rectification", "0001_rectifications"),
        ("results", "0003_objections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reassessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("round", models.PositiveSmallIntegerField(verbose_name="申报轮次")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                (
                    "new_result",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ends_reassessment",
                        to="results.result",
                        verbose_name="复评结果",
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reassessments",
                        to="rectification.rectification",
                        verbose_name="整改",
                    ),
                ),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reassessment",
                        to="results.result",
                        verbose_name="原结果",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reassessments",
                        to="assessments.sheet",
                        verbose_name="考评表",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "复评",
                "ordering": ["started_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet", "round"), name="results_one_reassessment_a_round"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("new_result__isnull", True)),
                        fields=("sheet",),
                        name="results_one_open_reassessment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("new_result__isnull", True),
                            models.Q(("new_result", models.F("result")), _negated=True),
                            _connector="OR",
                        ),
                        name="results_reassessment_ends_in_another_row",
                    ),
                ],
            },
        ),
    ]

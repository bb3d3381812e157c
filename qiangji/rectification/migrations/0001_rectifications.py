import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("assessments", "0004_results_and_spot_check"),
        ("files", "0001_contents"),
        ("members", "0001_register"),
        ("orgs", "0002_posts_terms_states"),
        ("standards", "0003_every_later_step_has_a_parent"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rectification",
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
                        ],
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                ("basis", models.CharField(max_length=500, verbose_name="依据")),
                ("deadline_date", models.DateField(verbose_name="整改期限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opened", "待定方案"),
                            ("under_way", "整改中"),
                            ("handed_in", "待核验"),
                            ("verified", "核验通过"),
                            ("closed", "已办结"),
                            ("withdrawn", "已撤销"),
                        ],
                        default="opened",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("opened_at", models.DateTimeField(verbose_name="开立时间")),
                ("state_at", models.DateTimeField(verbose_name="进入当前状态的时间")),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications_led",
                        to="members.person",
                        verbose_name="联系领导",
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
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications_ordered",
                        to="orgs.organization",
                        verbose_name="责令单位",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="orgs.organization",
                        verbose_name="整改单位",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="assessments.sheet",
                        verbose_name="依据的考评表",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改",
                "verbose_name_plural": "整改",
                "ordering": ["deadline_date", "organization__path", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["opened", "under_way", "handed_in", "verified", "closed", "withdrawn"],
                            )
                        ),
                        name="rectification_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["key_branch", "time_limited", "key_remedy"])),
                        name="rectification_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True), name="rectification_has_a_basis"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organization", models.F("ordered_by")), _negated=True),
                        name="rectification_ordered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "key_branch"), _negated=True),
                            ("leader__isnull", False),
                            ("state__in", ["opened", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="rectification_lagging_branch_has_a_leader",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("sheet", "kind"),
                        name="rectification_once_a_sheet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
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
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="rectification.rectification",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改佐证",
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
                        name="rectification_proof_detached_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("gap", models.CharField(max_length=500, verbose_name="差距")),
                (
                    "points_lost",
                    models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name="失分"),
                ),
                ("cause", models.CharField(blank=True, max_length=500, verbose_name="原因")),
                ("measure", models.CharField(blank=True, max_length=500, verbose_name="措施")),
                ("done", models.CharField(blank=True, max_length=500, verbose_name="整改结果")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "criterion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.criterion",
                        verbose_name="条目",
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="rectification.rectification",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改事项",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rectification", "position"), name="rectification_item_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gap", ""), _negated=True), name="rectification_item_has_a_gap"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                ("verb", models.CharField(max_length=20, verbose_name="动作")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opened", "待定方案"),
                            ("under_way", "整改中"),
                            ("handed_in", "待核验"),
                            ("verified", "核验通过"),
                            ("closed", "已办结"),
                            ("withdrawn", "已撤销"),
                        ],
                        max_length=12,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("opened", "待定方案"),
                            ("under_way", "整改中"),
                            ("handed_in", "待核验"),
                            ("verified", "核验通过"),
                            ("closed", "已办结"),
                            ("withdrawn", "已撤销"),
                        ],
                        max_length=12,
                        verbose_name="新状态",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="意见或说明")),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="rectification.rectification",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
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
                        fields=("rectification", "sequence"), name="rectification_step_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("verb__in", ["verify", "send_back", "close", "withdraw"]), _negated=True
                            ),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rectification_step_has_its_words",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(fields=["organization", "state"], name="rectification_of"),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(fields=["ordered_by", "state"], name="rectification_ordered"),
        ),
        migrations.AddIndex(
            model_name="proof",
            index=models.Index(fields=["rectification", "detached_at"], name="rectification_proof_of"),
        ),
    ]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("orgs", "0002_posts_terms_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("joined_date", models.DateField(verbose_name="入党日期")),
                ("confirmed_date", models.DateField(blank=True, null=True, verbose_name="转正日期")),
                ("ceased_date", models.DateField(null=True, verbose_name="离开登记日期")),
                (
                    "ceased_how",
                    models.CharField(
                        blank=True,
                        choices=[("moved", "转往系统外"), ("deceased", "去世"), ("other", "其他")],
                        max_length=10,
                        verbose_name="离开方式",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_date__isnull", True),
                            ("confirmed_date__gte", models.F("joined_date")),
                            _connector="OR",
                        ),
                        name="members_confirmed_after_joining",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ceased_date__isnull", True), ("ceased_how", "")),
                            models.Q(
                                ("ceased_date__gte", models.F("joined_date")),
                                models.Q(("ceased_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="members_ceased_means_when_and_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Election",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "body",
                    models.CharField(
                        choices=[
                            ("committee", "党组织委员会"),
                            ("discipline", "纪律检查委员会"),
                            ("administration", "行政班子"),
                            ("office", "党务工作机构"),
                            ("mass", "群团组织"),
                        ],
                        max_length=16,
                        verbose_name="机构",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("regular", "按期换届"), ("early", "提前换届"), ("by_election", "补选")],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "进行中"), ("concluded", "已完成"), ("cancelled", "已取消")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField(null=True, verbose_name="应选名额")),
                ("opened_at", models.DateTimeField(verbose_name="发起时间")),
                (
                    "new_term",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="elected_in",
                        to="orgs.term",
                        verbose_name="产生的任期",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="elections",
                        to="orgs.organization",
                        verbose_name="组织",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="elections",
                        to="orgs.term",
                        verbose_name="届满的任期",
                    ),
                ),
            ],
            options={
                "verbose_name": "选举",
                "ordering": ["-opened_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("organization", "body"),
                        name="members_one_open_election",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("body__in", ["committee", "discipline"])),
                        name="members_election_of_committee",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ElectionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reminder", "换届提醒函"),
                            ("request", "换届请示"),
                            ("approval", "请示批复"),
                            ("candidates", "候选人预备人选请示"),
                            ("candidates_approval", "人选批复"),
                            ("meeting", "选举大会"),
                            ("result", "选举结果报告"),
                            ("result_approval", "选举结果批复"),
                            ("cancellation", "取消"),
                        ],
                        max_length=20,
                        verbose_name="步骤",
                    ),
                ),
                ("date", models.DateField(verbose_name="日期")),
                ("document", models.CharField(blank=True, max_length=120, verbose_name="文号")),
                ("data", models.JSONField(default=dict, verbose_name="内容")),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="members.election",
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
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Hardship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(null=True, verbose_name="止")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hardships",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "困难党员登记",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end_date__isnull", True)),
                        fields=("member",),
                        name="members_one_hardship",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="members_hardship_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FloatingSpell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "direction",
                    models.CharField(
                        choices=[("out", "流出"), ("in", "流入")], max_length=3, verbose_name="方向"
                    ),
                ),
                ("place", models.CharField(max_length=100, verbose_name="流动地党组织")),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(null=True, verbose_name="止")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="floating",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "流动",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end_date__isnull", True)),
                        fields=("member",),
                        name="members_one_floating_spell",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="members_floating_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("training", "教育培训学时"),
                            ("organization_life", "组织生活"),
                            ("all", "全部"),
                        ],
                        max_length=20,
                        verbose_name="免除事项",
                    ),
                ),
                ("document", models.CharField(max_length=120, verbose_name="批准文件")),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(verbose_name="止")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exemptions",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "免除",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="members_exemption_has_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end_date__gte", models.F("start_date"))),
                        name="members_exemption_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BranchMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(null=True, verbose_name="止")),
                (
                    "arrival",
                    models.CharField(
                        choices=[
                            ("registered", "建库登记"),
                            ("admitted", "发展入党"),
                            ("transferred", "组织关系转入"),
                            ("adjusted", "院内调整"),
                            ("reorganized", "组织合并或拆分"),
                        ],
                        max_length=12,
                        verbose_name="转入方式",
                    ),
                ),
                (
                    "departure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("transferred", "组织关系转出"),
                            ("adjusted", "院内调整"),
                            ("reorganized", "组织合并或拆分"),
                            ("ceased", "离开登记"),
                        ],
                        max_length=12,
                        verbose_name="转出方式",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党小组",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织关系",
                "ordering": ["member", "start_date"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end_date__isnull", True)),
                        fields=("member",),
                        name="members_one_branch",
                    ),
                    models.UniqueConstraint(
                        fields=("member", "start_date"), name="members_branch_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("departure", ""), ("end_date__isnull", True)),
                            models.Q(
                                ("end_date__gte", models.F("start_date")),
                                models.Q(("departure", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="members_left_means_when_and_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=120, verbose_name="拼音")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("male", "男"), ("female", "女")],
                        max_length=6,
                        verbose_name="性别",
                    ),
                ),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="出生年份"),
                ),
                ("is_minority", models.BooleanField(blank=True, null=True, verbose_name="少数民族")),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("graduate", "研究生"),
                            ("bachelor", "大学本科"),
                            ("college", "大学专科"),
                            ("secondary", "中专、高中"),
                            ("lower", "初中及以下"),
                        ],
                        max_length=10,
                        verbose_name="学历",
                    ),
                ),
                (
                    "occupation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("doctor", "医师"),
                            ("nurse", "护理"),
                            ("technician", "药技"),
                            ("manager", "管理"),
                            ("worker", "工勤"),
                            ("retired", "离退休"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="岗位类别",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="members_person_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_year__isnull", True),
                            models.Q(("birth_year__gte", 1900), ("birth_year__lte", 2100)),
                            _connector="OR",
                        ),
                        name="members_person_birth_year",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="member",
            name="person",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="member",
                to="members.person",
                verbose_name="人员",
            ),
        ),
        migrations.CreateModel(
            name="Employment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("staff_number", models.CharField(max_length=32, verbose_name="工号")),
                ("start_date", models.DateField(verbose_name="起")),
                ("end_date", models.DateField(null=True, verbose_name="止")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="orgs.department",
                        verbose_name="科室",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="orgs.organization",
                        verbose_name="单位",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="employments",
                        to="members.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职单位",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end_date__isnull", True)),
                        fields=("organization", "staff_number"),
                        name="members_staff_number_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end_date__isnull", True)),
                        fields=("person",),
                        name="members_one_employer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("staff_number", ""), _negated=True),
                        name="members_staff_number_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="members_employment_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tenure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "how",
                    models.CharField(
                        choices=[("elected", "选举"), ("by_election", "补选"), ("appointed", "任命")],
                        max_length=12,
                        verbose_name="产生方式",
                    ),
                ),
                (
                    "chosen_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("selection", "组织遴选"),
                            ("nomination", "公推直选"),
                            ("competition", "竞争上岗"),
                        ],
                        max_length=12,
                        verbose_name="选拔方式",
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=120, verbose_name="任职文件")),
                ("consent_date", models.DateField(blank=True, null=True, verbose_name="上级同意日期")),
                (
                    "consent_document",
                    models.CharField(blank=True, max_length=120, verbose_name="上级同意文号"),
                ),
                ("start_date", models.DateField(verbose_name="任职日期")),
                ("end_date", models.DateField(null=True, verbose_name="离任日期")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tenures",
                        to="members.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tenures",
                        to="orgs.post",
                        verbose_name="职务",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tenures",
                        to="orgs.term",
                        verbose_name="任期",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "ordering": ["post", "start_date"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end_date__isnull", True)),
                        fields=("post",),
                        name="members_one_holder",
                    ),
                    models.UniqueConstraint(fields=("post", "start_date"), name="members_tenure_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="members_tenure_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("consent_document", ""), ("consent_date__isnull", False), _connector="OR"
                        ),
                        name="members_consent_has_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("outside", models.CharField(blank=True, max_length=100, verbose_name="系统外转入单位")),
                ("letter_number", models.CharField(blank=True, max_length=60, verbose_name="介绍信编号")),
                ("sent_date", models.DateField(verbose_name="开出日期")),
                ("valid_until", models.DateField(verbose_name="有效期至")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "已开出，待接收"),
                            ("received", "已接收"),
                            ("returned", "已退回"),
                            ("cancelled", "已撤回"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("received_date", models.DateField(null=True, verbose_name="接收日期")),
                (
                    "branch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="编入党支部",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转出党支部",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转入单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织关系转接",
                "ordering": ["-sent_date", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "sent")),
                        fields=("member",),
                        name="members_one_open_transfer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("target__isnull", True), models.Q(("outside", ""), _negated=True)),
                            models.Q(("outside", ""), ("target__isnull", False)),
                            _connector="OR",
                        ),
                        name="members_transfer_has_one_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_date__isnull", False), ("state", "received")),
                            models.Q(
                                models.Q(("state", "received"), _negated=True),
                                ("received_date__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="members_received_means_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "已开出，待接收"),
                            ("received", "已接收"),
                            ("returned", "已退回"),
                            ("cancelled", "已撤回"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("date", models.DateField(verbose_name="日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="members.transfer",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="branchmembership",
            index=models.Index(fields=["organization", "start_date"], name="members_branch_since"),
        ),
        migrations.AddIndex(
            model_name="employment",
            index=models.Index(fields=["organization", "staff_number"], name="members_staff_number"),
        ),
        migrations.AddIndex(
            model_name="tenure",
            index=models.Index(fields=["person", "start_date"], name="members_tenure_person"),
        ),
    ]

"""Persons 人员 and where they work. A person may be a member, hold posts, have an account: three separate things."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.members.querysets import PersonQuerySet
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.querysets import DatedQuerySet


class Person(models.Model):
    """A human who works at a hospital or an authority; the least that a duty needs (domain §8).

    There is no identity-card number: the key is the staff number 工号 at the employer (``Employment``). What the yearly
    intra-Party statistics count is optional. ``pinyin`` is for finding people (``zhangwei zw``).
    """

    class Sex(models.TextChoices):
        MALE = "male", "男"
        FEMALE = "female", "女"

    class Education(models.TextChoices):
        GRADUATE = "graduate", "研究生"
        BACHELOR = "bachelor", "大学本科"
        COLLEGE = "college", "大学专科"
        SECONDARY = "secondary", "中专、高中"
        LOWER = "lower", "初中及以下"

    class Occupation(models.TextChoices):
        DOCTOR = "doctor", "医师"
        NURSE = "nurse", "护理"
        TECHNICIAN = "technician", "药技"
        MANAGER = "manager", "管理"
        WORKER = "worker", "工勤"
        RETIRED = "retired", "离退休"
        OTHER = "other", "其他"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=120, blank=True, editable=False)
    sex = models.CharField("性别", max_length=6, choices=Sex, blank=True)
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True, blank=True)
    is_minority = models.BooleanField("少数民族", null=True, blank=True)
    education = models.CharField("学历", max_length=10, choices=Education, blank=True)
    occupation = models.CharField("岗位类别", max_length=10, choices=Occupation, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="person", verbose_name="账号"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="members_person_has_name"),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__gte=1900, birth_year__lte=2100),
                name="members_person_birth_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Employment(models.Model):
    """A person works at a hospital-level organization or an authority under a staff number, from one day to another."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments", verbose_name="人员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="staff", verbose_name="单位")
    staff_number = models.CharField("工号", max_length=32)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="科室"
    )
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "任职单位"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "staff_number"],
                condition=Q(end_date__isnull=True),
                name="members_staff_number_once",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(end_date__isnull=True), name="members_one_employer"
            ),
            models.CheckConstraint(condition=~Q(staff_number=""), name="members_staff_number_given"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="members_employment_dates",
            ),
        ]
        indexes = [models.Index(fields=["organization", "staff_number"], name="members_staff_number")]

    def __str__(self) -> str:
        return f"{self.person} {self.organization} {self.staff_number}"

"""Give every draw the number of its approved plan, its cycle's until now."""

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def take_the_cycles_plan(apps, schema_editor):
    draws = apps.get_model("assessments", "Draw").objects
    cycles = apps.get_model("assessments", "Cycle").objects
    draws.update(plan_number=Subquery(cycles.filter(pk=OuterRef("cycle")).values("plan_number")[:1]))
    draws.filter(plan_number="").update(plan_number="未登记")


class Migration(migrations.Migration):
    dependencies = [("assessments", "0014_integrity_flags")]

    operations = [
        migrations.AddField(
            "draw",
            "plan_number",
            models.CharField(default="", max_length=60, verbose_name="批准文件文号"),
            preserve_default=False,
        ),
        migrations.RunPython(take_the_cycles_plan, migrations.RunPython.noop),
        migrations.AddConstraint(
            "draw",
            models.CheckConstraint(condition=~Q(plan_number=""), name="assessments_draw_names_its_plan"),
        ),
    ]

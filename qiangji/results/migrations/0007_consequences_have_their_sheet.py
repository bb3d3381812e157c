"""Give every consequence its hospital's sheet, and let two kinds stand without a result."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_the_results_sheet(apps, schema_editor):
    consequences = apps.get_model("results", "Consequence").objects
    results = apps.get_model("results", "Result").objects
    consequences.update(sheet=Subquery(results.filter(pk=OuterRef("result")).values("sheet")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0014_integrity_flags"),
        ("results", "0006_revocations"),
    ]

    operations = [
        migrations.AddField(
            "consequence",
            "sheet",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consequences",
                to="assessments.sheet",
                verbose_name="院级考评表",
            ),
        ),
        migrations.RunPython(take_the_results_sheet, migrations.RunPython.noop),
    ]

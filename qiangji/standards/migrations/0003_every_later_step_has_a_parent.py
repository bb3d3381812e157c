"""A comparison with nothing is neither true nor false, so a later step without a parent went through."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("standards", "0002_workshop_and_succession")]

    operations = [
        migrations.RemoveConstraint(model_name="draftstep", name="draft_step_after_its_parent"),
        migrations.AddConstraint(
            model_name="draftstep",
            constraint=models.CheckConstraint(
                condition=Q(parent__isnull=True, sequence=0)
                | Q(parent__isnull=False, parent__lt=F("sequence")),
                name="draft_step_after_its_parent",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """A sheet that falls again is told to mend again: only what is not served yet keeps another order from it."""

    dependencies = [("rectification", "0001_rectifications")]

    operations = [
        migrations.RemoveConstraint(model_name="rectification", name="rectification_once_a_sheet"),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.UniqueConstraint(
                fields=["sheet", "kind"],
                condition=models.Q(state__in=["opened", "under_way", "handed_in"]),
                name="rectification_one_pending_a_sheet",
            ),
        ),
    ]

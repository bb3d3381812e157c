from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0018_answers_know_taken_texts")]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="carried_year",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="带自年度"),
        ),
        migrations.AddField(
            model_name="answer",
            name="carried_version",
            field=models.PositiveIntegerField(null=True, verbose_name="带入时的文字版本"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("carried_version__isnull", True), ("carried_year__isnull", True))
                | models.Q(
                    ("carried_version__gte", 1),
                    ("carried_version__isnull", False),
                    ("carried_version__lte", models.F("version")),
                    ("carried_year__isnull", False),
                ),
                name="assessments_carried_text_whole",
            ),
        ),
    ]

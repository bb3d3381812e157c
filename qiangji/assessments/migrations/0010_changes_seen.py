from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_returns_of_single_criteria"),
    ]

    operations = [
        migrations.AddField(
            model_name="sheettransition",
            name="seen_digest",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="所见变动的摘要"),
        ),
    ]

"""A branch without an order of its own is assessed again on its hospital's: one order, one round of each branch."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0020_own_days_of_first_rounds"),
        ("rectification", "0003_what_was_handed_in"),
        ("results", "0010_withheld_branches"),
    ]

    operations = [
        migrations.AlterField(
            model_name="branchreassessment",
            name="rectification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="branch_reassessments",
                to="rectification.rectification",
                verbose_name="整改",
            ),
        ),
        migrations.AddConstraint(
            model_name="branchreassessment",
            constraint=models.UniqueConstraint(
                fields=("sheet", "rectification"), name="results_one_branch_reassessment_an_order"
            ),
        ),
    ]

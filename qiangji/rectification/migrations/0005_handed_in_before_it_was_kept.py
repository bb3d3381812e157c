"""Keep what was last handed in of orders whose handing in is older than the column for it.

A plan's gaps, causes and measures are locked once it is settled, so that they are what was handed in. What was done may be
written again after a sending back: where that happened, the words that were handed in are not kept anywhere.
"""

from collections import defaultdict

from django.db import migrations
from django.db.models import Exists, OuterRef

AT_ONCE = 500
REWRITTEN = "提交时的文字没有保存，退回以后又有修改"


def keep_what_was_handed_in(apps, schema_editor):
    # The plain manager: a step is history, and is completed here this once.
    steps = apps.get_model("rectification", "Step")._base_manager
    later = steps.filter(rectification=OuterRef("rectification"), sequence__gt=OuterRef("sequence"))
    last = (
        steps.filter(~Exists(later.filter(verb="hand_in")), verb="hand_in", content__isnull=True)
        .annotate(is_rewritten=Exists(later.filter(verb="write")))
        .order_by("pk")
    )
    waiting = list(last.values_list("pk", flat=True))
    for start in range(0, len(waiting), AT_ONCE):
        chosen = list(last.filter(pk__in=waiting[start : start + AT_ONCE]))
        lines = lines_of(apps, [step.rectification_id for step in chosen])
        for step in chosen:
            step.content = [
                line | {"done": REWRITTEN} if step.is_rewritten else line
                for line in lines[step.rectification_id]
            ]
        steps.bulk_update(chosen, ["content"])


def lines_of(apps, orders):
    columns = ("position", "criterion_id", "gap", "cause", "measure", "done")
    rows = apps.get_model("rectification", "Item").objects.filter(rectification__in=orders)
    found = defaultdict(list)
    for order, *line in rows.order_by("position").values_list("rectification_id", *columns):
        found[order].append(dict(zip(columns, line, strict=True)))
    return found


class Migration(migrations.Migration):
    dependencies = [("rectification", "0004_help_has_its_words")]

    operations = [migrations.RunPython(keep_what_was_handed_in, migrations.RunPython.noop)]

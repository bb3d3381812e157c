"""The stages at which marks are given, in the official order of the form's columns."""

from django.db import models


class Stage(models.TextChoices):
    """Who gives a mark (domain §2): the organization, its superior, the supervising department, the spot check."""

    SELF = "self", "自评"
    ACCEPTANCE = "acceptance", "上级验收"
    RATING = "rating", "主管部门评定"
    INSPECTION = "inspection", "抽查"


EARLIER = {Stage.ACCEPTANCE: Stage.SELF, Stage.RATING: Stage.ACCEPTANCE, Stage.INSPECTION: Stage.RATING}
ORDER = (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING, Stage.INSPECTION)


def earlier_of(stage: str, final_stage: str) -> Stage | None:
    """Return the stage whose marks another is held against; an inspection is held against the cycle's final stage.

    >>> earlier_of("inspection", "acceptance"), earlier_of("self", "rating") is None
    (Stage.ACCEPTANCE, True)
    """
    return Stage(final_stage) if stage == Stage.INSPECTION else EARLIER.get(Stage(stage))

"""As of which day the organizations of a cycle are counted."""

from datetime import date

from qiangji.assessments.models import Cycle


def counted_on(cycle: Cycle, day: date) -> date:
    """Return the day as of which a cycle's organizations are counted: the day itself, at the latest the end of its period.

    What is founded or dissolved later belongs to later cycles; it neither joins the denominators of this one nor takes
    away from them (domain §3).
    """
    return min(day, cycle.period_end_date)

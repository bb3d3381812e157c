"""What is asked of the ledgers. Pages and the floors above read through these."""

from qiangji.ledgers.selectors.duties import (
    Duty,
    counts_of,
    lacking_of,
)
from qiangji.ledgers.selectors.entries import campaigns_on, entered_as, same_as_last, templates_for
from qiangji.ledgers.selectors.expected import Expected, expected_attendance
from qiangji.ledgers.selectors.leaders import branch_life_of_leaders, contacts_of, led_by
from qiangji.ledgers.selectors.regularity import FixedDay, fixed_day, fixed_days
from qiangji.ledgers.selectors.self_checks import SelfCheck, self_check_of
from qiangji.ledgers.selectors.served import Served, hours_of, served_by
from qiangji.ledgers.selectors.support import Budget, Venue, budget_totals, funds_inputs, six_haves
from qiangji.ledgers.selectors.talks import TickMatrix, tick_matrix
from qiangji.ledgers.selectors.training import first_items, speaker_kinds, theory_shares, training_coverage

__all__ = [
    "Budget",
    "Duty",
    "Expected",
    "FixedDay",
    "SelfCheck",
    "Served",
    "TickMatrix",
    "Venue",
    "branch_life_of_leaders",
    "budget_totals",
    "campaigns_on",
    "contacts_of",
    "counts_of",
    "entered_as",
    "expected_attendance",
    "first_items",
    "fixed_day",
    "fixed_days",
    "funds_inputs",
    "hours_of",
    "led_by",
    "same_as_last",
    "self_check_of",
    "served_by",
    "six_haves",
    "speaker_kinds",
    "lacking_of",
    "templates_for",
    "theory_shares",
    "tick_matrix",
    "training_coverage",
]

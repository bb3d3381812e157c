"""Every kind of report there is. A new kind is a folder like its nearest neighbour and one line here."""

from qiangji.reports.kinds import ReportKind
from qiangji.reports.official_form.report import OFFICIAL_FORM, OFFICIAL_FORM_SHEET
from qiangji.reports.self_check_register.report import SELF_CHECK_REGISTER

KINDS: dict[str, ReportKind] = {
    kind.key: kind for kind in (OFFICIAL_FORM, OFFICIAL_FORM_SHEET, SELF_CHECK_REGISTER)
}


def kind_of(key: str) -> ReportKind:
    """Return a kind by its key; raises KeyError for one that does not exist."""
    return KINDS[key]

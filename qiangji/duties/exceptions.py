"""What can be refused here."""


class DutiesError(Exception):
    """A request that cannot be met, in words for the person who asked."""

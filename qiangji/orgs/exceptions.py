"""What can go wrong with a request about the tree; each message is Chinese and says what to do."""


class OrganizationError(ValueError):
    """The tree, a relation or a role does not allow this; nothing was changed."""

"""What can go wrong with a request about accounts; each message is Chinese and says what to do."""


class AccountError(ValueError):
    """The account does not allow this; nothing was changed."""


class WrongPassword(AccountError):
    """The own password that was asked for is another one."""

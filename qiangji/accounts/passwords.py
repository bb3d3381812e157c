"""Initial passwords that can be read aloud over a telephone."""

import secrets

# No 0/o, 1/l/i: they are told apart by nobody.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 3
GROUP_LENGTH = 4


def readable_password() -> str:
    """Return a random password such as ``kd7m-p3vx-9qta`` (59 bits), to be shown once and replaced at first use."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)]
    return "-".join(groups)

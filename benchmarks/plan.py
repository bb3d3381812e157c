"""What the two sides of a run agree on: the program that fills the database, and the clients that come afterwards."""

PASSWORD = "bench-only-password"  # noqa: S105 -- of a database that lives for minutes
WRITERS = 8
REVIEWED = 2

# A version that occurs nowhere else in the statements of a save, so that their repetition finds where it stands.
SEEN = 700_001

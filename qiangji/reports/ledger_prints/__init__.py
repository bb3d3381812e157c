"""Papers made from the ledgers: the sign-in sheet of one event, and a branch's handbook of a year."""

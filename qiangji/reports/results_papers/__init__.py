"""Papers about results: notices of what follows from them, the year-end veto's notice, summaries, the ledger by class."""

"""Elections 换届与补选: figures, timetable, the chain of steps, the ledger of all terms, and the services that write."""

"""The pages of the standards: editions to read, drafts to mend."""

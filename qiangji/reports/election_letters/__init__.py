"""The papers of an election as Word drafts: letter, requests, answers, report of the result."""

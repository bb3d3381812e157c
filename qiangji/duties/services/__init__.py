"""The only writers: calendar addresses, mail settings, mailings."""

"""The kinds of tables that can come in and go out, one module per subject."""

"""Reads of the register that cross rows."""

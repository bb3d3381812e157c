"""The workshop: a table that was handed in, mended step by step until it is an edition."""

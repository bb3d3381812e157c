"""Scoring tables laid out as people lay them out, each beside what must be understood of it.

`describe` is the small language they are written in, `write` turns a description into files,
`expect` compares; every other module is a family of tables.
"""

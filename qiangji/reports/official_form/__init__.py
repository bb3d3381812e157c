"""The official form 量化表 of a sheet: what the paper annex looks like, filled in."""

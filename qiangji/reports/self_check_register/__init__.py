"""The self-check register 自查情况登记表 of a sheet: its gaps one by one, with room for causes and measures.

Document 0 names such a register as its annex 4, which was never received. So the layout is ours, a site may set its own,
and every print says that it is not the official annex.
"""

"""Readers of scoring tables: a file becomes cells, one interpreter understands them.

`parse_file` and `parse_bytes` are what other code uses. Nothing here touches the database.
"""

from qiangji.standards.reader.files import parse_bytes, parse_file, parse_pasted
from qiangji.standards.reader.tree import ParsedStandard, Problem, numbered

__all__ = ["ParsedStandard", "Problem", "numbered", "parse_bytes", "parse_file", "parse_pasted"]

"""An edition written out as the table it is: YAML for this program, Word and Excel for people and other programs.

What is written reads back to the same table: `formats` lists the formats, `contents` is the table as plain data,
`methods` the words of the scoring column, `word_file` and `excel_file` only draw.
"""

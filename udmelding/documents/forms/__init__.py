"""A question set as files: the Excel workbook, read back strictly; on paper, empty or answered.

Knows sheets and cells; what an answer may say is ``rules.forms``.
"""

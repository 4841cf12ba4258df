"""The Excel workbook of a question set: written for one municipality, read back strictly.

Knows sheets and cells; what an answer may say is ``rules.forms``.
"""

"""Answers to a question set: taken in, kept as answer drafts, compared, sent back; workbooks.

One reader for page, workbook and telephone; what an answer may say is ``rules.forms``.
"""

"""Answers and drafts of answers as rows.

Kept apart from the case, which would be heavy with them.
"""

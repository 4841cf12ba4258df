"""Answers and answer drafts as rows.

Kept apart from the case, which would be heavy with them.
"""

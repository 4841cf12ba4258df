"""Paragraphs, versions, remarks and readers' links as rows.

Kept apart from the case, which would be heavy with them.
"""

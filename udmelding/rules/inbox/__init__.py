"""What a mail that came in is, and what it may mean: sorts, matching, quotes, absences, replies.

Suggests and says why; a person decides.
"""

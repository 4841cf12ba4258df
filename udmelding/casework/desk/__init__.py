"""What a person is shown first, gathered from all cases: the overview, and the search.

High up: it may read any room below; nothing but pages and commands reads it.
"""

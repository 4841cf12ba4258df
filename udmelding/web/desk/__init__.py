"""What a person is shown first: the overview of all cases, and the search.

Reads ``casework.desk`` and nothing else.
"""

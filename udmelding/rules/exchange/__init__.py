"""What goes out as a list: who owes what, step by step, open cases, answered in time.

Tables of plain cells; no look, no file.
"""

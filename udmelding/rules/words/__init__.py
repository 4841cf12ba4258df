"""Danish words for dates, numbers and lists, and which days are working days.

The lowest room: knows nothing of cases.
"""

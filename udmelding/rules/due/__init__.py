"""What is due on a day and for whom: ladders, reminders, what stops or overtakes them.

Returns actions with keys; nothing here does them.
"""

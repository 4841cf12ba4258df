"""Stored summaries of cases, which hold for one day, and counts over all cases.

What a summary says is worked out in ``casework.summaries``; recording throws it away.
"""

"""The plan in use: meetings and calendars taken in, dates explained, rules of a case changed.

The arithmetic of dates is ``rules.plan``; here it meets the database, files and feeds.
"""

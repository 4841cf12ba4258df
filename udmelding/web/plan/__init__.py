"""Meetings and their calendars, imported with a before and after; the feed's address.

Shows plans; computes none.
"""

"""Meetings, municipal calendars and published days as rows, and what a date was before.

A moved meeting wakes the cases it concerns in the same transaction.
"""

"""Calendars: the bodies' meetings, municipal calendars in four kinds of file, assumptions.

Every flaw is told with file, line or cell, and what to write instead.
"""

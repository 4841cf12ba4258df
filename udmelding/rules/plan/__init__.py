"""Dates laid backwards and explained: the chain of bodies, councils, forecasts, what-ifs.

From facts, calendars and a day to dates, slack and the sentence that says why.
"""

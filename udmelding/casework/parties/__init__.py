"""Municipalities, offices and their contacts across all cases, and what they declare themselves.

Addresses that fail, lists from files, what comes in through a personal link.
"""

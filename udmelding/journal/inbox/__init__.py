"""Incoming mail and delivery reports as rows.

What they mean is decided above; here they are kept once.
"""

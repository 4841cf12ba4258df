"""Incoming mail and reports of delivery as rows.

What they mean is decided above; here they are kept once.
"""

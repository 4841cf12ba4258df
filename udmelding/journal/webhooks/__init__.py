"""Webhooks and what each has still to be told, as rows.

An event is written in the transaction that records the fact; it is sent from above.
"""

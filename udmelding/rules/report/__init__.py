"""Figures from answers, what is hidden in them, and what the report is built of.

Everything that circulates goes through ``publishing``; no figure leaves by another way.
"""

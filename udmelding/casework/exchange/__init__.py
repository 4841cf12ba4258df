"""Whole cases and lists on their way in and out: export, import, transfer.

The format of a case file is promised to other installations: it changes by version only.
"""

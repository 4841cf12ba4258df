"""The machine's index of when to look again: kept in step with the facts, read by the sweep.

An index, never a source: it can be made again from the facts alone.
"""

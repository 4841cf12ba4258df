"""A case as a whole for whoever reads it: its documents and enclosures, its values as JSON.

What a room says of its own part of a case stays in that room.
"""

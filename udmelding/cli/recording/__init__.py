"""``udmelding record``: one command for each kind of fact, before and after, then asks.

A command reads its words and calls ``casework.recording``; it checks nothing of its own.
"""

"""Files from outside: which are safe to keep, and the text inside them.

The guard refuses by content, never by name; the readers stop at stated limits.
"""

"""Who may come in, and by which link: users, tokens, personal links, their own pages.

What a link is allowed to show or do is decided here; what comes in through it: ``parties``.
"""

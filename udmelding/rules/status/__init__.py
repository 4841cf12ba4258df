"""Where a case stands: who owes what, the light, and whether the deadline holds.

The one answer; pages, papers, mails and commands only print it.
"""

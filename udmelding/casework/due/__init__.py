"""What is due today in all cases, who is written to or not, and doing it once.

Deciding is ``rules.due``; the words of a mail and its way out are ``mail``.
"""

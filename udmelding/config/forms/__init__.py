"""Question sets: their shape, how they are read, and which there are.

What an answer to a question may say is ``rules.forms``.
"""

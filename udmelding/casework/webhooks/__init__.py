"""Other programs that are told what was recorded: set up, delivered, tried again.

What is told, and when, is written by ``journal.recording``; here it goes out.
"""

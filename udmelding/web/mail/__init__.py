"""Mails that were sent or wait, the stop button, and the mails' texts.

Shows what ``casework.mail`` knows of each mail.
"""

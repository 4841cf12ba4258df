"""The mailbox over IMAP, and what is read from the bytes of a mail.

Reads and parses whatever comes, within limits; it decides nothing about a case.
"""

"""«Mails», what came in: mail that came in and waits for a person, and addresses that fail.

A person's word about a mail becomes a fact through ``casework.inbox``.
"""

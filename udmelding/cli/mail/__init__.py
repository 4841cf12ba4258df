"""``udmelding outbox`` and ``udmelding mail-texts``: mails that wait, and their texts.

Thin: one use case of ``casework.mail`` a command.
"""

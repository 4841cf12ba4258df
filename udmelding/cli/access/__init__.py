"""``udmelding user`` and ``udmelding token``: who may come in.

Thin: one use case of ``casework.access`` a command.
"""

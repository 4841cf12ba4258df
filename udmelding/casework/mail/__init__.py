"""Mail on its way out: its values and text, the outbox, pace, delivery, and what became of it.

Whether a mail is due is decided in ``due``; this room writes it, gathers it and sends it once.
"""

"""The outbox and all about mail on its way out: claims, fates, mail drafts, texts, the stop button.

A mail is claimed here under its key before it is sent; that is what makes it go once.
"""

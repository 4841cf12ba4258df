"""Users, sessions, links and tokens as rows.

Secrets are stored as hashes; who may do what is decided above.
"""

"""Signing in, one's own account, users and tokens; a form that outlives its session.

Who the visitor is in a request stays in the hall (``web.visitor``).
"""

"""``udmelding demo``: plays the real cases, then serves their pages.

What is played is ``casework.demo``; here are options, progress and the service.
"""

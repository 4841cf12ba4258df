"""A mail's text: templates and their contexts, rendering to text and HTML, checks of own texts.

No addresses and no sending; a context's values are gathered by ``casework.mail``.
"""

"""Recording facts on a page: fields, what it would change, corrections.

A form calls ``casework.recording`` once and sends the browser on (303).
"""

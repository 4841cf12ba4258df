"""Ways for a mail to leave: SMTP, Microsoft Graph, a folder; and its MIME form.

One file for each way, all behind ``transport``; nothing here knows a case.
"""

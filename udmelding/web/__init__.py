"""The secretariat's pages and the JSON API: thin, over the same values as the commands.

Empty in this version; the room is named so that the import rules already hold it.
May import: ``casework``, ``journal``, ``rules``, ``documents``, ``config``. It starts flows by the
name of their deployment and never imports them, so that Prefect's start-up stays out of a request.
"""

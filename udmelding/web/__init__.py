"""The secretariat's pages, the municipalities' page and the JSON API: thin, over shared values.

What may live here: the app and its middleware, who may come in, one module for each group of pages
(``pages/``), and the static files. A page asks ``casework``, ``journal`` and ``rules`` for the same
values that commands print, and does nothing of its own with them.
May import: ``casework``, ``journal``, ``rules``, ``documents``, ``config``. It starts flows by the
name of their deployment and never imports them, so that Prefect's start-up stays out of a request.
"""

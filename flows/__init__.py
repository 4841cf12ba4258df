"""Prefect flows: one file per stage, and the lifecycle, the daily sweep and the delivery.

What may live here: flows and their tasks, some ten lines each: load, ask, do, record. What they do
is in ``udmelding.casework``; here it gets names, tags, retries and artifacts. No table, no rule,
and no file named like anything importable. Nobody but the command line, the web's triggers and
tests imports this.
May import: everything but ``udmelding.web`` and ``udmelding.cli``.
"""

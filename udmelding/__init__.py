"""udmelding: run a central udmelding from receipt to the agency's final answer.

``udmelding/`` holds all code of ours but the Prefect flows (``flows/``) and the tables
(``models/``). Arrows point down: cli, web, flows, bootstrap, then documents, outside and journal,
then rules, config, models. ``clock``, ``paths`` and ``errors`` are leaves that anyone may import.
"""

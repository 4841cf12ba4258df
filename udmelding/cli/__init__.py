"""The command ``udmelding``: verbs of the trade, thin over the use cases.

What may live here: Typer commands, their options, and how values are shown in a terminal. Modules
import only Typer and leaves at the top; what is heavy (tables, Prefect) is imported inside the
command that needs it, so that ``udmelding --help`` answers at once.
May import: everything.
"""

"""Recording a fact, one or many at once, and what follows from it, shown before it is saved.

The one door for pages, commands and API; what may be recorded is checked in the journal.
"""

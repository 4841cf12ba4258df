"""Papers for bodies and councils, letters to the agency, and the records package of a case.

Gathers the values and stores the file; the wording is ``rules.papers``, the look ``documents``.
"""

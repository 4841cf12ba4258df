"""Settings, and the data files of ``config/`` read, validated and turned into values.

What may live here: the shapes of process files, calendars, areas and municipalities; their loaders,
which collect every flaw of a file with its line and key before they give up; the settings.
May import: ``models`` (vocabularies), ``udmelding.errors`` and ``udmelding.paths``.
"""

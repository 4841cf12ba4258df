"""The only door to the database: nobody else speaks SQL, or names a table of ``models``.

What may live here: recording facts, loading a case as of a moment, the wake index of what is due,
the outbox, import and export, migrations. Callers own the transaction: ``database.writing`` and
``database.reading`` open it, and no function here commits. May import: ``models``,
``udmelding.rules`` (values in, values out), ``udmelding.config``.
"""

"""What people read: mails, papers, tables and texts, rendered from values.

What may live here: contexts (what a document says, as values), and functions that render them with
the templates of ``templates/``. Same values in, same document out. Never the database, the network
or the clock; who gets a document, and whether, is decided elsewhere.
May import: ``models`` (vocabularies), ``udmelding.rules``, ``udmelding.config``, the leaves.
"""

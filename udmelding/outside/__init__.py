"""The world outside: mail servers, folders of mails, stored documents, web addresses.

What may live here: one file per counterpart, which speaks to it and translates its errors into
``OutsideError`` (the world failed) or ``RefusedError`` (we were asked for something not allowed),
always saying whether a later try can help. No decision about who gets what and when, no Danish
letter text, no clock: moments are passed in.
May import: ``models`` (vocabularies), ``udmelding.config`` (settings), the leaves.
"""

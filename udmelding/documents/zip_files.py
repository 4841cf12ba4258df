"""How does the same document become the same bytes? A zip with its parts in order and undated."""

from __future__ import annotations

import io
import zipfile

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say; the document tells itself when it was made."""

_FIRST_PARTS = ("[Content_Types].xml", "_rels/.rels")


def normalised(content: bytes) -> bytes:
    """The same parts in alphabetical order, without times, and nothing about the machine."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        names = [*_FIRST_PARTS, *sorted(set(before.namelist()) - set(_FIRST_PARTS))]
        for name in names:
            if name in before.NameToInfo:
                part = zipfile.ZipInfo(name, _FIRST_DAY)
                part.compress_type = zipfile.ZIP_DEFLATED
                part.external_attr = 0o600 << 16
                after.writestr(part, before.read(name))
    return stream.getvalue()

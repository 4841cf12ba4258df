"""How many bounces of those that Mailman's reader is tested on are read?

Run as ``python -m benchmarks.bounces DIR``.
``DIR`` is the unpacked source of ``flufl.bounce``, whose tests have over a hundred of them from
real mail systems: ``pip download --no-deps --no-binary :all: flufl.bounce``. One line a mail that
is not read in full, then the shares: of mails of which all addresses were named, and of mails that
were taken for a person's reply.
"""

from __future__ import annotations

import ast
import datetime as dt
import sys
from pathlib import Path

from models import IncomingKind
from udmelding.outside.inbox.reading import read
from udmelding.rules.inbox.matching import Clues
from udmelding.rules.inbox.understanding import understand

WRITTEN_ON = dt.date(2024, 8, 20)
"""Some day: that of the mails is not asked."""


def main(folder: Path) -> None:
    """Print what of the corpus in ``folder`` is read."""
    rows = _rows(folder / "tests" / "test_detectors.py")
    whole = replies = 0
    for name, wanted in rows:
        mail = read((folder / "tests" / "data" / name).read_bytes())
        missing = wanted - {line.address for line in mail.delivery_reports}
        is_reply = understand(mail, Clues(), WRITTEN_ON).kind is IncomingKind.REPLY
        whole, replies = whole + (not missing), replies + is_reply
        if missing or is_reply:
            print(f"{name}: {mail.kind.value}, not named: {', '.join(sorted(missing)) or 'nobody'}")
    count = len(rows)
    print(f"{count} mails: all addresses named in {whole / count:.0%}")
    print(f"{count} mails: taken for a person's reply in {replies / count:.0%}")


def _rows(table: Path) -> list[tuple[str, set[str]]]:
    """Name of each mail and the addresses in it, from the table in the library's own tests."""
    for node in ast.parse(table.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DETECTORS":
            rows = ast.literal_eval(node.value)
            return [(row[1], {one.decode().lower() for one in row[2]}) for row in rows]
    raise SystemExit(f"{table} has no table DETECTORS.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What a run counts beside its tests, and prints at its end.

A walk, a kill or an example that is left out makes a run faster and no test red; in these numbers
it shows. ``conftest`` carries them from the process that counted to the one that prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

EXAMPLES = "examples by Hypothesis"
PAGES = "pages looked at in a browser"
FIELDS = "fields that people typed in, from an empty home to invitations"
KILLS = "processes killed in the middle of their work"

counted: Counter[str] = Counter()
"""What the test that runs now, or a fixture made for it, has done."""


@contextmanager
def statements(engine: sa.Engine | type[sa.Engine]) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile, through that engine or any."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)

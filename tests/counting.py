"""What a run counts beside its tests, and prints at its end.

A walk, a kill or an example that is left out makes a run faster and no test red; in these numbers
it shows. ``conftest`` carries them from the process that counted to the one that prints.
"""

from __future__ import annotations

from collections import Counter

EXAMPLES = "examples by Hypothesis"
PAGES = "pages looked at in a browser"
KILLS = "processes killed in the middle of their work"

counted: Counter[str] = Counter()
"""What the test that runs now, or a fixture made for it, has done."""

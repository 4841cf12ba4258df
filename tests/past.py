"""Records what has happened, as an import of it does: nobody is asked about what speaks against it.

Cases that tests begin with are no more complete than a test wants; what is asked of a person has
tests of its own (``tests/rules/recording``, ``tests/casework/recording/test_doubts.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from udmelding.casework.recording.recording import Said, record_fact
from udmelding.casework.report.writing import NewVersion, make_version
from udmelding.casework.wiring import Services
from udmelding.journal.stamp import Stamp

_ASKING = ("udmelding.casework.recording.recording", "udmelding.casework.report.writing")


@contextmanager
def _as_history() -> Iterator[None]:
    with ExitStack() as stack:
        for module in _ASKING:
            stack.enter_context(patch(f"{module}.doubts_about", return_value=()))
        yield


def record_past(
    services: Services, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Said:
    """``record_fact`` of something that is known to be so."""
    with _as_history():
        return record_fact(services, reference, kind, said, stamp)


def make_past_version(services: Services, reference: str, wanted: NewVersion, stamp: Stamp) -> int:
    """``make_version`` of a report that is known to be so."""
    with _as_history():
        return make_version(services, reference, wanted, stamp)

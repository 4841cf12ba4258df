"""What every test of incoming mail answers: a mail that went out."""

from __future__ import annotations

import pytest

from tests.conftest import TwoCases
from udmelding.journal.mail.outbox import OutboxMail


@pytest.fixture
def invitation(two_cases: TwoCases) -> OutboxMail:
    """The invitation to Greve in the first case."""
    return next(m for m in two_cases.mails() if m.key.startswith(two_cases.references[0]))

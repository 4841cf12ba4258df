"""Sending pauses: all sending of mail was stopped, or taken up again."""

from __future__ import annotations

from models.fact import Fact


class SendingPause(Fact, table=True):
    """The button that stops every mail of this installation; the latest such fact counts.

    Attributes:
        is_paused: true from here on nothing is sent, though mails are still written.
        reason: why, in words.
    """

    __tablename__ = "sending_pause"

    is_paused: bool
    reason: str = ""

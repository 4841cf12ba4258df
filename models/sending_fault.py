"""Sending faults: the mail server took no mail at all, or takes them again."""

from __future__ import annotations

from models.fact import Fact


class SendingFault(Fact, table=True):
    """What stopped the delivery of all mails, or that they go again; the latest such fact counts.

    Attributes:
        mend: why no mail goes, a word of ``rules.mail.faults.Mend``; empty: they go again.
        said: what was told of it, in Danish, with the server's own words.
    """

    __tablename__ = "sending_fault"

    mend: str = ""
    said: str = ""

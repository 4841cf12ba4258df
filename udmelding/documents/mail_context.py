"""What does every mail know? The base of all contexts; see ``mail_contexts``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext:
    """What every mail knows.

    Attributes:
        reference: the case's reference; stands in brackets in the subject.
        title: the case's title.
        legal_basis: such as ``serviceloven § 13 b, stk. 3``; may be empty.
        process_title: such as ``Central udmelding``.
        paper_title: what the process results in, such as ``afrapporteringen``.
        party_name: who owes something, such as ``Lolland Kommune`` or ``K17``.
        greeting_name: the contact's name or function.
        written_on: the day the mail is written.
        secretariat_name: who sends it.
        secretariat_email: where answers go.
        secretariat_phone: may be empty.
        responsible: the case worker's role or initials; may be empty.
        link: address of the party's own page in the case; empty where it has none.
    """

    reference: str
    title: str
    legal_basis: str
    process_title: str
    paper_title: str
    party_name: str
    greeting_name: str
    written_on: dt.date
    secretariat_name: str
    secretariat_email: str
    secretariat_phone: str = ""
    responsible: str = ""
    link: str = ""

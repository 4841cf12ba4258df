"""The parties of a case: who may owe something in it.

Parties are recorded when the case is launched. A case that runs across a change of the map (Region
Østdanmark, 1 January 2027) has both regional councils as parties, each with the days of its
membership: what the old one has not decided, the new one is asked for.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from models.fact import CaseFact, word


class PartyKind(StrEnum):
    """What a party is."""

    MUNICIPALITY = "municipality"
    BODY = "body"
    REGIONAL_COUNCIL = "regional_council"
    AGENCY = "agency"
    SECRETARIAT = "secretariat"
    PROVIDER = "provider"
    REGION = "region"


class Party(CaseFact, table=True):
    """One party of one case.

    Attributes:
        party: its short name within the case: a municipality code (``0360``), a body's step id
            (``k17``), ``agency`` or ``secretariat``; a provider or a region that answers a question
            set has a name of its own, such as ``tilbud-1``.
        name: what it is called in Danish.
        area: the KKR area it belongs to; empty for national parties.
        is_asked: whether the case's own secretariat asks it. In a national case the other areas'
            secretariats ask theirs, and those councils are only counted.
        member_from: the first day on which it can decide, where it begins; ``member_until`` the
            last, where it ends.
    """

    party: str
    name: str
    kind: PartyKind = word(PartyKind)
    area: str = ""
    is_asked: bool = True
    member_from: dt.date | None = None
    member_until: dt.date | None = None

"""The agency's treatment of the report."""

from __future__ import annotations

from enum import StrEnum

from models.fact import CaseFact, Dated, word


class VerdictOutcome(StrEnum):
    """What the agency concluded, or that it is still to come."""

    EXPECTED = "expected"
    SUPPORTED = "supported"
    RENEWED_TREATMENT = "renewed_treatment"
    TEMPORARY_ORDER = "temporary_order"
    ORDER = "order"


class Verdict(CaseFact, Dated, table=True):
    """The agency's answer, or when it is expected.

    Attributes:
        text: the answer in short.
    """

    verdict_outcome: VerdictOutcome = word(VerdictOutcome)
    text: str = ""

"""What has somebody else recorded while a form stood open? Nobody writes over it unseen.

A form carries the moment at which its person last saw the case. What was recorded later about the
same parties is shown before anything is saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from udmelding.rules.case.case import Case
from udmelding.web.recording.corrections import Correctable, correctable
from udmelding.web.recording.fields import Shape
from udmelding.web.recording.reading import Sent

OPENED = "opened"
"""The hidden field that says when its person last saw the case."""


def recorded_meanwhile(case: Case, shape: Shape, sent: Sent) -> tuple[Correctable, ...]:
    """Facts of the form's kind about its parties that were recorded since it was opened.

    Oldest first; none for a form that does not say when it was opened.
    """
    since = _moment(sent.said(OPENED))
    if since is None:
        return ()
    found = (
        fact
        for fact in correctable(case)
        if fact.recorded_at > since and type(fact).__name__.lower() == shape.kind
    )
    return tuple(reversed([fact for fact in found if _is_about(fact, sent.parties)]))


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _is_about(fact: Correctable, parties: Sequence[str]) -> bool:
    party = getattr(fact, "party", "")
    return not party or party in parties


def successor(case: Case, shape: Shape, sent: Sent) -> Correctable | None:
    """What now stands in place of a fact that was corrected while its form stood open."""
    return next(iter(reversed(recorded_meanwhile(case, shape, sent))), None)


def told_meanwhile(facts: Sequence[Correctable], sentences: Sequence[str]) -> str:
    """What to say about it, in Danish."""
    said = " ".join(
        f"{fact.recorded_by} registrerede kl. {fact.recorded_at:%H.%M}: {text}"
        for fact, text in zip(facts, sentences, strict=True)
    )
    return (
        f"Der er kommet noget til, mens du skrev. {said} Intet er overskrevet, og intet af dit er "
        "gemt endnu. Fortsæt, hvis dit også skal registreres."
    )

"""Where a mail is laid by itself, and where a person is asked because something speaks against it.

The chase is the judge: what is laid without doubt frees every other matter, so a wrong place would
remind a municipality of what it has just sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from models.incoming import MatchedBy
from tests.rules.inbox.test_weighing import INVITATION, THREAD, mail
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Clues, OpenItem, match

GREVE, KOEGE = "0253", "0259"
SCAN = "scanner@system.example"


def owes(case: str, party: str = GREVE, step: str = "collection") -> OpenItem:
    return OpenItem(reference=case, step=step, party=party)


BOTH = (owes("CU-EN"), owes("CU-TO"))
KNOWN = replace(THREAD, open_items=BOTH)
ANSWERED = replace(INVITATION, is_open=False)
SECOND = replace(INVITATION, reference="CU-TO", key="CU-TO/collection/0253/invitation")
ALONE = replace(KNOWN, answered=())
NOBODYS = replace(ALONE, senders=frozenset())
ONE_OPEN = {"open_items": (owes("CU-EN"),)}
FROM_KOEGE = {"senders": frozenset({KOEGE})}
QUOTED = "\n\nDen 1. dec. 2026 kl. 09.00 skrev Sekretariatet:\n> Vi mangler også CU-TO."


def known(base: Clues, **changes: Any) -> Clues:
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("one", "clues", "place", "by"),
    [
        (mail("Hermed svaret."), KNOWN, "CU-EN", MatchedBy.THREAD),
        (mail("Hermed svaret.", "SV: SV: [CU-EN] x"), KNOWN, "CU-EN", MatchedBy.THREAD),
        (mail("Hermed svaret." + QUOTED), KNOWN, "CU-EN", MatchedBy.THREAD),
        # names what it owes no longer
        (mail("Tak for svar i CU-TO. Her er CU-EN."), known(KNOWN, **ONE_OPEN), "CU-EN",
         MatchedBy.THREAD),
        # a correction of what is answered, and nothing else is open
        (mail("En rettelse."), known(KNOWN, answered=(ANSWERED,), open_items=()), "CU-EN",
         MatchedBy.THREAD),
        (mail("Svar", sender="ukendt@andet.example"), known(KNOWN, senders=frozenset()), "CU-EN",
         MatchedBy.THREAD),
        (mail("Svar"), known(KNOWN, senders=frozenset({GREVE, KOEGE})), "CU-EN", MatchedBy.THREAD),
        (mail("Svar"), known(KNOWN, voices=frozenset({KOEGE})), "CU-EN", MatchedBy.THREAD),
        # a gathered mail of which one half is answered
        (mail("Svar", "SV: Påmindelse"), known(KNOWN, **ONE_OPEN, answered=(
            INVITATION, replace(SECOND, is_open=False))), "CU-EN", MatchedBy.THREAD),
        # the same where our own subject came back with the first case in it
        (mail("Og resten.", "SV: [CU-TO] Påmindelse"), known(KNOWN, **ONE_OPEN, answered=(
            INVITATION, replace(SECOND, is_open=False))), "CU-EN", MatchedBy.THREAD),
        # their own mail goes on, while it is owed
        (mail("Og bilaget.", "SV: Svar"), known(ALONE, incoming_answered=(owes("CU-EN"),),
         **ONE_OPEN), "CU-EN", MatchedBy.THREAD),
        # without a thread: brackets or none, any hyphen, in the subject or in the words
        (mail("Svar", "[CU-TO] svar"), ALONE, "CU-TO", MatchedBy.SUBJECT),
        (mail("Svar", "cu-to: svar"), ALONE, "CU-TO", MatchedBy.SUBJECT),
        (mail("Svar", "Svar i CU\u2011TO"), ALONE, "CU-TO", MatchedBy.SUBJECT),
        (mail("Hermed svar på CU–TO.", "Svar"), ALONE, "CU-TO", MatchedBy.SUBJECT),
        (mail("Svar", "Svar"), known(ALONE, **ONE_OPEN), "CU-EN", MatchedBy.SENDER),
        (mail("Svar", "Svar, jf. CU-XX"), known(ALONE, **ONE_OPEN), "CU-EN", MatchedBy.SENDER),
        # the sender in Reply-To as well is no second voice
        (mail("Svar", "Svar"), known(ALONE, voices=frozenset({GREVE}), **ONE_OPEN), "CU-EN",
         MatchedBy.SENDER),
    ],
)  # fmt: skip
def test_a_mail_that_nothing_speaks_against_is_laid_by_itself(
    one: Incoming, clues: Clues, place: str, by: MatchedBy
) -> None:
    found = match(one, clues)

    assert found.by is by
    assert [at.place for at in found.places] == [(place, "collection", GREVE)]


@pytest.mark.parametrize(
    ("why", "one", "clues", "places"),
    [
        ("the subject names another open case", mail("Svar", "Svar i CU-TO"), KNOWN,
         ["CU-EN 0253", "CU-TO 0253"]),
        ("so do its words", mail("Hermed svaret i cu\u2010to."), KNOWN,
         ["CU-EN 0253", "CU-TO 0253"]),
        ("what the thread asked for is answered, something else is open", mail("Svar"),
         known(KNOWN, answered=(ANSWERED,), open_items=(owes("CU-TO"),)),
         ["CU-EN 0253", "CU-TO 0253"]),
        ("the same of a thread that began with their mail", mail("Svar", "SV: Svar"),
         known(ALONE, incoming_answered=(owes("CU-TO"),), **ONE_OPEN),
         ["CU-TO 0253", "CU-EN 0253"]),
        ("a gathered mail", mail("Svar", "SV: Påmindelse"),
         known(KNOWN, answered=(INVITATION, SECOND)), ["CU-EN 0253", "CU-TO 0253"]),
        ("the half of a gathered mail that is answered is named",
         mail("En rettelse til CU-TO.", "SV: Påmindelse"),
         known(KNOWN, **ONE_OPEN, answered=(INVITATION, replace(SECOND, is_open=False))),
         ["CU-EN 0253", "CU-TO 0253"]),
        ("another municipality's contact answers", mail("Svar"),
         known(KNOWN, **FROM_KOEGE, open_items=(*BOTH, owes("CU-EN", KOEGE))),
         ["CU-EN 0253", "CU-EN 0259"]),
        ("the same where that municipality owes nothing", mail("Svar"), known(KNOWN, **FROM_KOEGE),
         ["CU-EN 0253"]),
        ("one of us passes another municipality's answer on in the thread", mail("VS"),
         known(KNOWN, senders=frozenset(), voices=frozenset({KOEGE})), ["CU-EN 0253"]),
        ("an answer that is passed on, in its text or enclosed", mail("Se nedenfor", "VS: Svar"),
         known(NOBODYS, voices=frozenset({GREVE})), ["CU-EN 0253", "CU-TO 0253"]),
        ("the contact in Reply-To only", mail("Svar", "Scan", SCAN),
         known(NOBODYS, voices=frozenset({GREVE}), **ONE_OPEN), ["CU-EN 0253"]),
        ("a colleague of a contact", mail("Svar", "Svar i CU-TO"),
         known(NOBODYS, neighbours=frozenset({GREVE})), ["CU-TO 0253", "CU-EN 0253"]),
        ("a contact of two municipalities", mail("Svar", "CU-EN"),
         known(ALONE, senders=frozenset({GREVE, KOEGE}),
               open_items=(owes("CU-EN"), owes("CU-EN", KOEGE))), ["CU-EN 0253", "CU-EN 0259"]),
        ("two matters and no word of which", mail("Svar", "Svar"), ALONE,
         ["CU-EN 0253", "CU-TO 0253"]),
        ("both are named", mail("Hermed CU-EN og CU-TO.", "Svar"), ALONE,
         ["CU-EN 0253", "CU-TO 0253"]),
        ("a longer reference than the one that is open", mail("Svar", "CU-TO-2026"),
         known(ALONE, references=frozenset({"cu-to", "cu-to-2026"})),
         ["CU-EN 0253", "CU-TO 0253"]),
    ],
)  # fmt: skip
def test_a_mail_that_something_speaks_against_waits_at_all_it_may_concern(
    why: str, one: Incoming, clues: Clues, places: Sequence[str]
) -> None:
    found = match(one, clues)

    assert found.found is None, why
    assert [f"{at.reference} {at.party}" for at in found.places] == places, why


def test_two_steps_of_one_case_are_two_matters() -> None:
    steps: Mapping[str, OpenItem] = {s: owes("CU-EN", step=s) for s in ("collection", "council")}
    clues = known(ALONE, open_items=tuple(steps.values()))

    assert match(mail("Svar", "CU-EN"), clues).found is None
    answered = known(KNOWN, answered=(ANSWERED,), open_items=(steps["council"],))
    assert [at.step for at in match(mail("Svar"), answered).places] == ["collection", "council"]

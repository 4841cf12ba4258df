"""Nothing decides alone who wrote a mail: signs are weighed, and doubt waits and holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incoming import IncomingKind, Meaning
from udmelding.rules.inbox.incoming import Incoming, IncomingFile
from udmelding.rules.inbox.matching import Clues, OpenItem, OurMail
from udmelding.rules.inbox.quoting import forwarded_senders, own_text
from udmelding.rules.inbox.understanding import Understood, understand
from udmelding.rules.inbox.weighing import SURELY_A_MACHINE, WEIGHTS, Side, Sign, verdict

DAY = dt.date(2026, 12, 1)
SENT = dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)
US, GREVE = "sekretariat@udmelding.example", "social@greve.example"
INVITATION = OurMail(
    key="CU-EN/collection/0253/invitation",
    reference="CU-EN",
    step="collection",
    party="0253",
    is_open=True,
    sent_at=SENT - dt.timedelta(days=3),
)
OPEN = (OpenItem(reference="CU-EN", step="collection", party="0253"),)
THREAD = Clues(
    answered=(INVITATION,),
    senders=frozenset({"0253"}),
    open_items=OPEN,
    references=frozenset({"cu-en", "cu-to"}),
    own_addresses=frozenset({US, "karen@udmelding.example"}),
    own_domains=frozenset({"udmelding.example"}),
)
STRANGER = replace(THREAD, answered=(), senders=frozenset(), open_items=())
EXCEL = IncomingFile(file_name="svar.xlsx", media_type="application/octet-stream", content=b"PK")
ICS = IncomingFile(file_name="svar.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")


def mail(
    text: str,
    subject: str = "SV: [CU-EN] Vi beder om jeres svar",
    sender: str = GREVE,
    *,
    files: tuple[IncomingFile, ...] = (),
    calendar: str = "",
    receivers: tuple[str, ...] = (US,),
    sent_at: dt.datetime = SENT,
    **headers: str,
) -> Incoming:
    own = own_text(text)
    return Incoming(
        message_id="<1@greve.example>",
        sent_at=sent_at,
        sender=sender,
        receivers=receivers,
        subject=subject,
        text=text,
        own_text=own,
        kind=IncomingKind.REPLY,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        calendar_method=calendar,
        voices=tuple(one for one in forwarded_senders(text) if one != sender),
        files=files,
    )


def taken(one: Incoming, known: Clues = THREAD) -> Understood:
    return understand(one, known, DAY)


REPLIED = {"auto_submitted": "auto-replied"}
GENERATED = {"auto_submitted": "auto-generated"}
SUPPRESSED = {"x_auto_response_suppress": "All"}
BULK = {"precedence": "bulk"}
QUOTED = "\n\nDen 1. dec. 2026 kl. 09.00 skrev Sekretariatet:\n> Vi mangler jeres svar."


@pytest.mark.parametrize(
    "one",
    [
        mail("Hermed kommunens svar: vi har 3 borgere i målgruppen.", **GENERATED),
        mail("Vi har ingen borgere i målgruppen.", **SUPPRESSED),
        mail("Vi har ingen borgere i målgruppen.", **REPLIED),
        mail("Vedhæftet vores svar.", files=(EXCEL,), **GENERATED),
        mail("Kan vi få udsættelse til den 15. januar?", **BULK),
        mail("Byrådet godkendte sagen den 24. november.", sender="noreply@greve.example"),
        mail("Tak for jeres mail. Hvad menes med målgruppen i spørgsmål 3?", **SUPPRESSED),
        mail("Jeg er på ferie i uge 51, men skemaet er udfyldt.", "Autosvar: på ferie"),
        mail("Se mit svar nedenfor." + QUOTED, **SUPPRESSED),
        mail("Vi svarer inden fristen.", sent_at=INVITATION.sent_at or SENT),
        mail("Kan ikke deltage, men svaret sendes fredag.", "Afvist: Møde", calendar="REPLY"),
    ],
    ids=lambda one: f"{one.own_text[:30]} {sorted(one.headers)}",
)
def test_an_answer_with_a_sign_of_a_machine_is_a_persons_and_holds(one: Incoming) -> None:
    found = taken(one)
    assert found.kind is IncomingKind.REPLY
    assert found.needs_person
    assert [place.place for place in found.holds] == [("CU-EN", "collection", "0253")]


@pytest.mark.parametrize(
    "one",
    [
        mail("", "Afvist: Netværksmøde for kontaktpersoner", calendar="REPLY", files=(ICS,)),
        mail("", "Foreløbig: Netværksmøde", calendar="REPLY"),
        mail("", "Accepteret: Netværksmøde", calendar="REPLY"),
        mail(
            "Tak for din henvendelse.\n\nVi har modtaget din mail og vender tilbage hurtigst "
            "muligt. Denne mail kan ikke besvares.",
            "Kvittering for modtagelse af din henvendelse",
            "noreply@greve.example",
        ),
        mail("Kommunen har modtaget din henvendelse.", "Kvittering for modtagelse"),
        mail("Din henvendelse er registreret.", "Sag 12345 oprettet", **GENERATED),
        mail("Vi har modtaget din mail.", "Automatisk svar: Vi beder om svar", **REPLIED),
        mail("Din meddelelse\n\n Til: A\n Emne: svar\n\nblev læst den 1. maj.", "Læst: svar"),
        mail("Dette er et autosvar. Forventet svartid er 10 dage.", "Autosvar", **SUPPRESSED),
        mail("Nyt fra foreningen.", "Nyhedsbrev", "nyt@forening.example",
             list_id="<nyt.example>", list_unsubscribe="<https://x.example>", **BULK),
    ],
    ids=lambda one: one.subject,
)  # fmt: skip
def test_a_machines_mail_by_several_signs_is_filed_and_holds_nothing(one: Incoming) -> None:
    known = STRANGER if one.sender.endswith("forening.example") else THREAD
    found = taken(one, known)
    assert (found.kind, found.needs_person, found.holds) == (IncomingKind.AUTOMATIC, False, ())


@pytest.mark.parametrize(
    "one",
    [
        mail("Se vores hjemmeside.", **REPLIED),
        mail("Vi har modtaget jeres mail og vender tilbage i næste uge."),
        mail("Jeg er på ferie og er tilbage mandag den 14. december."),
        mail("Skriv til postkassen.", "Fraværende: Påmindelse"),
        mail("Hej"),
    ],
    ids=lambda one: f"{one.own_text[:30]}",
)
def test_what_is_in_doubt_waits_and_holds(one: Incoming) -> None:
    found = taken(one)
    assert (found.kind, found.needs_person) == (IncomingKind.REPLY, True)
    assert found.holds


def test_only_what_may_be_a_machines_is_marked_so() -> None:
    assert taken(mail("Jeg er på ferie og er tilbage mandag den 14. december.")).is_doubtful
    assert not taken(mail("Hej")).is_doubtful
    assert not taken(mail("Hermed vores svar.", files=(EXCEL,))).is_doubtful


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("Jeg er på ferie til og med den 4. december.", None, "2026-12-04"),
        ("Jeg holder ferie i uge 52-1.", "2026-12-21", "2027-01-10"),
        ("Jeg er på ferie og tilbage mandag den 4/1.", None, "2027-01-03"),
        ("Jeg er på orlov og er tilbage primo august 2027.", None, "2027-07-31"),
        ("Jeg er på ferie.", None, ""),
    ],
)
def test_an_absence_has_a_beginning_and_an_end(text: str, since: str | None, until: str) -> None:
    found = taken(mail(text, "Automatisk svar: Vi beder om svar", **REPLIED))
    assert found.kind is IncomingKind.ABSENCE
    assert found.absence is not None
    assert (str(found.absence.since or "") or None, str(found.absence.until or "")) == (
        since,
        until,
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Jeg er stoppet i kommunen. Skriv til Bo på bo@greve.example.", "bo@greve.example"),
        ("Jeg er pr. 1. november fratrådt min stilling.", ""),
        ("Jeg er ikke længere ansat. Kontakt ny@greve.example.", "ny@greve.example"),
        ("Denne postkasse er lukket. Brug social2@greve.example.", "social2@greve.example"),
        ("I no longer work here. Please write to Bo.", ""),
    ],
)
def test_a_machines_news_of_a_contact_waits_for_a_person_and_holds_nothing(
    text: str, address: str
) -> None:
    found = taken(mail(text, "Automatisk svar: Vi beder om svar", **REPLIED, **SUPPRESSED))
    assert found.needs_person
    assert found.suggestion is not None
    assert (found.suggestion.meaning, found.suggestion.address) == (Meaning.NEW_CONTACT, address)


@pytest.mark.parametrize(
    "text",
    [
        "Jeg er på ferie. Haster det, så skriv til Bo i stedet: bo@greve.example.",
        "Jeg er på kursus i dag. Kontakt Bo ved akutte spørgsmål.",
        "Jeg er på barsel til den 1. marts 2027.",
    ],
)
def test_whom_to_ask_in_a_holiday_is_no_news(text: str) -> None:
    assert not taken(mail(text, "Automatisk svar: Vi beder om svar", **REPLIED)).needs_person


# --- A mail has a direction ---

FORWARD = (
    "\n\nFra: Anna <social@greve.example>\nSendt: 20. november 2026 09:00\n"
    "Til: Karen <karen@udmelding.example>\nEmne: Svar\n\nHermed Greve Kommunes svar."
)


@pytest.mark.parametrize(
    "one",
    [
        mail("Sender I skemaet?", sender=US, receivers=(GREVE, US)),
        mail("Sender I skemaet?", sender="karen@udmelding.example", receivers=(GREVE, US)),
        mail("Tak for snakken.", sender="bo@udmelding.example", receivers=(GREVE,)),
        mail("Husk det." + FORWARD, sender=US, receivers=(GREVE, US)),
    ],
    ids=lambda one: one.sender,
)
def test_our_own_letter_is_ours_and_holds_nothing(one: Incoming) -> None:
    found = taken(one, replace(THREAD, senders=frozenset()))
    assert (found.kind, found.needs_person, found.holds) == (IncomingKind.OWN, False, ())


def test_an_answer_that_one_of_us_passes_on_to_the_mailbox_is_an_answer() -> None:
    one = mail("Til orientering." + FORWARD, "VS: Svar", "karen@udmelding.example")
    known = replace(THREAD, answered=(), senders=frozenset(), voices=frozenset({"0253"}))
    found = taken(one, known)
    assert found.kind is IncomingKind.REPLY
    assert [place.party for place in found.holds] == ["0253"]


def test_where_the_secretariat_lives_in_a_municipalitys_domain_the_domain_says_nothing() -> None:
    known = replace(
        THREAD, senders=frozenset(), neighbours=frozenset({"0253"}),
        own_domains=frozenset({"greve.example"}),
    )  # fmt: skip
    assert taken(mail("Hermed vores svar."), known).kind is IncomingKind.REPLY


def test_a_user_who_is_a_contact_as_well_is_asked_about() -> None:
    known = replace(THREAD, own_addresses=frozenset({GREVE}))
    found = taken(mail("Hermed vores svar."), known)
    assert (found.kind, found.is_doubtful, bool(found.holds)) == (IncomingKind.REPLY, True, True)


# --- The law of it ---

SIGNS = st.frozensets(st.sampled_from(list(Sign)))


@given(SIGNS, st.sampled_from(list(Sign)))
def test_no_single_sign_added_or_taken_away_turns_a_persons_mail_into_one_that_is_filed(
    signs: frozenset[Sign], sign: Sign
) -> None:
    kind, is_doubtful = verdict(signs)
    if kind is IncomingKind.REPLY and not is_doubtful:
        assert verdict(signs | {sign})[0] is IncomingKind.REPLY
        assert verdict(signs - {sign})[0] is IncomingKind.REPLY


@given(SIGNS, st.sampled_from([one for one in Sign if WEIGHTS[one][0] is Side.PERSON]))
def test_what_speaks_for_a_person_never_speaks_for_a_machine(
    signs: frozenset[Sign], sign: Sign
) -> None:
    if verdict(signs)[0] is IncomingKind.REPLY:
        assert verdict(signs | {sign})[0] is IncomingKind.REPLY


def test_the_table_holds_every_sign_and_none_of_them_suffices() -> None:
    assert set(WEIGHTS) == set(Sign)
    assert max(weight for _, weight, _ in WEIGHTS.values()) < SURELY_A_MACHINE
    words = [told for _, _, told in WEIGHTS.values()]
    assert len(set(words)) == len(words)


SURE = [
    ("Hermed kommunens svar: vi har 3 borgere i målgruppen.", (EXCEL,)),
    ("Byrådet har godkendt sagen den 24. november 2026.", ()),
    ("Kan vi få udsættelse til den 15. januar?", ()),
    ("Vi har ingen borgere i målgruppen.", ()),
]
ONE_SIGN: list[dict[str, str]] = [
    REPLIED, GENERATED, SUPPRESSED, BULK, {"list_id": "<x.example>"}, {"return_path": "<>"},
    {"x_autoreply": "yes"}, {"precedence": "auto_reply"}, {"x_udmelding_key": "CU-EN/x"},
]  # fmt: skip


@pytest.mark.parametrize("headers", ONE_SIGN, ids=str)
@pytest.mark.parametrize(("text", "files"), SURE)
def test_no_header_takes_an_answer_from_a_person(
    text: str, files: tuple[IncomingFile, ...], headers: dict[str, str]
) -> None:
    for known in (THREAD, replace(THREAD, answered=()), replace(THREAD, senders=frozenset())):
        found = taken(mail(text, files=files, **headers), known)
        assert (found.kind, found.needs_person) == (IncomingKind.REPLY, True)

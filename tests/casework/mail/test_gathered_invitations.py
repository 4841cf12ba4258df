"""Cases that are launched from one letter ask each municipality in one mail, told as one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from models import GATHERED, ContactRole, DocumentKind, MailKind, OutboxState, Scope
from tests.past import record_past
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.desk.search import Kind, search
from udmelding.casework.due.perform import advance
from udmelding.casework.files import ANY, take_in
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.forms.workbooks import Incoming, NotTakenInError, take_in_workbook
from udmelding.casework.launch.launching import NewCase
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.casework.mail.brakes import stop_sending
from udmelding.casework.mail.delivery import MailFate, deliver_waiting
from udmelding.casework.mail.digests import SIBLINGS, gather
from udmelding.casework.mail.leaving import leaving_in, send_invitations_now
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.service import condition_of
from udmelding.casework.wiring import Services
from udmelding.config.forms.library import form_named
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft, say
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, put_contacts
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.transport import Receipt, nothing
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

LAUNCHED = clock.at(dt.date(2024, 8, 1), "10:00")
ANNA = Stamp(LAUNCHED, "anna")
FIRST, SECOND = "CU-UNGE-2024", "CU-VOKSNE-2024"
GREVE = "0253"


@pytest.fixture
def known(services: Services) -> Services:
    """The 17 municipalities of Sjælland have an address each."""
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", ANNA)
    return services


def launch(
    services: Services,
    reference: str,
    at: dt.datetime = LAUNCHED,
    *,
    form: str = "",
    guidance: str = "",
) -> None:
    """Launch a case that came with the letter; its first mails are written, none is sent."""
    new = NewCase(
        reference=reference,
        process="central-udmelding",
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=dt.date(2024, 7, 30),
        particulars=NewParticulars(title=f"Prøve {reference}"),
        deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
    )
    stamp = Stamp(at, "anna")
    taken = take_in(services, "brev.txt", b"Et brev", ANY, stamp)
    launch_with_letter(services, Wanted(new, taken), stamp)
    if guidance:
        file = take_in(services, guidance, f"Vejledning {reference}".encode(), ANY, stamp)
        said = {
            "document_kind": DocumentKind.GUIDANCE,
            "title": "Vejledning",
            "dated_on": at.date(),
            "file_name": file.file_name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
        }
        record_past(services, reference, "document", said, stamp)
    if form:
        ask(services, reference, form_named(form), stamp)
    advance(services, reference, at)


def mails(services: Services, *states: OutboxState, party: str = GREVE) -> list[OutboxMail]:
    with reading(services.engine) as session:
        return [mail for mail in outbox.list_mails(session, states=states) if mail.party == party]


def received(services: Services) -> list[EmailMessage]:
    """What really went to municipalities, from the folder that mails become files in."""
    files = sorted(Path(services.settings.mail.folder).rglob("*.eml"))
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    secretariat = services.settings.secretariat.email
    return [message for message in found if secretariat not in str(message["To"])]


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def names(message: EmailMessage) -> list[str]:
    return [str(part.get_filename()) for part in message.iter_attachments()]


@pytest.mark.parametrize("form", ["", "domfaeldte"])
def test_two_cases_launched_on_one_day_are_seventeen_mails_to_seventeen_municipalities(
    known: Services, form: str
) -> None:
    launch(known, FIRST, form=form)
    launch(known, SECOND, form=form)

    deliver_waiting(known, LAUNCHED, "test")

    sent = received(known)
    assert Counter(str(message["To"]) for message in sent).most_common(1)[0][1] == 1
    assert len(sent) == 17
    for message in sent:
        text = body(message)
        assert f"2 sager på én gang: {FIRST} og {SECOND}" in text
        assert ("som svar på denne mail" in text) is not form
        assert text.count("Skema: «") == (2 if form else 0)
        assert text.count("/k/") == 2, "a link to each case's own page"


def test_without_a_form_the_mail_asks_for_a_reply_and_with_one_it_never_does(
    known: Services,
) -> None:
    launch(known, FIRST, form="domfaeldte")
    launch(known, SECOND)

    deliver_waiting(known, LAUNCHED, "test")

    with_form, _, reply = body(received(known)[0]).partition(f"Prøve {SECOND}")
    assert f"Skema: «{form_named('domfaeldte').title}»" in with_form
    assert "som svar på denne mail" not in with_form
    assert "Send svaret på denne sag som svar på denne mail" in reply
    assert "Skema: «" not in reply


def test_the_letter_that_both_cases_came_with_is_enclosed_once(known: Services) -> None:
    launch(known, FIRST)
    launch(known, SECOND)

    deliver_waiting(known, LAUNCHED, "test")

    assert names(received(known)[0]) == ["brev.txt"]


def test_each_case_s_own_guidance_is_enclosed_and_named_where_it_belongs(known: Services) -> None:
    launch(known, FIRST, guidance="vejledning-voksne.txt")
    launch(known, SECOND, guidance="vejledning-unge.txt")

    deliver_waiting(known, LAUNCHED, "test")

    message = received(known)[0]
    assert sorted(names(message)) == ["brev.txt", "vejledning-unge.txt", "vejledning-voksne.txt"]
    assert body(message).count("Vedhæftet: Udmeldingsbrev og Vejledning") == 2


def test_a_reminder_to_fill_in_a_form_has_the_letter_along_and_one_to_reply_has_not(
    known: Services,
) -> None:
    launch(known, FIRST, form="domfaeldte")
    launch(known, SECOND)
    deliver_waiting(known, LAUNCHED, "test")
    day = LAUNCHED.date()
    while not [m for m in mails(known) if m.mail is MailKind.REMINDER_BEFORE]:
        day += dt.timedelta(days=1)
        for reference in (FIRST, SECOND):
            advance(known, reference, clock.at(day, "08:00"))

    gather(known, clock.at(day, "08:00"))

    found = {
        m.key.split("/")[0]: [one["file_name"] for one in m.attachments]
        for m in mails(known)
        if m.mail is MailKind.REMINDER_BEFORE
    }
    assert found == {FIRST: ["brev.txt"], SECOND: []}
    (digest,) = [m for m in mails(known) if m.mail is MailKind.DIGEST]
    assert [one["file_name"] for one in digest.attachments] == ["brev.txt"]
    assert "Svaret gives i skemaet «" in " ".join(digest.text.split())


def without_links(services: Services) -> Services:
    web = services.settings.web.model_copy(update={"links_in_mails": False})
    settings = services.settings.model_copy(update={"web": web})
    return Services(settings, services.engine, services.transport, services.store)


def test_where_no_link_leads_to_the_form_it_is_enclosed_and_can_be_taken_in_again(
    known: Services,
) -> None:
    ours, day = without_links(known), LAUNCHED.date()
    launch(ours, FIRST, form="domfaeldte")
    launch(ours, SECOND)
    book = f"{FIRST} - Greve - Spørgeskema.xlsx"

    gather(ours, LAUNCHED)

    (whole,) = [m for m in mails(ours) if m.mail in GATHERED]
    assert [one["file_name"] for one in whole.attachments] == ["brev.txt", book]
    text = " ".join(whole.text.split())
    assert "Det er vedhæftet som Excel-fil" in text
    assert "egen side" not in text
    deliver_waiting(ours, LAUNCHED, "test")
    enclosed = {names(m)[-1] for m in received(ours)}
    assert len(enclosed) == 17, "each has its own"
    while not [m for m in mails(ours) if m.mail is MailKind.REMINDER_BEFORE]:
        day += dt.timedelta(days=1)
        advance(ours, FIRST, clock.at(day, "08:00"))
    (reminder,) = [m for m in mails(ours) if m.mail is MailKind.REMINDER_BEFORE]
    assert [one["file_name"] for one in reminder.attachments] == ["brev.txt", book]
    assert "Skemaet er vedhæftet som Excel-fil." in reminder.text
    with ours.store.open_checked(reminder.attachments[-1]["sha256"]) as file:
        came = Incoming(name=book, content=file.read(), is_partial=True)
    with pytest.raises(NotTakenInError) as refused:
        take_in_workbook(ours, FIRST, came, Stamp(LAUNCHED, "anna"))
    told = " ".join(refused.value.lines)
    assert "den, der har udfyldt svaret" in told, "it is theirs, and nobody has filled it in"


def test_a_mail_with_a_link_or_without_a_form_has_no_workbook_along(known: Services) -> None:
    launch(known, FIRST, form="domfaeldte")
    launch(without_links(known), SECOND)

    found = {one["file_name"] for m in mails(known) for one in m.attachments}

    assert found == {"brev.txt"}


def test_a_case_that_is_answered_before_the_mail_goes_is_left_out_of_it(known: Services) -> None:
    launch(known, FIRST)
    launch(known, SECOND)
    gather(known, LAUNCHED)
    answered = {"step": "collection", "party": GREVE, "on": LAUNCHED.date()}
    record_past(known, FIRST, "response", {**answered, "completeness": "complete"}, ANNA)

    deliver_waiting(known, LAUNCHED + dt.timedelta(minutes=1), "test")

    came = {(m.mail, m.key.split("/")[0]): m.state for m in mails(known) if m.rung != "thanks"}
    assert came[MailKind.INVITATION, FIRST] is OutboxState.WITHDRAWN
    assert came[MailKind.INVITATION, SECOND] is OutboxState.SENT
    (whole,) = [m for m in mails(known) if m.mail in GATHERED]
    assert whole.state is OutboxState.WITHDRAWN
    alone = [m for m in received(known) if str(m["Subject"]).startswith(f"[{SECOND}]")]
    assert len(alone) == 1
    assert FIRST not in body(alone[0]), "it goes by itself, with its own words"
    assert len(received(known)) == 17


def test_a_case_that_is_paused_before_the_mail_goes_is_taken_out_for_everybody(
    known: Services,
) -> None:
    launch(known, FIRST)
    launch(known, SECOND)
    gather(known, LAUNCHED)
    record_past(known, FIRST, "pause", {"is_paused": True, "reason": "fejl i brevet"}, ANNA)

    deliver_waiting(known, LAUNCHED + dt.timedelta(minutes=1), "test")

    assert len(received(known)) == 17
    assert all(FIRST not in body(message) for message in received(known))


def test_an_invitation_that_a_person_has_reworded_goes_by_itself(known: Services) -> None:
    launch(known, FIRST)
    launch(known, SECOND)
    (mine,) = [m for m in mails(known) if m.key.startswith(FIRST)]
    with writing(known.engine) as session:
        words = {"subject": "Kort", "text": "Kort.", "changed_at": LAUNCHED, "changed_by": "anna"}
        say(session, MailDraft(key=mine.key, is_held=False, reason="", **words), has_looked=True)

    gather(known, LAUNCHED)

    assert not [m for m in mails(known) if m.mail in GATHERED]


def test_one_address_that_answers_for_two_municipalities_gets_one_mail_of_one_case(
    known: Services,
) -> None:
    shared = [
        ContactValue(party=party, role=ContactRole.COORDINATOR, name="Fælles", email="f@x.example")
        for party in (GREVE, "0265")
    ]
    with writing(known.engine) as session:
        put_contacts(session, shared, ANNA)
    launch(known, FIRST)

    deliver_waiting(known, LAUNCHED, "test")

    (message,) = [m for m in received(known) if "f@x.example" in str(m["To"])]
    assert f"2 ting i sagen {FIRST}" in body(message)
    assert "fra Greve Kommune" in body(message)
    assert "fra Roskilde Kommune" in body(message)


# --- No list counts a mail and its parts -----------------------------------------------------


def test_every_list_tells_the_gathered_mail_from_its_parts(known: Services) -> None:
    launch(known, FIRST)
    launch(known, SECOND)
    deliver_waiting(known, LAUNCHED, "test")

    with reading(known.engine) as session:
        of_greve = [m for m in outbox.list_mails(session) if m.party == GREVE]
        came = progress_of(session, of_greve, LAUNCHED)
        told = {m.mail: came[m.key].gathered for m in of_greve}
        lines = [line.text for line in log(session, find(session, FIRST), LAUNCHED)]
    assert told == {
        MailKind.INVITATION_DIGEST: "samlet mail: 2 sager",
        MailKind.INVITATION: "del af én mail",
    }, "files are sent to nobody"
    assert sum("samlet mail: 2 sager" in line for line in lines) == 17
    assert sum("del af én mail" in line for line in lines) == 17
    abouts = [hit.about for hit in search(known, [SECOND.casefold()], LAUNCHED)[Kind.MAIL]]
    assert sum("samlet mail: 2 sager" in about for about in abouts) == 17
    assert sum("del af én mail" in about for about in abouts) == 17


def test_the_condition_counts_the_mails_that_went_and_not_their_parts(known: Services) -> None:
    launch(known, FIRST)
    launch(known, SECOND)
    fates = deliver_waiting(known, LAUNCHED, "test")

    counted = condition_of(known, LAUNCHED.date()).mails
    assert counted[OutboxState.SENT] == fates[MailFate.AS_FILE]


# --- Where mails are really sent, the first waits for the second ------------------------------


class Server:
    """A mail server that takes everything, and notes what."""

    name = "smtp"

    def __init__(self) -> None:
        self.taken: list[str] = []

    def deliver(self, message: object, key: str, before: object = nothing) -> Receipt:
        self.taken.append(key)
        return Receipt(transport="smtp", detail="250")

    def has_taken(self, message: object, key: str) -> bool | None:
        return None


def sending(services: Services, server: Server) -> Services:
    mail = services.settings.mail.model_copy(
        update={"transport": "smtp", "host": "mail.example", "per_minute": 0}
    )
    settings = services.settings.model_copy(update={"mail": mail})
    return Services(settings, services.engine, server, services.store)


def invited(server: Server) -> list[str]:
    return [key for key in server.taken if "/invitation" in key or "/digest/" in key]


def test_an_invitation_waits_half_an_hour_for_the_second_case_of_the_letter(
    known: Services,
) -> None:
    server = Server()
    ours, soon = sending(known, server), LAUNCHED + dt.timedelta(minutes=20)
    launch(ours, FIRST)
    deliver_waiting(ours, LAUNCHED, "at once")
    assert invited(server) == []

    launch(ours, SECOND, soon)
    deliver_waiting(ours, soon, "too soon")
    assert invited(server) == []

    deliver_waiting(ours, LAUNCHED + SIBLINGS, "in time")
    assert len(invited(server)) == 17
    deliver_waiting(ours, soon + SIBLINGS, "nothing is left")
    assert len(invited(server)) == 17
    parts = [m for m in mails(ours) if m.mail is MailKind.INVITATION]
    with reading(ours.engine) as session:
        at = LAUNCHED + 2 * SIBLINGS
        told = {progress_of(session, [m], at)[m.key].gathered for m in parts}
    assert told == {"sendt som del af én mail"}


def leaving(services: Services, reference: str, now: dt.datetime) -> list[str]:
    with reading(services.engine) as session:
        found = leaving_in(services.settings, session, find(session, reference), now)
    return [one.words for one in found]


def test_it_is_told_when_they_leave_and_they_can_be_let_go_before(known: Services) -> None:
    server = Server()
    ours, soon = sending(known, server), LAUNCHED + dt.timedelta(minutes=12)
    launch(ours, FIRST)
    assert leaving(ours, FIRST, LAUNCHED) == ["17 mails går kl. 10.30."]
    launch(ours, SECOND, soon)
    assert leaving(ours, SECOND, soon) == ["17 mails går kl. 10.30."], "with those of the first"
    deliver_waiting(ours, soon, "the flow")  # comes by, and leaves them until their wait is over

    told, is_good = send_invitations_now(ours, SECOND, soon, "now")

    assert (told, is_good) == ("Mails: 17 afleveret til jeres mailserver.", True)
    assert all(key.startswith(SECOND) for key in invited(server))
    assert leaving(ours, SECOND, soon) == []
    assert leaving(ours, FIRST, soon) == ["17 mails går kl. 10.30."]
    assert leaving(ours, FIRST, LAUNCHED + SIBLINGS) == ["17 mails går inden for 10 minutter."]
    with pytest.raises(RefusedError, match="ingen invitationer"):
        send_invitations_now(ours, SECOND, soon, "again")


def test_outside_the_hours_no_button_lets_invitations_go(known: Services) -> None:
    ours, late = sending(known, Server()), clock.at(LAUNCHED.date(), "20:00")
    launch(ours, FIRST, late)

    (told,) = leaving(ours, FIRST, late)

    assert told.startswith("17 mails går 2. august 2024 kl. ")
    with pytest.raises(RefusedError, match="kun i arbejdstiden"):
        send_invitations_now(ours, FIRST, late, "now")


def test_while_all_sending_is_stopped_no_button_lets_invitations_go(known: Services) -> None:
    ours = sending(known, Server())
    launch(ours, FIRST)
    stop_sending(ours, "", LAUNCHED, "anna")

    with pytest.raises(RefusedError, match="Al udsendelse er stoppet"):
        send_invitations_now(ours, FIRST, LAUNCHED, "now")


def test_a_single_case_is_sent_when_it_has_waited_and_at_once_for_somebody_who_looks_on(
    known: Services,
) -> None:
    server = Server()
    ours = sending(known, server)
    launch(ours, FIRST)
    deliver_waiting(ours, LAUNCHED, "looking on", is_patient=False)
    assert len(invited(server)) == 17

    launch(ours, SECOND)
    deliver_waiting(ours, LAUNCHED, "the flow")
    assert len(invited(server)) == 17
    deliver_waiting(ours, LAUNCHED + SIBLINGS, "the flow again")
    assert len(invited(server)) == 34

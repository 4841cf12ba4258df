"""Minutes that a reply only links to are fetched by a person's press, read, and suggested."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import docx
import pytest

from models import IncomingState, Level, Meaning, Outcome
from tests.casework.inbox.test_locked import POSSIBLE
from tests.casework.inbox.test_minutes_of_files import MINUTES
from tests.casework.inbox.test_receiving import reply, taken
from tests.conftest import TwoCases
from tests.documents.files.test_bad_files import pdf
from tests.rules.files.test_cpr import BORN, number_born
from udmelding.casework.inbox import linked_minutes
from udmelding.casework.inbox.linked_minutes import (
    ADVICE,
    LIMITS,
    MinutesError,
    links_of,
    read_linked,
    read_pasted,
)
from udmelding.casework.inbox.meaning import Reading, handle, move
from udmelding.casework.wiring import Services
from udmelding.errors import ConfirmationNeededError, NotFoundError, RefusedError, UdmeldingError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

CLEAN = MINUTES[:-1]
DECIDED = "<p>" + "</p>\n<p>".join(CLEAN) + "</p>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
WORD = {"Content-Type": linked_minutes._WORD}
SHELL = (
    b"<html><body><div id=root></div><script>" + b"var a = 1;" * 900 + b"</script></body></html>"
)
LOGIN = DECIDED + '<form><input name="p" type="password"></form>'
CPR = DECIDED + f"<p>Borger {number_born(BORN)} blev nævnt.</p>"

Page = tuple[int, bytes, dict[str, str]]


class Council(BaseHTTPRequestHandler):
    """A council's web site; paths say how it behaves."""

    pages: dict[str, Page]

    def do_GET(self) -> None:
        if self.path == "/langsom":
            time.sleep(1)
            return
        code, body, headers = self.pages[self.path.partition("?")[0]]
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


def pages() -> dict[str, Page]:
    scanned, written = pdf(), word_of(CLEAN)
    return {
        "/side": (200, DECIDED.encode(), HTML),
        "/sidste-aar": (200, DECIDED.replace("2027", "2024").encode(), HTML),
        "/flyttet": (302, b"", {"Location": "/side"}),
        "/referat.docx": (200, written, WORD),
        "/referat.txt": (200, "\n".join(CLEAN).encode(), {"Content-Type": "text/plain"}),
        "/skannet.pdf": (200, scanned, {"Content-Type": "application/pdf"}),
        "/intet": (200, ("<p>Velkommen til kommunens hjemmeside.</p>" * 9).encode(), HTML),
        "/404": (404, b"findes ikke", HTML),
        "/403": (403, LOGIN.encode(), HTML),
        "/login": (200, LOGIN.encode(), HTML),
        "/stor": (200, b"x" * 3_000_000, {"Content-Type": "text/plain"}),
        "/skal": (200, SHELL, HTML),
        "/billede": (200, b"\x89PNG\r\n\x1a\n" + b"\x00" * 400, {"Content-Type": "image/png"}),
        "/regneark": (200, written, {"Content-Type": "application/vnd.ms-excel"}),
        "/tom": (200, b"", HTML),
        "/cpr": (200, CPR.encode(), HTML),
        "/maaske": (200, DECIDED.encode() + b"<p>" + POSSIBLE + b"</p>", HTML),
        "/rundt": (302, b"", {"Location": "/rundt"}),
        "/fil": (302, b"", {"Location": "file:///etc/passwd"}),
    }


def word_of(lines: tuple[str, ...]) -> bytes:
    document, content = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(content)
    return content.getvalue()


@contextmanager
def serving() -> Iterator[str]:
    """The council's site, while it is open; gives its address."""
    Council.pages = pages()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Council)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


OPENED = replace(
    LIMITS, public_only=False, timeout_seconds=0.4, total_seconds=5, most_bytes=2_000_000
)
"""This machine may be called, and nobody waits long."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linked_minutes, "LIMITS", OPENED)


Arrived = Callable[[str], InboxMail]


@pytest.fixture
def arrived(services: Services, two_cases: TwoCases, invitation: OutboxMail) -> Arrived:
    """A reply with those words, laid where the council's decision is owed."""

    def take(words: str) -> InboxMail:
        mail = taken(services, reply(invitation, f"{words}\n"), two_cases.now)
        move(services, mail.key, two_cases.references[0], "councils", "0253", two_cases.now)
        return now_of(services, mail.key)

    return take


def now_of(services: Services, key: str) -> InboxMail:
    with reading(services.engine) as session:
        return incoming.get(session, key)


@pytest.fixture
def stamp(two_cases: TwoCases) -> Stamp:
    """Anna, after the meeting of the minutes."""
    return Stamp(two_cases.now.replace(year=2027, month=4, day=6), "anna")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/side", "referat-127.0.0.1.txt"),
        ("/flyttet", "referat-127.0.0.1.txt"),
        ("/referat.docx", "referat.docx"),
        ("/referat.txt?id=4", "referat.txt"),
    ],
)
def test_what_a_council_decided_is_suggested_from_behind_the_link(
    services: Services, arrived: Arrived, stamp: Stamp, site: str, path: str, name: str
) -> None:
    mail = arrived(f"Se referatet her: {site}{path}.")
    assert "outcome" not in mail.suggestion or not mail.suggestion["outcome"], "nothing by itself"

    told = read_linked(services, mail.key, 0, stamp)

    assert told.startswith(f"Referatet er hentet som «{name}».")
    read = now_of(services, mail.key)
    said = read.suggestion
    assert (said["meaning"], said["outcome"], said["level"], said["on"], said["item_number"]) == (
        Meaning.DECISION,
        Outcome.APPROVED,
        Level.COUNCIL,
        "2027-03-25",
        "91",
    )
    assert said["link"] == f"{site}{path}"
    assert [file["file_name"] for file in read.attachments] == [name]
    with services.store.open_checked(read.attachments[0]["sha256"]) as file:
        assert file.read()
    read_linked(services, mail.key, 0, stamp)
    assert len(now_of(services, mail.key).attachments) <= 2, "a page says when it was read"


@pytest.mark.usefixtures("opened")
def test_the_link_becomes_the_decisions_evidence(
    services: Services, two_cases: TwoCases, arrived: Arrived, stamp: Stamp, site: str
) -> None:
    mail = arrived(f"Se {site}/side")
    read_linked(services, mail.key, 0, stamp)
    link = now_of(services, mail.key).suggestion["link"]

    reason = replace(stamp, even_so="mødet er i det år, prøven er lagt")
    said = Reading(
        meaning=Meaning.DECISION,
        outcome="approved",
        level="council",
        on="25/3-2027",
        item_number="91",
        evidence=link,
    )
    handle(services, mail.key, said, reason)

    with reading(services.engine) as session:
        (decision,) = load(session, two_cases.references[0], reason.now).decisions
    assert (decision.evidence, decision.is_proven, decision.item_number) == (link, True, "91")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/404", "404 Not Found"),
        ("/403", "403 Forbidden"),
        ("/login", "logger ind"),
        ("/langsom", "svarede ikke inden for 0.4 sekunder"),
        ("/stor", "større end 2 MB"),
        ("/skal", "først sit indhold i en browser"),
        ("/billede", "ikke til en side, en PDF eller et Word-dokument"),
        ("/regneark", "ikke til en side, en PDF eller et Word-dokument"),
        ("/tom", "siden er tom"),
        ("/cpr", "cpr-nummer"),
        ("/rundt", "for mange gange"),
        ("/fil", "http://"),
    ],
)
def test_what_cannot_be_read_says_what_to_do_and_changes_nothing(
    services: Services, arrived: Arrived, stamp: Stamp, site: str, path: str, why: str
) -> None:
    mail = arrived(f"Se {site}{path}")

    with pytest.raises(MinutesError, match=why) as caught:
        read_linked(services, mail.key, 0, stamp)

    assert caught.value.message.startswith("Referatet kunne ikke hentes: ")
    assert caught.value.message.endswith(ADVICE)
    assert now_of(services, mail.key) == mail


@pytest.mark.usefixtures("opened")
def test_minutes_that_may_hold_a_cpr_number_are_kept_once_somebody_has_looked(
    services: Services, arrived: Arrived, stamp: Stamp, site: str
) -> None:
    mail = arrived(f"Se {site}/maaske")
    with pytest.raises(ConfirmationNeededError):
        read_linked(services, mail.key, 0, stamp)
    assert now_of(services, mail.key) == mail

    read_linked(services, mail.key, 0, replace(stamp, has_looked=True))

    assert now_of(services, mail.key).suggestion["outcome"] == "approved"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "10.1.2.3", "169.254.169.254", "[::1]:{port}"]
)
def test_an_address_that_only_our_server_reaches_is_not_fetched(
    services: Services, arrived: Arrived, stamp: Stamp, site: str, host: str
) -> None:
    place = host.format(port=site.rpartition(":")[2])
    mail = arrived(f"Se http://{place}/side")

    with pytest.raises(MinutesError, match="ikke på det offentlige internet"):
        read_linked(services, mail.key, 0, stamp)

    assert now_of(services, mail.key) == mail


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("path", "told"), [("/skannet.pdf", "kun billeder"), ("/intet", "ikke fundet en beslutning")]
)
def test_minutes_in_which_nothing_can_be_read_are_kept_for_a_person(
    services: Services, arrived: Arrived, stamp: Stamp, site: str, path: str, told: str
) -> None:
    mail = arrived(f"Sagen blev godkendt, se {site}{path}")

    assert told in read_linked(services, mail.key, 0, stamp)

    read = now_of(services, mail.key)
    assert len(read.attachments) == 1
    assert read.suggestion["outcome"] == mail.suggestion["outcome"], "the mail's own words stand"


def test_pasted_minutes_are_read_and_not_kept(
    services: Services, arrived: Arrived, stamp: Stamp
) -> None:
    mail = arrived("Se https://dagsorden.greve.example/91")

    told = read_pasted(services, mail.key, "\n".join(CLEAN), stamp)

    assert told == "Teksten er læst. Se efter, om forslaget passer, og registrér det."
    said = now_of(services, mail.key).suggestion
    assert (said["outcome"], said["link"]) == ("approved", "https://dagsorden.greve.example/91")
    with pytest.raises(RefusedError, match="Indsæt teksten"):
        read_pasted(services, mail.key, " \n", stamp)
    with pytest.raises((UdmeldingError, ConfirmationNeededError), match="cpr"):
        read_pasted(services, mail.key, f"Borger {number_born(BORN)}", stamp)


def test_a_link_behind_words_of_html_is_found_and_that_of_what_is_quoted_is_not(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    message = EmailMessage()
    message["From"], message["To"] = invitation.recipients[0], "sekretariat@udmelding.example"
    message["Subject"], message["In-Reply-To"] = "SV: x", invitation.message_id
    message.set_content(
        '<p>Se referatet <a href="https://dagsorden.greve.example/91">her</a>.</p>'
        "<div><p>Fra: Sekretariatet<br>Sendt: 1. august 2024<br>Til: Greve<br>Emne: Svar</p>"
        '<p>Læs <a href="https://udmelding.example/vejledning">vejledningen</a></p></div>',
        subtype="html",
    )

    mail = taken(services, message.as_bytes(), two_cases.now)

    assert links_of(mail) == ("https://dagsorden.greve.example/91",)
    assert "https" not in mail.own_text, "the words are kept as they were"


def test_a_mail_that_somebody_has_handled_fetches_nothing(
    services: Services, arrived: Arrived, stamp: Stamp
) -> None:
    mail = arrived("Se https://dagsorden.greve.example/91")
    with pytest.raises(NotFoundError):
        read_linked(services, mail.key, 1, stamp)
    handle(services, mail.key, Reading(meaning=Meaning.NOTHING), stamp)
    assert now_of(services, mail.key).state is IncomingState.HANDLED

    for way in (lambda: read_linked(services, mail.key, 0, stamp),
                lambda: read_pasted(services, mail.key, "Godkendt", stamp)):  # fmt: skip
        with pytest.raises(RefusedError, match="En anden har behandlet"):
            way()

"""A trial mail says which server took it, or what is to be mended; each key goes once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import pytest

from tests.outside.mail.graph_server import Answer, graph_server
from tests.outside.mail.test_graph import settings_for
from udmelding import clock
from udmelding.casework.mail.brakes import stop_sending
from udmelding.casework.mail.trial import send_trial
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.mail.sending_faults import fault_at
from udmelding.outside.mail.graph import GraphTransport
from udmelding.outside.mail.transport import MailDelayedError, MailRefusedError, Receipt, nothing
from udmelding.rules.mail.faults import HOW_TO_MEND, Mend

NOW = clock.at(dt.date(2025, 2, 10), "09:00")
ME = "mig@kommune.example"


class Server:
    """A mail server that takes what it is given, or has one trouble."""

    name = "smtp"

    def __init__(self, trouble: BaseException | None = None) -> None:
        self.sent: list[EmailMessage] = []
        self.trouble = trouble

    def deliver(
        self, message: EmailMessage, key: str, before: Callable[[], None] = nothing
    ) -> Receipt:
        if self.trouble is not None:
            raise self.trouble
        self.sent.append(message)
        return Receipt(transport="smtp", detail="250 2.0.0 queued as 4F2")

    def has_taken(self, message: EmailMessage, key: str) -> None:
        return


def through(services: Services, server: Server) -> Services:
    chosen = {"transport": "smtp", "host": "smtp.kommune.example"}
    mail = services.settings.mail.model_copy(update=chosen)
    settings = services.settings.model_copy(update={"mail": mail})
    return replace(services, settings=settings, transport=server)


def mend(services: Services) -> Mend | None:
    with reading(services.engine) as session:
        found = fault_at(session)
    return found.mend if found else None


def test_it_says_which_server_took_it_and_what_it_answered(services: Services) -> None:
    server = Server()

    tried = send_trial(through(services, server), ME, NOW, "anna")

    assert tried.is_good
    assert "smtp.kommune.example:587, som svarede «250 2.0.0 queued as 4F2»" in tried.text
    assert [str(message["To"]) for message in server.sent] == [ME]


def test_pressed_twice_it_goes_once_and_says_the_same(services: Services) -> None:
    server = Server()
    ours = through(services, server)

    first = send_trial(ours, ME, NOW, "anna", "trial/form-1")
    again = send_trial(ours, ME, NOW + dt.timedelta(minutes=1), "anna", "trial/form-1")
    send_trial(ours, ME, NOW + dt.timedelta(minutes=2), "anna")

    assert first == again
    assert len(server.sent) == 2, "a new try is a new mail"


def test_killed_in_the_middle_it_is_not_sent_again_under_its_key(services: Services) -> None:
    class KilledError(BaseException):
        """Stands for a kill."""

    with pytest.raises(KilledError):
        send_trial(through(services, Server(KilledError())), ME, NOW, "anna", "trial/x")
    server = Server()

    tried = send_trial(through(services, server), ME, NOW, "anna", "trial/x")

    assert "det vides ikke, om den er sendt" in tried.text
    assert server.sent == []


def test_a_fault_of_ours_says_what_to_mend_and_a_trial_that_goes_ends_it(
    services: Services,
) -> None:
    said = "mailserveren svarede 550 5.7.60 no permissions to send as this sender."
    trouble = MailDelayedError("x", said, mend=Mend.SEND_AS)

    tried = send_trial(through(services, Server(trouble)), ME, NOW, "anna")

    assert not tried.is_good
    assert said in tried.text
    assert HOW_TO_MEND[Mend.SEND_AS] in tried.text
    assert mend(services) is Mend.SEND_AS
    send_trial(through(services, Server()), ME, NOW + dt.timedelta(minutes=1), "anna")
    assert mend(services) is None


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (MailRefusedError("x", f"{ME}: 550 5.1.1 User unknown"), "550 5.1.1 User unknown"),
        (MailDelayedError("x", "451 4.7.1 Greylisted"), "prøv igen om lidt"),
        (MailDelayedError("x", "brød sammen.", is_in_doubt=True), "det vides ikke"),
    ],
)
def test_what_concerns_the_one_receiver_says_nothing_of_all(
    services: Services, trouble: Exception, told: str
) -> None:
    tried = send_trial(through(services, Server(trouble)), ME, NOW, "anna")

    assert told in tried.text
    assert not tried.is_good
    assert mend(services) is None


def test_in_a_home_that_writes_files_it_says_so(services: Services) -> None:
    tried = send_trial(services, ME, NOW, "anna")

    assert not tried.is_good
    assert "skrevet som fil, ikke sendt" in tried.text
    assert len(list(services.settings.mail.folder.rglob("*.eml"))) == 1


def test_over_graph_a_missing_permission_says_what_to_mend(services: Services) -> None:
    with graph_server() as graph:
        graph.script = [Answer(403, "ErrorAccessDenied")]
        ours = replace(services, transport=GraphTransport(settings_for(graph.address), 2.0))

        assert HOW_TO_MEND[Mend.ACCESS] in send_trial(ours, ME, NOW, "anna").text
        later = send_trial(ours, ME, NOW + dt.timedelta(minutes=1), "anna")

    assert "afleveret til Microsoft 365" in later.text


def test_nothing_goes_while_all_sending_is_stopped_or_to_whom_nobody_may_write(
    services: Services,
) -> None:
    server = Server()
    ours = through(services, server)
    mail = ours.settings.mail.model_copy(update={"only_to": ("*@andre.example",)})
    limited = replace(ours, settings=ours.settings.model_copy(update={"mail": mail}))
    with pytest.raises(RefusedError, match="only_to"):
        send_trial(limited, ME, NOW, "anna")
    with pytest.raises(RefusedError, match="ikke en mailadresse"):
        send_trial(ours, "mig", NOW, "anna")
    stop_sending(ours, "", NOW, "anna")
    with pytest.raises(RefusedError, match="stoppet"):
        send_trial(ours, ME, NOW, "anna")

    assert server.sent == []

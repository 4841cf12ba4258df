"""Which groups of settings are there? Secretariat, agency, mail in and out, files, pages, Prefect.

Defaults are the ones a secretariat meets when it has set nothing: mails become files and nothing
is sent. What a validator says never shows a value, because it may be a password.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from udmelding.config import flaw_wording

Email = Annotated[str, Field(pattern=flaw_wording.EMAIL_PATTERN)]
Host = Annotated[str, Field(pattern=flaw_wording.HOST_PATTERN)]
Line = Annotated[str, Field(pattern=flaw_wording.LINE_PATTERN)]
Name = Annotated[str, Field(pattern=flaw_wording.LINE_PATTERN, min_length=1)]
Receiver = Annotated[str, Field(pattern=flaw_wording.RECEIVER_PATTERN)]
NamedReceiver = Annotated[str, Field(pattern=flaw_wording.NAMED_RECEIVER_PATTERN)]


OIDC_CONFIGURATION = "/.well-known/openid-configuration"
"""Where a provider of accounts says how it works, below its address (OpenID Connect Discovery)."""


def is_this_machine(host: str) -> bool:
    """Whether a host means the machine itself, to whoever asks."""
    try:
        place = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761, 6.3
    return place.is_loopback or place.is_unspecified


class Section(BaseModel):
    """Base of the groups of settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Secretariat(Section):
    """Who sends the mails.

    Attributes:
        name: the secretariat as mails and papers name it.
        email: the address that mails come from and answers go to.
        sender_name: what stands before that address; as written empty, as loaded never: ``name``.
        phone: shown under mails; empty shows none.
    """

    name: Name = "Rammeaftalesekretariatet"
    email: Email = "sekretariat@udmelding.example"
    sender_name: Line = ""
    phone: Line = ""


class Agency(Section):
    """Who sends central udmeldinger and receives the reports: its name and its address."""

    name: Name = "Social- og Boligstyrelsen"
    email: Email = "cu@styrelsen.example"


class Mail(Section):
    """How mails go out.

    Attributes:
        transport: ``folder`` writes each mail as a file and sends nothing; ``smtp`` sends, and
            ``graph`` does it through Microsoft 365 (section ``graph``).
        folder: where those files go; a relative path is taken from home, and loaded absolute.
        host: the mail server; ``smtp`` needs it.
        port: its port.
        security: ``starttls``, ``tls`` (from the first byte), or ``none``.
        username: empty if the server asks for no login.
        password: goes with the user name.
        timeout_seconds: how long to wait for the server.
        message_id_domain: right side of Message-IDs; empty is loaded as the secretariat's domain.
        dry_run: write files, whatever the transport is, and say so on every page.
        only_to: addresses that may be written to, ``*@kommune.example`` for all of a domain; empty
            is everybody. A mail to anybody else is not sent.
        letters_to: receivers of letters that processes name beside the agency, each with its
            address: ``Socialtilsyn Øst <post@tilsyn.example>``.
        per_minute: most mails in a minute, over all senders; 0 is no limit. Exchange Online takes
            30 from one mailbox.
        per_minute_and_domain: the same for the receivers of one domain.
    """

    transport: Literal["folder", "smtp", "graph"] = "folder"
    folder: Path = Path("mail")
    host: Host = Field(default="", validate_default=True)
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: Line = ""
    password: SecretStr = Field(default=SecretStr(""), validate_default=True)
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    message_id_domain: Host = ""
    dry_run: bool = False
    only_to: tuple[Receiver, ...] = ()
    letters_to: tuple[NamedReceiver, ...] = ()
    per_minute: Annotated[int, Field(ge=0, le=10_000)] = 30
    per_minute_and_domain: Annotated[int, Field(ge=0, le=10_000)] = 0

    @property
    def letter_addresses(self) -> dict[str, tuple[str, str]]:
        """Name and address of each receiver in ``letters_to``, by its name."""
        parted = (entry[:-1].rpartition("<") for entry in self.letters_to)
        return {name.strip(): (name.strip(), email) for name, _, email in parted}

    @field_validator("host")
    @classmethod
    def _is_there_for_smtp(cls, host: str, info: ValidationInfo) -> str:
        if info.data.get("transport") == "smtp" and not host:
            raise ValueError('mangler: med transport = "smtp" skal mailserveren nævnes')
        return host

    @field_validator("password")
    @classmethod
    def _goes_with_username(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        username = info.data.get("username", "")
        if bool(username) != bool(password.get_secret_value()):
            raise ValueError("username og password hører sammen: skriv begge eller ingen af dem")
        return password


class Graph(Section):
    """Microsoft 365: one application that sends (and reads) one mailbox (client credentials).

    Attributes:
        tenant: the organisation's id or domain; ``graph`` as transport needs it and the next three.
        client_id: the application's id.
        client_secret: its secret.
        mailbox: the mailbox that mails are sent from, such as ``sekretariat@kommune.example``.
        authority: where tokens are asked for; another one for national clouds.
        api_url: where the interface is.
    """

    tenant: Line = ""
    client_id: Line = ""
    client_secret: SecretStr = SecretStr("")
    mailbox: Annotated[str, Field(pattern=rf"^$|{flaw_wording.EMAIL_PATTERN}")] = ""
    authority: Annotated[str, Field(pattern=flaw_wording.WEB_PATTERN)] = (
        "https://login.microsoftonline.com"
    )
    api_url: Annotated[str, Field(pattern=flaw_wording.WEB_PATTERN)] = (
        "https://graph.microsoft.com/v1.0"
    )

    @property
    def missing(self) -> list[str]:
        """The settings without which nothing can be sent."""
        needed = {
            "tenant": self.tenant,
            "client_id": self.client_id,
            "client_secret": self.client_secret.get_secret_value(),
            "mailbox": self.mailbox,
        }
        return [name for name, value in needed.items() if not value]


class Mailbox(Section):
    """The mailbox that answers and delivery reports come to, read over IMAP; no host: not read.

    Attributes:
        host: the IMAP server; empty reads nothing.
        port: its port.
        security: ``tls`` (from the first byte), ``starttls``, or ``none``.
        login: ``password``, or ``oauth`` for a token of section ``graph`` (Exchange Online).
        username: usually the mailbox's address.
        password: goes with the user name when ``login`` is ``password``.
        folder: the folder that is read.
        done_folder: where mails that were read are moved; empty leaves them, marked as read.
        timeout_seconds: how long to wait for the server.
    """

    host: Host = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    security: Literal["none", "starttls", "tls"] = "tls"
    login: Literal["password", "oauth"] = "password"
    username: Line = ""
    password: SecretStr = SecretStr("")
    folder: Name = "INBOX"
    done_folder: Line = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0


class Files(Section):
    """Files that somebody sends, and what looks for viruses in them; empty: nothing does.

    Attributes:
        clamd: the socket of clamd (ClamAV): a path, or ``tcp://host:port``.
        timeout_seconds: how long to wait for its answer to one file.
    """

    clamd: Annotated[str, Field(pattern=flaw_wording.SOCKET_PATTERN)] = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0


class Web(Section):
    """The pages.

    Attributes:
        host: the address to listen on; ``127.0.0.1`` is this machine only.
        port: the port to listen on.
        url: how people reach the pages; links in mails begin with it. With ``https`` cookies are
            sent over encrypted connections only.
        session_hours: how long a person stays signed in.
        idle_minutes: and for how long without doing anything.
        link_days: how many days a municipality's personal link works at most; 0: as long as its
            case, and 30 days after it is closed.
        links_in_mails: whether mails to a municipality carry such a link; see ``Settings``.
        webhooks_to_private: whether webhooks may lead into the local network.
    """

    host: Host = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    url: Annotated[str, Field(pattern=flaw_wording.WEB_PATTERN)] = "http://127.0.0.1:8080"
    session_hours: Annotated[int, Field(ge=1, le=72)] = 12
    idle_minutes: Annotated[int, Field(ge=5, le=720)] = 120
    link_days: Annotated[int, Field(ge=0, le=730)] = 0
    links_in_mails: bool = True
    webhooks_to_private: bool = False


class Oidc(Section):
    """Sign-in with the organisation's own accounts (OpenID Connect); empty: local users only.

    Attributes:
        is_used: whether the sign-in page offers it, once it is set up.
        name: what the button calls the provider; empty calls it the organisation.
        issuer: the provider's address; its configuration is found below it.
        client_id: the name under which the provider knows us.
        client_secret: the password that goes with it.
        login_claim: the claim that holds a user's login here.
    """

    is_used: bool = True
    name: Annotated[str, Field(pattern=flaw_wording.LINE_PATTERN, max_length=60)] = ""
    issuer: Annotated[str, Field(pattern=flaw_wording.MAYBE_WEB_PATTERN)] = ""
    client_id: Line = Field(default="", validate_default=True)
    client_secret: SecretStr = SecretStr("")
    login_claim: Name = "email"

    @property
    def is_on(self) -> bool:
        """Whether people are offered to sign in so."""
        return self.is_used and bool(self.issuer)

    @field_validator("issuer")
    @classmethod
    def _is_an_issuer(cls, issuer: str) -> str:
        # People copy the address of the configuration, which is the one that shows in a browser.
        issuer = issuer.removesuffix(OIDC_CONFIGURATION)
        if not issuer:
            return issuer
        try:
            parts = urlsplit(issuer)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.username is not None or parts.query or parts.fragment:
            raise ValueError("skal være udbyderens adresse alene, som https://login.example.dk")
        if parts.scheme != "https" and not is_this_machine(host):
            raise ValueError("skal begynde med https://, for hemmeligheden sendes dertil")
        return issuer

    @field_validator("client_id")
    @classmethod
    def _goes_with_issuer(cls, client_id: str, info: ValidationInfo) -> str:
        if info.data.get("issuer") and not client_id:
            raise ValueError("mangler: udbyderen kender os ved et klient-id")
        return client_id


class Prefect(Section):
    """Where and when the flows run.

    Attributes:
        api_url: a Prefect server of your own; None: ``udmelding serve`` starts one.
        auth: its ``PREFECT_SERVER_API_AUTH_STRING``, if it asks for one.
        port: where ``serve`` starts its own, on this machine only.
        dashboard: whether that one has Prefect's own pages and keeps every task run.
        daily_at: Danish wall clock time of the daily run.
        deliver_every: minutes from one reading of the mailbox and delivery of mails to the next.
    """

    api_url: Annotated[str, Field(pattern=flaw_wording.WEB_PATTERN)] | None = None
    auth: SecretStr = SecretStr("")
    port: Annotated[int, Field(ge=1, le=65535)] = 4200
    dashboard: bool = False
    daily_at: Annotated[str, Field(pattern=flaw_wording.TIME_PATTERN)] = "07:30"
    deliver_every: Annotated[int, Field(ge=5, le=60)] = 10

    @field_validator("deliver_every")
    @classmethod
    def _divides_an_hour(cls, minutes: int) -> int:
        if 60 % minutes:
            raise ValueError("skal gå op i en time: 5, 6, 10, 12, 15, 20, 30 eller 60")
        return minutes


class Figures(Section):
    """Which counts of citizens may circulate.

    Attributes:
        threshold: counts from 1 to below this are hidden in everything that others see.
        hides_zero: whether 0 is hidden everywhere, also where one has no citizens at all.
        open_values: how many values a hidden count must be able to have for a respondent that
            knows its own answers; None: all of them, as for any other reader.
    """

    threshold: Annotated[int, Field(ge=2, le=100)] = 5
    hides_zero: bool = False
    open_values: Annotated[int, Field(ge=2, le=99)] | None = None

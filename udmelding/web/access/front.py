"""The rows of «Indstillinger»: what there is to decide, and how each stands now, in words.

What people decide comes first; what belongs to administrators stands apart. A caseworker sees that
too, without links: who can do it stands there instead.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from fastapi import Request

from models import Role
from udmelding.casework import own
from udmelding.casework.desk.beginning import beginning
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named
from udmelding.config.forms.library import form_ids
from udmelding.journal.access import access, api_tokens
from udmelding.journal.access.access import UserValue
from udmelding.journal.database import reading
from udmelding.journal.mail.sending_faults import fault_at
from udmelding.journal.webhooks.webhooks import all_hooks
from udmelding.rules.case.glossary import label
from udmelding.rules.wake import every_words
from udmelding.rules.words.date_wording import clock_time
from udmelding.rules.words.lists import join_names
from udmelding.web.rendering import paths_of
from udmelding.web.visitor import Visitor, services_of


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to decide; ``fact`` is how it stands, or what it is where that has no state."""

    address: str
    name: str
    fact: str


@dataclass(frozen=True, slots=True)
class Front:
    """What the page shows: ``who`` can do what is for administrators, in words."""

    ours: tuple[Row, ...]
    administration: tuple[Row, ...]
    who: str


def front(request: Request, visitor: Visitor) -> Front:
    """The rows for that visitor; a reader decides nothing but their own account."""
    if not visitor.may(Role.CASEWORKER):
        return Front((), (), "")
    services, there = services_of(request), paths_of(request)
    with reading(services.engine) as session:
        users = tuple(one for one in access.users(session) if one.is_active)
        tokens = sum(one.works(visitor.now) for one in api_tokens.tokens(session))
        hooks = sum(one.is_active for one in all_hooks(session))
        fault = fault_at(session)
    administration = (
        Row("/indstillinger/brugere", "Brugere", _users(users)),
        Row("/indstillinger/login", "Login", _sign_in(services)),
        Row("/indstillinger/noegler", "Adgangsnøgler", _count(tokens, "har adgang")),
        Row("/indstillinger/webhooks", "Webhooks", _count(hooks, "får besked")),
        Row("/indstillinger/fjern", "Fjern for altid", "Tekst eller filer, der ikke måtte gemmes."),
        Row("/indstillinger/opsaetning", "Server og drift", _server(services)),
        Row(
            "/indstillinger/tilstand",
            "Systemets tilstand",
            "Mailserveren tager ikke imod mails." if fault else "Database, mails, postkasse, disk.",
        ),
    )
    return Front(
        ours=_ours(services, visitor.now),
        administration=tuple(row for row in administration if row.address in there),
        who=join_names([one.name for one in users if one.role is Role.ADMINISTRATOR]) or "Ingen",
    )


def _ours(services: Services, now: dt.datetime) -> tuple[Row, ...]:
    settings, begun = services.settings, beginning(services, now)
    paths = [one.path for one in own.editions(services)]
    mails = {path.split("/")[1] for path in paths if path.startswith("mail/")}
    sets = sum(path.startswith("forms/") for path in paths)
    has_look = any(path.startswith("look/") or path == own.REPORT for path in paths)
    area = area_named(settings.area, settings.texts_folder)
    steps, least = len(begun.steps), settings.figures.threshold
    every = every_words(settings.prefect.deliver_every)
    hours = f"Daglig gennemgang kl. {clock_time(settings.prefect.daily_at)}."
    mail = "Svarmails læses" if settings.mailbox.host else "Mails sendes"
    days = settings.web.link_days
    links = f"Links virker i {days} dage." if days else "Links virker, til sagen er slut."
    return (
        Row(
            "/kom-godt-i-gang",
            "Kom godt i gang",
            f"Alle {steps} trin er klar."
            if begun.done == steps
            else f"{begun.done} af {steps} trin er klar.",
        ),
        Row(
            "/indstillinger/vores/sekretariatet",
            "Hvem er I?",
            f"{settings.secretariat.name}, {area.kkr}, {settings.secretariat.email}",
        ),
        Row(
            "/indstillinger/omraadet",
            "Området",
            " → ".join(body.title for body in area.chain),
        ),
        Row(
            "/indstillinger/mailtekster",
            "Mailtekster",
            f"{len(mails)} {'mail har' if len(mails) == 1 else 'mails har'} jeres egne ord."
            if mails
            else "De medfølgende tekster bruges.",
        ),
        Row(
            "/indstillinger/spoergeskemaer",
            "Spørgeskemaer",
            f"{len(form_ids())} følger med. {sets or 'Ingen'} er jeres egne.",
        ),
        Row(
            "/indstillinger/vores/udsendelse",
            "Tider, tempo og links",
            f"{hours} {mail} {every}. "
            + (links if settings.links_in_mails else "Mails er uden links."),
        ),
        Row(
            "/indstillinger/vores/smaa-tal",
            "Små tal",
            f"Tal fra {0 if settings.figures.hides_zero else 1} til {least - 1} skjules.",
        ),
        Row(
            "/indstillinger/udseende",
            "Udseende",
            "I har jeres eget." if has_look else "Det medfølgende bruges i PDF og Word.",
        ),
    )


def _users(users: tuple[UserValue, ...]) -> str:
    roles = Counter(one.role for one in users)
    counts = [
        f"{roles[role]} {label(role)}{'' if roles[role] == 1 else _MORE[role]}"
        for role in reversed(Role)
        if roles[role]
    ]
    return f"{join_names(counts)}."


_MORE = {Role.READER: "e", Role.CASEWORKER: "e", Role.ADMINISTRATOR: "er"}
"""What several are called by; «læsere», «sagsbehandlere», «administratorer»."""


def _sign_in(services: Services) -> str:
    oidc = services.settings.oidc
    if oidc.is_on:
        return f"Med {oidc.name or 'organisationens konto'} eller en adgangskode her."
    return "Alle logger på med en adgangskode her."


def _server(services: Services) -> str:
    settings = services.settings
    mail = "Mails sendes" if settings.sends else "Mails skrives som filer"
    box = "postkassen læses" if settings.mailbox.host else "postkassen læses ikke"
    return f"{mail}, {box}. Siderne er på {settings.web.url}"


def _count(number: int, does: str) -> str:
    return f"{number or 'Ingen'} {'program' if number == 1 else 'programmer'} {does}."

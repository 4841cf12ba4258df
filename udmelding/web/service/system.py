"""Settings for administrators: what is in force and where it is set, and how the system is."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from udmelding.casework.inbox.alarms import last_sweep
from udmelding.casework.service import SettingInForce, condition_of, setup_of
from udmelding.config.own import DECIDED_BY_PEOPLE
from udmelding.rules.service import About
from udmelding.web.rendering import page, paths_of
from udmelding.web.visitor import Administrator, services_of

router = APIRouter(prefix="/indstillinger")

GROUPS: Mapping[str, str] = {
    "secretariat": "Sekretariatet",
    "agency": "Styrelsen",
    "mail": "Mail",
    "graph": "Microsoft 365",
    "mailbox": "Postkassen, som svar kommer til",
    "files": "Filer udefra",
    "web": "Siderne",
    "figures": "Tal om borgere",
    "oidc": "Login med organisationens konto",
    "prefect": "Den daglige kørsel (Prefect)",
    "": "Område og lager",
}
"""Sections of the settings file as the page shows them; ``""`` is what stands in none."""

OURS = "Det, I selv bestemmer"
"""The group of what people decide on other pages; all the others are the server's."""

LOOKED_AT: Mapping[About, str] = {
    About.HOME: "Mappens ejer",
    About.MODES: "Adgang til filerne",
    About.SETTINGS: "Opsætningsfilen",
    About.FOLDERS: "Mapper",
    About.DOCUMENTS: "Dokumenter",
    About.SCANNER: "Virusscanner",
}
"""What ``udmelding check`` looks at, as the page names it; the database has a line of its own."""

NAMES: Mapping[str, str] = {
    "home": "Mappe med alt, hvad systemet gemmer",
    "database_url": "Database",
    "area": "KKR-område",
    "is_for_practice": "Til øvelse",
    "secretariat.name": "Navn",
    "secretariat.email": "Mailadresse",
    "secretariat.sender_name": "Afsendernavn",
    "secretariat.phone": "Telefon",
    "agency.name": "Navn",
    "agency.email": "Mailadresse",
    "mail.transport": "Forsendelse («folder» skriver filer og sender intet)",
    "mail.folder": "Mappe, når mails skrives som filer",
    "mail.host": "Mailserver",
    "mail.port": "Port",
    "mail.security": "Kryptering",
    "mail.username": "Brugernavn",
    "mail.password": "Adgangskode",
    "mail.timeout_seconds": "Venter på serveren (sekunder)",
    "mail.message_id_domain": "Domæne i Message-ID",
    "mail.dry_run": "Prøvedrift (mails bliver til filer)",
    "mail.only_to": "Adresser, der må skrives til (tom: alle)",
    "mail.letters_to": "Modtagere af breve ud over styrelsen",
    "mail.per_minute": "Højst mails i minuttet (0: ingen grænse)",
    "mail.per_minute_and_domain": "Højst mails i minuttet til ét domæne",
    "figures.threshold": "Antal borgere, der skal til, før et tal vises",
    "figures.hides_zero": "Skjul 0 overalt",
    "figures.open_values": "Værdier, et skjult tal skal kunne have for den, der kender sit eget",
    "graph.tenant": "Organisation (tenant)",
    "graph.client_id": "Applikationens id",
    "graph.client_secret": "Applikationens hemmelighed",
    "graph.mailbox": "Postkasse, der sendes fra",
    "graph.authority": "Hvor adgang hentes",
    "graph.api_url": "Grænsefladens adresse",
    "mailbox.host": "Server (IMAP; tom: læses ikke)",
    "mailbox.port": "Port",
    "mailbox.security": "Kryptering",
    "mailbox.login": "Login («oauth»: med Microsoft 365)",
    "mailbox.username": "Brugernavn",
    "mailbox.password": "Adgangskode",
    "mailbox.folder": "Mappe, der læses",
    "mailbox.done_folder": "Mappe til læste mails",
    "mailbox.timeout_seconds": "Venter på serveren (sekunder)",
    "files.clamd": "Virusscannerens adresse (clamd; tom: der scannes ikke)",
    "files.timeout_seconds": "Venter på virusscanneren (sekunder)",
    "prefect.api_url": "Fælles Prefects adresse",
    "prefect.auth": "Adgang til Prefect",
    "prefect.port": "Egen Prefects port",
    "prefect.dashboard": "Egen Prefects sider",
    "prefect.daily_at": "Daglig kørsel kl.",
    "prefect.deliver_every": "Minutter mellem læsninger og leveringer",
    "web.host": "Lytter på adresse",
    "web.port": "Lytter på port",
    "web.url": "Sidernes adresse",
    "web.session_hours": "Login varer (timer)",
    "web.idle_minutes": "Logges af uden aktivitet (minutter)",
    "web.link_days": "Personlige links virker (dage)",
    "web.links_in_mails": "Personlige links i mails",
    "web.webhooks_to_private": "Webhooks til adresser på eget net",
    "oidc.is_used": "Tilbydes på loginsiden",
    "oidc.name": "Navn på knappen",
    "oidc.issuer": "Udbyder",
    "oidc.client_id": "Klient-id",
    "oidc.client_secret": "Klientens hemmelighed",
    "oidc.login_claim": "Felt med brugernavnet",
}


@router.get("/opsaetning")
def setup(request: Request, _: Administrator, alle: str = "") -> HTMLResponse:
    """The settings in force, where each is set, and the processes."""
    found = setup_of(services_of(request))
    groups: dict[str, list[tuple[str, SettingInForce]]] = {group: [] for group in (*GROUPS, OURS)}
    for setting in found.settings:
        key = ".".join(setting.trail)
        group = setting.trail[0] if len(setting.trail) > 1 else ""
        name = NAMES.get(key, key)
        if setting.trail in DECIDED_BY_PEOPLE:
            group, name = OURS, f"{GROUPS[group]}: {name}" if group else name
        groups[group].append((name, setting))
    return page(
        request,
        "service/setup.html",
        setup=found,
        groups=[
            (GROUPS.get(group, group), lines, sum(bool(setting.place) for _, setting in lines))
            for group, lines in groups.items()
            if lines
        ],
        ours=OURS,
        is_unfolded=bool(alle),
    )


@router.get("/tilstand")
def condition(request: Request, visitor: Administrator) -> HTMLResponse:
    """How the database, the mails, the daily run and the disk are."""
    services = services_of(request)
    found = condition_of(services, visitor.now.date())
    return page(
        request,
        "service/condition.html",
        condition=found,
        findings=[(LOOKED_AT[finding.about], finding) for finding in found.findings],
        prefect=services.settings.prefect,
        swept=last_sweep(services.settings),
        seen_at=visitor.now,
        has_chasing="/mails/rykkere" in paths_of(request),
        is_folder=not services.settings.sends,
        reads_mail=bool(services.settings.mailbox.host),
    )

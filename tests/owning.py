"""Gives a test's home something of its own, and says what is known of its mail server."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models import OutboxState
from udmelding import clock
from udmelding.casework.mail.trial import via_of
from udmelding.casework.own import change_settings, numbers
from udmelding.casework.wiring import Services, refreshed
from udmelding.config.own import FILE
from udmelding.journal import own
from udmelding.journal.database import writing
from udmelding.journal.mail.trial_mails import TrialMail, write_trial
from udmelding.journal.stamp import Stamp

STAMP = Stamp(clock.at(dt.date(2024, 8, 1)), "anna")


def put_own(services: Services, path: str, content: str | bytes) -> Services:
    """Keep the file unchecked, as an older program may have; returns services that use it."""
    data = content.encode() if isinstance(content, str) else content
    with writing(services.engine) as session:
        own.put(session, path, data, STAMP)
    return refreshed(services)


def decide_hours(services: Services, daily_at: str, every: int) -> None:
    """Decide when the daily work is done, and how many minutes lie between two deliveries."""
    changes = {("prefect", "daily_at"): daily_at, ("prefect", "deliver_every"): every}
    change_settings(services, changes, STAMP, seen=numbers(services, [FILE])[FILE])


def that_limits_links(services: Services, days: int) -> Services:
    """Services of a secretariat whose links work for some days at most."""
    changes = {("web", "link_days"): days}
    change_settings(services, changes, STAMP, seen=numbers(services, [FILE])[FILE])
    return refreshed(services)


def that_signs_in_at(services: Services, issuer: str) -> Services:
    """Services of a secretariat that has said where its people's accounts are."""
    changes = {("oidc", "issuer"): issuer, ("oidc", "client_id"): "udmelding"}
    change_settings(services, changes, STAMP, seen=numbers(services, [FILE])[FILE])
    return refreshed(services)


def unpractised(services: Services) -> Services:
    """The services of an installation that is not for practice, and whose mails become files."""
    settings = services.settings.model_copy(update={"is_for_practice": False})
    return replace(services, settings=settings)


def that_sends(services: Services) -> Services:
    """Services whose settings name a mail server, by which a trial mail is known to have come.

    Mails become files all the same.
    """
    mail = services.settings.mail.model_copy(update={"transport": "smtp", "host": "smtp.example"})
    changes = {"is_for_practice": False, "mail": mail}
    made = replace(services, settings=services.settings.model_copy(update=changes))
    with writing(services.engine) as session:
        came = TrialMail(
            key="trial/prøve",
            address="anna@x.example",
            written_at=STAMP.now,
            written_by="anna",
            state=OutboxState.SENT,
            transport="smtp",
            via=via_of(made.settings),
            has_arrived=True,
        )
        write_trial(session, came)
    return made

"""Substitutes: who says to be away, and which mails are then a colleague's to look at."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models import Role
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access import access
from udmelding.journal.database import Session, writing
from udmelding.journal.desk import responsible_of
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.rules.access.substitutes import Colleague, absent_colleagues, stands_in
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.words.date_wording import short_date
from udmelding.rules.words.lists import join_names

_MOST = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Absence:
    """Who stands in, and from when until when; see ``models.access.User``."""

    substitute_id: int | None
    away_from: dt.date | None = None
    away_until: dt.date | None = None


def set_absence(
    services: Services, user_id: int, absence: Absence, *, by: str, now: dt.datetime
) -> str:
    """Keep who stands in for a user, and when the user is away; returns what was done, in Danish.

    Raises:
        NotFoundError: there is no such user.
        RefusedError: the substitute is the user, a reader or nobody who can sign in, or the days
            make no sense.
    """
    with writing(services.engine) as session:
        user = access.user_numbered(session, user_id)
        if user is None:
            raise NotFoundError("bruger", str(user_id))
        other = access.user_numbered(session, absence.substitute_id or 0)
        _check(absence, other, user, now.date())
        access.change_user(
            session,
            user.id,
            substitute_id=absence.substitute_id,
            away_from=absence.away_from,
            away_until=absence.away_until,
        )
    _log.warning(
        "%s %s: substitute of %s is %s, away %s to %s",
        now.isoformat(timespec="seconds"),
        by,
        user.login,
        other.login if other else "nobody",
        absence.away_from,
        absence.away_until,
    )
    if other is None:
        return f"{user.name} har ingen stedfortræder."
    if absence.away_from is None:
        return f"{other.name} er stedfortræder for {user.name}."
    until = f" til og med {short_date(absence.away_until)}" if absence.away_until else ""
    return (
        f"{other.name} er stedfortræder for {user.name}, der er væk fra "
        f"{short_date(absence.away_from)}{until}."
    )


def _check(
    absence: Absence,
    other: access.UserValue | None,
    user: access.UserValue,
    today: dt.date,
) -> None:
    first, last = absence.away_from, absence.away_until
    wrong = {
        "Stedfortræderen skal være en sagsbehandler eller administrator, der kan logge på.": (
            absence.substitute_id is not None
            and not (other and other.is_active and other.role is not Role.READER)
        ),
        "Man kan ikke være sin egen stedfortræder. Vælg en kollega.": (
            absence.substitute_id == user.id
        ),
        "Skriv også den første dag, hvor du er væk.": last is not None and first is None,
        "Vælg en stedfortræder, så nogen ser mailene imens.": (
            first is not None and absence.substitute_id is None
        ),
        "Den sidste dag ligger før den første. Ret en af dem.": bool(
            first and last and last < first
        ),
        "Den sidste dag er gået. Lad dagene stå tomme, når du er tilbage.": bool(
            last and last < today
        ),
    }
    for sentence, is_so in wrong.items():
        if is_so:
            raise RefusedError(sentence)


def names_covered(
    me: int, colleagues: Sequence[Colleague], today: dt.date
) -> tuple[frozenset[str], str]:
    """Every name of the colleagues ``me`` stands in for on that day, and who they are in words."""
    away = absent_colleagues(me, colleagues, today)
    return frozenset(name for one in away for name in one.called), join_names(
        [one.name for one in away]
    )


def mails_as_substitute(
    session: Session,
    me: int,
    mails: Iterable[InboxMail],
    now: dt.datetime,
    colleagues: Sequence[Colleague] | None = None,
) -> Mapping[str, str]:
    """Why each of the mails is mine as a substitute, by its key; the others are left out.

    ``colleagues``: as ``journal.access`` gives them, where somebody has asked already.
    """
    if colleagues is None:
        colleagues = access.colleagues(session)
    if not any(one.substitute is not None for one in colleagues):
        return {}
    placed = [mail for mail in mails if mail.reference]
    named = responsible_of(session, {str(mail.reference) for mail in placed})
    calendar, today = WorkCalendar(), now.date()
    found = {
        mail.key: stands_in(
            me,
            named.get(str(mail.reference), ""),
            calendar.business_days_between(mail.received_at.date(), today),
            colleagues,
            today,
        )
        for mail in placed
    }
    return {key: why for key, why in found.items() if why}

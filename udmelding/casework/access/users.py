"""Signs users in, and says what a password must be.

Passwords follow NIST SP 800-63B-4 for a password alone: at least 15 characters, at most 256, any
characters, no rules of composition, no forced change; refused when they are common or made of the
person's or the system's name. After ``LOCKED_AFTER`` failures in a row the user is locked for a
while; a wrong login takes as long to refuse as a wrong password.

A one-time password opens nothing: with it the person chooses a password of their own, once and
within ``ONE_TIME_DAYS``. What administrators do to users is in ``casework.access.administration``.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import Role
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access import access
from udmelding.journal.database import Session, writing
from udmelding.rules.words.date_wording import clock_time

SHORTEST, LONGEST = 15, 256
LOCKED_AFTER = 8
LOCKED_FOR = dt.timedelta(minutes=15)

PASSWORD_RULES = (
    f"Mindst {SHORTEST} og højst {LONGEST} tegn. Nogle ord, der ikke hører sammen, er godt.",
    "Mellemrum, æ, ø, å og alle andre tegn må bruges; der er ingen krav om tal eller store "
    "bogstaver.",
    "Den må ikke bestå af almindelige adgangskoder, dit navn eller dit brugernavn.",
    "Den udløber ikke. Brug gerne en adgangskodehusker, og brug den ikke andre steder.",
)
"""What ``check_password`` holds a password to, told before anything is written."""

ONE_TIME_DAYS = 7
_ONE_TIME = "one-time:"

_COMMON = ("password", "adgangskode", "qwerty", "12345", "abcdef", "udmelding", "sekretariat")
_WRONG = "Brugernavn eller adgangskode er forkert."


class OneTimePasswordError(RefusedError):
    """The password is right, but opens nothing: it is for choosing one's own with."""

    http_status = 403


class WrongPasswordError(RefusedError):
    """The password that was to be exchanged is wrong, locked or too old."""

    http_status = 403


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _decoy() -> str:
    return _hasher().hash("en adgangskode, som ingen har")


def check_password(password: str, *names: str) -> None:
    """Refuse a password that is too short, too long, or easy to guess.

    Args:
        password: as the person wrote it.
        names: the person's login and name, which it must not be made of.

    Raises:
        RefusedError: says what is wrong with it.
    """
    if len(password) < SHORTEST:
        raise RefusedError(
            f"Adgangskoden er for kort. Brug mindst {SHORTEST} tegn; flere ord i træk er godt."
        )
    if len(password) > LONGEST:
        raise RefusedError(f"Adgangskoden er for lang. Brug højst {LONGEST} tegn.")
    folded = password.casefold()
    rest = folded
    for word in (*_COMMON, *(part for name in names for part in name.casefold().split())):
        if len(word) > 2:
            rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2 or len(set(folded)) < 5:
        raise RefusedError(
            "Adgangskoden er for let at gætte. Vælg nogle ord, der ikke hører sammen."
        )


def add_user(
    services: Services,
    *,
    login: str,
    name: str,
    role: Role,
    password: str,
    now: dt.datetime,
    has_looked: bool = False,
) -> None:
    """Add a user; ``password`` may be empty for one who signs in by OpenID Connect only.

    Raises:
        RefusedError: the login is taken or empty, or the password is refused.
    """
    if not login.strip() or " " in login.strip():
        raise RefusedError("Brugernavnet må ikke være tomt eller have mellemrum.")
    if password:
        check_password(password, login, name)
    hashed = _hasher().hash(password) if password else ""
    with writing(services.engine) as session:
        if access.find_user(session, login) is not None:
            raise RefusedError(f"Der findes allerede en bruger med brugernavnet «{login}».")
        access.add_user(
            session,
            login=login,
            name=name.strip() or login,
            role=role,
            password_hash=hashed,
            now=now,
            has_looked=has_looked,
        )


def set_password(services: Services, login: str, password: str) -> None:
    """Give a user a new password; every browser is signed out.

    Raises:
        NotFoundError: there is no such user.
        RefusedError: the password is refused.
    """
    with writing(services.engine) as session:
        user = access.find_user(session, login)
        if user is None:
            raise NotFoundError("bruger", login)
        check_password(password, user.login, user.name)
        hashed = _hasher().hash(password)
        access.change_user(
            session, user.id, password_hash=hashed, failed_logins=0, locked_until=None
        )


def sign_in(services: Services, login: str, password: str, now: dt.datetime) -> str:
    """Sign a user in; returns the secret for the cookie.

    Raises:
        OneTimePasswordError: the person is first to choose a password of their own.
        RefusedError: wrong, locked or not active; the message never says which login exists.
    """
    with writing(services.engine) as session:
        user = access.find_user(session, login)
        refused = _try(session, user, password, now)
        if user is not None and not refused and not is_one_time(user):
            lasting = dt.timedelta(hours=services.settings.web.session_hours)
            return access.begin_session(session, user, now, lasting)
    if refused:
        raise RefusedError(refused)
    raise OneTimePasswordError("Det er en engangsadgangskode. Vælg din egen adgangskode.")


def choose_password(
    services: Services, login: str, password: str, wanted: str, now: dt.datetime
) -> None:
    """Exchange a password, one-time or not, for one of the person's own; signs out everywhere.

    Raises:
        WrongPasswordError: the login or the old password is wrong, locked or too old.
        RefusedError: the new password is refused.
    """
    with writing(services.engine) as session:
        user = access.find_user(session, login)
        refused = _try(session, user, password, now)
        if user is not None and not refused:
            access.change_user(
                session,
                user.id,
                password_hash=_own_password(user, password, wanted),
                failed_logins=0,
                locked_until=None,
            )
    if refused:
        raise WrongPasswordError(refused)


def change_own_password(
    services: Services,
    who: access.SessionValue,
    password: str,
    wanted: str,
    now: dt.datetime,
) -> None:
    """Give a signed-in user another password; every other browser is signed out.

    Raises:
        WrongPasswordError: the present password is wrong, or was wrong too often.
        RefusedError: the new password is refused.
    """
    with writing(services.engine) as session:
        user = access.find_user(session, who.user.login)
        refused = _try(session, user, password, now)
        if user is not None and not refused:
            hashed = _own_password(user, password, wanted)
            access.change_user(
                session,
                user.id,
                kept_session=who.id,
                password_hash=hashed,
                failed_logins=0,
                locked_until=None,
            )
    if refused == _WRONG:
        raise WrongPasswordError("Den nuværende adgangskode er forkert.")
    if refused:
        raise WrongPasswordError(refused)


def one_time_hash(password: str, now: dt.datetime) -> str:
    """What is kept of a one-time password: it works for ``ONE_TIME_DAYS`` from now."""
    last_day = now.date() + dt.timedelta(days=ONE_TIME_DAYS)
    return f"{_ONE_TIME}{last_day.isoformat()}:{_hasher().hash(password)}"


def sign_in_known(services: Services, login: str, now: dt.datetime) -> str:
    """Sign in a user whom the organisation's provider has vouched for; gives the cookie's secret.

    Raises:
        RefusedError: there is no such user here, or its access is closed.
    """
    with writing(services.engine) as session:
        user = access.find_user(session, login)
        if user is None or not user.is_active:
            raise RefusedError(
                f"«{login}» har ingen bruger her. Spørg sekretariatets administrator."
            )
        lasting = dt.timedelta(hours=services.settings.web.session_hours)
        return access.begin_session(session, user, now, lasting)


def _try(session: Session, user: access.UserValue | None, password: str, now: dt.datetime) -> str:
    """Why the password does not do, empty when it does; a failure is counted.

    The caller must let the transaction end, so that the count is kept.
    """
    if user is None or not user.is_active or not user.password_hash:
        _matches(_decoy(), password)
        return _WRONG
    if user.locked_until is not None and now < user.locked_until:
        return f"For mange forsøg. Prøv igen efter kl. {clock_time(user.locked_until)}."
    hashed = user.password_hash
    last_day = ""
    if is_one_time(user):
        last_day, hashed = hashed.removeprefix(_ONE_TIME).split(":", 1)
    if not _matches(hashed, password):
        failed = user.failed_logins + 1
        locked = now + LOCKED_FOR if failed >= LOCKED_AFTER else None
        count = 0 if locked else failed
        access.change_user(session, user.id, failed_logins=count, locked_until=locked)
        return _WRONG
    if last_day and now.date().isoformat() > last_day:
        return "Engangsadgangskoden er for gammel. Bed administratoren om en ny."
    return ""


def is_one_time(user: access.UserValue) -> bool:
    """Whether the user has not yet exchanged a one-time password for one of their own."""
    return user.password_hash.startswith(_ONE_TIME)


def _own_password(user: access.UserValue, old: str, wanted: str) -> str:
    """The hash of the password that a person has chosen.

    Raises:
        RefusedError: it is the old one, or too short, too long or easy to guess.
    """
    check_password(wanted, user.login, user.name)
    if wanted == old:
        raise RefusedError("Den nye adgangskode er den samme som den gamle. Vælg en anden.")
    return _hasher().hash(wanted)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False

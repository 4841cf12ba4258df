"""Where is a municipality's own page? The addresses of personal links, for mails to carry.

A link's secret is in the mail that it was made for: in the outbox until the mail has gone, where
nothing but what sends it reads it, and from then on with its receiver alone. Before the mail is
written, a placeholder stands where its link will be, so that a person can read and reword the text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from udmelding.config.settings import Settings
from udmelding.journal.access.party_links import LinkValue, NewLink, make_links
from udmelding.journal.database import Session
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import NEVER, OWNERS, LinkKind, has_sign, with_links
from udmelding.rules.case.case import Case


def page_address(settings: Settings, secret: str) -> str:
    """The address of the page that the link with that secret opens."""
    return f"{settings.web.url.rstrip('/')}/{LinkKind.PARTY}/{secret}"


def link_lasting(settings: Settings, now: dt.datetime) -> dt.timedelta:
    """How long a link that is made now works, if its case lets it."""
    days = settings.web.link_days
    return dt.timedelta(days=days) if days else NEVER - now


def as_they_count(settings: Settings, links: Iterable[LinkValue]) -> tuple[LinkValue, ...]:
    """The links, also those from when they had days of their own, as the settings have it now."""
    if settings.web.link_days:
        return tuple(links)
    return tuple(replace(link, expires_at=NEVER) for link in links)


def reader_address(settings: Settings, secret: str) -> str:
    """The address of the page that a reader's link with that secret opens."""
    return f"{settings.web.url.rstrip('/')}/{LinkKind.READER}/{secret}"


def placeholder(settings: Settings, case: Case, party: str) -> str:
    """What stands for a link in a text that is not written yet; empty where there will be none."""
    if not has_page(settings, case, party):
        return ""
    name = re.sub(r"[^\w-]", "-", f"{case.reference}-{party}")
    return page_address(settings, f"personligt-link-{name}")


def has_page(settings: Settings, case: Case, party: str) -> bool:
    """Whether mails to that party carry a link to its own page in the case."""
    found = case.party(party)
    is_owner = found is not None and found.kind in OWNERS and found.is_asked
    return is_owner and settings.links_in_mails


def fresh_links(
    settings: Settings,
    session: Session,
    case: Case,
    wanted: Sequence[NewLink],
    stamp: Stamp,
) -> dict[str, str]:
    """Makes new links in the caller's transaction: their addresses by the keys of their mails.

    A party that has no page gets none.
    """
    own = [link for link in wanted if has_page(settings, case, link.party)]
    secrets = make_links(session, own, stamp)
    return {
        link.mail_key: page_address(settings, secret)
        for link, secret in zip(own, secrets, strict=True)
    }


def with_placeholders(settings: Settings, case: Case, mail: OutboxMail) -> OutboxMail:
    """The mail with placeholders for its links, for a preview: none of them would work.

    ``mail`` may have its links, or the signs that stand for them once it counts as sent.
    """
    if not link_in(settings, mail.text) and not has_sign(mail.text):
        return mail
    stand_in, links = placeholder(settings, case, mail.party), _links(settings)

    def shown(text: str) -> str:
        return with_links(links.sub(stand_in, text), lambda *_: stand_in)

    return mail.with_words(shown(mail.text), shown(mail.html))


def _links(settings: Settings) -> re.Pattern[str]:
    return re.compile(re.escape(page_address(settings, "")) + r"[\w-]+")


def link_in(settings: Settings, text: str) -> str:
    """The first link to an own page that stands in a mail's text; empty where none does."""
    found = _links(settings).search(text)
    return found[0] if found else ""

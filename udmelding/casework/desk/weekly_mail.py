"""The director's page as a mail, once a week, to the users who have asked for it.

The first sweep of a week weighs it for each of them: a Monday that is a holiday, or was missed,
costs a day. It is written only if something is otherwise than in the last one, or a date is near,
and it says no more than the page does. Week and person are taken in the transaction that writes the
mail, so it is written once however often, or at once, the sweep runs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from models import MailKind
from udmelding.casework.desk.director import Briefed, open_cases
from udmelding.casework.mail.texts import keep_versions
from udmelding.casework.mail.values import common_values
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.documents.mail.contexts import WeeklyContext, WeeklyItem
from udmelding.documents.mail.rendering import MailTexts, find_texts
from udmelding.journal.access.weekly_mail import Subscriber, subscribers, take_week
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.words.date_wording import long_date, near_date

NEAR = dt.timedelta(days=14)
"""A date so near is reason enough for a mail."""

_STEP = "weekly"
_PARTY = "secretariat"


def week_of(day: dt.date) -> str:
    """The week of a day, such as ``2025-W19``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_week_due(services: Services, now: dt.datetime) -> bool:
    """Whether this week is still to be weighed for anybody."""
    with reading(services.engine) as session:
        return bool(subscribers(session, week_of(now.date())))


def write_weekly_mails(services: Services, now: dt.datetime) -> int:
    """Write this week's mails; returns how many were written.

    Args:
        services: database, settings and texts.
        now: the moment; its week is the one that is weighed.
    """
    week = week_of(now.date())
    with reading(services.engine) as session:
        people = subscribers(session, week)
        cases = open_cases(session, now) if people else ()
    # The mail stands in a case of those that it tells of; a paused one would hold it back.
    home = next((one for one in cases if not one.case.is_paused), None)
    if home is None:
        return 0
    items = tuple(_item(services, one) for one in cases)
    content = hashlib.sha256(repr(items).encode()).hexdigest()
    is_near = any(day - now.date() <= NEAR for one in cases for day, _ in one.briefing.dates)
    texts = find_texts(services.settings.texts_folder)
    written = 0
    for person in people:
        is_wanted = is_near or content != person.content
        with writing(services.engine) as session:
            if not take_week(session, person.user_id, week, content) or not is_wanted:
                continue
            mail = _mail(services, texts, (person, week), home, items, now)
            header = find(session, home.case.reference)
            outbox.enqueue_new(session, [(header.id, mail)])
            keep_versions(session, texts, [mail], now)
            written += 1
    return written


def _item(services: Services, one: Briefed) -> WeeklyItem:
    said = one.briefing
    line, today = said.bulletin, one.status.as_of
    by = f"{line.recorded_by}, {near_date(line.recorded_at.date(), today)}" if line else ""
    return WeeklyItem(
        reference=said.reference,
        case_name=said.name,
        verdict=said.verdict,
        after=said.after,
        next_step=said.next,
        numbers=tuple(f"{number} {what}" for number, what in said.numbers),
        next_dates=tuple(f"{long_date(day)}: {what}" for day, what in said.dates),
        bulletin=line.text if line else "",
        bulletin_by=by,
        link=f"{services.settings.web.url}/sager/{said.reference}/direktoer",
    )


def _mail(
    services: Services,
    texts: MailTexts,
    to: tuple[Subscriber, str],
    home: Briefed,
    items: Sequence[WeeklyItem],
    now: dt.datetime,
) -> OutboxMail:
    settings, (person, week) = services.settings, to
    common = common_values(settings, home.case, _PARTY, person.name, now.date())
    context = WeeklyContext(
        **common | {"party_name": person.name, "responsible": ""},
        items=tuple(items),
        page_url=f"{settings.web.url}/direktoer",
    )
    rendered = texts.write(MailKind.WEEKLY, context)
    key = f"{home.case.reference}/{_STEP}/{week}/{person.user_id}"
    own_id = message_id_for(key, settings.mail.message_id_domain)
    return OutboxMail(
        key=key,
        step=_STEP,
        party=_PARTY,
        mail=MailKind.WEEKLY,
        rung=week,
        due_on=None,
        template_version=rendered.template_version,
        recipients=[person.email],
        copies=[],
        attachments=[],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=own_id,
        thread_id=own_id,
        written_by=MACHINE,
        created_at=now,
        not_before=now,
    )

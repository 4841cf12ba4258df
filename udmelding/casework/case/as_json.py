"""Cases, standings, mails and log lines as JSON: what commands print and the API answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udmelding.journal.case.log import LogLine
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.rules.case.standing import Standing
from udmelding.rules.plan.plan import Plan
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.owed import Owed
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import said_words


def iso(day: dt.date | None) -> str | None:
    """A day as ISO 8601, or None."""
    return day.isoformat() if day else None


def owed_values(owed: Owed) -> dict[str, Any]:
    """One thing that somebody owes."""
    return {
        "reference": owed.reference,
        "step": owed.step_id,
        "what": owed.what,
        "party": owed.party,
        "name": owed.party_name,
        "due": iso(owed.due_on),
        "days_over": owed.days_over,
        "state": owed.state.value,
        "last_reminded": iso(owed.last_reminded_on),
        "mails": owed.reminders,
    }


def verdict_values(plan: Plan) -> dict[str, Any]:
    """The verdict on the deadline: holds, fails or unknown; its sentence; who is in time or not."""
    found = verdict_on(plan)
    return {
        "sign": found.sign.value,
        "sentence": found.sentence,
        "in_time": found.in_time,
        "total": found.total,
        "late": list(found.late),
    }


def status_values(found: Status) -> dict[str, Any]:
    """The status of one case."""
    sent = found.submission
    return {
        "reference": found.reference,
        "title": found.title,
        "stage": found.stage.value,
        "as_of": found.as_of.isoformat(),
        "deadline": iso(found.deadline),
        "verdict": verdict_values(found.plan) if found.plan else None,
        "feasible": found.plan.feasible if found.plan else None,
        "councils": {
            "total": found.councils.total,
            "approved": found.councils.approved,
            "decided": found.councils.decided,
            "waived": found.councils.waived,
            "missing": [party.name for party in found.councils.missing],
            "rejected": [party.name for party in found.councils.rejected],
        },
        "country": {"total": found.country.total, "approved": found.country.approved}
        if found.country
        else None,
        "waiting": found.waiting,
        "submitted": {
            "from": sent.happened_from.isoformat(),
            "to": sent.happened_to.isoformat(),
            "as_written": sent.as_written,
            "reservation_for": _names(found, sent.reservation_for),
            "reservation_open": [party.name for party in found.reservation_open],
        }
        if sent
        else None,
        "letters": [{"key": letter.key, "to": letter.name} for letter in found.letters],
        "steps": [
            {
                "id": step.step_id,
                "title": step.title,
                "total": step.total,
                "fulfilled": step.fulfilled,
                "waived": step.waived,
                "owed": step.owed,
                "not_asked": step.not_asked,
                "overdue": step.overdue,
                "done": step.is_done,
            }
            for step in found.steps
        ],
        "overdue": [owed_values(owed) for owed in found.overdue],
        "next": [owed_values(owed) for owed in found.next],
        "has_made_up_data": found.has_made_up,
    }


def _names(found: Status, codes: tuple[str, ...]) -> list[str]:
    known = {row.party.party: row.party.name for row in found.standings}
    return [known.get(code, code) for code in codes]


def standing_values(row: Standing) -> dict[str, Any]:
    """One cell of the matrix."""
    return {
        "step": row.step.id,
        "party": row.party.party,
        "name": row.party.name,
        "member_from": iso(row.party.member_from),
        "member_until": iso(row.party.member_until),
        "state": row.state.value,
        "asked": iso(row.opened_on),
        "due": iso(row.due_on),
        "met": iso(row.met_on),
        "met_as_written": said_words(row.met_on) if row.met_on else "",
        "outcome": row.outcome.value if row.outcome else None,
        "answer": row.completeness.value if row.completeness else None,
        "proven": row.is_proven,
        "late": row.is_late,
        "extended": row.is_extended,
        "mails": row.mails_sent,
        "last_mail": iso(row.last_mail.finished_at.date())
        if row.last_mail and row.last_mail.finished_at
        else None,
        "made_up": row.is_made_up,
    }


def log_values(line: LogLine) -> dict[str, Any]:
    """One line of the log."""
    return {
        "at": line.at.isoformat(),
        "by": line.by,
        "kind": line.kind,
        "key": line.key,
        "text": line.text,
        "source": line.source,
        "made_up": line.is_made_up,
        "replaced_at": line.replaced_at.isoformat() if line.replaced_at else None,
    }


def mail_values(mail: OutboxMail, *, whole: bool = False) -> dict[str, Any]:
    """One mail of the outbox; with its texts when ``whole``."""
    values: dict[str, Any] = {
        "key": mail.key,
        "state": mail.state.value,
        "mail": mail.mail.value,
        "party": mail.party,
        "subject": mail.subject,
        "to": mail.recipients,
        "copy_to": mail.copies,
        "created": mail.created_at.isoformat(),
        "finished": mail.finished_at.isoformat() if mail.finished_at else None,
        "attempts": mail.attempts,
        "outcome": mail.outcome,
        "transport": mail.transport,
    }
    if whole:
        values |= {
            "message_id": mail.message_id,
            "template_version": mail.template_version,
            "text": mail.text,
            "html": mail.html,
        }
    return values

"""Keeps what respondents type before they send it, through their links or for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from udmelding.casework.forms.answers import seen_for_answer, without_cpr
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.casework.services import Services
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.forms.drafts import FormDraft, save_draft


def open_form(services: Services, reference: str, party: str, now: dt.datetime) -> AnswerSeen:
    """The respondent's question set with its draft.

    Raises:
        NotFoundError: the party is not in the case.
        RefusedError: the case asks nothing or is closed, or the party is not asked.
    """
    with reading(services.engine) as session:
        return seen_for_answer(session, find(session, reference), party, now)


def keep_draft(
    services: Services,
    reference: str,
    seen: AnswerSeen,
    typed: Mapping[str, str],
    *,
    base: str,
    revision: int,
    by: str,
    now: dt.datetime,
) -> FormDraft:
    """Keep what was typed; what holds a CPR number is never stored.

    Args:
        services: the database.
        reference: the case.
        seen: the respondent's question set.
        typed: text by path.
        base: key of the answer that was begun from.
        revision: of the draft that the page showed; 0 for none.
        by: who typed.
        now: the moment.

    Raises:
        SavedMeanwhileError: somebody else has saved since; nothing is kept.
        RefusedError: it is far too large.
    """
    draft = FormDraft(
        question_set=seen.asked.key,
        content=without_cpr(typed, now.date()),
        base=base,
        revision=revision,
        updated_at=now,
        updated_by=by,
    )
    with writing(services.engine) as session:
        case_id = find(session, reference).id
        return save_draft(session, case_id, seen.asked.step, seen.party.party, draft)

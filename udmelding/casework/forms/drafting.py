"""What several people type in one answer draft before it is sent: kept, and brought together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from udmelding.casework.forms.seen import AnswerSeen
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.forms.answer_drafts import (
    AnswerDraft,
    answer_draft_of,
    save_answer_draft,
)
from udmelding.journal.forms.answers import GivenAnswer, sets_by_key
from udmelding.rules.access.links import without_links_in
from udmelding.rules.files.cpr import parts_shown
from udmelding.rules.forms.answer_paths import spots
from udmelding.rules.forms.answers import Problem, Trouble
from udmelding.rules.forms.merging import merged
from udmelding.rules.forms.set_changes import SetChange, changes_since

WRITES = dt.timedelta(minutes=2)
"""So long after a draft was saved somebody is taken to write in it still."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it was kept.

    Attributes:
        theirs: what somebody else has written since in fields that were not touched here.
        clashes: what somebody else has written since in fields that were; it is what is kept.
        by: who that is.
    """

    answer_draft: AnswerDraft
    theirs: Mapping[str, str] = field(default_factory=dict)
    clashes: Mapping[str, str] = field(default_factory=dict)
    by: str = ""


def keep_answer_draft(
    services: Services,
    reference: str,
    seen: AnswerSeen,
    typed: Mapping[str, str],
    *,
    base: str,
    revision: int,
    began: Mapping[str, str] | None = None,
    by: str,
    now: dt.datetime,
) -> KeptDraft:
    """Keep what was typed; what holds a CPR number is never stored, and neither is a link.

    What somebody else has saved since the page was shown is kept too (``rules.forms.merging``).

    Args:
        services: the database.
        reference: the case.
        seen: the respondent's question set.
        typed: text by path.
        base: key of the answer that was begun from.
        revision: of the answer draft that the page showed; 0 for none.
        began: marks of what the page showed; None: it says nothing of that.
        by: who typed.
        now: the moment.

    Raises:
        SavedMeanwhileError: somebody else has saved since, and the page says not what it began
            from; nothing is kept.
        RefusedError: it is far too large.
    """
    answer_draft = AnswerDraft(
        question_set=seen.asked.key,
        content=without_links_in(_kept(seen, typed, now.date())),
        base=base,
        revision=revision,
        updated_at=now,
        updated_by=by,
    )
    step, party = seen.asked.step, seen.party.party
    with writing(services.engine) as session:
        case_id = find(session, reference).id
        stored = answer_draft_of(session, case_id, step, party)
        if stored is None or stored.revision == revision or began is None:
            return KeptDraft(save_answer_draft(session, case_id, step, party, answer_draft))
        both = merged(answer_draft.content, stored.content, began)
        draft = replace(answer_draft, content=both.typed, revision=stored.revision)
        saved = save_answer_draft(session, case_id, step, party, draft)
    who = "" if stored.updated_by == by else stored.updated_by
    return KeptDraft(saved, both.theirs, both.clashes, who)


def clash_problems(seen: AnswerSeen, kept: KeptDraft) -> list[Problem]:
    """Fields that two have written in, with what the other wrote."""
    labels = {s.path: s.label for s in spots(seen.asked.form, seen.respondent, kept.clashes)}
    who = kept.by or "En anden"
    return [
        Problem(
            path,
            labels.get(path, "Om svaret"),
            Trouble.WRONG,
            f"{who} har skrevet «{text}» her imens." if text else f"{who} har tømt feltet imens.",
        )
        for path, text in kept.clashes.items()
    ]


def writes_now(answer_draft: AnswerDraft | None, me: str, now: dt.datetime) -> str:
    """Who else is writing in the draft at ``now``; empty where nobody is."""
    if answer_draft is None or answer_draft.updated_by in ("", me):
        return ""
    return answer_draft.updated_by if now - answer_draft.updated_at < WRITES else ""


@dataclass(frozen=True, slots=True)
class SetSince:
    """How the questions stand beside those that a respondent has answered.

    Attributes:
        answered: version of the set that it answered, or began on.
        asked: version of the set that is asked now.
        changes: what is otherwise; none where nothing is for this respondent.
    """

    answered: int
    asked: int
    changes: tuple[SetChange, ...] = ()

    @property
    def is_to_answer(self) -> bool:
        """Whether the respondent has something to answer by it."""
        return any(one.is_to_answer for one in self.changes)


def set_since(services: Services, seen: AnswerSeen) -> SetSince | None:
    """What has changed since a respondent answered, or began; None where it has done neither."""
    begun: AnswerDraft | GivenAnswer | None = seen.answer_draft
    begun = begun or (seen.standing[-1] if seen.standing else None)
    if begun is None:
        return None
    now = seen.asked.form
    if begun.question_set == seen.asked.key:
        return SetSince(now.version, now.version)
    with reading(services.engine) as session:
        before = sets_by_key(session, (begun.question_set,)).get(begun.question_set)
    if before is None:
        return None
    return SetSince(before.version, now.version, changes_since(before, now, seen.respondent))


def _kept(seen: AnswerSeen, typed: Mapping[str, str], today: dt.date) -> dict[str, str]:
    """What may be kept: a field with a CPR number keeps what it had before, if anything."""
    refused = {path for path, text in typed.items() if parts_shown(text, today)}
    before = {path: text for path, text in seen.typed.items() if path in refused}
    return {path: text for path, text in typed.items() if path not in refused} | before

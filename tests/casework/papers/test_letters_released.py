"""Recording acts on no authority: a letter leaves when a person releases it, once, or never."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from models import MailKind, OutboxState, Scope, Stage
from tests.papering import REF, before_councils, decided, say
from tests.past import record_past
from tests.played import played_once
from tests.rules.files.test_cpr import number_as_written
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.writing import MACHINE, write_mails
from udmelding.casework.papers.letters import letter_of
from udmelding.casework.papers.letters_released import (
    OVERVIEW,
    LetterDraft,
    letter_draft,
    letter_drafts,
    release,
    send_elsewhere,
)
from udmelding.casework.wiring import Services
from udmelding.config.case.library import process_ids, process_named
from udmelding.config.settings import Mail, Settings
from udmelding.documents.papers.letter import letter_paper
from udmelding.documents.papers.paper import paper_text
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft
from udmelding.journal.mail.mail_drafts import say as keep_words
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.actions import LETTERS, SendMail
from udmelding.rules.case.letters_due import receivers_named
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.papers.letters import LetterKind
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.recording.catalogue import ENTRIES, kind_of
from udmelding.rules.status.status import status

AGENCY = "cu@styrelsen.example"
SENT = dt.date(2025, 5, 28)
KEY = f"{REF}/submission/agency/report"
LOLLAND = "0360"


@pytest.fixture
def case(services: Services) -> Services:
    """All but two councils have approved."""
    approved_by_all_but_two(services)
    return services


@played_once
def approved_by_all_but_two(services: Services) -> None:
    before_councils(services)
    with reading(services.engine) as session:
        towns = [p.party for p in load(session, REF, clock.end_of(SENT)).parties if p.is_asked]
    for code in (c for c in towns if re.fullmatch(r"\d{4}", c) and c not in (LOLLAND, "0370")):
        decided(services, code, dt.date(2025, 4, 28))


def submitted(services: Services, day: dt.date = SENT, **said: Any) -> None:
    say(services, "submission", day, **({"on": day} | said))


def drafts(services: Services, day: dt.date = SENT) -> tuple[LetterDraft, ...]:
    now = clock.end_of(day)
    with reading(services.engine) as session:
        known = load(session, REF, now)
    return letter_drafts(services, known, now)


def a_day_passes(services: Services, day: dt.date) -> None:
    """The daily run and a delivery."""
    advance(services, REF, clock.at(day, "17:00"))
    deliver_waiting(services, clock.at(day, "17:10"), "daily")


def to_authorities(services: Services) -> list[str]:
    """Keys of the mails that were written to the agency."""
    with reading(services.engine) as session:
        return [m.key for m in outbox.list_mails(session) if AGENCY in (*m.recipients, *m.copies)]


def mails(services: Services, key: str) -> Any:
    with reading(services.engine) as session:
        return outbox.get(session, key)


ON = dt.date(2025, 1, 15)
ABOUT = {"step": "collection", "party": LOLLAND}
SAID: dict[str, dict[str, Any]] = {
    "deadline": {"due_on": "30/6-2025"},
    "response": ABOUT | {"on": ON, "completeness": "complete"},
    "decision": {
        "step": "councils",
        "party": LOLLAND,
        "on": ON,
        "outcome": "approved",
        "level": "council",
    },
    "waiver": ABOUT | {"waived_on": ON, "reason": "ingen borgere"},
    "extension": ABOUT | {"party": "0253", "due_on": "1/3-2025", "granted_on": ON},
    "expectation": {"step": "councils", "party": LOLLAND, "expected_on": "1/5-2025"},
    "submission": {"on": ON},
    "question": {"on": ON, "due_on": "1/3-2025", "text": "Hvor mange?"},
    "question_answer": {"on": ON, "note": "Tre."},
    "verdict": {"on": ON, "verdict_outcome": "renewed_treatment"},
    "milestone": {"on": ON, "title": "Overleveringsmøde"},
    "bulletin": {"text": "Skriv, hvis I kan i maj."},
    "action": {"number": 1, "title": "Flere pladser", "due_on": "1/6-2026"},
    "dated_reminder": {"remind_on": "20/1-2025", "text": "Ring til styrelsen."},
    "document": {"document_kind": "guidance", "title": "Vejledning", "dated_on": ON},
    "particulars": {"title": "Et andet navn"},
    "pause": {"is_paused": True},
    "closure": {"closed_on": ON},
}
"""One fact of every kind that people are asked for."""


def test_every_kind_that_people_record_is_among_those_that_are_tried() -> None:
    assert {kind_of(entry) for entry in ENTRIES if entry.asks} == set(SAID)


@pytest.mark.parametrize("process", process_ids())
@pytest.mark.parametrize("kind", SAID)
def test_no_fact_that_is_recorded_writes_to_an_authority(
    services: Services, process: str, kind: str
) -> None:
    said = dict(SAID[kind])
    if said.get("step") and process_named(process).step(said["step"]) is None:
        pytest.skip("the process has no such step")
    launched(services, process)

    record_past(services, REF, kind, said, Stamp(clock.at(ON), "anna"))
    for days in (0, 1, 7):  # what fell due on a day without a run is done in the next
        a_day_passes(services, ON + dt.timedelta(days=days))

    assert to_authorities(services) == []
    wanted = kind in ("submission", "question_answer") and process != "spoergeskema"
    assert len(drafts(services, ON + dt.timedelta(days=8))) == wanted


@played_once
def launched(services: Services, process: str) -> None:
    """The case on the evening of its first day."""
    received = dt.date(2025, 1, 6)
    stamp = Stamp(clock.at(received), "anna")
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", stamp)
        new = NewCase(
            reference=REF,
            process=process,
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=received,
            particulars=NewParticulars(title="En målgruppe"),
            deadline=NewDeadline(due_on=dt.date(2025, 12, 31)),
        )
        launch_case(session, services.settings, new, stamp)
    a_day_passes(services, received)


@pytest.mark.parametrize("kind", MailKind)
def test_the_machine_writes_no_kind_of_mail_to_an_authority_by_itself(
    case: Services, kind: MailKind
) -> None:
    now = clock.end_of(SENT)
    action = SendMail(
        key=f"{REF}/x", stage=Stage.SUBMISSION, mail=kind, step_id="x", party="agency", rung="x"
    )
    with writing(case.engine) as session:
        known, header = load(session, REF, now), find(session, REF)
        done = write_mails(case, session, header, known, (action,), Stamp(now, MACHINE))

    assert not done.written
    assert to_authorities(case) == []


def test_a_questionnaire_round_writes_no_letter_at_all(services: Services) -> None:
    launched(services, "spoergeskema")
    record_past(services, REF, "submission", {"on": ON}, Stamp(clock.at(ON), "anna"))

    assert drafts(services, ON) == ()
    with pytest.raises(RefusedError, match="har ingen modtager"):
        letter_of(services, REF, LetterKind.COVER, clock.end_of(ON))


def test_the_secretariat_is_told_once_that_a_letter_waits(case: Services) -> None:
    submitted(case)
    for days in range(4):
        a_day_passes(case, SENT + dt.timedelta(days=days))

    notice = mails(case, f"{REF}/notice/letter-report")
    assert notice.subject.endswith("Et brev til Social- og Boligstyrelsen venter på jer")
    assert notice.state is OutboxState.SENT
    assert "«Breve»" in notice.text
    known = status(loaded(case, SENT), SENT)
    assert [letter.name for letter in known.letters] == ["Social- og Boligstyrelsen"]


def loaded(services: Services, day: dt.date) -> Any:
    with reading(services.engine) as session:
        return load(session, REF, clock.end_of(day))


def test_a_draft_that_was_told_of_waits_however_long_it_takes(case: Services) -> None:
    submitted(case)
    a_day_passes(case, SENT)

    assert [d.due.key for d in drafts(case, SENT + dt.timedelta(days=200))] == [KEY]


def test_what_was_sent_long_ago_and_is_recorded_now_is_history(case: Services) -> None:
    submitted(case, SENT + dt.timedelta(days=30), on=SENT)

    assert drafts(case, SENT + dt.timedelta(days=30)) == ()


def test_a_submission_that_nobody_was_told_of_is_not_drafted_a_month_later(case: Services) -> None:
    submitted(case)

    assert drafts(case, SENT + dt.timedelta(days=30)) == ()


def test_what_somebody_else_has_sent_is_not_drafted(case: Services) -> None:
    submitted(case, submitted_by="de fem styregruppers formænd")
    a_day_passes(case, SENT)

    assert drafts(case) == ()
    assert to_authorities(case) == []


def test_a_correction_that_somebody_else_sent_it_takes_the_draft_away(case: Services) -> None:
    submitted(case)
    (old,) = loaded(case, SENT).submissions
    submitted(case, corrects=old.key, submitted_by="styregruppens formandskab")

    assert drafts(case) == ()


def test_a_letter_is_sent_once_when_a_person_releases_it(case: Services) -> None:
    submitted(case)
    a_day_passes(case, SENT)
    stamp = Stamp(clock.at(SENT, "17:30"), "anna")

    fate = release(case, KEY, stamp)

    assert (fate.text, fate.is_good) == (
        f"Mailen til {AGENCY} er skrevet som fil, ikke sendt.",
        True,
    )
    sent = mails(case, KEY)
    assert (sent.state, sent.written_by, sent.recipients) == (OutboxState.SENT, "anna", [AGENCY])
    names = [one["file_name"] for one in sent.attachments]
    assert names[-1] == f"{REF} - Oversigt over beslutninger.pdf"
    assert len(names) == 2
    with pytest.raises(RefusedError, match="venter ikke længere"):
        release(case, KEY, stamp)
    for days in range(3):
        a_day_passes(case, SENT + dt.timedelta(days=days))
    assert to_authorities(case) == [KEY]


def test_a_release_that_is_killed_before_it_was_sent_goes_with_the_next_delivery_once(
    case: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(case)
    monkeypatch.setattr("udmelding.casework.papers.letters_released.send_written", _die)
    with pytest.raises(InterruptedError):
        release(case, KEY, Stamp(clock.at(SENT, "17:30"), "anna"))
    assert mails(case, KEY).state is OutboxState.PENDING

    deliver_waiting(case, clock.at(SENT, "18:00"), "next")
    deliver_waiting(case, clock.at(SENT, "19:00"), "another")

    assert mails(case, KEY).state is OutboxState.SENT
    assert to_authorities(case) == [KEY]


def _die(*_: object) -> None:
    raise InterruptedError


def test_a_release_that_is_killed_before_it_was_written_has_done_nothing(
    case: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(case)
    monkeypatch.setattr("udmelding.casework.papers.letters_released.write_mails", _die)
    with pytest.raises(InterruptedError):
        release(case, KEY, Stamp(clock.at(SENT, "17:30"), "anna"))

    assert [d.due.key for d in drafts(case)] == [KEY]
    assert to_authorities(case) == []


def test_a_letter_that_went_another_way_is_noted_and_never_sent(case: Services) -> None:
    submitted(case)
    stamp = Stamp(clock.at(SENT, "17:30"), "anna")
    with pytest.raises(RefusedError, match="hvem der har sendt brevet"):
        send_elsewhere(case, KEY, "  ", stamp)

    send_elsewhere(case, KEY, "formændene med Digital Post", stamp)

    noted = mails(case, KEY)
    assert (noted.state, noted.outcome) == (OutboxState.ELSEWHERE, "formændene med Digital Post")
    assert drafts(case) == ()
    a_day_passes(case, SENT)
    assert to_authorities(case) == []
    with pytest.raises(RefusedError, match="venter ikke længere"):
        release(case, KEY, stamp)


def test_no_cpr_number_is_kept_with_a_letter(case: Services) -> None:
    submitted(case)
    number = number_as_written(holds=True)
    honest, other = (Stamp(clock.at(SENT, "17:30"), by) for by in ("anna", f"Borger {number}"))

    with pytest.raises(CprRefusedError):
        release(case, KEY, other)
    with pytest.raises(CprRefusedError):
        release(case, KEY, honest, words=("Emne", f"Borgeren er {number}."))
    with pytest.raises(CprRefusedError):
        send_elsewhere(case, KEY, "egen mail", other)
    with pytest.raises(CprRefusedError):
        send_elsewhere(case, KEY, f"sendt om {number}", honest)

    assert [d.due.key for d in drafts(case)] == [KEY]
    assert to_authorities(case) == []


def test_a_persons_words_go_out_and_the_files_that_were_chosen(case: Services) -> None:
    submitted(case)
    stamp = Stamp(clock.at(SENT, "17:30"), "anna")

    release(case, KEY, stamp, words=("Emne", "Kort brev."), enclosed=[OVERVIEW])

    sent = mails(case, KEY)
    assert (sent.subject, sent.text) == ("Emne", "Kort brev.\n")
    assert [one["media_type"] for one in sent.attachments] == ["application/pdf"]


def test_words_that_were_kept_stand_in_the_draft_until_it_is_released(case: Services) -> None:
    submitted(case)
    with writing(case.engine) as session:
        words = MailDraft(
            key=KEY, subject="Emne", text="Kort.", changed_at=clock.at(SENT), changed_by="anna"
        )
        keep_words(session, words)

    assert letter_draft(case, KEY, clock.end_of(SENT)).outbox_mail.text == "Kort.\n"


def test_a_letter_tells_of_the_day_it_belongs_to_not_of_the_day_it_is_released(
    case: Services,
) -> None:
    submitted(case)
    a_day_passes(case, SENT)
    later = SENT + dt.timedelta(days=5)
    decided(case, LOLLAND, later)

    text = letter_draft(case, KEY, clock.end_of(later)).outbox_mail.text

    assert "15 af 17 kommuner har godkendt" in text
    assert "behandling i Lolland og Næstved" in " ".join(text.split())
    assert "Lolland: godkendt" not in text


def test_a_receiver_by_name_has_its_address_in_the_settings(case: Services) -> None:
    named = replaced_receivers(case, ("agency", "Socialtilsyn Øst"))
    submitted(named)
    key = f"{REF}/submission/Socialtilsyn Øst/report"
    stamp = Stamp(clock.at(SENT, "17:30"), "anna")

    both = drafts(named)

    assert [d.due.name for d in both] == ["Social- og Boligstyrelsen", "Socialtilsyn Øst"]
    assert receivers_named(loaded(named, SENT)) == "Social- og Boligstyrelsen og Socialtilsyn Øst"
    assert both[1].outbox_mail.text.startswith("Til Socialtilsyn Øst\n")
    with pytest.raises(RefusedError, match="mangler en mailadresse til Socialtilsyn Øst"):
        release(named, key, stamp)
    known = with_mail(named, letters_to=("Socialtilsyn Øst <post@tilsyn.example>",))
    assert release(known, key, stamp).is_good
    assert mails(named, key).recipients == ["post@tilsyn.example"]
    assert [d.due.name for d in drafts(named)] == ["Social- og Boligstyrelsen"]


def with_mail(services: Services, **mail: Any) -> Services:
    changed = Mail.model_validate(services.settings.mail.model_dump() | mail)
    settings: Settings = services.settings.model_copy(update={"mail": changed})
    return replace(services, settings=settings)


def replaced_receivers(services: Services, receivers: tuple[str, ...]) -> Services:
    """The case is moved to rules with those receivers."""
    process = loaded(services, dt.date(2025, 4, 10)).process
    content = process.model_copy(update={"version": 99, "receivers": receivers}).model_dump_json()
    say(services, "process", dt.date(2025, 5, 1), content=content)
    return services


def test_a_case_on_rules_from_before_receivers_drafts_to_the_agency_and_sends_nothing(
    case: Services,
) -> None:
    process = loaded(case, dt.date(2025, 4, 10)).process
    older = process.model_copy(update={"version": 2, "receivers": None})
    say(case, "process", dt.date(2025, 5, 1), content=older.model_dump_json(exclude={"receivers"}))
    submitted(case)
    a_day_passes(case, SENT)

    assert loaded(case, SENT).process.receivers is None
    assert [d.due.key for d in drafts(case)] == [KEY]
    assert to_authorities(case) == []


def test_an_old_questionnaire_round_has_no_letter_either() -> None:
    older = process_named("spoergeskema").model_copy(update={"receivers": None})

    assert older.letter_receivers == ()


FIVE = "\n".join(f", formand for styregruppen, KKR {n}" for n in ("Sjælland", "Fyn", "Nord"))


def test_a_joint_letter_bears_the_names_of_all_who_sign_it(case: Services) -> None:
    signers = f"Ole Eksempel, koncerndirektør, KKR Midt\n{FIVE}"
    submitted(case, signers=signers)

    text = letter_draft(case, KEY, clock.end_of(SENT)).outbox_mail.text
    made = paper_text(letter_paper(letter_of(case, REF, LetterKind.COVER, clock.end_of(SENT))))

    for said in (text, made):
        assert "Ole Eksempel, koncerndirektør, KKR Midt\n" in said
        assert "formand for styregruppen, KKR Sjælland\n" in said
    (fact,) = loaded(case, SENT).submissions
    assert [signer.area for signer in fact.signers] == [
        "KKR Midt", "KKR Sjælland", "KKR Fyn", "KKR Nord",
    ]  # fmt: skip
    assert fact.signers[1].name == ""


def test_a_signer_of_more_than_three_parts_is_refused_in_danish(case: Services) -> None:
    with pytest.raises(RefusedError, match="navn, titel og område med komma imellem"):
        submitted(case, signers="A, b, c, d")


def test_what_others_have_sent_bears_their_name_on_paper(case: Services) -> None:
    submitted(case, submitted_by="styregruppens formandskab")

    made = paper_text(letter_paper(letter_of(case, REF, LetterKind.COVER, clock.end_of(SENT))))

    assert made.rstrip().endswith("Med venlig hilsen\nStyregruppens formandskab")
    assert "Til Social- og Boligstyrelsen" in made


VAGUE = {"from": "2025-05-21", "to": "2025-05-31", "as_written": "ultimo maj 2025"}


def test_a_vague_day_is_never_told_as_a_day(case: Services) -> None:
    primo = {"from": "2025-06-01", "to": "2025-06-10", "as_written": "primo juni 2025"}
    submitted(case, on=VAGUE, reservation_for=[LOLLAND, "0370"])
    cover = paper_text(letter_paper(letter_of(case, REF, LetterKind.COVER, clock.end_of(SENT))))
    later = dt.date(2025, 6, 16)
    for code in (LOLLAND, "0370"):
        said = {"level": "council", "outcome": "approved", "step": "councils"}
        say(case, "decision", later, party=code, on=primo, **said)
    a_day_passes(case, later)

    lifted = letter_draft(case, f"{REF}/submission/agency/reservation_lifted", clock.end_of(later))
    text = " ".join(lifted.outbox_mail.text.split())
    paper = letter_of(case, REF, LetterKind.SUPPLEMENT, clock.end_of(later))

    assert "blev sendt ultimo maj 2025 med forbehold" in text
    assert "- Lolland: primo juni 2025" in text
    told = f"{cover} {text} {' '.join(paper.texts())}"
    assert "ultimo maj 2025" in cover
    for day in ("28. maj", "31. maj", "10. juni", "16. juni"):
        assert day not in told.replace("Frist: 31. maj 2025", "").replace("31. maj 2025", "", 1)
    (report, fact) = loaded(case, later).submissions
    assert report.when == "ultimo maj 2025"
    assert fact.when == "primo juni 2025"


def test_a_reservation_of_what_others_sent_is_told_to_the_secretariat_and_not_drafted(
    case: Services,
) -> None:
    submitted(case, submitted_by="formandskabet", reservation_for=[LOLLAND])
    later = dt.date(2025, 6, 16)
    decided(case, LOLLAND, later)
    a_day_passes(case, later)

    assert drafts(case, later) == ()
    notice = mails(case, f"{REF}/notice/lifted")
    assert "blev sendt af formandskabet" in " ".join(notice.text.split())


def test_an_answer_to_the_agency_waits_as_a_letter_with_what_was_asked(case: Services) -> None:
    submitted(case, submitted_by="formandskabet")
    say(case, "question", SENT, on=SENT, due_on="30/6-2025", text="Hvor mange pladser mangler?")
    say(case, "question_answer", SENT, on=SENT, note="Der mangler tre pladser.")

    (draft,) = drafts(case)

    text = " ".join(draft.outbox_mail.text.split())
    assert draft.due.mail is MailKind.QUESTION_ANSWER
    assert "spørgsmål til afrapporteringen" in text
    assert "Hvor mange pladser mangler?" in text
    assert "Der mangler tre pladser." in text
    assert [one.is_chosen for one in draft.enclosures] == [False] * len(draft.enclosures)


@pytest.mark.parametrize("do", ["pause", "closure"])
def test_no_letter_waits_in_a_case_that_is_paused_or_over(case: Services, do: str) -> None:
    submitted(case)
    say(case, do, SENT, **({"is_paused": True} if do == "pause" else {"closed_on": SENT}))

    assert drafts(case) == ()


def test_letters_are_the_mails_that_the_machine_never_sends() -> None:
    for kind in LETTERS:
        action = SendMail(
            key="x", stage=Stage.SUBMISSION, mail=kind, step_id="x", party="x", rung="x"
        )
        assert action.awaits_release

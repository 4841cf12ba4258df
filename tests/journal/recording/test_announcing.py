"""What is recorded is told, in the transaction that records it; what is taken back never was."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, get_args

import pytest
import sqlalchemy as sa

from models import OutboxState, Scope
from tests.counting import statements
from tests.past import record_past
from udmelding import clock, paths
from udmelding.casework.case.as_json import log_values
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.launch.preview import Wanted
from udmelding.casework.launch.rehearsal import Variant, rehearse
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.recording.recording import preview_fact, taking_back
from udmelding.casework.webhooks import setup as webhook_setup
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.recording.announcing import GROUPS, announce_mail, listens
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import kind_for, table_of
from udmelding.journal.webhooks.deliveries import deliveries
from udmelding.journal.webhooks.webhooks import Hook, add_hook, change_hook
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.recording.catalogue import CaseEntry
from udmelding.rules.recording.report import NewRespondent

pytestmark = pytest.mark.database

REF = "CU-PROEVE-2025"
RECEIVED = dt.date(2024, 8, 1)
LOLLAND = "0360"
NOW = clock.at(dt.date(2024, 9, 2))
STAMP = Stamp(NOW, "anna")
TOLD = [entry for entry in get_args(CaseEntry) if entry is not NewRespondent]
"""Parties are told of by what they do."""


def hook_for(services: Services, *events: str) -> Hook:
    with writing(services.engine) as session:
        return add_hook(
            session, name="x", url="https://x.example/", events=events, by="test", now=NOW
        )


def new_case(reference: str = REF) -> NewCase:
    return NewCase(
        reference=reference,
        process="central-udmelding",
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=RECEIVED,
        particulars=NewParticulars(title="Prøve"),
        deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
    )


def launch(services: Services, reference: str = REF) -> None:
    with writing(services.engine) as session:
        stamp = Stamp(clock.at(RECEIVED), "anna")
        demo.make_contacts(session, "sjaelland", stamp)
        launch_case(session, services.settings, new_case(reference), stamp)


def launch_two_of_which_one_is_taken(services: Services) -> None:
    with writing(services.engine) as session:
        for reference in ("CU-TRE-2025", REF):
            launch_case(session, services.settings, new_case(reference), STAMP)


def told(services: Services, hook: Hook) -> list[dict[str, Any]]:
    """The bodies of all that the webhook is told, in order."""
    with reading(services.engine) as session:
        found = sorted(deliveries(session, hook.id, 1000), key=lambda one: one.id)
    bodies = [json.loads(one.body) for one in found]
    assert [body["id"] for body in bodies] == [one.event for one in found]
    return bodies


def kinds(services: Services, hook: Hook) -> list[str]:
    return [body["kind"] for body in told(services, hook)]


RESPONSE = {"party": LOLLAND, "on": "2024-09-01", "source": "mail fra Lolland"}


def test_a_new_case_is_told_before_its_facts(services: Services) -> None:
    hook = hook_for(services)
    launch(services)
    assert kinds(services, hook) == [
        "case.launched",
        "particulars.recorded",
        "deadline.recorded",
    ]
    first = told(services, hook)[0]
    assert (first["case"], first["key"], first["by"]) == (REF, REF, "anna")
    assert first["values"]["title"] == "Prøve"
    assert first["values"]["deadline"] == "2025-05-31"
    assert first["at"] == "2024-08-01T12:00:00+02:00"


def test_a_fact_is_told_once_with_the_values_of_the_json_api(services: Services) -> None:
    launch(services)
    hook = hook_for(services)
    done = record_past(services, REF, "response", RESPONSE, STAMP)
    record_past(services, REF, "response", RESPONSE, STAMP)
    (body,) = told(services, hook)
    assert body["kind"] == "response.recorded"
    assert (body["party"], body["step"], body["key"]) == (LOLLAND, "collection", done.key)
    assert body["replaces"] is None
    fields = body["values"].pop("fields")
    with reading(services.engine) as session:
        lines = [log_values(line) for line in log(session, find(session, REF), NOW)]
    assert body["values"] == next(line for line in lines if line["key"] == done.key)
    assert fields["completeness"] == "complete"
    assert fields["happened_from"] == "2024-09-01"
    assert dt.datetime.fromisoformat(body["at"]).utcoffset() == dt.timedelta(hours=2)


def test_a_correction_names_what_it_replaces_and_a_withdrawal_what_is_gone(
    services: Services,
) -> None:
    launch(services)
    hook = hook_for(services)
    wrong = record_past(services, REF, "response", RESPONSE, STAMP)
    later = Stamp(NOW + dt.timedelta(hours=1), "bo")
    right = record_past(
        services, REF, "response", RESPONSE | {"on": "2024-08-31", "corrects": wrong.key}, later
    )
    last = Stamp(NOW + dt.timedelta(hours=2), "carl")
    carry_out(services, taking_back(REF, right.key, "forkert kommune", last), last, only=(REF,))
    _, corrected, withdrawn = told(services, hook)
    assert corrected["kind"] == "response.corrected"
    assert (corrected["key"], corrected["replaces"]) == (right.key, wrong.key)
    assert withdrawn["kind"] == "response.withdrawn"
    assert (withdrawn["key"], withdrawn["by"]) == (right.key, "carl")
    with reading(services.engine) as session:
        lines = [log_values(line) for line in log(session, find(session, REF), last.now)]
    fields = withdrawn["values"].pop("fields")
    assert withdrawn["values"] == next(line for line in lines if line["key"] == right.key)
    assert "forkert kommune" in withdrawn["values"]["text"]
    assert fields["party"] == LOLLAND


def test_a_preview_a_rehearsal_and_a_refused_batch_tell_nothing(services: Services) -> None:
    launch(services)
    hook = hook_for(services)
    preview_fact(services, REF, "response", RESPONSE, STAMP)
    wanted = Wanted(new=new_case("CU-TO-2025"))
    rehearse(services, wanted, Variant.EVERYBODY, Stamp(clock.at(RECEIVED), "anna"))
    with pytest.raises(RefusedError, match="Der findes allerede"):
        launch_two_of_which_one_is_taken(services)
    with pytest.raises(RefusedError):
        record_past(services, REF, "response", RESPONSE | {"on": "2099-01-01"}, STAMP)
    assert told(services, hook) == []


def test_each_webhook_is_told_of_what_it_asks_for_and_none_when_it_is_off(
    services: Services,
) -> None:
    launch(services)
    everything, one_kind, one_group, off = (
        hook_for(services, *events)
        for events in ((), ("response.corrected",), ("response", "mail"), ())
    )
    with writing(services.engine) as session:
        change_hook(session, off.id, is_active=False)
    done = record_past(services, REF, "response", RESPONSE, STAMP)
    corrected = RESPONSE | {"on": "2024-08-31", "corrects": done.key}
    record_past(services, REF, "response", corrected, STAMP)
    record_past(services, REF, "milestone", {"title": "Møde", "on": "2024-09-01"}, STAMP)
    both = ["response.recorded", "response.corrected"]
    assert kinds(services, everything) == [*both, "milestone.recorded"]
    assert kinds(services, one_kind) == ["response.corrected"]
    assert kinds(services, one_group) == both
    assert kinds(services, off) == []
    ids = [{body["id"] for body in told(services, hook)} for hook in (everything, one_group)]
    assert ids[1] < ids[0], "the same event has the same id everywhere"


def test_without_webhooks_a_fact_costs_one_more_query(services: Services) -> None:
    launch(services)
    with statements(services.engine) as sent:
        record_past(services, REF, "response", RESPONSE, STAMP)
    assert len([statement for statement in sent if "webhook" in statement.lower()]) == 1


def test_webhooks_make_a_fact_of_any_kind_cost_three_more(services: Services) -> None:
    launch(services)
    costs = []
    for day in ("2024-08-30", "2024-08-31"):
        said = {"response": RESPONSE | {"on": day}, "milestone": {"title": "Møde", "on": day}}
        for kind, fields in said.items():
            with statements(services.engine) as sent:
                record_past(services, REF, kind, fields, STAMP)
            costs.append(len(sent))
        hook_for(services)
        hook_for(services)
    assert costs[2:] == [cost + 3 for cost in costs[:2]]


@pytest.mark.parametrize(
    ("state", "kind"), [(OutboxState.FAILED, "mail.failed"), (OutboxState.HELD, "mail.held")]
)
def test_a_mail_that_needs_a_person_is_told_without_its_text_and_addresses(
    services: Services, state: OutboxState, kind: str
) -> None:
    launch(services)
    advance(services, REF, clock.at(RECEIVED))
    hook = hook_for(services)
    with writing(services.engine) as session:
        mail = next(one for one in outbox.list_mails(session) if one.party == LOLLAND)
        announce_mail(session, mail.key, NOW)
        outbox.finish(session, mail.key, state, NOW, "550 afvist")
        announce_mail(session, mail.key, NOW)
    (body,) = told(services, hook)
    assert (body["kind"], body["key"], body["party"]) == (kind, mail.key, LOLLAND)
    assert body["case"] == REF
    assert body["values"]["outcome"] == "550 afvist"
    whole = json.dumps(body, ensure_ascii=False)
    for secret in (mail.subject, mail.text, mail.html, *mail.recipients):
        assert secret not in whole


def test_a_case_that_is_played_through_is_told_without_loss(services: Services) -> None:
    hook = hook_for(services)
    file = next(f for f in demo.shipped_cases() if f.shape.reference == "CU-GRAVIDE-2025")
    for event in demo.events([file]):
        demo.happen(services, event)
    bodies = told(services, hook)
    assert bodies[0]["kind"] == "case.launched"
    counted = 0
    with reading(services.engine) as session:
        for entry in TOLD:
            table = table_of(kind_for(entry.value).fact)
            found = session.execute(sa.select(table.c.key)).scalars()
            keys = set(found)
            named = {b["key"] for b in bodies if b["kind"].startswith(f"{_kind(entry)}.")}
            assert named == keys, "none is lost, and none is told that is not there"
            counted += len(keys)
    assert counted + 1 == len(bodies) >= 50


def _kind(entry: Any) -> str:
    return str(entry.model_fields["kind"].default)


def test_no_event_carries_a_secret_or_the_rules_of_a_process(services: Services) -> None:
    hook = hook_for(services)
    launch(services)
    secrets = [hook.secret, "process_version_id", '"content"']
    text = json.dumps(told(services, hook))
    assert not any(secret in text for secret in secrets)


def test_every_kind_of_fact_has_danish_words_and_stands_in_the_documentation() -> None:
    nouns = {_kind(entry) for entry in TOLD}
    assert set(GROUPS) == nouns | {"case", "mail"} == set(webhook_setup.EVENTS)
    documented = (paths.TEMPLATES.parent / "docs" / "webhooks.md").read_text(encoding="utf-8")
    missing = [noun for noun in nouns if f"`{noun}`" not in documented]
    assert missing == []
    assert listens(("case",), "case.launched")
    assert not listens(("question",), "question_answer.recorded")

"""``udmelding record …``: put a fact on record. Each command is one kind of fact."""

from __future__ import annotations

import typer

from udmelding.cli.recording import agency as record_agency
from udmelding.cli.recording import case as record_case
from udmelding.cli.recording import parties as record_parties

app = typer.Typer(
    help="Registrér, hvad der er sket: svar, beslutninger, fritagelser, møder, dokumenter …",
    no_args_is_help=True,
)

app.command("response")(record_parties.response)
app.command("body-decision")(record_parties.body_decision)
app.command("council-decision")(record_parties.council_decision)
app.command("waiver")(record_parties.waiver)
app.command("extension")(record_parties.extension)
app.command("expected")(record_parties.expected)
app.command("deadline")(record_agency.deadline)
app.command("submission")(record_agency.submission)
app.command("question")(record_agency.question)
app.command("answer")(record_agency.answer)
app.command("verdict")(record_agency.verdict)
app.command("tally")(record_agency.tally)
app.command("meeting")(record_case.meeting)
app.command("document")(record_case.document)
app.command("milestone")(record_case.milestone)
app.command("action")(record_case.action)
app.command("reminder")(record_case.reminder)
app.command("pause")(record_case.pause)
app.command("close")(record_case.close)
app.command("retract")(record_case.retract)

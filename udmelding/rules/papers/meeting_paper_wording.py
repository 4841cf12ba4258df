"""Says in Danish what a case paper says besides the councils: what it is and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from models.announcement import AnnouncementKind
from models.outbox import MailKind
from models.process import Stage
from models.submission import SubmissionKind
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import State
from udmelding.rules.papers.letters_decisions import regional_sentences
from udmelding.rules.papers.meeting_paper_councils import (
    approvals,
    council_paragraphs,
    councils_mark,
    have_begun,
    municipalities,
    names_of,
)
from udmelding.rules.papers.meeting_paper_lines import agency_of, answers, to_receivers
from udmelding.rules.papers.meeting_paper_values import (
    PaperFacts,
    kind_word,
    mark,
    on,
    on_day,
)
from udmelding.rules.plan.council_wording import critical_councils
from udmelding.rules.plan.plan import Plan
from udmelding.rules.plan.plan_wording import critical_path
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.briefing import briefing
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

_SENT_AS = {
    AnnouncementKind.FIRST: "har sendt den centrale udmelding «{title}»",
    AnnouncementKind.RENEWED: "har sendt den centrale udmelding «{title}» til fornyet behandling",
    AnnouncementKind.TEMPORARY_ORDER: "har meddelt midlertidigt driftspålæg i sagen «{title}»",
    AnnouncementKind.ORDER: "har meddelt pålæg i sagen «{title}»",
}


def resume(known: PaperFacts) -> tuple[str, ...]:
    """What the case is, where it stands, what is asked of this body: one sentence each."""
    return (announcement_sentence(known.case), _STANDS[known.status.stage](known), _asked(known))


def announcement_sentence(case: Case) -> str:
    """What the case is, in one sentence."""
    front = case.particulars
    title = f"{case.title}{mark(case.is_made_up or front.is_made_up)}"
    if front.kind not in _SENT_AS:
        return f"Sagen gælder «{title}» ({kind_word(case)})."
    basis = f" efter {front.legal_basis}" if front.legal_basis else ""
    return f"{agency_of(case)} {_SENT_AS[front.kind].format(title=title)}{basis}."


def _asked(known: PaperFacts) -> str:
    day = f" {on_day(known.venue.held_on)}" if known.venue.held_on else ""
    what = "til behandling" if known.is_for_decision else "til orientering"
    return f"Sagen forelægges {known.venue.name}{day} {what}."


def _received(_: PaperFacts) -> str:
    return "Sagen er modtaget, og arbejdet er under forberedelse."


def _collecting(known: PaperFacts) -> str:
    answered, _ = _answers(known)
    return (
        f"Dataindsamlingen er i gang: {answered} har svaret."
        if answered
        else "Dataindsamlingen er i gang."
    )


def _drafting(known: PaperFacts) -> str:
    return f"{first_upper(known.paper)} er under udarbejdelse."


def _deciding(known: PaperFacts) -> str:
    bodies = _passed_bodies(known)
    if not bodies:
        return f"{first_upper(known.paper)} foreligger og er klar til administrativ behandling."
    return f"{first_upper(known.paper)} foreligger og er behandlet i {join_names(bodies)}."


def _in_councils(known: PaperFacts) -> str:
    if not have_begun(known):
        return f"{first_upper(known.paper)} er på vej til politisk behandling i kommunerne."
    return f"{first_upper(known.paper)} er til politisk behandling og {approvals(known)}."


def _to_be_sent(known: PaperFacts) -> str:
    return (
        f"{first_upper(known.paper)} er behandlet i alle led og skal sendes{to_receivers(known)}."
    )


def _followed_up(known: PaperFacts) -> str:
    sent, told = known.status.submission, answers(known)
    if sent is None:
        return f"{first_upper(known.paper)} er behandlet i alle led."
    text = f"{first_upper(known.paper)} blev sendt{to_receivers(known)} {on(sent)}"
    if told:
        verdict = label(told[-1].verdict_outcome)
        return f"{text}. Styrelsen har svaret {on(told[-1])}: {verdict}."
    if known.status.reservation_open:
        star = mark(sent.is_made_up) or councils_mark(known)
        text += f" med forbehold for {municipalities(len(sent.reservation_for))}{star}"
    return f"{text} og er {approvals(known)}." if known.status.councils.total else f"{text}."


def _closed(known: PaperFacts) -> str:
    closure = known.case.closures[-1]
    reason = f": {closure.reason}" if closure.reason else ""
    return f"Sagen er afsluttet {on_day(closure.closed_on)}{mark(closure.is_made_up)}{reason}."


_STANDS: Mapping[Stage, Callable[[PaperFacts], str]] = {
    Stage.RECEIPT: _received,
    Stage.COLLECTION: _collecting,
    Stage.DRAFTING: _drafting,
    Stage.DECISIONS: _deciding,
    Stage.COUNCILS: _in_councils,
    Stage.SUBMISSION: _to_be_sent,
    Stage.FOLLOW_UP: _followed_up,
    Stage.CLOSED: _closed,
}


def _passed_bodies(known: PaperFacts) -> list[str]:
    """The bodies that have concluded before this meeting."""
    return [
        row.party.name
        for row in known.status.standings
        if row.step.parties is Parties.BODY
        and row.state.is_closed
        and row.step.id != known.venue.body
    ]


def background(known: PaperFacts) -> tuple[str, ...]:
    """Paragraphs on data collection, councils, reservation, deadline and what is assumed."""
    found = (
        _collection(known),
        *council_paragraphs(known),
        " ".join(regional_sentences(known.case, known.status)),
        _reservation(known),
        _deadline(known),
        _extensions(known),
        _plan_of_action(known),
        _assumed(known),
    )
    return tuple(text for text in found if text)


def _answers(known: PaperFacts) -> tuple[str, str]:
    """How many have answered, ``16 af 17* kommuner``, and who is excused; empty where nobody is."""
    steps = [s.id for s in known.case.process.steps if s.fulfilled_by is FulfilledBy.RESPONSE]
    rows = [row for row in known.status.standings if row.step.id in steps[:1]]
    if not rows:
        return "", ""
    answered = sum(row.state is State.FULFILLED for row in rows)
    star = mark(any(row.is_made_up for row in rows))
    waived = [row.party for row in rows if row.state is State.WAIVED]
    made_up = any(w.is_made_up for w in known.case.waivers if w.step in steps[:1])
    excused = f", og {names_of(waived, mark(made_up))} er fritaget" if waived else ""
    return f"{answered} af {len(rows)}{star} kommuner", excused


def _collection(known: PaperFacts) -> str:
    answered, excused = _answers(known)
    return f"I dataindsamlingen har {answered} svaret{excused}." if answered else ""


def _reservation(known: PaperFacts) -> str:
    """What the submission held back, and what has become of it."""
    sent = known.status.submission
    if sent is None or not sent.reservation_for:
        return ""
    star = mark(sent.is_made_up) or councils_mark(known)
    parties = [known.case.party(code) for code in sent.reservation_for]
    named = [party for party in parties if party is not None]
    text = (
        f"{first_upper(known.paper)} blev sendt {on(sent)} med forbehold for "
        f"{names_of(named, star)}."
    )
    return f"{text} {_rest_of_reservation(known, len(named), star)}"


def _rest_of_reservation(known: PaperFacts, count: int, star: str) -> str:
    lifted = [
        s for s in known.case.submissions if s.submission_kind is SubmissionKind.RESERVATION_LIFTED
    ]
    if lifted:
        waits = any(one.mail is MailKind.RESERVATION_LIFTED for one in known.status.letters)
        untold = " Det supplerende brev er endnu ikke sendt." if waits else ""
        return f"Forbeholdet bortfaldt {on(lifted[-1])}, da alle havde godkendt.{untold}"
    left = known.status.reservation_open
    if not left:
        return "De har alle siden godkendt; forbeholdet er endnu ikke ophævet over for styrelsen."
    if len(left) == count:
        return "Forbeholdet gælder fortsat."
    return f"Forbeholdet gælder fortsat for {names_of(left, star)}."


def _deadline(known: PaperFacts) -> str:
    plan, sent = known.status.plan, known.status.submission
    if plan is None:
        return "Der er ikke registreret nogen frist for sagen."
    day, star = long_date(plan.deadline), mark(known.case.deadlines[-1].is_made_up)
    if sent is None:
        verdict = verdict_on(plan).sentence.replace(day, f"{day}{star}", 1)
        said = briefing(known.case, known.status)
        return " ".join(filter(None, [verdict, said.after, said.next, *_last_chances(plan)]))
    if sent.happened_to <= plan.deadline:
        fate = f"{first_upper(known.paper)} blev sendt inden fristen."
    elif sent.happened_from > plan.deadline:
        fate = f"{first_upper(known.paper)} blev sendt efter fristen."
    else:
        fate = f"{first_upper(known.paper)} blev sendt {on(sent)}."
    return f"Fristen var {day}{star}. {fate}"


def _last_chances(plan: Plan) -> Sequence[str]:
    """The bodies' meetings that cannot be missed; the councils have a table of their own."""
    of_councils_only = set(critical_councils(plan))
    return [text for text in critical_path(plan) if text not in of_councils_only]


def _extensions(known: PaperFacts) -> str:
    """More time that was granted and is not used yet, by step."""
    made_up = {(e.step, e.party) for e in known.case.extensions if e.is_made_up}
    by_step: dict[str, list[str]] = defaultdict(list)
    for row in known.status.standings:
        if row.is_extended and row.state is State.OPEN and row.due_on is not None:
            star = mark((row.step.id, row.party.party) in made_up)
            by_step[row.step.title].append(f"{row.party.name} til {long_date(row.due_on)}{star}")
    granted = [f"{join_names(names)} ({title.lower()})" for title, names in by_step.items()]
    return f"Der er givet udsættelse: {'; '.join(granted)}." if granted else ""


def _plan_of_action(known: PaperFacts) -> str:
    actions = known.case.action_plan
    if not actions:
        return ""
    done = sum(action.done_on is not None for action in actions)
    star = mark(any(action.is_made_up for action in actions))
    points = "1 punkt" if len(actions) == 1 else f"{len(actions)} punkter"
    return f"Handle- og implementeringsplanen har {points}{star}, hvoraf {done} er gennemført."


def _assumed(known: PaperFacts) -> str:
    """What the plan assumes, while it still is a plan."""
    plan = known.status.plan
    if plan is None or known.status.submission is not None or known.case.is_closed:
        return ""
    return " ".join(plan.assumes)

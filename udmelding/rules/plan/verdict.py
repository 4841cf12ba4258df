"""Does the deadline hold? One verdict on a case, read by everything that speaks of its deadline.

Badge and overview, plan, forecast, papers, mails, the API and the commands say this sentence, so no
two of them can say two things. It counts councils: those that have decided and those whose planned
meeting is in time, against all that have to decide. A case that no council decides is judged by its
steps alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.case.council import CouncilState
from udmelding.rules.plan.council_wording import days
from udmelding.rules.plan.plan import PastMeeting, Plan
from udmelding.rules.words.date_forms import MONTHS
from udmelding.rules.words.date_wording import long_date, near_date
from udmelding.rules.words.lists import join_names

_NAMED = 6
"""So many councils are named; of more only the number is told, and the plan names them."""


class Sign(StrEnum):
    """The verdict without words."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the deadline holds.

    Attributes:
        sentence: in Danish, with the count; ends with a full stop.
        total: the councils that have to decide; 0 where none has.
        in_time: those of them that have decided, or plan to before the deadline.
        late: the names of the others, in the order of the case.
    """

    sign: Sign
    sentence: str
    total: int
    in_time: int
    late: tuple[str, ...]


def verdict_on(plan: Plan) -> Verdict:
    """The verdict of ``plan``, seen on the day that it was laid for."""
    missing = [row.name for row in plan.councils if row.state is not CouncilState.DECIDED]
    late = [row.name for row in plan.late_councils]
    is_over = plan.today is not None and plan.today > plan.deadline
    if plan.steps[-1].is_done:
        late, (sign, sentence) = missing, _sent(plan, missing)
    elif is_over:
        late, (sign, sentence) = missing, _over(plan, missing)
    elif plan.misses_by is None and len(late) == len(plan.councils):
        sign, sentence = Sign.UNKNOWN, _unknown(plan)
    else:
        sign, sentence = _counted(plan, late) if plan.councils else _reckoned(plan)
        if plan.unrecorded is not None and sign is Sign.FAILS:
            sign, sentence = Sign.UNKNOWN, _unrecorded(plan, plan.unrecorded)
        if plan.assumed_bodies:
            bodies = join_names([row.title for row in plan.assumed_bodies])
            sentence = f"{sentence} Mødedatoerne er et gæt for {bodies}."
    total = len(plan.councils)
    return Verdict(
        sign=sign, sentence=sentence, total=total, in_time=total - len(late), late=tuple(late)
    )


def day_of(plan: Plan) -> str:
    """The deadline as the verdict says it: with its year where that is another than today's."""
    return near_date(plan.deadline, plan.today) if plan.today else long_date(plan.deadline)


def _counted(plan: Plan, late: Sequence[str]) -> tuple[Sign, str]:
    total = len(plan.councils)
    count = f"{total - len(late)} af {total} når fristen {day_of(plan)}."
    if not late:
        return Sign.HOLDS, count
    if len(late) == total and plan.misses_by:
        return Sign.FAILS, f"{count} Nærmeste forløb er {days(plan.misses_by)} for sent."
    if plan.may_reserve:
        return Sign.FAILS, f"{count} Der skal sendes med forbehold for {len(late)}."
    return Sign.FAILS, f"{count} {_listed(late, 'når den ikke')}."


def _reckoned(plan: Plan) -> tuple[Sign, str]:
    """Where no council decides, the steps alone tell."""
    if not plan.misses_by:
        return Sign.HOLDS, f"Fristen {day_of(plan)} kan nås."
    late = days(plan.misses_by)
    return Sign.FAILS, f"Fristen {day_of(plan)} kan ikke nås: nærmeste forløb er {late} for sent."


def _over(plan: Plan, missing: Sequence[str]) -> tuple[Sign, str]:
    told = f"Fristen {day_of(plan)} er overskredet."
    if missing:
        return Sign.FAILS, f"{told} {_listed(missing, 'mangler')}."
    if plan.councils:
        return Sign.FAILS, f"{told} Alle {len(plan.councils)} har besluttet, men der er ikke sendt."
    return Sign.FAILS, told


def _sent(plan: Plan, missing: Sequence[str]) -> tuple[Sign, str]:
    """Once it is sent, it only matters who has still to decide."""
    last, deadline = plan.steps[-1], long_date(plan.deadline)
    if last.planned is None:
        told = f"Sendt; fristen var {deadline}."
    elif last.planned <= plan.deadline:
        told = f"Sendt {last.as_written or long_date(last.planned)}, inden fristen {deadline}."
    elif last.as_written:  # its first day may have been before the deadline
        told = f"Sendt {last.as_written}; fristen var {deadline}."
    else:
        told = f"Sendt {long_date(last.planned)}, efter fristen {deadline}."
    if missing:
        return Sign.FAILS, f"{told} {_listed(missing, 'mangler')}."
    return Sign.HOLDS, told


def _listed(names: Sequence[str], what: str) -> str:
    if len(names) > _NAMED:
        return f"{len(names)} {what}"
    return f"{len(names)} {what}: {join_names([*names])}"


def _unrecorded(plan: Plan, meeting: PastMeeting) -> str:
    """Minutes come later than the meeting: a plan without them says too much."""
    day = near_date(meeting.held_on, plan.today) if plan.today else long_date(meeting.held_on)
    return (
        f"Vi kan ikke se, om fristen kan nås: {meeting.title} havde møde {day}, og beslutningen "
        "er ikke skrevet ind."
    )


def _unknown(plan: Plan) -> str:
    """What is missing: the calendar of the first body that has no meeting for the case."""
    told = "Vi kan ikke se, om fristen kan nås"
    if plan.calendar_end is None:
        return f"{told}: møderne er ikke lagt ind."
    body, last = plan.calendar_end
    if last is None:
        return f"{told}: der er ikke lagt møder ind for {body}."
    month = MONTHS[last.month - 1]
    if plan.today is None or plan.today.year != last.year:
        month = f"{month} {last.year}"
    return f"{told}: møderne efter {month} er ikke lagt ind for {body}."

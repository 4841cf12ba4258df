"""What is said of figures that others see: what the mark means, for whom totals are, the price.

Nothing here promises more than is kept: a 0 that is shown is not among what is hidden, and two
municipalities that put their answers together know more than one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.report import FigureWay
from udmelding.config.forms.questions import Respondent
from udmelding.rules.report.counted import base_path
from udmelding.rules.report.figure_tables import HIDDEN
from udmelding.rules.report.publication import Proposal, Publication
from udmelding.rules.report.tabulation import Gathered, Plan, Totals, plans
from udmelding.rules.words.date_wording import long_date

_ONE: Mapping[Respondent, str] = {
    Respondent.MUNICIPALITY: "kommune",
    Respondent.PROVIDER: "tilbud",
    Respondent.REGION: "region",
}
_MANY: Mapping[Respondent, str] = {
    Respondent.MUNICIPALITY: "kommuner",
    Respondent.PROVIDER: "tilbud",
    Respondent.REGION: "regioner",
}
_THE: Mapping[Respondent, str] = {
    Respondent.MUNICIPALITY: "den",
    Respondent.PROVIDER: "det",
    Respondent.REGION: "den",
}
_ARTICLE = {Respondent.PROVIDER: "et"}
_NO = {Respondent.PROVIDER: "intet"}
_GUARDS = "Enkelte større tal er også udeladt, så {no} enkelt {one} kan regne de små ud."
_ANY = f"Et {HIDDEN} kan derfor være et hvilket som helst tal, også 0"


WAYS: Mapping[FigureWay, str] = {
    FigureWay.ROWS: "0 vises kun for en kommune, der slet ingen borgere har.",
    FigureWay.NO_ZERO: "Det ses ikke, hvilke kommuner der ingen borgere har.",
    FigureWay.TOTALS: "Til de mindste målgrupper.",
}
"""What each way of publishing means; what it is called stands in the glossary."""


@dataclass(frozen=True, slots=True)
class CellName:
    """Where a number stands: whose row, and which figure of which table."""

    row: str
    figure: str

    def __str__(self) -> str:
        return f"{self.row}: {self.figure}"


def cell_names(gathered: Gathered) -> Mapping[str, CellName]:
    """What every cell is called, by ``cell_id``."""
    found: dict[str, CellName] = {}
    for plan in plans(gathered.form):
        totals = Totals(gathered, plan.respondent)
        for row, title, _ in totals.rows():
            for figure in plan.figures:
                found[totals.cell_id(row, figure.path)] = CellName(title, figure.title)
    return found


def reason_of(
    made: Publication, cell: str, names: Mapping[str, CellName], parties: Mapping[str, str]
) -> str:
    """Why a number that the rule alone would show is hidden.

    Args:
        made: what would be published.
        cell: the number, by ``cell_id``.
        names: of cells.
        parties: names of respondents by their codes.
    """
    claim = made.guards.get(cell)
    if claim is None:
        return "Tallet var udeladt sidst og er det samme."
    about = names.get(claim.cell.partition("@")[0])
    who = parties.get(claim.insider or "", "") or "enhver læser"
    return f"Uden det kunne {who} se, at «{about or claim.cell}» ikke er {claim.value}."


def zeros_text(proposal: Proposal) -> str:
    """How many a 0 would be hidden."""
    count = proposal.hidden_zeros
    return "Intet 0 er udeladt." if not count else f"{count} gange er et 0 udeladt."


def price_of_rule(proposal: Proposal) -> str:
    """What it costs that a hidden number can be so many values for a respondent."""
    values, lost = proposal.publication.rule.open_values, len(proposal.lost)
    if proposal.impossible:
        return f"{values} værdier: kan ikke lade sig gøre."
    return f"{values} værdier: {lost} tal udeladt, {len(proposal.lost_totals)} af dem summer."


def mark_note(gathered: Gathered, plan: Plan, made: Publication) -> str:
    """What stands under a table with hidden numbers."""
    return note_on_mark(
        made.way, made.rule.threshold, _base_name(gathered, plan), plan.respondent,
        is_main=_is_main(gathered, plan),
    )  # fmt: skip


def note_on_mark(
    way: FigureWay,
    threshold: int,
    base: str = "",
    respondent: Respondent = Respondent.MUNICIPALITY,
    *,
    is_main: bool = True,
) -> str:
    """The same where no table is at hand.

    Args:
        way: how much is shown.
        threshold: from which number on counts are shown.
        base: what the column is called that is at least 1 where it is hidden; empty: none.
        respondent: who answered.
        is_main: that column counts all citizens of the target group.
    """
    one, article = _ONE[respondent], _ARTICLE.get(respondent, "en")
    guards = _GUARDS.format(no=_NO.get(respondent, "ingen"), one=one)
    small = f"tal fra 0 til {threshold - 1}"
    if way is FigureWay.TOTALS:
        return f"{HIDDEN} vises ikke. Vi viser kun summer, og ikke {small}. {guards} {_ANY}."
    if way is FigureWay.NO_ZERO:
        return f"{HIDDEN} vises ikke. Vi viser ikke {small}. {guards} {_ANY}."
    least = f"; i kolonnen «{base}» er det mindst 1" if base else ""
    if is_main:
        has, none = f"Har {article} {one} borgere i målgruppen", "der slet ingen borgere er"
    else:
        has, none = f"Er «{base}» ikke 0 for {article} {one}", f"«{base}» er 0"
    return (
        f"{HIDDEN} vises ikke. {has}, viser vi ikke {small}. {guards} {_ANY}{least}. "
        f"Tallet 0 vises kun, hvor {none}."
    )


def _base_name(gathered: Gathered, plan: Plan) -> str:
    paths = (base_path(gathered.form, figure) for figure in plan.figures)
    path = next((one for one in paths if one is not None), None)
    question = gathered.form.question(path.partition(".")[0]) if path else None
    return question.name if question else ""


def _is_main(gathered: Gathered, plan: Plan) -> bool:
    """Whether a table's base is the first one that its respondents are asked for."""
    name = _base_name(gathered, plan)
    for section in gathered.form.sections_for(plan.respondent):
        for question in section.questions:
            base = gathered.form.base_of(question.id)
            if base is not None:
                return not name or base.name == name
    return True


def totals_note(gathered: Gathered, plan: Plan, made: Publication) -> str:
    """For how many a table's totals are; later answers stand in rows of their own."""
    asked = [u.party for u in gathered.units if u.respondent is plan.respondent]
    counted, day = sum(party in made.counted for party in asked), long_date(made.counted_on)
    many = _MANY[plan.respondent]
    if not asked:
        return f"Ingen {many} er spurgt."
    if counted == len(asked):
        told = f"Summerne er opgjort for alle {counted} {many} {day}."
    else:
        one = f"{_THE[plan.respondent]} {_ONE[plan.respondent]}"
        who = one if counted == 1 else f"de {counted} {many}"
        told = f"Summerne er opgjort for {who}, der havde svaret {day}."
    is_later = not made.later.isdisjoint(asked)
    return f"{told} Senere svar er vist, men ikke lagt til." if is_later else told


def price(proposal: Proposal) -> str:
    """What a way of publishing costs, for the caseworker."""
    made, lost = proposal.publication, len(proposal.lost)
    least = made.rule.threshold
    if made.way is FigureWay.TOTALS:
        gone = len(proposal.lost_totals)
        none = f"Alle summer fra {least} og op vises."
        some = f"{gone} af summerne fra {least} og op er udeladt, så små tal ikke kan regnes ud."
        return f"Ingen kommunes egne tal vises. {some if gone else none}"
    if not lost:
        return f"Ingen tal fra {least} og op er udeladt."
    totals = len(proposal.lost_totals)
    if lost == 1:
        number, sums = ("1 sum" if totals else "1 tal"), ""
    else:
        number = f"{lost} tal"
        sums = {0: ", ingen af dem summer", 1: ", 1 af dem en sum"}.get(totals) or (
            f", {totals} af dem summer"
        )
    return (
        f"{number} fra {least} og op er udeladt{sums}. Uden det kunne en kommune regne en andens "
        "tal ud. Vælg et andet tal, hvis et af dem er nødvendigt."
    )

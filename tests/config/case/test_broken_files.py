"""A zoo of broken process files: each is refused with its line, its key and what is allowed."""

from pathlib import Path

import pytest

from udmelding.config.case.library import load_process
from udmelding.errors import BadFileError, Flaw

SOUND = """\
# a process
id: proeve
version: 1
title: Prøve
paper_title: prøven
work_days:
  closed: [06-05, 12-24]
  quiet:
    - {name: sommer, start: 07-01, end: 07-31}
ladders:
  svar:
    - {id: before-3, business_days: -3, mail: reminder_before}
    - {id: after-1, business_days: 1, mail: reminder_overdue}
steps:
  - id: collection
    title: Dataindsamling
    stage: collection
    parties: municipalities
    fulfilled_by: response
    wanted_business_days: 20
    ladder: svar
  - id: submission
    title: Fremsendelse
    stage: submission
    parties: secretariat
    fulfilled_by: submission
"""


def flaws_of(path: Path) -> tuple[Flaw, ...]:
    with pytest.raises(BadFileError) as refused:
        load_process(path)
    return refused.value.flaws


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "proeve.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# Name, what is replaced in the sound file, by what; then the line, the key and words of the flaw.
ZOO = [
    ("title missing", "title: Prøve\n", "", 2, "title", "mangler"),
    ("title empty", "title: Prøve", "title:", 4, "title", "en tekst; her står ingenting"),
    ("title a number", "title: Prøve", "title: 2025", 4, "title", "her står et heltal"),
    ("title a date", "title: Prøve", "title: 2025-01-10", 4, "title", "her står en dato"),
    ("version text", "version: 1", "version: første", 3, "version", "et heltal; her står en tekst"),
    ("version zero", "version: 1", "version: 0", 3, "version", "skal være mindst 1"),
    ("version half", "version: 1", "version: 1.5", 3, "version", "et heltal; her står et kommatal"),
    (
        "version true",
        "version: 1",
        "version: true",
        3,
        "version",
        "skal være et tal; her står true",
    ),
    ("id with capitals", "id: proeve", "id: Prøve", 2, "id", "små bogstaver a-z"),
    ("unknown key, close", "paper_title:", "paper_titel:", 5, "paper_titel", "«paper_title»"),
    ("its missing twin", "paper_title:", "paper_titel:", 2, "paper_title", "mangler"),
    (
        "unknown key, far",
        "version: 1",
        "version: 1\nfarve: blå",
        4,
        "farve",
        "tilladt er: id, vers",
    ),
    ("close inside", "    stage: coll", "    stgae: coll", 17, "steps.0.stgae", "«stage»"),
    (
        "stage misspelt",
        "stage: collection",
        "stage: colection",
        17,
        "steps.0.stage",
        "«collection»",
    ),
    ("stage unknown", "stage: collection", "stage: x", 17, "steps.0.stage", "receipt, collection"),
    ("days too many", "_days: 20", "_days: 501", 20, "steps.0.wanted_business_days", "højst 500"),
    ("days too few", "_days: 20", "_days: -1", 20, "steps.0.wanted_business_days", "mindst 0"),
    (
        "no yes or no",
        "version: 1",
        "version: 1\nreservation: måske",
        4,
        "reservation",
        "true eller",
    ),
    (
        "closed not a list",
        "[06-05, 12-24]",
        "06-05",
        7,
        "work_days.closed",
        "en liste; her står en",
    ),
    ("closed is true", "[06-05, 12-24]", "true", 7, "work_days.closed", "en liste; her står true"),
    ("closed a date", "12-24]", "2025-12-24]", 7, "work_days.closed.1", "her står en dato"),
    ("closed a time", "12-24]", "24/12]", 7, "work_days.closed.1", "måned og dag som 12-24"),
    ("quiet half", ", end: 07-31}", "}", 9, "work_days.quiet.0.end", "mangler"),
    (
        "rung misspelt",
        "mail: reminder_over",
        "mial: reminder_over",
        13,
        "ladders.svar.1.mial",
        "«mail»",
    ),
    (
        "rung no mail",
        "reminder_overdue",
        "rykker",
        13,
        "ladders.svar.1.mail",
        "ikke en tilladt værdi",
    ),
    ("rung no group", "{id: after-1,", "[", 13, "", "ikke gyldig YAML"),
    (
        "step a text",
        "  - id: submission",
        "  - nej\n  - id: submission",
        22,
        "steps.1",
        "en gruppe af",
    ),
    ("unknown ladder", "ladder: svar", "ladder: trappe", 2, "", "som ikke findes (findes: svar)"),
    ("step twice", "- id: submission", "- id: collection", 2, "", "«collection» står to gange"),
    ("key twice", "version: 1", "version: 1\nid: igen", 4, "id", "to gange, første gang i linje 2"),
    ("key twice inside", "    ladder: svar", "    title: igen", 21, "steps.0.title", "i linje 16"),
    ("key a number", "version: 1", "version: 1\n17: x", 4, "17", "en nøgle skal være tekst"),
    ("no such day", "12-24]", "2025-02-30]", 7, "work_days.closed.1", "findes ikke i kalenderen"),
    ("tabulator", "    title: Data", "\ttitle: Data", 16, "", "tabulator kan ikke bruges"),
    ("colon in text", "title: Prøve", "title: Prøve: en", 4, "", "et kolon for meget"),
    ("list left open", "[06-05, 12-24]", "[06-05, 12-24", 8, "", "parentes er ikke lukket"),
    ("quote left open", "title: Prøve", 'title: "Prøve', 4, "", "anførselstegn er ikke lukket"),
    ("skew", "  - id: submission", " - id: submission", 22, "", "indrykningen passer ikke"),
    ("anchor", "title: Prøve", "title: &t Prøve", 4, "", "ankre og henvisninger"),
    ("reference", "title: Prøve", "title: *t", 4, "", "ankre og henvisninger"),
    ("tag", "title: Prøve", "title: !!python/name:os.system x", 4, "", "mærker (!) bruges ikke"),
    ("two documents", "version: 1", "version: 1\n---\nid: to", 4, "", "kun være ét dokument"),
    ("control character", "title: Prøve", "title: Pr\x07ve", 4, "", "usynligt styretegn"),
    ("too deep", "[06-05, 12-24]", "[" * 40 + "]" * 40, 7, "", "mere end 20 niveauer"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "told"),
    [case[1:] for case in ZOO],
    ids=[case[0] for case in ZOO],
)
def test_a_broken_file_is_refused_with_line_key_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, line: int, key: str, told: str
) -> None:
    assert SOUND.count(old) >= 1
    flaws = flaws_of(written(tmp_path, SOUND.replace(old, new, 1)))
    found = [flaw for flaw in flaws if flaw.where == f"proeve.yaml:{line}" and flaw.key == key]
    assert [told in flaw.problem for flaw in found] == [True], flaws


def test_the_sound_file_of_the_zoo_is_taken(tmp_path: Path) -> None:
    process = load_process(written(tmp_path, SOUND))
    assert process.steps[0].wanted_business_days == 20

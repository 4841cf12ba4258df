"""The shipped processes and areas, and what happens to flawed ones."""

from pathlib import Path

import pytest

from udmelding import paths
from udmelding.config.case.library import (
    area_named,
    load_areas,
    load_process,
    parse_process,
    process_ids,
    process_named,
)
from udmelding.config.case.process import Area, Parties, Process
from udmelding.config.parties import load_municipalities, municipalities_of
from udmelding.errors import BadFileError, Flaw, NotFoundError

AREAS = """\
areas:
  syd:
    name: Syd
    kkr: KKR Syd
    chain:
      - {id: das, title: DAS, kind: directors}
      - {id: kkr, title: KKR Syd, kind: kkr}
  nord:
    name: Nord
    kkr: KKR Nord
    chain:
      - {id: kkr, title: KKR Nord, kind: kkr}
"""


def area_flaws(folder: Path, text: str) -> list[tuple[str, str, str]]:
    path = folder / "areas.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFileError) as refused:
        load_areas(path)
    return [(flaw.where, flaw.key, flaw.problem) for flaw in refused.value.flaws]


def test_three_processes_are_shipped() -> None:
    assert process_ids() == ("central-udmelding", "rammeaftale", "spoergeskema")


def test_five_areas_are_shipped_with_29_17_22_19_and_11_municipalities() -> None:
    counts = {name: len(municipalities_of(area)) for name, area in load_areas().items()}
    assert counts == {
        "sjaelland": 17,
        "hovedstaden": 29,
        "syddanmark": 22,
        "midtjylland": 19,
        "nordjylland": 11,
    }


def test_every_municipality_belongs_to_exactly_one_area() -> None:
    kkrs = [area.kkr for area in load_areas().values()]
    assert {place.kkr for place in load_municipalities()} == set(kkrs)
    assert len(kkrs) == len(set(kkrs))


@pytest.mark.parametrize("process_id", process_ids())
@pytest.mark.parametrize("area", load_areas().values(), ids=lambda area: area.id)
def test_every_process_gets_the_chain_of_every_area(process_id: str, area: Area) -> None:
    process = process_named(process_id)
    expanded = process.for_area(area)
    asks_bodies = any(step.parties is Parties.CHAIN for step in process.steps)
    bodies = [step.id for step in expanded.steps if step.parties is Parties.BODY]
    assert bodies == ([body.id for body in area.chain] if asks_bodies else [])
    assert Parties.CHAIN not in {step.parties for step in expanded.steps}
    assert len({step.id for step in expanded.steps}) == len(expanded.steps)
    assert type(expanded).model_validate_json(expanded.model_dump_json()) == expanded


def test_a_central_udmelding_in_sjaelland_passes_styregruppe_k17_and_kkr() -> None:
    steps = process_named("central-udmelding").for_area(area_named("sjaelland")).steps
    assert [step.id for step in steps] == [
        "receipt",
        "collection",
        "drafting",
        "styregruppe",
        "k17",
        "kkr",
        "councils",
        "submission",
    ]


def test_the_chains_of_the_five_areas_are_those_their_secretariats_describe() -> None:
    assert {area.id: [body.title for body in area.chain] for area in load_areas().values()} == {
        "sjaelland": ["Styregruppen", "K17", "KKR Sjælland"],
        "hovedstaden": ["Embedsmandsudvalget", "K29", "KKR Hovedstaden"],
        "syddanmark": ["Socialdirektørforum", "K22", "KKR Syddanmark"],
        "midtjylland": ["DASSOS", "KD-net", "KKR Midtjylland"],
        "nordjylland": ["Socialdirektørkredsen", "KKR Nordjylland"],
    }


def test_the_framework_agreement_is_called_nordjysk_socialaftale_in_nordjylland_alone() -> None:
    agreement = process_named("rammeaftale")
    titles = {area.id: agreement.for_area(area).paper_title for area in load_areas().values()}
    assert titles.pop("nordjylland") == "Nordjysk Socialaftale"
    assert set(titles.values()) == {"rammeaftalen"}
    assert process_named("central-udmelding").for_area(area_named("nordjylland")).title == (
        "Central udmelding"
    )


def test_a_process_is_the_same_from_its_file_and_from_its_text() -> None:
    path = paths.CONFIG / "processes" / "rammeaftale.yaml"
    assert parse_process(path.read_text(encoding="utf-8"), path.name) == load_process(path)


def test_an_unknown_process_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFoundError) as refused:
        process_named("centraludmelding")
    assert refused.value.known == process_ids()
    with pytest.raises(NotFoundError):
        process_named("../areas")


def test_an_unknown_area_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="Kendte: sjaelland, hovedstaden"):
        area_named("fyn")


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("KKR-område", "Der findes intet KKR-område"),
        ("spørgeskema i sagen", "Der findes intet spørgeskema i sagen"),
        ("personligt link", "Der findes intet personligt link"),
        ("gældende svar", "Der findes intet gældende svar"),
        ("sag", "Der findes ingen sag"),
        ("fil i mailen", "Der findes ingen fil i mailen"),
    ],
)
def test_what_is_missing_has_the_article_of_its_noun(kind: str, begins: str) -> None:
    assert NotFoundError(kind, "x").message.startswith(f"{begins} med navnet «x».")


def test_processes_of_ones_own_stand_beside_the_shipped_ones_and_go_before_them(
    tmp_path: Path,
) -> None:
    text = (paths.CONFIG / "processes" / "spoergeskema.yaml").read_text(encoding="utf-8")
    (own := tmp_path / "processes").mkdir()
    (own / "runde.yaml").write_text(text.replace("id: spoergeskema", "id: runde"), "utf-8")
    changed = text.replace("title: Spørgeskemarunde", "title: Vores runde")
    (own / "spoergeskema.yaml").write_text(changed, "utf-8")
    assert process_ids(tmp_path) == (*process_ids()[:2], "runde", "spoergeskema")
    assert process_named("runde", tmp_path).title == "Spørgeskemarunde"
    assert process_named("spoergeskema", tmp_path).title == "Vores runde"


def test_a_process_whose_id_is_not_its_file_name_is_refused(tmp_path: Path) -> None:
    text = (paths.CONFIG / "processes" / "spoergeskema.yaml").read_text(encoding="utf-8")
    (own := tmp_path / "processes").mkdir()
    (own / "runde.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadFileError) as refused:
        process_named("runde", tmp_path)
    assert refused.value.flaws == (Flaw("runde.yaml:3", "id", "skal være filens navn, runde"),)


def test_an_area_gets_its_id_from_its_key(tmp_path: Path) -> None:
    path = tmp_path / "areas.yaml"
    path.write_text(AREAS, encoding="utf-8")
    assert [area.id for area in load_areas(path).values()] == ["syd", "nord"]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "told"),
    [
        ("    name: Syd", "    name: Syd\n    id: syd", 4, "areas.syd.id", "udelades"),
        ("KKR Nord\n    chain", "KKR Syd\n    chain", 10, "areas.nord.kkr", "hører allerede"),
        ("{id: das", "{id: kkr", 7, "areas.syd.chain.1.id", "«kkr» står to gange"),
        ("kind: directors", "kind: direktører", 6, "areas.syd.chain.0.kind", "«directors»"),
        ("  nord:\n", "  nord: x\n  vest:\n", 8, "areas.nord", "en gruppe af nøgler"),
        ("    kkr: KKR Nord\n", "", 8, "areas.nord.kkr", "mangler"),
        (
            "    name: Nord\n",
            "    name: Nord\n    words: {aftale: {title: A, paper_title: a}}\n",
            10,
            "areas.nord.words.aftale",
            "«aftale» findes ikke",
        ),
        (
            "{id: das,",
            "{id: das, from: 2027-01-01, until: 2026-12-31,",
            6,
            "areas.syd.chain.0",
            "until ligger før from",
        ),
    ],
)
def test_a_flawed_area_is_refused_with_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, told: str
) -> None:
    assert AREAS.count(old) == 1
    found = area_flaws(tmp_path, AREAS.replace(old, new))
    assert [(where, at) for where, at, _ in found] == [(f"areas.yaml:{line}", key)]
    assert told in found[0][2]


def test_a_file_without_areas_is_refused(tmp_path: Path) -> None:
    assert area_flaws(tmp_path, "areas: {}\n")[0][:2] == ("areas.yaml:1", "areas")
    assert area_flaws(tmp_path, "areas: [a]\n")[0][:2] == ("areas.yaml:1", "areas")
    assert area_flaws(tmp_path, "områder: {}\n")[0][:2] == ("areas.yaml:1", "areas")


def test_a_process_of_before_the_councils_had_days_of_their_own_is_still_read() -> None:
    """Running cases keep the rules they began with, and those said ``days_for_councils: 42``."""
    now = process_named("central-udmelding")
    stored = now.model_dump(mode="json", by_alias=True)
    stored["plan"]["days_for_councils"] = 42
    assert Process.model_validate(stored) == now


@pytest.mark.parametrize(
    ("name", "is_agencys"), [("central-udmelding", True), ("spoergeskema", False)]
)
def test_a_version_from_before_a_process_had_words_says_what_is_true_for_a_cu(
    name: str, is_agencys: bool
) -> None:
    new = {"words", "kind", "from_agency", "about_citizens"}
    before = process_named(name).for_area(area_named("sjaelland")).model_dump_json(exclude=new)
    opened = Process.model_validate_json(before)
    assert opened.words == process_named("central-udmelding").words
    assert opened.about_citizens
    assert opened.is_from_agency is is_agencys, "an old round was the secretariat's own already"

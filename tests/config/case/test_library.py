"""The shipped processes and areas, and what happens to flawed ones."""

from pathlib import Path

import pytest

from udmelding import paths
from udmelding.config.case.library import (
    NATIONAL,
    area_data,
    area_named,
    area_text,
    bodies_met_in,
    check_areas,
    load_areas,
    load_process,
    national_bodies,
    parse_area,
    parse_process,
    process_ids,
    process_named,
)
from udmelding.config.case.process import Area, Parties, Process
from udmelding.config.parties import load_municipalities, municipalities_of
from udmelding.errors import BadFileError, Flaw, NotFoundError

AREA = """\
name: Sjælland
kkr: KKR Sjælland
chain:
  - {id: das, title: DAS, kind: directors}
  - {id: kkr, title: KKR Sjælland, kind: kkr}
beside:
  - {id: forum, title: Forum}
regional_councils:
  - {id: regional-council, name: Regionsrådet}
"""


def area_flaws(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(BadFileError) as refused:
        parse_area(text, "sjaelland")
    return [(flaw.where, flaw.key, flaw.problem) for flaw in refused.value.flaws]


def own_area(folder: Path, name: str, text: str) -> Path:
    (folder / "areas").mkdir(exist_ok=True)
    (folder / "areas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


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
    assert {place.area for place in load_municipalities()} == set(load_areas())


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
    with pytest.raises(NotFoundError, match="Kendte: hovedstaden, midtjylland"):
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


def test_an_area_gets_its_id_from_its_files_name_and_stands_in_place_of_the_shipped_one(
    tmp_path: Path,
) -> None:
    own = own_area(tmp_path, "sjaelland", AREA)
    assert list(load_areas(own)) == list(load_areas())
    assert [body.id for body in area_named("sjaelland", own).chain] == ["das", "kkr"]
    assert area_named("syddanmark", own) == area_named("syddanmark")
    met = [body.title for body in bodies_met_in("sjaelland", own)]
    assert met[:3] == ["DAS", "KKR Sjælland", "Forum"]
    check_areas(own)


def test_the_bodies_of_the_whole_country_can_be_ones_own_too(tmp_path: Path) -> None:
    own = own_area(tmp_path, NATIONAL, "bodies:\n  - {id: raad, title: Rådet}\n")
    assert [body.title for body in national_bodies(own)] == ["Rådet"]
    assert bodies_met_in("sjaelland", own)[-1].title == "Rådet"


def test_an_area_reads_the_same_from_the_text_that_is_made_of_it() -> None:
    for area in load_areas().values():
        assert parse_area(area_text(area_data(area)), area.id) == area


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "told"),
    [
        ("name: Sj", "id: sjaelland\nname: Sj", 1, "id", "udelades"),
        ("id: das", "id: kkr", 5, "chain.1.id", "organet «kkr» står to gange"),
        ("id: forum", "id: das", 7, "beside.0.id", "organet «das» står to gange"),
        ("title: Forum", "title: das", 7, "beside.0.title", "organet «das» står to gange"),
        ("kind: directors", "kind: direktører", 4, "chain.0.kind", "«directors»"),
        ("title: DAS, ", "title: '', ", 4, "chain.0.title", "mindst 1 tegn"),
        ("kkr: KKR Sjælland\n", "", 1, "kkr", "mangler"),
        ("  - {id: forum, title: Forum}\n", "  forum\n", 6, "beside", "en liste"),
        (
            "{id: das,",
            "{id: das, from: 2027-01-01, until: 2026-12-31,",
            4,
            "chain.0",
            "until ligger før from",
        ),
        ("{id: das,", "{id: das, until: 31/12-2026,", 4, "chain.0.until", "en dato som 2025-01-31"),
    ],
)
def test_a_flawed_area_is_refused_with_line_and_key(
    old: str, new: str, line: int, key: str, told: str
) -> None:
    assert AREA.count(old) == 1
    found = area_flaws(AREA.replace(old, new))
    assert [(where, at) for where, at, _ in found] == [(f"areas/sjaelland.yaml:{line}", key)]
    assert told in found[0][2]


def test_an_area_without_a_chain_is_refused() -> None:
    head = "name: Sjælland\nkkr: KKR Sjælland\n"
    assert area_flaws(head) == [("areas/sjaelland.yaml:1", "chain", "mangler")]
    ((_, key, told),) = area_flaws(f"{head}chain: []\n")
    assert (key, told) == ("chain", "skal have mindst 1 på listen; her er 0")


@pytest.mark.parametrize(
    ("name", "text", "key", "told"),
    [
        ("sjaelland", AREA.replace("KKR Sjælland", "KKR Syddanmark"), "kkr", "hører allerede til"),
        ("sjaelland", AREA.replace("id: forum", "id: dialogmoede"), "beside.0.id", "landsdækkende"),
        ("sjaelland", AREA.replace("id: das", "id: councils"), "chain.0.id", "et trin i en proces"),
        (
            "sjaelland",
            f"{AREA}words: {{aftale: {{title: A, paper_title: a}}}}\n",
            "words.aftale",
            "«aftale» findes ikke",
        ),
        (
            "sjaelland",
            AREA.replace("name: Regionsrådet", "name: Regionsrådet, also_in: [aftale]"),
            "regional_councils.0.also_in",
            "«aftale» findes ikke",
        ),
    ],
)
def test_areas_are_held_against_each_other_and_against_the_processes(
    tmp_path: Path, name: str, text: str, key: str, told: str
) -> None:
    with pytest.raises(BadFileError) as refused:
        check_areas(own_area(tmp_path, name, text))
    assert [flaw.key for flaw in refused.value.flaws] == [key]
    assert told in refused.value.flaws[0].problem


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

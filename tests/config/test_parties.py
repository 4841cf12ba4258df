"""The municipalities, their regions over time, and how people write their names."""

import datetime as dt
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from udmelding.config.case.library import area_named
from udmelding.config.parties import (
    danish_sort_key,
    find_municipality,
    load_municipalities,
    municipalities_of,
    region_on,
)
from udmelding.errors import BadFileError, NotFoundError

HEADER = "kommunekode,navn,regionskode,region,omraade,cvr,region_fra_2027\n"
LOLLAND = "0360,Lolland,1085,Region Sjælland,sjaelland,29188572,Region Østdanmark\n"
FAXE = "0320,Faxe,1085,Region Sjælland,sjaelland,29188475,Region Østdanmark\n"


def flaws_of(folder: Path, content: str | bytes) -> list[tuple[str, str, str]]:
    path = folder / "kommuner.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadFileError) as refused:
        load_municipalities(path)
    return [(flaw.where, flaw.key, flaw.problem) for flaw in refused.value.flaws]


def test_denmark_has_98_municipalities() -> None:
    places = load_municipalities()
    assert len(places) == len({place.code for place in places}) == 98


def test_region_sjaelland_has_17_until_the_end_of_2026() -> None:
    regions = Counter(region_on(place, dt.date(2026, 12, 31)) for place in load_municipalities())
    assert regions == {
        "Region Hovedstaden": 29,
        "Region Sjælland": 17,
        "Region Syddanmark": 22,
        "Region Midtjylland": 19,
        "Region Nordjylland": 11,
    }


def test_region_oestdanmark_has_46_from_new_year_2027() -> None:
    regions = Counter(region_on(place, dt.date(2027, 1, 1)) for place in load_municipalities())
    assert regions["Region Østdanmark"] == 46
    assert "Region Sjælland" not in regions
    assert "Region Hovedstaden" not in regions
    assert sum(regions.values()) == 98


def test_kkr_sjaelland_goes_on_after_its_region_has_gone() -> None:
    members = municipalities_of(area_named("sjaelland"))
    assert len(members) == 17
    assert {region_on(place, dt.date(2027, 1, 1)) for place in members} == {"Region Østdanmark"}


def test_municipalities_come_in_danish_alphabetical_order() -> None:
    names = [place.name for place in load_municipalities()]
    assert names[0] == "Albertslund"
    assert names[-4:] == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]
    assert names.index("Fredericia") < names.index("Faaborg-Midtfyn")


def test_danes_sort_ae_oe_and_aa_last() -> None:
    names = ["Aarhus", "Ærø", "Ågerup", "Østerbro", "Zealand", "aalborg", "Abild", "Höje", "Hugo"]
    assert sorted(names, key=danish_sort_key) == [
        "Abild",
        "Hugo",
        "Höje",
        "Zealand",
        "Ærø",
        "Østerbro",
        "Ågerup",
        "aalborg",
        "Aarhus",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lolland", "Lolland"),
        ("  lolland   kommune ", "Lolland"),
        ("LOLLAND KOMMUNES", "Lolland"),
        ("0360", "Lolland"),
        ("360", "Lolland"),
        ("Københavns Kommune", "København"),
        ("Bornholms Regionskommune", "Bornholm"),
        ("Nordfyn", "Nordfyns"),
        ("Nordfyns", "Nordfyns"),
        ("Vesthimmerland", "Vesthimmerlands"),
        ("Assens", "Assens"),
        ("Randers", "Randers"),
        ("Århus", "Aarhus"),
        ("Aarhus", "Aarhus"),
        ("Åbenrå", "Aabenraa"),
        ("Fåborg Midtfyn", "Faaborg-Midtfyn"),
        ("Høje Tåstrup", "Høje-Taastrup"),
        ("Lyngby-Tårbæk", "Lyngby-Taarbæk"),
        (unicodedata.normalize("NFD", "Tårnby"), "Tårnby"),
        ("Taarnby", "Tårnby"),
        ("Næstved\u00a0Kommune", "Næstved"),
    ],
)
def test_a_municipality_is_found_however_people_write_it(text: str, name: str) -> None:
    assert find_municipality(text).name == name


def test_every_municipality_is_found_by_its_own_name_and_code() -> None:
    for place in load_municipalities():
        genitive = place.name if place.name.endswith("s") else f"{place.name}s"
        for text in (place.code, place.name, place.name.upper(), f"{genitive} Kommune"):
            assert find_municipality(text) == place


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Loland", "Lolland"),
        ("Nord", "Norddjurs"),
        ("Nord", "Nordfyns"),
        ("Høje", "Høje-Taastrup"),
        ("Kalunborg", "Kalundborg"),
    ],
)
def test_a_name_that_fits_none_or_several_is_refused_with_those_close(text: str, near: str) -> None:
    with pytest.raises(NotFoundError) as refused:
        find_municipality(text)
    assert near in refused.value.known


@pytest.mark.parametrize("text", ["", "   ", "Kommune", "9999", "000", "Malmø By", "xyzzy"])
def test_what_is_no_municipality_is_refused(text: str) -> None:
    with pytest.raises(NotFoundError):
        find_municipality(text)


def test_a_sound_list_of_ones_own_is_taken_in_danish_order(tmp_path: Path) -> None:
    path = tmp_path / "kommuner.csv"
    path.write_text("\ufeff" + HEADER + LOLLAND + "\n" + FAXE, encoding="utf-8")
    assert [place.name for place in load_municipalities(path)] == ["Faxe", "Lolland"]


@pytest.mark.parametrize(
    ("text", "where", "key", "told"),
    [
        (HEADER + LOLLAND.replace("0360", "360"), 2, "kommunekode", "fire cifre"),
        (HEADER + FAXE + LOLLAND.replace("Lolland", ""), 3, "navn", "kommunens navn"),
        (HEADER + LOLLAND.replace("Lolland", " Lolland"), 2, "navn", "kommunens navn"),
        (HEADER + LOLLAND.replace("1085", "x"), 2, "regionskode", "fire cifre"),
        (HEADER + LOLLAND.replace("Region Sj", "Sj"), 2, "region", "Region Sjælland"),
        (HEADER + LOLLAND.replace("sjaelland", "Sjælland"), 2, "omraade", "som sjaelland"),
        (HEADER + LOLLAND.replace("29188572", "2918857"), 2, "cvr", "otte cifre"),
        (HEADER + LOLLAND.replace("29188572", "29188573"), 2, "cvr", "kontrolcifferet"),
        (HEADER + LOLLAND.replace("Region Øst", "Øst"), 2, "region_fra_2027", "Østdanmark"),
        (HEADER + LOLLAND + "\n" + "0360," + FAXE[5:], 4, "kommunekode", "allerede i linje 2"),
        (HEADER + LOLLAND + FAXE.replace("Faxe", "Lolland"), 3, "navn", "allerede i linje 2"),
        (HEADER + "0360,Lolland\n", 2, "", "her er 2 felter; der skal være 7"),
        (HEADER.replace(",cvr", "") + LOLLAND, 1, "cvr", "kolonnen mangler"),
        (HEADER.replace("navn", "navne"), 1, "navne", "ukendt kolonne; mente du «navn»?"),
        (HEADER.replace("omraade", "cvr"), 1, "cvr", "to gange"),
        (HEADER.replace(",", ";"), 1, "", "komma, ikke semikolon"),
        (HEADER + '0360,"Lolland', 2, "", "ikke gyldig CSV"),
        (HEADER, 1, "", "ingen kommuner"),
        ("", 1, "kommunekode", "kolonnen mangler"),
        ((HEADER + LOLLAND).encode("latin-1"), 2, "", "ikke gemt som UTF-8"),
    ],
)
def test_a_flawed_list_is_refused_with_line_and_column(
    tmp_path: Path, text: str | bytes, where: int, key: str, told: str
) -> None:
    flaws = flaws_of(tmp_path, text)
    at_place = [flaw[2] for flaw in flaws if flaw[:2] == (f"kommuner.csv:{where}", key)]
    assert any(told in problem for problem in at_place), flaws

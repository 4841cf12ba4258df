"""What does the front page of a report say? Whose it is, who gets it, the law, who is left out."""

from __future__ import annotations

import datetime as dt

import pytest

from models import AnnouncementKind, Scope, TargetGroup
from udmelding import clock
from udmelding.casework.launch.launching import FrontPage, NewCase, launch_case, particulars_of
from udmelding.casework.report.seen import front_of
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.report.building import Front

NOW = clock.at(dt.date(2026, 11, 28), "12:00")


def front(
    services: Services,
    process: str = "central-udmelding",
    area: str = "sjaelland",
    scope: Scope = Scope.NATIONAL,
    *,
    asks_all: bool = False,
    said: FrontPage | None = None,
) -> Front:
    said = said or FrontPage(title="Prøve", target_group=TargetGroup.ADULTS)
    new = NewCase(
        reference="PROEVE",
        process=process,
        area=area,
        scope=scope,
        asks_all=asks_all,
        received_on=NOW.date(),
        particulars=particulars_of(said, process, NOW.date()),
        deadline=NewDeadline(due_on=dt.date(2027, 8, 31)),
    )
    with writing(services.engine) as session:
        launch_case(session, services.settings, new, Stamp(NOW, "anna"))
    with reading(services.engine) as session:
        case = load(session, new.reference, NOW)
    return front_of(case, services.settings, is_made_up=False)


def test_a_national_report_of_one_area_is_from_its_municipalities_and_says_who_is_not_in_it(
    services: Services,
) -> None:
    made = front(services)
    assert made.senders == "Kommunerne i KKR Sjælland (17 kommuner)"
    facts = dict(made.facts)
    assert facts["Ikke med"].startswith("De øvrige 81 kommuner i landet.")
    assert facts["Hjemmel"] == "Serviceloven § 13 b, stk. 2"
    assert facts["Styrelsens frist"] == "31. august 2027"
    assert made.receiver == services.settings.agency.name


def test_a_report_that_all_were_asked_for_is_the_countrys(services: Services) -> None:
    made = front(services, asks_all=True)
    assert made.senders == "Landets kommuner (98 kommuner)"
    assert "Ikke med" not in dict(made.facts)


def test_a_regional_report_leaves_nobody_out(services: Services) -> None:
    made = front(services, area="nordjylland", scope=Scope.REGIONAL)
    assert made.senders == "Kommunerne i KKR Nordjylland (11 kommuner)"
    assert "Ikke med" not in dict(made.facts)


def test_the_report_of_a_renewed_treatment_about_children_rests_on_barnets_lov(
    services: Services,
) -> None:
    said = FrontPage(
        title="Prøve", kind=AnnouncementKind.RENEWED, target_group=TargetGroup.CHILDREN
    )
    made = front(services, said=said)
    assert made.subtitle == "Afrapportering: fornyet behandling"
    assert dict(made.facts)["Hjemmel"] == "Barnets lov § 161, stk. 2"


def test_a_questionnaire_round_is_no_report_to_the_agency(services: Services) -> None:
    made = front(services, "spoergeskema", scope=Scope.REGIONAL, said=FrontPage(title="Takster"))
    assert (made.subtitle, made.report, made.receiver) == ("Opsamling", "Opsamling", "")
    assert dict(made.facts) == {"Sag": "PROEVE", "Frist": "31. august 2027"}


@pytest.mark.parametrize(
    ("area", "name"), [("sjaelland", "Rammeaftale"), ("nordjylland", "Nordjysk Socialaftale")]
)
def test_the_framework_agreement_has_its_areas_own_name_and_rests_on_both_laws(
    services: Services, area: str, name: str
) -> None:
    said = FrontPage(title="2027-2028")
    made = front(services, "rammeaftale", area, Scope.REGIONAL, said=said)
    facts = dict(made.facts)
    assert (made.subtitle, made.report) == (name, name)
    assert facts["Hjemmel"] == "Serviceloven § 6 og barnets lov § 173"
    assert facts["Frist"] == "31. august 2027"

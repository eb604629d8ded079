"""The two hubs, their wards and the agencies whose people work in them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.agencies import Agency, Hub, Ward
from hub.ids import uuid7

BOROUGH = "Thornmere"
COUNCIL, CARE, JUSTICE, POLICE = (
    "Thornmere Youth Service",
    "Thornmere Children’s Social Care",
    "Thornmere Youth Justice Service",
    "Thornmere Police",
)
HOUSING, CLINIC, SCHOOLS = (
    "Thornmere Housing",
    "Thornmere Child and Adolescent Mental Health",
    "Thornmere Inclusion Service",
)
CHARITY, MEDIATORS, THRIVE = "Stepping Stones Mentoring", "Common Ground Mediation", "Through the Gate"
SECTORS = {
    COUNCIL: "council", CARE: "council", JUSTICE: "council", HOUSING: "council", SCHOOLS: "council", POLICE: "police",
    CLINIC: "health", CHARITY: "voluntary", MEDIATORS: "voluntary", THRIVE: "voluntary",
}  # fmt: skip


@dataclass(frozen=True)
class Laid:
    slug: str
    name: str
    duty_phone: str
    wards: tuple[str, ...]


WHARF = Laid(
    "the-wharf",
    "The Wharf",
    "020 7946 0100",
    ("Fernside", "Old Quay", "Millbeck", "Larkhall", "Stonebridge Row", "Harrow Lea"),
)
MILL = Laid("the-mill", "The Mill", "020 7946 0200", ("Kiln Row", "Weirside", "Tanner’s Green"))
HUBS = (WHARF, MILL)


def lay(db: Session, laid: Laid, loaded_on: dt.date) -> Hub:
    """`settings.demo` marks a hub whose passwords anybody can read: `hub serve` refuses it."""
    hub = Hub(
        id=uuid7(),
        slug=laid.slug,
        name=laid.name,
        borough=BOROUGH,
        duty_phone=laid.duty_phone,
        time_zone="Europe/London",
        settings={"demo": True, "mash_phone": "020 7946 0101", "loaded_on": loaded_on.isoformat()},
    )
    db.add(hub)
    db.flush()
    db.add_all(Ward(id=uuid7(), hub_id=hub.id, slug=slug_of(name), name=name) for name in laid.wards)
    return hub


def agencies(db: Session, hub: Hub, names: Mapping[str, None]) -> dict[str, str]:
    """Agency name → id, for those whose people work in this hub."""
    made = {name: Agency(id=uuid7(), hub_id=hub.id, name=name, sector=SECTORS[name]) for name in names}
    db.add_all(made.values())
    db.flush()
    return {name: agency.id for name, agency in made.items()}


def slug_of(name: str) -> str:
    return name.lower().replace("’", "").replace(" ", "-")

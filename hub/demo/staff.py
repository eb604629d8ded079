"""Everybody who works in the two hubs, with the roles they hold (domain section 8)."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.agencies import Hub, Staff
from hub.demo import places
from hub.demo.places import CARE, CHARITY, CLINIC, COUNCIL, HOUSING, JUSTICE, MEDIATORS, POLICE, SCHOOLS, THRIVE
from hub.ids import uuid7


@dataclass(frozen=True)
class Part:
    name: str
    role: str
    agency: str
    phone: str = ""
    languages: tuple[str, ...] = ("en",)

    @property
    def email(self) -> str:
        """`PC Gita Lal` is gita.lal@example.org."""
        words = [word for word in self.name.lower().split() if word not in ("pc", "dr", "cllr")]
        return ".".join(words) + "@example.org"


CAST = {
    "the-wharf": (
        Part("Nadia Rahmani", "TL", COUNCIL, "07700 900101", ("en", "bn")),
        Part("Farah Aziz", "TL", COUNCIL, "07700 900102", ("en", "ur")),
        Part("Ama Osei", "YW", COUNCIL, "07700 900103"),
        Part("Milo Farrow", "YW", COUNCIL, "07700 900104", ("en", "bfi")),
        Part("Josef Adeyemi", "MED", MEDIATORS, "07700 900105"),
        Part("Leah Tran", "GYW", COUNCIL, "07700 900106"),
        Part("Curtis Bello", "MEN", CHARITY, "07700 900107"),
        Part("Rana Yusuf", "SW", CARE, "07700 900108", ("en", "tr")),
        Part("Tom Ferreira", "YJS", JUSTICE, "07700 900109", ("en", "pt")),
        Part("PC Gita Lal", "POL", POLICE, "07700 900110", ("en", "pa")),
        Part("Denise Okoro", "HOU", HOUSING, "07700 900111"),
        Part("Paulo Reis", "ETE", COUNCIL, "07700 900112", ("en", "pt", "es")),
        Part("Ines Kowal", "TC", THRIVE, "07700 900113", ("en", "pl")),
        Part("Dr Sol Marsh", "CAM", CLINIC, "07700 900114"),
        Part("Beth Quaye", "EDU", SCHOOLS, "07700 900115"),
        Part("Will Sato", "AN", COUNCIL),
        Part("Jo Penny", "ADM", COUNCIL, "020 7946 0101"),
        Part("Neil Grant", "HAD", COUNCIL),
        Part("Sunita Rao", "DPO", COUNCIL),
        Part("Owen Pike", "AUD", COUNCIL),
        Part("Cllr Maya Stone", "CLR", COUNCIL),
        Part("Tia Brook", "YSC", COUNCIL),
    ),
    "the-mill": (
        Part("Hana Cole", "TL", COUNCIL, "07700 900201"),
        Part("Ben Asare", "YW", COUNCIL, "07700 900202"),
    ),
}


def lay(db: Session, hub: Hub) -> dict[str, Staff]:
    """Name → member of staff."""
    parts = CAST[hub.slug]
    agencies = places.agencies(db, hub, dict.fromkeys(part.agency for part in parts))
    made = {
        part.name: Staff(
            id=uuid7(),
            hub_id=hub.id,
            agency_id=agencies[part.agency],
            name=part.name,
            email=part.email,
            roles=[part.role],
            work_phone=part.phone,
            preferences={"languages": list(part.languages)},
        )
        for part in parts
    }
    db.add_all(made.values())
    db.flush()
    return made

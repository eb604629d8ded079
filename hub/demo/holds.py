"""Who may look at whom, and why: allocations, plans, grants, a declared connection."""

import datetime as dt

from hub import people
from hub.access import Exclusion, Grade, Grant, Relation
from hub.demo.stage import Stage
from hub.ids import uuid7

# (young person, worker, leads the work, relation); from the day they were allocated, by the lead on duty.
ALLOCATED = {
    "the-wharf": (
        ("Kai", "Rana", True, "allocated"),
        ("Kai", "Ama", False, "allocated"),
        ("Kai", "Gita", False, "plan"),
        ("Kai", "Sol", False, "allocated"),
        ("Zee", "Leah", True, "allocated"),
        ("Zee", "Rana", False, "allocated"),
        ("Dre", "Rana", True, "allocated"),
        ("Dre", "Curtis", False, "allocated"),
        ("Dre", "Milo", False, "plan"),
        ("Alin", "Rana", True, "allocated"),
        ("Alin", "Milo", False, "allocated"),
        ("Jaz", "Curtis", True, "allocated"),
        ("Jaz", "Paulo", False, "allocated"),
        ("Omar", "Ines", True, "allocated"),
        ("Omar", "Rana", False, "allocated"),
        ("Omar", "Tom", False, "allocated"),
        ("Marlon", "Ines", True, "allocated"),
        ("Marlon", "Tom", False, "allocated"),
        ("Marlon", "Paulo", False, "plan"),
        ("Tem", "Beth", True, "allocated"),
        ("Tem", "Ama", False, "allocated"),
        ("Ren", "Ama", True, "allocated"),
        ("Lu", "Tom", True, "allocated"),
        ("Lu", "Ines", False, "plan"),
    ),
    "the-mill": (
        ("Bo", "Ben", True, "allocated"),
        ("Ife", "Ben", True, "allocated"),
        ("Cass", "Ben", True, "allocated"),
    ),
}
GRANTS = {
    "the-wharf": (
        ("Leah", "GYW", 80),
        ("Josef", "MED", 45),
        ("Denise", "HSE", 70),
        ("Rana", "NRM", 33),
        ("Sol", "CLIN", 60),
        ("Gita", "INT", 30),
    ),
    "the-mill": (),
}
REVIEW = dt.timedelta(days=90)


def lay(stage: Stage) -> None:
    lead = "Nadia" if stage.hub.slug == "the-wharf" else "Hana"
    for name, worker, leads, relation in ALLOCATED[stage.hub.slug]:
        person = stage.people[name]
        viewer = stage.as_(lead, person.since + dt.timedelta(minutes=40))
        people.allocate(stage.db, viewer, person, stage.id(worker), lead=leads, relation=relation)
    for worker, compartment, days_ago in GRANTS[stage.hub.slug]:
        _grant(stage, worker, compartment, stage.at(-days_ago))
    if stage.hub.slug == "the-wharf":
        _rest_of_the_wharf(stage)


def _grant(stage: Stage, worker: str, compartment: str, moment: dt.datetime) -> None:
    stage.db.add(
        Grant(
            id=uuid7(),
            hub_id=stage.hub.id,
            staff_id=stage.id(worker),
            compartment=compartment,
            starts_at=moment,
            review_by=(moment + REVIEW).date(),
            approved_by=stage.id("Farah"),
        )
    )


def _rest_of_the_wharf(stage: Stage) -> None:
    """Milo is on duty this week; the auditor samples Ren for a week; Paulo’s sister teaches Tem."""
    _relation(stage, "Milo", None, "rota", stage.at(-2, "09:00"), 7, "Duty week")
    _relation(stage, "Owen", "Ren", "share", stage.at(-3, "09:00"), 10, "Audit sample, quarter 3")
    stage.db.add(
        Exclusion(
            id=uuid7(),
            hub_id=stage.hub.id,
            staff_id=stage.id("Paulo"),
            person_id=stage.people["Tem"].id,
            reason="His sister teaches Tem",
            declared_at=stage.at(-6, "15:10"),
        )
    )


def _relation(
    stage: Stage, worker: str, name: str | None, relation: str, moment: dt.datetime, days: int, reason: str
) -> None:
    stage.db.add(
        Relation(
            id=uuid7(),
            hub_id=stage.hub.id,
            staff_id=stage.id(worker),
            person_id=stage.people[name].id if name else None,
            relation=relation,
            cap=int(Grade.SENSITIVE),
            starts_at=moment,
            ends_at=moment + dt.timedelta(days=days),
            reason=reason,
            given_by=stage.id("Nadia"),
        )
    )

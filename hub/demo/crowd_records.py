"""The crowd's records, in the order of time, so that one young person's lie far apart on the disk as they do in life."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hub.actions import DOMAINS
from hub.db import Base
from hub.forms import questions
from hub.ids import uuid7
from hub.kinds.distance_travelled import DistanceTravelled
from hub.kinds.mentor_match import MentorMatch
from hub.kinds.mentoring_session import MentoringSession
from hub.kinds.outreach_session import OutreachSession
from hub.kinds.outreach_session.named_contact import NamedContact
from hub.records import Kind, Record, RecordPerson, Transition

if TYPE_CHECKING:
    from hub.demo.crowd import Known

WEIGHTS = {MentoringSession: 70, DistanceTravelled: 15, NamedContact: 10, OutreachSession: 4, MentorMatch: 1}
SAMPLES = 200
WORDS = (
    "came in late but stayed to the end; talked about school and what a good week would look like; nan rang twice; "
    "walked back along the canal; said the new timetable helps; asked about boxing on Fridays; agreed to bring the form; "
    "quiet at first, then wanted to show the drawing; no worry today; met at the usual table; "
).split("; ")
Batch = dict[type[Base], list[dict[str, Any]]]


def batches(
    hub_id: str,
    agency_id: str,
    crowd: Sequence["Known"],
    count: int,
    begins: dt.datetime,
    ends: dt.datetime,
    chance: random.Random,
    size: int,
) -> Iterator[Batch]:
    """Headers first, so that whatever refers to them comes after."""
    kinds = list(WEIGHTS)
    samples = {kind: [_sample(kind, chance) for _ in range(SAMPLES)] for kind in kinds}
    step = (ends - begins) / max(count, 1)
    evening: str | None = None
    for start in range(0, count, size):
        number = min(size, count - start)
        rows: Batch = {Record: [], RecordPerson: [], Transition: [], **{kind: [] for kind in kinds}}
        for index, kind in enumerate(chance.choices(kinds, [*WEIGHTS.values()], k=number), start):
            at = begins + step * index
            id = uuid7(int(at.timestamp() * 1000))
            one = chance.choice(crowd)
            values, line, summary, contact = chance.choice(samples[kind])
            if kind is OutreachSession:
                evening = id
            header: dict[str, Any] = {
                "id": id,
                "hub_id": hub_id,
                "kind": kind.slug,
                "author_id": one.worker,
                "agency_id": agency_id,
            }
            header |= {"happened_at": at, "written_at": at, "grade": int(kind.grade), "state": kind.states[-1]}
            header |= {"parent_id": evening if kind.parent else None, "version": 1, "gaps": 0}
            rows[Record].append(header | {"line": line, "summary": summary})
            if kind.about != "none":
                rows[RecordPerson].append(_link(header, one.id, contact))
            rows[Transition].append(_entered(header))
            rows[kind].append(_body(header, values))
        yield rows


def _link(header: dict[str, Any], person_id: str, contact: bool) -> dict[str, Any]:
    same = {"hub_id": header["hub_id"], "kind": header["kind"], "happened_at": header["happened_at"]}
    return same | {"record_id": header["id"], "person_id": person_id, "part": "subject", "contact": contact}


def _entered(header: dict[str, Any]) -> dict[str, Any]:
    same = {"id": header["id"], "record_id": header["id"], "hub_id": header["hub_id"], "state": header["state"]}
    return same | {"act": "create", "by": header["author_id"], "at": header["happened_at"], "reason": ""}


def _body(header: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    own = {"id": uuid7(int(header["happened_at"].timestamp() * 1000)), "record_id": header["id"], "version": 1}
    written = {"written_by": header["author_id"], "written_at": header["happened_at"], "reason": ""}
    return values | own | written | {"hub_id": header["hub_id"]}


def _sample(kind: type[Kind], chance: random.Random) -> tuple[dict[str, Any], str, str, bool]:
    """Answers such as a worker writes, with the lines and the kind of meeting that come of them."""
    note = ". ".join(chance.sample(WORDS, chance.randrange(2, 8)))
    values: dict[str, Any] = dict.fromkeys(questions(kind)) | _said(kind, note, chance)
    return values, kind.line(values), kind.summary(values)[:300], kind.is_contact(values)


def _said(kind: type[Kind], note: str, chance: random.Random) -> dict[str, Any]:
    if kind is MentoringSession:
        met = {"status": chance.choice(["attended", "attended", "part", "dna"]), "method": "face", "minutes": 60}
        did = {"what_we_did": ["talk"], "strengths_seen": ["turned_up"], "told": note, "place_kind": "hub"}
        return met | did | {"worry": "none", "next_step": "meet", "carrying_on": True}
    if kind is DistanceTravelled:
        return {"occasion": "six_weeks"} | {domain: chance.randrange(1, 6) for domain in DOMAINS}
    if kind is NamedContact:
        return {"said": note[:200], "told": True, "danger": "none"}
    if kind is MentorMatch:
        return {"mentor": "", "why": ["capacity"], "yp_choice": True}
    return {"ward": "fernside", "staff": [], "purpose": "regular", "danger": "none", "all_safe": True}

"""Young people: one row per person per hub, every answer graded, the reference safe to say aloud."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, func, literal, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit
from hub.access import Columns, Decision, Grade, Relation, Viewer, Walled, decide, predicate, unwalled
from hub.clock import today
from hub.db import Base
from hub.forms import ask, questions
from hub.ids import person_ref, uuid7

STANDINGS = {
    "at_risk": "at risk",
    "harmed": "harmed",
    "associate": "associate",
    "alleged": "alleged",
    "convicted": "convicted",
    "sibling_or_friend": "sibling or friend",
}
COLOURS = {"red": "Red", "amber": "Amber", "green": "Green", "grey": "Not enough information"}
CARE = {
    "none": "None",
    "cin": "Child in need",
    "cpp": "Child protection plan",
    "lac_s20": "Looked after, section 20",
    "lac_s31": "Looked after, section 31",
    "lac_remand": "Looked after by remand",
    "care_leaver_relevant": "Care leaver, relevant",
    "care_leaver_former": "Care leaver, former relevant",
    "sgo": "Special guardianship",
    "uasc": "Unaccompanied asylum-seeking child",
}
ETHNICITIES = {
    "not_asked": "Not yet asked",
    "prefer_not": "Prefers not to say",
    "w_british": "White: English, Welsh, Scottish, Northern Irish or British",
    "w_irish": "White: Irish",
    "w_gypsy": "White: Gypsy or Irish Traveller",
    "w_roma": "White: Roma",
    "w_other": "White: any other",
    "m_wb_caribbean": "Mixed: White and Black Caribbean",
    "m_wb_african": "Mixed: White and Black African",
    "m_w_asian": "Mixed: White and Asian",
    "m_other": "Mixed: any other",
    "a_indian": "Asian: Indian",
    "a_pakistani": "Asian: Pakistani",
    "a_bangladeshi": "Asian: Bangladeshi",
    "a_chinese": "Asian: Chinese",
    "a_other": "Asian: any other",
    "b_caribbean": "Black: Caribbean",
    "b_african": "Black: African",
    "b_other": "Black: any other",
    "o_arab": "Arab",
    "o_other": "Any other ethnic group",
}
LANGUAGES = {
    "en": "English",
    "ro": "Romanian",
    "ur": "Urdu",
    "bg": "Bulgarian",
    "pl": "Polish",
    "tr": "Turkish",
    "es": "Spanish",
    "pt": "Portuguese",
    "pa": "Panjabi",
    "it": "Italian",
    "ta": "Tamil",
    "so": "Somali",
    "sq": "Albanian",
    "lt": "Lithuanian",
    "ar": "Arabic",
    "bn": "Bengali",
    "bfi": "British Sign Language",
}
ACCESS_NEEDS = {
    "step_free": "Step-free",
    "hearing_loop": "Hearing loop",
    "bsl": "BSL",
    "easy_read": "Easy read",
    "large_print": "Large print",
    "quiet_room": "Quiet room",
    "neurodivergent": "Neurodivergent adjustments",
    "communication_aid": "Communication aid",
    "other": "Something else",
}
CHANNELS = {
    "call": "Call",
    "sms": "Text",
    "whatsapp": "WhatsApp",
    "via_worker": "Through a worker",
    "none": "No safe way",
}
YOUNGEST, OLDEST = 10, 25


class Person(Walled, Base):
    """A young person (domain section 1). `audit_ref` stands for them in the audit and dies with this row."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str]
    audit_ref: Mapped[str] = mapped_column(unique=True)
    since: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[dt.datetime | None]
    died_on: Mapped[dt.date | None]
    colour: Mapped[str] = mapped_column(default="grey")
    colour_until: Mapped[dt.date | None]
    found_by: Mapped[str] = mapped_column(default="")

    preferred_name: Mapped[str] = ask(
        "What do they like to be called?",
        "text",
        enough=True,
        limit=60,
        grade=Grade.PERSONAL,
        missing="Enter the name they like to be called",
    )
    nicknames: Mapped[str | None] = ask(
        "Nicknames", "text", limit=120, hint="With a comma between them", grade=Grade.PERSONAL
    )
    pronouns: Mapped[str | None] = ask("Pronouns", "text", limit=30, grade=Grade.PERSONAL)
    standing: Mapped[str] = ask(
        "What is their standing?",
        "choice",
        choices=STANDINGS,
        enough=True,
        grade=Grade.PERSONAL,
        hint="Shown beside the name on every page. Someone who was hurt is harmed, whatever else is said of them.",
        missing="Choose their standing",
    )
    legal_name: Mapped[str | None] = ask("Legal name", "text", limit=120, grade=Grade.PERSONAL)
    dob: Mapped[dt.date | None] = ask("Date of birth", "date", when="past", grade=Grade.PERSONAL)
    age_band: Mapped[str | None] = ask(
        "Age band, if the date is not known",
        "choice",
        grade=Grade.PERSONAL,
        choices={
            "under_10": "Under 10",
            "10_12": "10–12",
            "13_15": "13–15",
            "16_17": "16–17",
            "18_25": "18–25",
            "over_25": "Over 25",
        },
    )
    age_source: Mapped[str | None] = ask(
        "How do we know their age?",
        "choice",
        choices={"verified": "Verified", "stated": "They said", "estimated": "Estimated"},
        grade=Grade.PERSONAL,
    )
    sex: Mapped[str | None] = ask(
        "Sex, as they state it", "choice", choices={"female": "Female", "male": "Male", "not_recorded": "Not recorded"}
    )
    gender_identity: Mapped[str | None] = ask(
        "Gender identity, as they state it",
        "choice",
        choices={
            "same": "Same as registered",
            "trans_girl": "Trans girl or woman",
            "trans_boy": "Trans boy or man",
            "non_binary": "Non-binary",
            "other": "Other",
            "prefer_not": "Prefers not to say",
        },
    )
    ethnicity: Mapped[str | None] = ask("Ethnicity, in their words or a parent’s", "choice", choices=ETHNICITIES)
    ethnicity_source: Mapped[str | None] = ask(
        "Who said so?", "choice", choices={"self": "They did", "parent": "Parent or carer"}
    )
    languages: Mapped[list[str] | None] = ask("Languages", "choices", choices=LANGUAGES, grade=Grade.PERSONAL)
    interpreter: Mapped[bool | None] = ask("Do they need an interpreter?", "yes_no", grade=Grade.PERSONAL)
    access_needs: Mapped[list[str] | None] = ask("Access needs", "choices", choices=ACCESS_NEEDS, grade=Grade.PERSONAL)
    send: Mapped[str | None] = ask(
        "Special educational needs",
        "choice",
        choices={"none": "None known", "sen": "SEN support", "ehcp": "EHCP", "suspected": "Suspected"},
        group="education",
    )
    care_status: Mapped[str | None] = ask("Care status", "choice", choices=CARE, group="safety")
    statutory_lead: Mapped[str | None] = ask(
        "Statutory lead: name, agency, phone", "text", limit=160, grade=Grade.PERSONAL
    )
    channel: Mapped[str | None] = ask("Safe way to reach them", "choice", choices=CHANNELS, grade=Grade.PERSONAL)
    phone: Mapped[str | None] = ask(
        "Phone", "text", limit=20, grade=Grade.PERSONAL, shown_if=("channel", ("call", "sms", "whatsapp"))
    )
    contact_hours: Mapped[str | None] = ask("Hours that are safe", "text", limit=60, grade=Grade.PERSONAL)
    device_shared: Mapped[bool | None] = ask("Can somebody else see that phone?", "yes_no", grade=Grade.PERSONAL)
    safe_word: Mapped[str | None] = ask("Safe word", "text", limit=30, grade=Grade.PERSONAL)
    ward: Mapped[str | None] = ask("Home ward", "ward", grade=Grade.PERSONAL)
    home_address: Mapped[str | None] = ask("Home address", "text", limit=200, grade=Grade.PERSONAL)
    education: Mapped[str | None] = ask("School, college or work", "text", limit=120, grade=Grade.PERSONAL)
    education_status: Mapped[str | None] = ask(
        "Status",
        "choice",
        grade=Grade.PERSONAL,
        choices={
            "school": "School",
            "ap": "Alternative provision",
            "college": "College",
            "apprenticeship": "Apprenticeship",
            "job": "Job",
            "neet": "NEET",
            "ehe": "Home educated",
            "cme": "Child missing education",
        },
    )
    safety_notes: Mapped[str | None] = ask(
        "Safety notes", "note", limit=1000, group="safety", hint="What a colleague must know before they meet"
    )
    helps: Mapped[str | None] = ask("What helps", "note", limit=300, group="summary")
    external_ids: Mapped[str | None] = ask("Other systems’ numbers", "text", limit=200, hint="Mosaic, ChildView, UPN")
    privacy_notice_on: Mapped[dt.date | None] = ask(
        "Privacy notice given on", "date", when="past", grade=Grade.PERSONAL
    )
    privacy_notice_format: Mapped[str | None] = ask(
        "How",
        "choice",
        choices={"spoken": "Spoken", "leaflet": "Leaflet", "video": "Video", "translated": "Translated"},
        grade=Grade.PERSONAL,
    )

    __table_args__ = (UniqueConstraint("hub_id", "ref"), Index(None, "hub_id", "found_by"))

    @property
    def kind(self) -> None:
        return None

    @property
    def grade(self) -> int:
        return Grade.PERSONAL

    @property
    def compartment(self) -> None:
        return None

    @property
    def author_id(self) -> None:
        return None

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return predicate(viewer, Columns(cls.hub_id, literal(int(Grade.PERSONAL)), cls.id))

    def age(self, now: dt.datetime) -> int | None:
        return age_on(self.dob, today(now))


def age_on(dob: dt.date | None, day: dt.date) -> int | None:
    return None if dob is None else day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day))


def find(db: Session, person_id: str) -> Person | None:
    """The person, if the session's viewer may see them; absent and denied read the same."""
    return db.scalar(select(Person).where(Person.id == person_id))


def look(db: Session, viewer: Viewer, person: Person, verb: str = "view") -> Decision:
    """Decide how much of a found person is shown, and note the look."""
    decision = decide(viewer, person, [person.id])
    if decision is None:
        raise LookupError(person.id)
    audit.note(db, verb, subject=person.audit_ref, object=person.id, grade=Grade.SENSITIVE, via=decision.via)
    return decision


def answers_seen(person: Person, decision: Decision) -> dict[str, Any]:
    """What the viewer may see of a person, by question name."""
    return {
        name: getattr(person, name)
        for name, question in questions(Person).items()
        if decision.shows(question.grade, question.group)
    }


def add(
    db: Session, viewer: Viewer, answers: Mapping[str, Any], id: str | None = None, ref: str | None = None
) -> Person:
    person = Person(
        id=id or uuid7(),
        hub_id=viewer.hub_id,
        ref=ref or _free_ref(db),
        audit_ref=uuid7(),
        since=viewer.now,
        version=1,
        colour="grey",
        **answers,
    )
    person.found_by = _found_by(person)
    db.add(person)
    db.flush()
    audit.note(db, "create", subject=person.audit_ref, object=person.id, grade=Grade.PERSONAL, fields=sorted(answers))
    return person


def change(db: Session, viewer: Viewer, person: Person, answers: Mapping[str, Any]) -> None:
    changed = sorted(name for name, value in answers.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, answers[name])
    person.version += 1
    person.found_by = _found_by(person)
    audit.note(db, "alter", subject=person.audit_ref, object=person.id, grade=Grade.PERSONAL, fields=changed)


def search(db: Session, words: str, most: int = 20) -> Sequence[Any]:
    """Columns of the people whom the viewer may see and whose name, nickname or reference has every word."""
    query = select(
        Person.id, Person.ref, Person.preferred_name, Person.dob, Person.standing, Person.colour, Person.colour_until
    )
    for word in normal(words).split()[:6]:
        query = query.where(Person.found_by.contains(word, autoescape=True))
    return db.execute(query.order_by(Person.preferred_name, Person.id).limit(most)).all()


def match(db: Session, words: str) -> Sequence[Person]:
    """The people the viewer may see whom these words could mean: an id, a reference, a name, a nickname, initials."""
    said = normal(words)
    if not said:
        return []
    exact = db.scalars(select(Person).where(or_(Person.id == said, func.lower(Person.ref) == said))).all()
    if exact:
        return exact
    some = db.scalars(select(Person).where(Person.found_by.contains(said, autoescape=True)).limit(50)).all()
    named = [person for person in some if said in _names(person)]
    return named or some[:10]


def _names(person: Person) -> set[str]:
    nicknames = (person.nicknames or "").split(",")
    legal = normal(person.legal_name or "")
    return {normal(name) for name in (person.preferred_name, *nicknames)} | {
        legal,
        "".join(word[0] for word in legal.split()),
    } - {""}


def allocate(
    db: Session, viewer: Viewer, person: Person, staff_id: str, *, lead: bool, relation: str = "allocated"
) -> Relation:
    given = Relation(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=staff_id,
        person_id=person.id,
        relation=relation,
        lead=lead,
        cap=int(Grade.SEALED),
        starts_at=viewer.now,
        given_by=viewer.id,
    )
    db.add(given)
    audit.note(db, "allocate", subject=person.audit_ref, object=staff_id, reason=relation)
    return given


def normal(words: str) -> str:
    """Folded for finding: case and surplus space do not matter."""
    return " ".join(words.casefold().split())


def _found_by(person: Person) -> str:
    return normal(" ".join(filter(None, (person.preferred_name, person.nicknames, person.legal_name, person.ref))))


def _free_ref(db: Session) -> str:
    """A reference nobody in any hub has: uniqueness must not depend on what the viewer may see."""

    with unwalled(db):
        while db.scalar(select(true()).where(Person.ref == (ref := person_ref()))):
            pass
    return ref

"""A young person: one row per person per hub, every answer graded, the reference safe to say aloud."""

import datetime as dt

from sqlalchemy import ColumnElement, Index, UniqueConstraint, literal
from sqlalchemy.orm import Mapped, mapped_column

from hub.access import Columns, Grade, Viewer, Walled, predicate
from hub.clock import today
from hub.db import Base
from hub.forms import ask
from hub.people.words import ACCESS_NEEDS, CARE, CHANNELS, ETHNICITIES, LANGUAGES, STANDINGS


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

    __table_args__ = (UniqueConstraint("hub_id", "ref"), Index(None, "found_by", "id"))

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

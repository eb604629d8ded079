"""The young people of both hubs: who they are, where they stand, how they may be reached (domain section 8)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hub import people
from hub.demo.stage import Stage


@dataclass(frozen=True)
class Laid:
    """`age` is (years, months); `colour` until that many days from the load; `known` is how many days ago they came."""

    ref: str
    name: str
    legal: str
    age: tuple[int, int]
    standing: str
    ward: str
    known: int
    by: str
    colour: tuple[str, int] = ("grey", 3)
    more: dict[str, Any] = field(default_factory=dict)


def reach(channel: str, number: str = "", hours: str = "", *, shared: bool = False, word: str = "") -> dict[str, Any]:
    phone = f"+44 7700 900{number}" if number else None
    return {
        "channel": channel,
        "phone": phone,
        "contact_hours": hours or None,
        "device_shared": shared,
        "safe_word": word or None,
    }


def school(where: str, status: str, send: str = "none") -> dict[str, Any]:
    return {"education": where, "education_status": status, "send": send}


def told(days_ago: int, how: str = "spoken") -> dict[str, Any]:
    """The privacy notice was given so many days before the load."""
    return {"privacy_notice_on": days_ago, "privacy_notice_format": how}


WHARF = (
    Laid("YP-7F3K", "Kai", "Kai Mensah-Lowe", (15, 4), "harmed", "larkhall", 1, "Rana", ("red", 27), {
        **reach("call", "301", "After 4 pm", word="Do you have my blue jacket?"), **school("Larkhall Academy, year 10", "school"),
        "nicknames": "Kay", "pronouns": "he/him", "sex": "male", "ethnicity": "m_wb_african", "ethnicity_source": "self",
        "care_status": "none", "home_address": "14 Lark Rise, TM4 2XX",
        "safety_notes": "Hurt two nights ago near the market. Not to be met alone, and not near Old Quay.",
        "helps": "Football, drawing. Talks best while walking.",
    }),
    Laid("YP-2M9C", "Zee", "Zeynep Aydin", (14, 2), "harmed", "stonebridge-row", 64, "Rana", ("amber", 11), {
        **reach("whatsapp", "302", "Lunch break", shared=True, word="How is the cat?"), **school("Harrow Lea School, year 9", "school", "suspected"),
        "nicknames": "ZeeZee", "pronouns": "she/her", "sex": "female", "ethnicity": "w_other", "ethnicity_source": "self",
        "languages": ["tr", "en"], "care_status": "cpp", "statutory_lead": "Rana Yusuf, Thornmere Children’s Social Care, 07700 900108",
        "safety_notes": "Others read her phone. Neutral words only.", "helps": "A woman to talk to. Music, plaiting hair.", **told(60, "translated"),
    }),
    Laid("YP-5T8B", "Dre", "Andre Wallis", (13, 7), "at_risk", "fernside", 71, "Rana", ("amber", 18), {
        **reach("via_worker", hours="Through Curtis or his nan"), **school("Fernside High, year 9, part-time timetable", "school", "sen"),
        "nicknames": "Little D", "pronouns": "he/him", "sex": "male", "ethnicity": "b_caribbean", "ethnicity_source": "self",
        "care_status": "cin", "statutory_lead": "Rana Yusuf, Thornmere Children’s Social Care, 07700 900108",
        "safety_notes": "Missing three times since October. His nan, Mrs Wallis, knows first.", "helps": "Building things. His nan. Early mornings.", **told(68),
    }),
    Laid("YP-4H6N", "Alin", "Alin Munteanu", (16, 1), "at_risk", "old-quay", 90, "Rana", ("amber", 9), {
        **reach("call", "304", "Any time"), **school("Not on roll since he was placed", "cme"),
        "pronouns": "he/him", "sex": "male", "ethnicity": "w_roma", "ethnicity_source": "self", "languages": ["ro"], "interpreter": True,
        "care_status": "lac_s20", "statutory_lead": "Duty social worker, placing council, 020 7946 0310",
        "safety_notes": "Placed here from another borough. A Romanian interpreter by phone works.", "helps": "Cooking. His little sister’s calls.",
    }),
    Laid("YP-9R2L", "Jaz", "Jasmine Porter", (17, 3), "convicted", "harrow-lea", 140, "Farah", ("green", 34), {
        **reach("sms", "305", "Mornings", word="Fancy a coffee?"), **school("Thornmere College, level 2 construction", "college"),
        "nicknames": "Jazzy", "pronouns": "she/her", "sex": "female", "ethnicity": "w_british", "ethnicity_source": "self", "care_status": "none",
        "access_needs": ["quiet_room"], "safety_notes": "None known.", "helps": "Mornings. Being told the plan the day before.", **told(136, "leaflet"),
    }),
    Laid("YP-3D7P", "Omar", "Omar Haidari", (17, 8), "convicted", "millbeck", 210, "Tom", ("amber", 16), {
        **reach("none", hours="In custody: letters and official visits"), **school("Custody education, maths and barbering", "ap"),
        "pronouns": "he/him", "sex": "male", "ethnicity": "a_other", "ethnicity_source": "self", "languages": ["en", "ar"],
        "care_status": "lac_s20", "statutory_lead": "Rana Yusuf, Thornmere Children’s Social Care, 07700 900108",
        "external_ids": "Z9001ZX", "safety_notes": "Ask through Ines before anybody writes to him.", "helps": "His nan. Cutting hair.", **told(200),
    }),
    Laid("YP-8B4W", "Marlon", "Marlon Achebe", (20, 5), "convicted", "millbeck", 320, "Tom", ("amber", 23), {
        **reach("call", "307", "Not before noon"), **school("Looking for work", "neet"),
        "nicknames": "Mars", "pronouns": "he/him", "sex": "male", "ethnicity": "b_african", "ethnicity_source": "self", "care_status": "care_leaver_former",
        "statutory_lead": "Personal adviser, leaving care, 020 7946 0311",
        "safety_notes": "Home five days. Keep to the agreed route to the job centre.", "helps": "Straight answers. Gym.", **told(300),
    }),
    Laid("YP-6CEV", "Tem", "Temitope Bakare", (14, 9), "sibling_or_friend", "larkhall", 7, "Beth", ("amber", 20), {
        **reach("sms", "308", "After 3 pm"), **school("Excluded from Larkhall Academy; a place from day 6", "ap", "ehcp"),
        "pronouns": "he/him", "sex": "male", "ethnicity": "b_african", "ethnicity_source": "parent", "care_status": "none",
        "access_needs": ["neurodivergent"], "safety_notes": "Kai’s best friend. Ask how he is, not what he knows.", "helps": "One thing at a time. Trains.",
        **told(5, "video"),
    }),
    Laid("YP-Y5KS", "Ren", "Renée Castell", (16, 10), "associate", "old-quay", 180, "Farah", ("green", 40), {
        **reach("whatsapp", "309", "Evenings"), **school("Old Quay Sixth Form, year 12", "college"),
        "pronouns": "they/them", "sex": "female", "gender_identity": "non_binary", "ethnicity": "m_w_asian", "ethnicity_source": "self",
        "care_status": "none", "safety_notes": "None known.", "helps": "Skate park. Being asked first.", **told(170),
    }),
    Laid("YP-QX7T", "Lu", "Lucian Brandt", (18, 0), "convicted", "stonebridge-row", 11, "Jo", ("grey", 3), {
        **reach("call", "310"), "pronouns": "he/him", "sex": "male", "ethnicity": "not_asked", "care_status": "none",
        "helps": "Came by himself: “just back from inside”.",
    }),
)  # fmt: skip
MILL = (
    Laid("YP-K4ND", "Bo", "Bogdan Ilic", (15, 8), "at_risk", "kiln-row", 40, "Hana", ("amber", 12), {
        **reach("sms", "401"), **school("Kiln Row Academy, year 11", "school"), "pronouns": "he/him", "sex": "male", "care_status": "none",
    }),
    Laid("YP-W8TJ", "Ife", "Ifeoluwa Dada", (16, 3), "harmed", "weirside", 25, "Hana", ("red", 8), {
        **reach("via_worker"), **school("Weirside College", "college"), "pronouns": "she/her", "sex": "female", "care_status": "cin",
    }),
    Laid("YP-H3VA", "Cass", "Cassian Rowe", (12, 11), "sibling_or_friend", "tanners-green", 9, "Ben", ("grey", 4), {
        **reach("none"), **school("Tanner’s Green School, year 8", "school"), "pronouns": "he/him", "sex": "male", "care_status": "none",
    }),
)  # fmt: skip
LAID = {"the-wharf": WHARF, "the-mill": MILL}


def lay(stage: Stage) -> None:
    """Each is added by whoever took them on, on the day they came; their colour is what the last review said."""
    for laid in LAID[stage.hub.slug]:
        viewer = stage.as_(laid.by, stage.at(-laid.known, "11:20"))
        answers = {
            "preferred_name": laid.name,
            "legal_name": laid.legal,
            "standing": laid.standing,
            "dob": born(stage.day(0), *laid.age),
            "age_source": "verified",
            "ward": laid.ward,
            "languages": ["en"],
            **laid.more,
        }
        if "privacy_notice_on" in answers:
            answers["privacy_notice_on"] = stage.day(-answers["privacy_notice_on"])
        person = people.add(stage.db, viewer, answers, ref=laid.ref)
        person.colour, person.colour_until = laid.colour[0], stage.day(laid.colour[1])
        stage.people[laid.name] = person


def born(day: dt.date, years: int, months: int) -> dt.date:
    """A birthday that makes somebody this old on `day`, and for some weeks after."""
    count = day.year * 12 + day.month - 1 - years * 12 - months - 1
    return dt.date(count // 12, count % 12 + 1, min(day.day + 3, 28))

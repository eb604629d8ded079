"""The words of the trade, and what each of them means in plain English."""

import re
from functools import cache

WORDS = {
    "A&E": "Accident and emergency, at a hospital.",
    "ACCT": "The care plan that a prison opens when somebody may harm themselves.",
    "Adultification": "Seeing a child, most often a Black child, as older and less in need of care than they are.",
    "AMHS": "Adult mental health services.",
    "AP": "Alternative provision: schooling for children who are not in an ordinary school.",
    "ASB": "Anti-social behaviour.",
    "AssetPlus": "The assessment that youth justice services use.",
    "BCU": "Basic Command Unit: an area of the police.",
    "CAMHS": "Child and adolescent mental health services.",
    "CBO": "Criminal behaviour order, made by a court.",
    "CCE": "Child criminal exploitation: a child is used to commit crime.",
    "ChildView": "The case system of youth justice services.",
    "CIN": "Child in need: a child who gets help from the council under a plan.",
    "CME": "Child missing education: not at any school.",
    "COM": "Community offender manager: the probation officer outside.",
    "Contextual safeguarding": "Making places, friends, schools and online spaces safer, and not only families.",
    "County lines": "Moving drugs to other areas with a phone line, and with children who are controlled.",
    "CPP": "Child protection plan.",
    "CSC": "Children’s social care, at the council.",
    "CSE": "Child sexual exploitation.",
    "CSP": "Community safety partnership.",
    "Cuckooing": "Taking over somebody’s home to use it for crime.",
    "DBS": "The check for a criminal record before working with children.",
    "Debt bondage": "A drug debt, real or staged, used to control somebody.",
    "Detached youth work": "Youth work in the places where young people already are.",
    "Distance travelled": "How far a young person has come, in their own view and their worker’s.",
    "DNA": "Did not attend.",
    "DPIA": "Data protection impact assessment.",
    "DTO": "Detention and training order.",
    "EDT": "Emergency duty team: social care out of hours.",
    "EHCP": "Education, health and care plan.",
    "ERP": "Exploitation and risk panel.",
    "ETE": "Education, training and employment.",
    "First responder": "An organisation that may refer somebody to the NRM.",
    "Gillick": "The test of whether somebody under 16 can agree to a service by themselves.",
    "HDC": "Home detention curfew: an early release with a tag.",
    "ICTG": "Independent child trafficking guardian.",
    "Keep-apart": "People who must not meet.",
    "LAC": "Looked-after child: a child in the care of the council.",
    "LADO": "The council officer to whom allegations against staff go.",
    "Licence": "The rules that somebody follows after release.",
    "MACE": "The panel of agencies about children who are exploited.",
    "Managed move": "A change of school that everybody agreed.",
    "MAPPA": "The panel that protects the public from dangerous offenders.",
    "MARAC": "The panel about domestic abuse where the risk is high.",
    "MASH": "Multi-agency safeguarding hub: where worries about a child are reported.",
    "Mosaic": "The case system of social care.",
    "NEET": "Not in education, employment or training.",
    "NRM": "National Referral Mechanism: how the country recognises victims of trafficking and modern slavery.",
    "OMU": "Offender management unit, in a prison. It tells the release date.",
    "On-road": "Living or working on the street.",
    "Outreach": "Taking a service out to where people are.",
    "PA": "Personal adviser of a care leaver.",
    "POM": "Prison offender manager.",
    "PR": "Parental responsibility.",
    "PRU": "Pupil referral unit: a school for pupils who were excluded.",
    "Recall": "Being taken back to custody after release.",
    "RHI": "Return home interview: a talk after a child was missing, with somebody independent, within 72 hours.",
    "ROTL": "Release on temporary licence.",
    "Safe word": "A word that tells the young person that it is really us.",
    "SAR": "Subject access request: somebody asks to see what is held about them.",
    "SCH": "Secure children’s home.",
    "SCPO": "Serious crime prevention order.",
    "SEN": "Special educational needs.",
    "Shuttle mediation": "The mediator goes between people who do not meet.",
    "Signal event": "Something that tells people that danger is rising.",
    "Standing": "How a young person stands to the team: at risk, harmed, alleged, and so on. Never a verdict.",
    "STC": "Secure training centre.",
    "SVP": "Serious violence panel.",
    "TA": "Temporary accommodation.",
    "Through-care": "Staying with somebody before, during and after custody.",
    "Traffic light": "Red, amber, green or not enough information: how often the team must look again, not how bad somebody is.",
    "Transitional safeguarding": "Protection that does not stop on the 18th birthday.",
    "UASC": "Unaccompanied asylum-seeking child.",
    "VAWG": "Violence against women and girls.",
    "VRU": "Violence reduction unit.",
    "YJS": "Youth justice service.",
    "YOI": "Young offender institution.",
}


def words_in(*texts: str) -> list[tuple[str, str]]:
    """The words of the trade that some texts use, with their meanings, in order of the alphabet."""
    found = {match for text in texts if text for match in _pattern().findall(text)}
    return [(word, meaning) for word, meaning in WORDS.items() if found & {word, word.lower()}]


@cache
def _pattern() -> re.Pattern[str]:
    """A word of capitals is itself alone, for `pa` and `recall` are ordinary English; a name may begin small."""
    known = {form for word in WORDS for form in ((word,) if word.isupper() else (word, word.lower()))}
    longest_first = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

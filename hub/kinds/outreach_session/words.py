"""The words of an evening's outreach: what may be chosen, and how it is said (domain 4.1)."""

WRITERS = frozenset({"TL", "SW", "YJS", "YW", "MEN", "MED", "TC", "GYW", "ETE", "EDU"})

PURPOSES = {
    "regular": "Regular patch",
    "surge": "Hotspot surge",
    "post_incident": "After an incident",
    "follow_up": "Follow-up",
    "event": "Event",
    "online": "Online presence",
}
STAFF_MIX = {
    "female": "A female worker",
    "language": "Language cover",
    "lived": "Lived experience",
}
TENSION = {
    "1": "1, trouble is about to start",
    "2": "2, trouble is likely",
    "3": "3, very tense",
    "4": "4, tense",
    "5": "5, a little tense",
    "6": "6, normal",
}
KIT = {
    "id": "ID",
    "phone": "Charged phone",
    "first_aid": "First aid",
    "bleed": "Bleed kit",
    "naloxone": "Naloxone",
    "leaflets": "Leaflets",
}
WEATHER = {
    "dry": "Dry",
    "light_rain": "Light rain",
    "heavy_rain": "Heavy rain",
    "cold": "Cold, 5 °C or less",
    "hot": "Hot",
    "dark": "Dark",
}
BANDS = {
    "0_9": "0–9",
    "10_12": "10–12",
    "13_15": "13–15",
    "16_17": "16–17",
    "18_25": "18–25",
    "adult": "Adult",
}
SEXES = {"female": "Female", "male": "Male", "not_sure": "Not sure"}
DEPTHS = {
    "hello": "Hello",
    "chat": "Chat",
    "education": "Informal education",
    "worry": "Worry shared",
    "help": "Help given",
}
THEMES = {
    "nowhere_to_go": "Nowhere to go",
    "vapes": "Vapes",
    "school": "School",
    "money": "Money",
    "debt": "Debt",
    "carrying": "Carrying for someone",
    "online_threat": "Online threat",
    "weapons_fear": "Fear of weapons",
    "police": "Police contact",
    "cannabis": "Cannabis",
    "edibles": "Edibles",
    "nitrous_oxide": "Nitrous oxide",
    "xanax": "Xanax",
    "lean": "Lean",
    "racism": "Racism",
    "relationships": "Relationships, girls’ safety",
    "missing": "Missing, day trips",
    "housing": "Housing",
    "family": "Family",
    "good_news": "Good news",
}
DANGER = {"none": "No", "discussed": "Talked about it", "immediate": "Yes, now"}
IMMEDIATE = "immediate"
CALLED = {
    "999": "Called 999",
    "mash": "Called MASH or the out-of-hours team",
    "lead": "Told the team lead",
    "stayed": "Stayed until they were safe",
}
PINGS = {"ok": "I’m OK", "delayed": "Delayed, but OK", "need_help": "Need help", "code_word": "Said the code word"}
CALLS_FOR_HELP = ("need_help", "code_word")
SIGHTS = {
    "groups": "Groups waiting",
    "older_adults": "Older adults with children",
    "cars": "Cars stopping",
    "litter": "Litter: canisters, wraps",
    "broken": "Broken lock or light",
    "blood": "Blood or sharps",
    "calm": "Calm",
    "guardian": "Someone helpful there",
}
REPAIRS = ("litter", "broken", "blood")
WELLBEING = {"1": "Struggling", "2": "Low", "3": "All right", "4": "Good", "5": "Very good"}
WORRYING = 2

MOST_THEMES = 3
FOLLOW_UP_DAYS = 14

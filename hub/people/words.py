"""What may be chosen about a young person, and how it is said (domain section 1)."""

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

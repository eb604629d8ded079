"""What a mentor chooses from (domain 4.3)."""

STATUSES = {
    "attended": "Came",
    "part": "Came for part",
    "dna": "Did not come",
    "cancelled_yp": "They cancelled",
    "cancelled_us": "We cancelled",
    "rearranged": "Rearranged",
    "ad_hoc": "Unplanned chat",
}
PRESENT = ("attended", "part", "ad_hoc")
MISSED = "dna"
NOBODYS_CHOICE = ("cancelled_us", "rearranged")
PLACES = {
    "hub": "The hub",
    "walk": "A walk",
    "cafe": "Café",
    "school": "School",
    "home": "Home",
    "custody": "Custody",
    "phone": "Phone",
    "video": "Video",
    "activity": "Activity",
}
METHODS = {"face": "Face to face", "call": "Call", "video": "Video", "messages": "Messages"}
RELATIONSHIP = {"relationship": "Building the relationship"}
DID = {
    "talk": "Talk",
    "activity": "Activity",
    "practical": "Practical help",
    "appointment": "Appointment together",
    "advocacy": "Speaking up for them",
    "family": "Family",
    "skills": "Skills",
    "crisis": "Crisis",
}
STRENGTHS = {
    "turned_up": "Turned up",
    "kept_calm": "Kept calm",
    "walked_away": "Walked away from trouble",
    "asked": "Asked for help",
    "spoke_up": "Spoke up for themselves",
    "tried_again": "Tried again",
    "kept_promise": "Kept a promise",
    "helped": "Helped somebody",
    "made_plan": "Made a plan",
}
FACES = {"1": "Very low", "2": "Low", "3": "So-so", "4": "Good", "5": "Very good"}
WORRIES = {"none": "No worry", "note": "Worth noting", "today": "Tell the lead today", "immediate": "Danger now"}
WORRYING = ("note", "today", "immediate")
NEXT_STEPS = {"meet": "Just meet again", "new": "A new step"}
OWNERS = {"me": "I do", "them": "They do", "colleague": "A colleague"}
ENDINGS = {
    "planned": "As planned",
    "yp_choice": "Their choice",
    "service": "The service ends",
    "moved": "They moved away",
    "custody": "They are in custody",
}
INCENTIVES = {
    "travel": "Travel",
    "food": "Food",
    "voucher": "Voucher",
    "course": "Course fee",
    "kit": "Kit",
    "activity": "Activity",
}

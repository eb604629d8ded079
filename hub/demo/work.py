"""Goals in the young people's words, the steps that somebody named has promised, and clocks that run."""

from sqlalchemy import select

from hub import actions, reminders
from hub.actions import Action
from hub.demo.stage import Stage

# (young person, their words, domain, set by, days ago, a word to find it by)
GOALS = (
    ("Dre", "Get my CSCS card when I’m old enough, do the taster now", "learning", "Curtis", 48, "CSCS"),
    ("Dre", "Have nan stop worrying", "home", "Curtis", 48, "nan"),
    ("Jaz", "Keep my college place", "learning", "Curtis", 120, "college"),
    ("Jaz", "Sleep properly", "health", "Curtis", 60, "Sleep"),
    ("Kai", "Go to school without looking behind me", "safe", "Rana", 1, "school"),
    ("Zee", "Have one friend who isn’t after something", "people", "Leah", 50, "friend"),
    ("Omar", "See my nan first", "home", "Ines", 40, "first"),
    ("Marlon", "A job where nobody knows me", "learning", "Ines", 30, "job"),
    ("Ren", "Get my name off that letter", "identity", "Ama", 20, "letter"),
)
# (what, owner, due in days, about, promised by, days ago, how it stands)
ACTIONS = (
    ("Walk Kai to and from school with Mrs Lowe’s agreement", "Ama", 0, "Kai", "Nadia", 1, ""),
    ("Ring the ward about Kai’s hand clinic", "Rana", 1, "Kai", "Rana", 1, ""),
    ("Decide on a referral about trafficking for Kai", "Rana", 2, "Kai", "Nadia", 1, ""),
    ("Take Jaz’s timetable to college reception", "Curtis", 2, "Jaz", "Curtis", 5, ""),
    ("Ask the placing council for Alin’s school records", "Rana", -2, "Alin", "Rana", 12, ""),
    ("Taxi account for Our Space on Thursdays", "Leah", 5, "Zee", "Leah", 3, ""),
    ("Bring Omar’s accommodation need to the housing panel", "Ines", 6, "Omar", "Ines", 10, ""),
    ("Ask for a new route in Marlon’s order", "Tom", 9, "Marlon", "Tom", 5, ""),
    ("Governors’ meeting: papers to Tem’s mother", "Beth", 8, "Tem", "Beth", 6, ""),
    ("Write to the one who was told, that Ren’s flag is gone", "Farah", -2, "Ren", "Farah", 9, "done"),
    ("Three more facts about Lu, from one more agency", "Tom", 3, "Lu", "Farah", 10, ""),
    ("Lighting on Larkhall green, promised at the hall", "Nadia", -4, "", "Nadia", 13, ""),
)


def lay_goals(stage: Stage) -> None:
    for name, says, domain, by, days_ago, word in GOALS:
        viewer = stage.as_(by, stage.at(-days_ago, "16:00"))
        stage.goals[word] = actions.set_goal(stage.db, viewer, stage.people[name].id, says, domain).id


def lay(stage: Stage) -> None:
    _answer_worry(stage)
    for says, owner, due, about, by, days_ago, stands in ACTIONS:
        viewer = stage.as_(by, stage.at(-days_ago, "16:30"))
        about_id = stage.people[about].id if about else None
        made = actions.promise(stage.db, viewer, says, stage.id(owner), stage.day(due), person_id=about_id)
        if stands:
            actions.end(stage.db, stage.as_(owner, stage.at(due, "12:00")), made, stands)
    reminders.start(
        stage.db,
        stage.as_("Rana", stage.at(-1, "22:55")),
        "R-08.red",
        person_id=stage.people["Kai"].id,
        owner_id=stage.id("Rana"),
    )


def _answer_worry(stage: Stage) -> None:
    """Farah read what Curtis told her about Dre, and rang Rana, the morning after."""
    viewer = stage.as_("Farah", stage.at(-10, "09:20"))
    about = select(Action).where(Action.owner_id == viewer.id, Action.person_id == stage.people["Dre"].id)
    for told in list(stage.db.scalars(about)):
        actions.end(stage.db, viewer, told, "done", "Rang Rana and Mrs Wallis")

"""The tidy-up finds the words of table 5.6 and what should not stand in a note, and leaves plain writing alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.forms import part
from hub.wording import tidy, tidy_answers


def words(text: str, *known: str) -> list[str]:
    return [suggestion.words for suggestion in tidy(text, known)]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("It is a lifestyle choice.", "Say what others did"),
        ("He puts himself at risk", "Say what others did"),
        ("She is putting herself at risk", "Say what others did"),
        ("very streetwise", "Say what others did"),
        ("called promiscuous", "Say what others did"),
        ("He is a drug runner", "made to carry"),
        ("used as a mule", "made to carry"),
        ("a known dealer", "made to carry"),
        ("absconded again", "Went missing"),
        ("They refuse to engage", "We have not yet found a way"),
        ("Hard to reach family", "We have not yet found a way"),
        ("her boyfriend (27)", "the adult who"),
        ("a gang member", "flag form"),
        ("mature for her age", "Leave it out"),
        ("big for his age", "Leave it out"),
        ("said it was consensual", "Call duty"),
    ],
)
def test_every_row_of_the_table_is_found_and_answered(text: str, instead: str) -> None:
    (suggestion,) = tidy(text)
    assert instead in suggestion.instead
    assert suggestion.why


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 07700 900123 after six", "07700 900123"),
        ("ring +44 7700 900123", "+44 7700 900123"),
        ("office 020 7946 0000", "020 7946 0000"),
        ("lives at TM1 4AB now", "TM1 4AB"),
        ("went to 14 Canal Road with nan", "14 Canal Road"),
        ("write to nan@example.org", "nan@example.org"),
        ("we met Jamal Brown there", "Jamal Brown"),
        ("with Jamal and his nan", "Jamal"),
        ("He said Jamal’s phone rang", "Jamal’s"),
    ],
)
def test_numbers_places_and_names_are_found(text: str, found: str) -> None:
    assert words(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Walked to the test centre. Turned back at the gate, then went in.",
        "Next Thursday in November, after Ramadan.",
        "CSCS card booked for 14 March, £22.50, room 101.",
        "Mum and I’ll talk. “Brilliant,” they said.",
        "Minutes: 60\nPlace: walk",
        "Kept calm in the middle of it all; we ran out of time",
        "The mulled juice and the runnersup medal",
    ],
)
def test_plain_writing_is_left_alone(text: str) -> None:
    assert words(text) == []


def test_the_young_person_may_be_called_by_name() -> None:
    assert words("Today Dre went in. I told Dre so.", "Dre") == []
    assert words("Today Dre went in.") == ["Dre"]


def test_a_name_that_opens_a_sentence_is_not_guessed_at() -> None:
    assert words("Jamal waited.") == [], "every sentence opens with a capital"
    assert words("Then Jamal waited.") == ["Jamal"]


def test_two_findings_never_claim_the_same_words() -> None:
    assert words("a drug dealer and gang member") == ["drug dealer", "gang member"]


def test_a_young_persons_own_words_are_never_tidied() -> None:
    asked = {
        "told": part("What happened", "note"),
        "yp_words": part("Their words", "text", own_words=True),
        "status": part("Status", "choice"),
    }
    said = dict.fromkeys(asked, "my boyfriend is a dealer")
    assert list(tidy_answers(asked, said)) == ["told"]


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_every_finding_stands_where_it_says(text: str) -> None:
    for suggestion in tidy(text):
        assert text[suggestion.start :].startswith(suggestion.words)
        assert suggestion.words

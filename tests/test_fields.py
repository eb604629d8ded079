"""A question keeps what was typed, says what is wrong beside it, and leaves nothing on the phone."""

import re
from pathlib import Path

import pytest

from tests.look import ROOT, TYPES, environment, field, render_field, render_form

CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")


def controls(html: str) -> list[str]:
    return [tag for tag in CONTROL.findall(html) if 'type="hidden"' not in tag]


def test_every_type_of_question_has_a_template() -> None:
    assert set(TYPES) == {
        "text", "note", "whole", "yes_no", "choice", "choices", "date", "moment", "time", "person", "staff", "ward",
        "grid", "faces", "scale", "rows", "photo",
    }  # fmt: skip


@pytest.mark.parametrize("control", TYPES)
def test_no_control_lets_the_browser_remember(control: str) -> None:
    found = controls(render_field(field(control, "answer", "What came up?")))
    assert found
    assert all('autocomplete="off"' in tag for tag in found)


@pytest.mark.parametrize("control", TYPES)
def test_every_control_has_a_name_for_a_screen_reader(control: str) -> None:
    html = render_field(field(control, "answer", "What came up?"))
    for tag in controls(html):
        control_id = re.search(r' id="([^"]+)"', tag)
        assert "aria-label=" in tag or (control_id and f'for="{control_id[1]}"' in html)


@pytest.mark.parametrize("control", TYPES)
def test_the_error_summary_leads_to_the_first_control(control: str) -> None:
    html = render_form(field(control, "answer", "What came up?", error="Say what came up"))
    assert html.count("Say what came up") == 2
    assert '<a href="#answer">Say what came up</a>' in html
    assert re.search(r'<(?:input|select|textarea|div class="card)[^>]* id="answer"', html)
    assert 'aria-describedby="answer-error"' in html


@pytest.mark.parametrize("control", TYPES)
def test_a_question_without_an_error_shows_none(control: str) -> None:
    html = render_form(field(control, "answer", "What came up?"))
    assert "error" not in html


@pytest.mark.parametrize("control", ["text", "note", "whole", "date", "moment", "time", "person"])
def test_words_that_cannot_be_read_are_kept_as_typed(control: str) -> None:
    typed = "31/02 \"<b>o'clock"
    html = render_field(field(control, "answer", "When?", typed={"answer": [typed]}, error="Write it as 22/11/2026"))
    assert "31/02 &#34;&lt;b&gt;o&#39;clock" in html
    assert "<b>o" not in html
    assert not re.search(r'type="(date|time|datetime-local)"', html)


def test_a_wrong_count_is_kept_as_typed() -> None:
    grid = field(
        "grid", "counts", "Who did you meet?", typed={"counts.13-15.female": ["lots"]}, error="Counts are numbers"
    )
    html = render_field(grid)
    assert 'name="counts.13-15.female" value="lots"' in html
    assert 'aria-label="13–15, female"' in html
    assert html.count('value=""') == 5


def test_chosen_answers_stay_chosen_and_no_others() -> None:
    html = render_field(field("choices", "themes", "What came up?", typed={"themes": ["money"]}))
    assert re.findall(r'value="(\w+)"[^>]* checked', html) == ["money"]
    html = render_field(field("staff", "lead", "Who led?", typed={"lead": ["7"]}))
    assert re.findall(r'value="(\w+)" selected', html) == ["7"]


def test_a_short_choice_is_chips_a_longer_one_a_list_a_long_one_a_menu() -> None:
    def shape(count: int, place: str = "A place as long") -> str:
        places = {str(number): f"{place} {number}" for number in range(count)}
        return render_field(field("choice", "place", "Where?", choices=places))

    assert 'class="govuk-radios chips"' in shape(7)
    assert 'class="govuk-radios chips"' in shape(12, "Place")
    assert 'class="govuk-radios plain"' in shape(8)
    assert 'class="govuk-radios plain"' in shape(12)
    assert "<select" in shape(13)
    assert "radio" not in shape(13)


def test_a_conditional_question_is_shown_without_scripts() -> None:
    html = render_field(field("text", "name", "What do we call them?", shown_if=("new_face", ["yes", "it's new"])))
    assert 'data-shown-if="new_face"' in html
    assert "hidden" not in html
    assert """data-shown-when='["yes", "it\\u0027s new"]'""" in html


def test_a_field_near_save_is_asked_once_inside_the_tray() -> None:
    html = render_form(field("text", "note", "Note"), field("yes_no", "danger", "In danger now?"), near=("danger",))
    before, tray = html.split('class="tray"')
    assert "In danger now?" in tray
    assert "In danger now?" not in before


@pytest.mark.parametrize("path", sorted((ROOT / "templates/errors").glob("[!p]*.html")), ids=lambda path: path.stem)
def test_every_refusal_says_what_to_do_next_and_offers_one_way(path: Path) -> None:
    html = environment().get_template(f"errors/{path.name}").render()
    main = html.split("<main")[1]
    assert main.count("<h1>") == 1
    assert main.count("<p>") >= 1
    assert main.count("<a ") == 1
    assert "<nav" not in html


def test_a_page_never_puts_a_persons_name_in_its_title() -> None:
    html = render_form(field("person", "who", "Who?", typed={"who": ["Dre"]}))
    assert "<title>Record · Hub</title>" in html

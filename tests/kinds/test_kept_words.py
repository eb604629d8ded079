"""Words kept with a reason are asked about no more; only their author is asked at all."""

import pytest

from hub import kept_words, records
from hub.kinds.mentoring_session import MentoringSession
from tests.kinds.pair import CAME, Pair

SAID = CAME | {"told": "He refuses to engage. We met Jamal. Dre waved, Curtis too.", "yp_words": "I am a dealer"}


def to_tidy(pair: Pair, id: str, name: str = "Curtis") -> list[str]:
    with pair.as_(name) as (db, viewer):
        record, _ = records.find(db, viewer, id)
        values = records.answers(db, MentoringSession, record)
        return [one.words for _, one in kept_words.to_tidy(db, viewer, MentoringSession, record, values)]


def keep(pair: Pair, id: str, words: str, name: str = "Curtis") -> None:
    with pair.as_(name) as (db, viewer):
        record, _ = records.find(db, viewer, id)
        kept_words.keep(db, viewer, record, words, "The letter says it")


def test_the_author_is_asked_and_their_own_names_and_the_young_persons_words_stand(pair: Pair) -> None:
    assert to_tidy(pair, pair.keep(SAID)) == ["refuses to engage", "Jamal"]


def test_words_kept_with_a_reason_are_not_asked_about_again(pair: Pair) -> None:
    id = pair.keep(SAID)
    keep(pair, id, "Refuses to engage")
    assert to_tidy(pair, id) == ["Jamal"]


def test_nobody_but_the_author_is_asked(pair: Pair) -> None:
    assert to_tidy(pair, pair.keep(SAID), "Nadia") == []


def test_nobody_else_keeps_words_for_them(pair: Pair) -> None:
    id = pair.keep(SAID)
    with pytest.raises(LookupError):
        keep(pair, id, "Jamal", "Petra")

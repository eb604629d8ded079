"""The casts that tests of single kinds ask for."""

import pytest

from hub.db import Database
from tests.kinds import evening as evenings
from tests.kinds.evening import Evening
from tests.kinds.pair import Pair, build


@pytest.fixture
def pair(database: Database) -> Pair:
    return build(database)


@pytest.fixture
def evening(database: Database) -> Evening:
    evenings.build(database)
    return Evening(database)

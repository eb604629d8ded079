"""The pair that tests of mentoring ask for."""

import pytest

from hub.db import Database
from tests.kinds.pair import Pair, build


@pytest.fixture
def pair(database: Database) -> Pair:
    return build(database)

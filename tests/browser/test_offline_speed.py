"""What offline costs a slow phone on a slow net, printed as it is measured."""

import pytest

from tests.bench import phone as bench
from tests.browser.conftest import Phone
from tests.browser.street import Street


def test_a_slow_phone_on_a_slow_net_is_quick_enough(
    street: Street, phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = bench.figures(phone("marcus"), street)
    with capsys.disabled():
        print("", *figures, sep="\n")
    assert [str(figure) for figure in figures if figure.value - figure.hub > figure.bar] == []

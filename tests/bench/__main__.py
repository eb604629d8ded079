"""`bin/bench`: prints each ratio beside its bar; exits 1 when one is missed. `--quick` measures small and short."""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import mkdtemp

from hub.ids import uuid7
from tests.bench import borough, load, phone
from tests.bench.borough import Borough
from tests.bench.load import Figures
from tests.bench.served import Server, free_port, serving

CLIENTS, WRITERS, ROUNDS = 8, 64, 3


class Bench:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.missed = False

    def say(self, what: str, value: float, bar: float | None = None, at_most: bool = False, unit: str = "×") -> None:
        held = bar is None or (value <= bar if at_most else value >= bar)
        self.missed |= not held
        goal = "" if bar is None else f"  bar {'≤' if at_most else '≥'} {bar:g}{unit}  {'held' if held else 'MISSED'}"
        print(f"{what:<58} {value:8.2f}{unit}{goal}", flush=True)

    def pair(self, one: Callable[[], Figures], other: Callable[[], Figures]) -> float:
        """The middle of the ratios of rates, measured in turn, after one uncounted turn."""
        one(), other()
        return statistics.median(one().rate / other().rate for _ in range(ROUNDS))


@contextmanager
def hub(place: Borough) -> Iterator[Server]:
    port = free_port()
    settings = {
        "HUB_DATA": str(place.folder),
        "HUB_KEY_FILE": str(place.settings.key_file),
        "HUB_PUBLIC_URL": f"http://localhost:{port}",
    }
    command = [
        "uvicorn",
        "hub.cli.serving:application",
        "--factory",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "error",
    ]
    with serving([*command, "--loop", "uvloop", "--http", "httptools"], settings, port) as server:
        yield server


@contextmanager
def django(place: Borough) -> Iterator[Server]:
    port = free_port()
    command = ["gunicorn", "tests.bench.peer:application", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    with serving(
        [*command, "--threads", "4", "--log-level", "error"], {"BENCH_PLAIN": str(place.plain)}, port
    ) as server:
        yield server


@contextmanager
def by_hand(place: Borough) -> Iterator[Server]:
    port = free_port()
    command = ["uvicorn", "tests.bench.by_hand:app", "--port", str(port), "--no-access-log", "--log-level", "error"]
    environment = {"BENCH_PLAIN": str(place.plain), "BENCH_WORKER": place.worker}
    with serving([*command, "--loop", "uvloop", "--http", "httptools"], environment, port) as server:
        yield server


def saving(place: Borough, people: Iterator[str], path: str) -> bytes:
    words = {
        "who": next(people),
        "status": "attended",
        "worry": "none",
        "told": "Walked back along the canal.",
        "minutes": "45",
    }
    return load.post(path, f"hub={place.token}", words | {"submission": uuid7()})


def measure(bench: Bench, small: Borough, large: Borough | None) -> None:
    with ExitStack() as servers:
        ours, theirs, hand = (servers.enter_context(make(small)) for make in (hub, django, by_hand))
        page = load.get("/caseload?show=mine", f"hub={small.token}")
        people = cycle(small.people)

        def caseload(server: Server) -> Callable[[], Figures]:
            return lambda: load.measure(server.port, lambda: page, CLIENTS, bench.seconds)

        def save(server: Server, clients: int = CLIENTS) -> Callable[[], Figures]:
            return lambda: load.measure(
                server.port, lambda: saving(small, people, "/mentoring-session"), clients, bench.seconds
            )

        _same_page(ours, theirs, page)
        bench.say("caseload: hub / equal Django page", bench.pair(caseload(ours), caseload(theirs)), 2.5)
        bench.say("caseload: hub / page written by hand", bench.pair(caseload(ours), caseload(hand)))
        bench.say("save: hub / equal Django save", bench.pair(save(ours), save(theirs)), 2)
        many = save(ours, WRITERS)()
        bench.say(f"save: p99 / p50 of {WRITERS} writers", many.p99 / many.p50, 3, at_most=True)
        bench.say(f"save: failed answers of {sum(many.statuses.values())}", many.failed, 0, at_most=True, unit="")
        if large is not None:
            grown = servers.enter_context(hub(large))
            big = load.get("/caseload?show=mine", f"hub={large.token}")
            flat = bench.pair(caseload(ours), lambda: load.measure(grown.port, lambda: big, CLIENTS, bench.seconds))
            bench.say("caseload: time with 1,000,000 records / with 10,000", flat, 1.3, at_most=True)
            bench.say("resident memory at 1,000,000 records", grown.resident_mb, unit=" MB")


def weigh(bench: Bench, place: Borough) -> None:
    """What the first page costs a phone, what the next one does, and what the process costs the machine."""
    with hub(place) as ours:
        page = load.get("/", f"hub={place.token}", "br")
        status, _, body = load.once(ours.port, page)
        plain = load.once(ours.port, load.get("/", f"hub={place.token}"))[2].decode()
        files = {word for word in plain.split('"') if word.startswith("/static/")}
        first = len(body) + sum(len(load.once(ours.port, load.get(file, "", "br"))[2]) for file in files)
        bench.say(f"cold first page ({status}), transferred", first / 1024, 60, at_most=True, unit=" KB")
        bench.say("repeated page, transferred", len(body) / 1024, 10, at_most=True, unit=" KB")
        seen = 0
        while seen < 1000:
            seen += sum(load.measure(ours.port, lambda: page, CLIENTS, 1).statuses.values())
        bench.say(f"resident memory of the demo hub after {seen:,} requests", ours.resident_mb, 150, True, " MB")


def _same_page(ours: Server, theirs: Server, page: bytes) -> None:
    """Both list the same young people, or the comparison says nothing."""
    rows = [load.once(server.port, page)[2].count(b'<a class="row"') for server in (ours, theirs)]
    if len(set(rows)) != 1 or not rows[0]:
        raise SystemExit(f"the pages differ: {rows} lines")


def main() -> int:
    given = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    given.add_argument("--quick", action="store_true", help="10,000 records only, half a second a point")
    given.add_argument("--folder", type=Path, help="where the measured hubs are kept from run to run")
    said = given.parse_args()
    folder = said.folder or Path(mkdtemp(prefix="hub-bench-"))
    small = borough.lay(folder / "small", 10_000, 10_000)
    large = None if said.quick else borough.lay(folder / "large", 10_000, 1_000_000)
    bench = Bench(0.5 if said.quick else 3)
    weigh(bench, borough.lay(folder / "demo", 0, 0))
    measure(bench, small, large)
    for figure in phone.measure(Path(mkdtemp(prefix="hub-phone-"))):
        bench.say(figure.what, figure.value, figure.bar, at_most=True, unit=f" {figure.unit}")
    return int(bench.missed)


if __name__ == "__main__":
    sys.exit(main())

"""What the phone pays: sealing and opening a form on a slow processor, draining a full queue on a slow net, bytes to load."""

import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests import cast
from tests.browser.street import FLAGS, PHONE, Street, blank, executable, ids, now, until, wake
from tests.browser.workbench import keep_many, put_in

ROOT = Path(__file__).parents[2]
SLOWER = 4
KILOBIT = 1000 / 8
FOUR_G = {"latency": 165, "downloadThroughput": 9000 * KILOBIT, "uploadThroughput": 1350 * KILOBIT}
FAST_3G = {"latency": 562.5, "downloadThroughput": 1440 * KILOBIT, "uploadThroughput": 675 * KILOBIT}
SEAL = """async (turns) => {
  const key = document.querySelector('meta[name="outbox-key"]').content
  const said = { author: 'marcus', typed: { told: ['x'.repeat(4000)] } }
  const times = []
  for (let turn = 0; turn < turns; turn++) {
    const start = performance.now()
    await phone.seal(key, phone.uuid7(), 'mentoring-session', said)
    times.push(performance.now() - start)
  }
  return times
}"""
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


@dataclass(frozen=True)
class Figure:
    what: str
    value: float
    bar: float
    unit: str
    hub: float = 0
    """How much of it the hub took: on a busy machine that says more of the machine than of the phone."""

    def __str__(self) -> str:
        held = "held" if self.value <= self.bar else "MISSED"
        share = f", the hub {self.hub:.1f}" if self.hub else ""
        return f"{self.what:<48} {self.value:8.2f} {self.unit:<2}  bar ≤ {self.bar:g} {self.unit}  {held}{share}"


def figures(page: Page, street: Street) -> list[Figure]:
    return [
        loading(),
        sealing(page, street),
        opening(page, street),
        draining(page, street, "4G", FOUR_G, 8),
        draining(page, street, "Fast 3G", FAST_3G, 30),
    ]


def measure(folder: Path) -> list[Figure]:
    """On a hub and a phone of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    street = Street(folder)
    cast.relate(street.database, "marcus", "amari", "allocated", starts_at=now() - cast.DAY)
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
            return figures(street.sign_in(browser.new_context(viewport=PHONE), "marcus"), street)
    finally:
        street.close()


def sealing(page: Page, street: Street, turns: int = 40) -> Figure:
    blank(page, street)
    put_in(page)
    with slowed(page):
        times = page.evaluate(SEAL, turns)
    return Figure(f"seal 4 KB at {SLOWER}× CPU throttle, median", statistics.median(times), 15, "ms")


def opening(page: Page, street: Street, turns: int = 4) -> Figure:
    """From the tap on a link to a form whose scripts have run, without signal."""
    street.mast.set("none")
    times = []
    with slowed(page):
        for _ in range(turns):
            page.goto("about:blank")
            blank(page, street)
            times.append(page.evaluate(READY))
    street.mast.set("open")
    return Figure(f"form without signal at {SLOWER}× CPU throttle", min(times) / 1000, 1, "s")


def draining(page: Page, street: Street, net: str, shape: dict[str, float], bar: float, count: int = 200) -> Figure:
    blank(page, street)
    street.mast.set("none")
    put_in(page)
    keep_many(page, count, invalid=False)
    session = shaped(page, shape)
    street.mast.set("open")
    before, start = street.mast.hub_seconds, time.monotonic()
    wake(page)
    until(lambda: not ids(page), seconds=180)
    taken = time.monotonic() - start
    session.send("Network.disable")
    return Figure(f"drain of {count} items on {net}", taken, bar, "s", street.mast.hub_seconds - before)


def loading() -> Figure:
    """The service worker and the page's outbox, compressed as they are served, without npm's hpke."""
    sizes = [len(brotli.compress(bundle(path), quality=11)) for path in ("js/outbox/start.js", "service-worker.js")]
    return Figure("worker and page script beyond hpke, brotli", sum(sizes) / 1024, 8, "KB")


def bundle(path: str) -> bytes:
    options = ["--bundle", "--minify", "--format=esm", "--external:hpke", "--legal-comments=none", "--log-level=error"]
    options.append("--target=chrome115,firefox121,safari16.4")
    command = [ROOT / "node_modules/.bin/esbuild", ROOT / "static" / path, *options]
    return subprocess.run(command, capture_output=True, check=True).stdout


@contextmanager
def slowed(page: Page) -> Iterator[None]:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    try:
        yield
    finally:
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def shaped(page: Page, shape: dict[str, float]) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **shape})
    return session

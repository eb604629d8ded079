"""`bin/screens`: the pictures of README.md, taken from a fresh demo in a real browser and laid side by side."""

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.bench.served import free_port, serving

TARGET = Path(__file__).parent.parent / "docs" / "screens" / "evening.png"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PHONE = {"width": 360, "height": 740}
GAP = 16


def take(port: int, folder: Path) -> list[Path]:
    taken: list[Path] = []

    def picture(page: Page) -> None:
        taken.append(folder / f"{len(taken)}.png")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(taken[-1]))

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        for scheme in ("light", "dark"):
            page = chromium.new_context(
                viewport=PHONE, color_scheme=scheme, base_url=f"http://localhost:{port}"
            ).new_page()
            page.goto("/demo")
            page.get_by_role("button", name="Ama Osei").click()
            picture(page)
            if scheme == "light":
                page.get_by_role("link", name="Start").first.click()
                page.get_by_role("button", name="Start").click()
                page.wait_for_selector("text=Out now")
                picture(page)
                page.get_by_role("link", name="Count").click()
                page.get_by_role("button", name="13–15, female").click()
                picture(page)
            page.goto("/demo")
            page.get_by_role("button", name="Curtis Bello").click()
            page.goto("/caseload")
            page.get_by_text("Dre").first.click()
            picture(page)
        chromium.close()
    return taken


def beside(pictures: list[Path]) -> Image.Image:
    shots = [Image.open(path) for path in pictures]
    width = sum(shot.width for shot in shots) + GAP * (len(shots) - 1)
    sheet = Image.new("RGB", (width, shots[0].height), "#8a9391")
    for index, shot in enumerate(shots):
        sheet.paste(shot, (index * (shot.width + GAP), 0))
    return sheet


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        places = {"XDG_CONFIG_HOME": f"{folder}/keys"}
        with serving(["hub", "demo", "--port", str(port), "--data", f"{folder}/data"], places, port):
            TARGET.parent.mkdir(parents=True, exist_ok=True)
            beside(take(port, Path(folder))).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()

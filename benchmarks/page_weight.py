"""What a page weighs on a cold load: every byte that comes over the wire, compressed, headers included.

    python benchmarks/page_weight.py                # builds the demonstration in a temporary folder
    python benchmarks/page_weight.py --data var     # an existing folder of data with the demonstration
    python benchmarks/page_weight.py --path /registry/organisations/ --path /ui/

Headless Chromium with an empty cache opens each page and the protocol of its developer tools counts the bytes. The
limits are those of the product: 300 KB without charts, 700 KB with. Needs the packages of requirements-dev.txt.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PLAIN, WITH_CHARTS = 300, 700
EMAIL, PASSWORD = "coordinator@demo.mayak.example", "mayak-lighthouse"
SIGN_IN = "/account/sign-in/"
#: Path and limit in KB: the first page, lists, a page with charts, the page of all components.
PAGES = {
    "/": PLAIN,
    "/registry/organisations/": PLAIN,
    "/results/imports/": PLAIN,
    "/results/": WITH_CHARTS,
    "/results/schools/": PLAIN,
    "/ui/": WITH_CHARTS,
}


def main() -> int:
    """Serve the demonstration, open the pages, print the table; code 1 if a page is too heavy."""
    options = parse()
    with tempfile.TemporaryDirectory(prefix="mayak-weight-") as folder:
        data = Path(options.data).resolve() if options.data else Path(folder)
        environment = os.environ | {
            "MAYAK_DATA": str(data),
            "PYTHONPATH": str(ROOT / "src"),
            "MAYAK_DEMO": "1",
        }
        if not options.data:
            build(environment)
        server = serve(environment, options.port)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("MAYAK_CHROMIUM") or shutil.which("chromium"),
                    args=["--no-sandbox"],
                )
                print(f"machine: {platform.machine()}, {os.cpu_count()} cores; Chromium {browser.version}")
                print("page                                   requests   KB on the wire    limit")
                base = f"http://127.0.0.1:{options.port}"
                pages = dict.fromkeys(options.path, WITH_CHARTS) or PAGES
                rows = [weigh(browser, base, SIGN_IN, sign_in=False)]
                rows += [weigh(browser, base, path, sign_in=True) for path in pages]
                limits = [PLAIN, *pages.values()]
        finally:
            server.terminate()
            server.wait()
    worst = 0
    for (path, requests, size), limit in zip(rows, limits, strict=True):
        print(f"{path:<38} {requests:>8} {size / 1024:>16.1f} {limit:>8}")
        worst = max(worst, int(size / 1024 > limit))
    return worst


def parse() -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser(description="Weight of pages on a cold load.")
    parser.add_argument(
        "--data", default="", help="folder of data with the demonstration; built afresh without it"
    )
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--path", action="append", default=[], help="page to weigh instead of the usual ones")
    return parser.parse_args()


def build(environment: dict[str, str]) -> None:
    """Build the demonstration in an empty folder."""
    for command in (
        "migrate --verbosity 0",
        "collectstatic --noinput --verbosity 0",
        "load-reference",
        "demo",
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command.split()],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def serve(environment: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start the server of `./run` and wait until it answers."""
    command = ["--interface", "wsgi", "--workers", "1", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("granian")), *command, "mayak.config.wsgi:application"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _try in range(60):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{SIGN_IN}", timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return server
    server.terminate()
    raise SystemExit("the server did not start")


def weigh(browser: Browser, base: str, path: str, *, sign_in: bool) -> tuple[str, int, float]:
    """Open the page with an empty cache; return the path, the number of requests and the bytes."""
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    if sign_in:
        page.goto(base + SIGN_IN)
        page.fill("input[name=username]", EMAIL)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit], form button[type=submit]")
        page.wait_for_load_state("networkidle")
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.clearBrowserCache")
    sizes: list[float] = []

    def finished(event: dict[str, Any]) -> None:
        sizes.append(float(event["encodedDataLength"]))

    tools.on("Network.loadingFinished", finished)
    answer = page.goto(base + path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{path}: {answer.status if answer else 'no answer'}")
    context.close()
    return path, len(sizes), sum(sizes)


if __name__ == "__main__":
    sys.exit(main())

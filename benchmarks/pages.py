"""What a reader's browser loads for each page of the built book, and how fast and how steadily the page appears.

    python benchmarks/pages.py [--lighthouse]

Weights are raw and gzip -6 bytes of every file a page loads, from a local server. Needs `make book` and Chromium.
"""

import argparse
import functools
import gzip
import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
MODELS = "/_static/weights/"
IMAGES = {".png", ".jpg", ".svg", ".gif", ".webp"}
# Layout shift, and the moment every widget of the page stands drawn.
OBSERVE = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
(function look() {
  const widgets = [...document.querySelectorAll("transformer-widget")];
  const drawn = (w) => w.matches(":defined") && w.getBoundingClientRect().height > 40;
  if (widgets.length && widgets.every(drawn)) window.widgetsAt = performance.now();
  else requestAnimationFrame(look);
})();
"""


class StaticHost(SimpleHTTPRequestHandler):
    """Serves as any host of static pages does: text is compressed."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".css", ".js", ".svg"} or not path.is_file():
            return super().send_head()
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)


@contextmanager
def serve(folder: Path = HTML, host: type[StaticHost] = StaticHost) -> Iterator[str]:
    """Serve a folder on a free local port; yields its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(host, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def launch(playwright) -> Browser:
    """Start the system's Chromium; that it is missing is an error, never a reason to skip."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Chromium is missing: `make test` installs it, or `apt-get install chromium`")
    return playwright.chromium.launch(executable_path=chromium)


def load(page: Page, address: str) -> list[str]:
    """Open an address, read it to its end, and return the addresses of all that was loaded."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready")
    for _ in range(3):  # what loads late, or moves, does it while the reader scrolls
        page.mouse.wheel(0, 4000)
        page.wait_for_timeout(50)
    return seen


def weigh(addresses: list[str]) -> dict[str, tuple[int, int]]:
    """Raw and gzip bytes of the loaded files, by name."""
    weights = {}
    for address in addresses:
        if address.startswith("http"):
            data = (HTML / unquote(urlsplit(address).path).lstrip("/")).read_bytes()
            weights[urlsplit(address).path] = len(data), len(gzip.compress(data, 6))
    return weights


def total(weights: dict[str, tuple[int, int]], images: bool = False) -> tuple[int, int]:
    """Sum of the weights; images only if asked for, and no trained models, which load when a reader comes near them."""
    page = {name: weight for name, weight in weights.items() if MODELS not in name}
    chosen = [w for name, w in page.items() if images or Path(name).suffix not in IMAGES]
    return sum(raw for raw, _ in chosen), sum(gz for _, gz in chosen)


def lighthouse(address: str) -> str:
    """Lighthouse's scores, mobile and desktop."""
    quiet = ["headless=new", "no-sandbox", "disable-gpu"]
    quiet += ["disable-background-networking", "disable-component-update", "disable-sync"]
    flags = " ".join(f"--{flag}" for flag in quiet)
    scores = []
    for preset in ("mobile", "desktop"):
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            command = [ROOT / "node_modules/.bin/lighthouse", address, "--quiet", "--output=json"]
            command += [f"--output-path={out.name}", f"--chrome-flags={flags}"]
            command += ["--preset=desktop"] if preset == "desktop" else []
            subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""})
            report = json.loads(Path(out.name).read_text())
        scores.append(f"{preset} " + ", ".join(f"{k} {v['score']:.2f}" for k, v in report["categories"].items()))
        for name, audit in report["audits"].items():
            if audit["score"] is not None and audit["score"] < 0.9 and audit["scoreDisplayMode"] == "binary":
                scores.append(f"    {name}: {audit['title']}")
    return "\n".join(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lighthouse", action="store_true", help="also run Lighthouse (half a minute a page)")
    args = parser.parse_args()
    with serve() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for path in sorted(p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html") if "_static" not in p.parts):
            page = browser.new_page()
            weights = weigh(load(page, address + path))
            raw, packed = total(weights)
            shift, widgets = page.evaluate("[window.shift, window.widgetsAt ?? null]")
            print(f"\n{path}, without images: {raw / 1000:.1f} KB raw, {packed / 1000:.1f} KB gzip; shift {shift:.4f}")
            if widgets is not None:
                print(f"    widgets drawn after {widgets:.0f} ms")
            kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
            for name, (r, g) in weights.items():
                kind = (
                    f"{Path(name).stem}, a model"
                    if MODELS in name
                    else "fonts"
                    if name.endswith(".woff2")
                    else Path(name).name
                )
                kinds[kind][0] += r
                kinds[kind][1] += g
            for kind, (r, g) in sorted(kinds.items(), key=lambda item: -item[1][0]):
                print(f"    {r / 1000:8.1f} {g / 1000:8.1f}  {kind}")
            page.close()
            if args.lighthouse:
                print(lighthouse(address + path))
        browser.close()


if __name__ == "__main__":
    main()

"""How many tokens a second the page's engine writes, in headless Chromium.

    python -m benchmarks.engine [NAME]

NAME is a shipped language model; without it, an untrained one of 1.8 million parameters: the time does not depend on
what they are. The best of three runs, by the clock and by the CPU time of the page's thread: on a machine that does
something else, the second says more.
"""

import base64
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.pages import ROOT, launch
from transformer_lib import Config, Decoder
from transformer_lib.text import CharacterTokenizer
from transformer_lib.trained import FOLDER, Trained, save_trained

ENGINE = ROOT / "transformer_lib" / "widgets" / "js" / "maths" / "engine"
ENTRY = "\n".join(f'export * from "{ENGINE / name}.js";' for name in ("models", "generation"))
TOKENS = 200
LOAD = "(text) => void (window.model = Engine.loadModel(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))).model)"
WRITE = """([cached, tokens, seed]) => {
    const options = { max_new_tokens: tokens, temperature: 1, random: Engine.makeRandom(seed), cached };
    return [...Engine.stream(window.model, [5, 6, 7], options)].length;
}"""


def untrained(folder: Path) -> Path:
    """Write a character model of about the shipped one's size."""
    choices = {"position": "rope", "norm": "rms", "pre_norm": True, "bias": False, "activation": "relu_squared"}
    tokenizer = CharacterTokenizer([chr(32 + i) for i in range(65)])
    config = Config(tokenizer.vocab_size, d_model=192, n_heads=6, n_layers=4, d_ff=768, max_len=256, **choices)
    return save_trained("untrained", Trained(Decoder(config), tokenizer, tokenizer), folder=folder)


def main() -> None:
    """Print the rates."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = FOLDER / f"{sys.argv[1]}.safetensors" if sys.argv[1:] else untrained(Path(folder))
        esbuild = [ROOT / "node_modules/.bin/esbuild", "--bundle", "--format=iife", "--global-name=Engine"]
        script = subprocess.run(esbuild, input=ENTRY, text=True, capture_output=True, check=True, cwd=ROOT).stdout
        browser = launch(playwright)
        page = browser.new_page()
        page.add_script_tag(content=script)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def seconds(act: str, argument: object) -> tuple[float, float, object]:
            """By the clock, and by the CPU; and what it returned."""
            clocks = [time.perf_counter(), cpu()]
            result = page.evaluate(act, argument)
            return time.perf_counter() - clocks[0], cpu() - clocks[1], result

        def cpu() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return next(metric["value"] for metric in metrics if metric["name"] == "ThreadTime")

        wall, busy, _ = seconds(LOAD, base64.b64encode(file.read_bytes()).decode())
        print(f"{file.stem}: loaded in {1000 * busy:.0f} ms of CPU time, {1000 * wall:.0f} ms by the clock")
        for name, cached, tokens in (("with the cache", True, TOKENS), ("without it", False, TOKENS // 5)):
            runs = [seconds(WRITE, [cached, tokens, seed]) for seed in range(3)]
            wall, busy = (max(int(run[2]) / run[i] for run in runs) for i in (0, 1))  # type: ignore[call-overload]
            print(f"{name}, {tokens} tokens: {busy:.0f} tokens per CPU-second, {wall:.0f} by the clock")
        browser.close()


if __name__ == "__main__":
    main()

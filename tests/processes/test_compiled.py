"""What needs a process of its own: compiled code (without the tests' enforced annotations), and a Jupyter kernel."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}

SCRIPT = """
import functools, json, torch
from transformer_lib import Config, Decoder
from transformer_lib.batching import next_token_batch
from transformer_lib.recipe import Recipe
from transformer_lib.training import train

torch.set_num_threads(1)
torch.compile = functools.partial(torch.compile, backend="aot_eager")  # all but the C++, which takes a minute
config = Config(vocab_size=11, d_model=30, n_heads=3, n_layers=1, d_ff=13, dropout=0.0)
batch = next_token_batch([[1, 5, 6, 7, 5, 6, 7, 2], [1, 8, 9, 8, 9, 2]])
losses = []
for compile in (False, True):
    torch.manual_seed(0)
    model = Decoder(config)
    losses.append(train(model, [batch], Recipe(steps=5, compile=compile)))
print(json.dumps([*losses, torch._dynamo.utils.counters["stats"]["unique_graphs"], list(model.state_dict())[:1]]))
"""


def test_a_compiled_model_learns_the_same():
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    plain, compiled, graphs, names = json.loads(done.stdout)
    assert compiled == pytest.approx(plain, abs=1e-5)
    assert graphs >= 1, "nothing was compiled"
    assert names == ["embed.tokens"], "the model is the reader's own, not a wrapper"


CELL = """
import io, sys
from transformer_lib.progress import LossPlot, ProgressBar
watch = [ProgressBar(3), LossPlot(3, every=0.0)]
for step in range(3):
    for each in watch:
        each(step, 3.0 - step)
"""


def test_in_jupyter_the_plot_is_one_picture_that_is_redrawn(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = notebook.cells[0].outputs
    plots = [output.data for output in outputs if "Loss" in output.get("data", {}).get("text/plain", "")]
    assert [plot["text/plain"] for plot in plots] == ["Figure: Loss in nats per token: 3.00 in step 0, 1.00 in step 2."]
    assert "<svg" in plots[0]["text/html"]
    texts = "".join(json.dumps(output) for output in outputs if "Loss" not in str(output))
    assert re.search(r"application/vnd.jupyter.widget-view", texts), "the bar is a widget, which moves"
    assert "stderr" not in texts

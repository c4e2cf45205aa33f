"""Training in two processes: apart from the unit tests, as each process imports torch anew."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import Config, Decoder
from transformer_lib.batching import next_token_batch
from transformer_lib.training import Recipe, train

SIZES = {"vocab_size": 11, "d_model": 30, "n_heads": 3, "n_layers": 2, "d_ff": 13}
CONFIG = Config(**SIZES, pre_norm=True, tie_weights=False)
SEQUENCES = [[1, 5, 6, 7, 5, 6, 7, 2], [1, 8, 9, 8, 9, 2], [1, 10, 2]]
BATCH = next_token_batch(SEQUENCES)

WORKER = """
import sys, torch, torch.distributed as dist
from pathlib import Path
from transformer_lib import Decoder
from transformer_lib.training import Recipe, train
torch.set_num_threads(1)
folder, rank = Path(sys.argv[1]), int(sys.argv[2])
dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
config, batches, options = torch.load(folder / "task", weights_only=False)
losses = []
for steps in (2, 5):  # the second time from the checkpoint
    torch.manual_seed(0)
    model = Decoder(config)
    losses += train(model, batches, Recipe(steps=steps, **options), checkpoint=folder / "checkpoint")
    dist.barrier()
torch.save((losses, model.state_dict()), folder / f"result{rank}")
dist.destroy_process_group()
"""


def test_two_processes_give_one_processs_losses(tmp_path):
    """Though their batches differ in length, and after a restart from the checkpoint. (`torchrun` starts them so.)"""
    config, options = CONFIG.replace(dropout=0.0), {"warmup": 3, "schedule": "constant", "save_every": 2}
    options["clip"] = 2.25  # cuts two of the five gradients: AdamW alone would not notice gradients twice as large
    batches = [next_token_batch(SEQUENCES[:1]), BATCH, next_token_batch(SEQUENCES[1:])]
    torch.save((config, batches, options), tmp_path / "task")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    commands = [[sys.executable, "-c", WORKER, str(tmp_path), str(rank)] for rank in (0, 1)]
    workers = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for command in commands]
    torch.manual_seed(0)
    model = Decoder(config)
    expected = train(model, batches, Recipe(steps=5, accumulate=2, **options))
    for rank, worker in enumerate(workers):
        _, error = worker.communicate(timeout=300)
        assert worker.returncode == 0, error
        losses, state = torch.load(tmp_path / f"result{rank}", weights_only=True)
        assert losses == pytest.approx(expected, abs=1e-5)
        for name, parameter in model.state_dict().items():
            if not name.endswith("w_k.bias"):
                assert_close(state[name], parameter, atol=2e-5, rtol=0)

"""Training in two processes, as `torchrun` starts them: apart from the unit tests, as each imports torch anew."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.testing import assert_close

from transformer_lib import Config, Decoder
from transformer_lib.batching import next_token_batch
from transformer_lib.recipe import Recipe
from transformer_lib.training import train

ROOT = Path(__file__).parents[2]
CONFIG = Config(vocab_size=11, d_model=30, n_heads=3, n_layers=2, d_ff=13, pre_norm=True)
SEQUENCES = [[1, 5, 6, 7, 5, 6, 7, 2], [1, 8, 9, 8, 9, 2], [1, 10, 2]]
BATCHES = [SEQUENCES[:1], SEQUENCES, SEQUENCES[1:]]  # of different lengths
RECIPE = {"steps": 7, "warmup": 3, "schedule": "constant", "save_every": 2}
RECIPE["clip"] = 2.25  # cuts some of the gradients: AdamW alone would not notice gradients twice as large
KILLED_IN = 4  # before this step's progress is written down

# Process 1 kills itself in its first life. In the second, both also train without an interruption.
WORKER = """
import json, os, signal, sys
from pathlib import Path
import torch, torch.distributed as dist
from safetensors.torch import save_file
from transformer_lib import Config, Decoder
from transformer_lib.batching import next_token_batch
from transformer_lib.recipe import Recipe
from transformer_lib.saving import tensors_of
from transformer_lib.training import train

torch.set_num_threads(1)
dist.init_process_group("gloo")
folder, task, rank = Path(sys.argv[1]), json.loads(sys.argv[2]), dist.get_rank()
first_life = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"

def run(name, checkpoint=None, killed_in=None, dropout=0.0, **recipe):
    def on_step(step, loss):
        with open(folder / f"{name}{rank}.losses", "a") as file:
            print(json.dumps([step, loss]), file=file)
        if first_life and (rank, step) == (1, killed_in):
            os.kill(os.getpid(), signal.SIGKILL)

    torch.manual_seed(0)
    model = Decoder(Config(**task["config"]).replace(dropout=dropout))
    batches = [next_token_batch(sequences) for sequences in task["batches"]]
    train(model, batches, Recipe(**task["recipe"], **recipe), checkpoint=checkpoint, on_step=on_step)
    save_file(tensors_of(model), folder / f"{name}{rank}.model")
    weight = model.stack.blocks[0].feed_forward.w_1.weight
    if task["recipe"]["shard"]:
        assert 0 < weight.to_local().numel() < weight.numel(), "each process has a share only"

run("killed", folder / "checkpoint", task["killed_in"], dropout=0.1)
run("straight", dropout=0.1)
run("adamw")
run("muon", optimizer="muon")
dist.destroy_process_group()
"""


@pytest.fixture(scope="module", params=[False, True], ids=["DDP", "FSDP2"])
def two(request, tmp_path_factory):
    """What two processes computed: a function of a run's name."""
    folder, recipe = tmp_path_factory.mktemp("two"), RECIPE | {"shard": request.param}
    (folder / "worker.py").write_text(WORKER)
    task = {"config": asdict(CONFIG), "batches": BATCHES, "recipe": recipe, "killed_in": KILLED_IN}
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "--max-restarts=1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    environment["TORCH_DISABLE_SHARE_RDZV_TCP_STORE"] = "1"  # see distributed.py
    command += [str(folder / "worker.py"), str(folder), json.dumps(task)]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, timeout=300)
    assert done.returncode == 0, done.stderr

    def result(name):
        losses = [[json.loads(x) for x in (folder / f"{name}{r}.losses").read_text().splitlines()] for r in (0, 1)]
        assert losses[0] == losses[1]
        return losses[0], [load_file(folder / f"{name}{rank}.model") for rank in (0, 1)]

    return result


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_two_processes_give_one_processs_losses(two, optimizer):
    """Each has the whole model, or a share of it. One process accumulates twice as many batches in each step."""
    torch.manual_seed(0)
    model = Decoder(CONFIG.replace(dropout=0.0))
    batches = [next_token_batch(sequences) for sequences in BATCHES]
    expected = train(model, batches, Recipe(**RECIPE, accumulate=2, optimizer=optimizer))
    losses, models = two(optimizer)
    assert [step for step, _ in losses] == list(range(7))
    # Muon makes its matrices orthogonal in bfloat16, where the last bit of a gradient may round to another step
    assert [loss for _, loss in losses] == pytest.approx(expected, abs=1e-5 if optimizer == "adamw" else 2e-4)
    for saved in models if optimizer == "adamw" else []:
        for name, parameter in model.named_parameters():
            if not name.endswith("w_k.bias"):  # its gradient is rounding noise
                assert_close(saved[name], parameter.detach(), atol=3e-5, rtol=0)


def test_a_killed_worker_costs_nothing(two):
    """torchrun starts both anew, and they go on from the checkpoint bit by bit, dropout included."""
    straight, models = two("straight")
    losses, again = two("killed")
    assert losses == straight[: KILLED_IN + 1] + straight[KILLED_IN:]
    for rank in (0, 1):
        for name, tensor in models[rank].items():
            assert torch.equal(again[rank][name], tensor)


def test_shares_need_several_processes():
    with pytest.raises(ValueError, match="shard must be False in a process that is alone, but was True: start it"):
        train(Decoder(CONFIG), [next_token_batch(SEQUENCES)], Recipe(steps=1, shard=True))

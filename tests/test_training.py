import dataclasses
import inspect
import itertools
import json
import linecache
import math
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch.testing import assert_close

from transformer_lib import Bert, Config, Decoder, Encoder, Seq2Seq
from transformer_lib.batching import Batch, masked_word_batch, next_token_batch, pair_batch
from transformer_lib.checkpoint import load_progress, save_progress
from transformer_lib.generation import generate
from transformer_lib.metrics import cross_entropy
from transformer_lib.precision import bf16_is_fast, mixed_precision
from transformer_lib.recipe import Recipe, make_optimizers, noam_peak, rate_factor
from transformer_lib.saving import load_model, save_model
from transformer_lib.training import batch_loss, first_steps, train
from transformer_lib.variants import LinearAttention

CONFIG = Config(
    vocab_size=11, d_model=30, n_heads=3, n_layers=2, d_ff=13, dropout=0.1, pre_norm=True, tie_weights=False
)
SEQUENCES = [[1, 5, 6, 7, 5, 6, 7, 2], [1, 8, 9, 8, 9, 2], [1, 10, 2]]
BATCH = next_token_batch(SEQUENCES)
pytestmark = pytest.mark.usefixtures("as_a_user")  # thousands of calls: without the annotations' checks, for speed


@pytest.mark.slow
def test_a_language_model_learns_its_sentences_by_heart():
    model = Decoder(CONFIG.replace(dropout=0.0))
    losses = train(model, [BATCH], Recipe(steps=60, learning_rate=0.01, warmup=5))
    assert losses[0] == pytest.approx(math.log(11), abs=0.7)
    assert losses[-1] < 0.3  # the first word cannot be known: three sentences, 13 tokens
    assert not model.training
    assert generate(model, torch.tensor([[1, 8]]), max_new_tokens=4).tolist() == [[9, 8, 9, 2]]


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "learning_rate"), [("adamw", 0.01), ("muon", 0.03)])
def test_an_encoder_decoder_learns_to_copy(optimizer, learning_rate):
    pairs = [([*ids], [1, *ids, 2]) for ids in itertools.permutations([5, 6, 7])]
    model = Seq2Seq(CONFIG.replace(dropout=0.0))
    recipe = Recipe(steps=50, learning_rate=learning_rate, warmup=5, optimizer=optimizer)
    losses = train(model, [pair_batch(pairs)], recipe)
    assert losses[-1] < 0.05
    source = torch.tensor([ids for ids, _ in pairs])
    written = generate(model, torch.ones(6, 1, dtype=torch.int64), source=source, max_new_tokens=3)
    assert torch.equal(written, source)


def test_a_loss_of_ones_own():
    """Here: BERT's two tasks at once, though the second is the same each time."""

    def loss(model, batch, recipe):
        words, is_next = model(batch.tokens, batch.mask)
        total = torch.nn.functional.cross_entropy(words[batch.counts], batch.targets[batch.counts], reduction="sum")
        return total + is_next[:, 1].sum(), int(batch.counts.sum())

    batch = masked_word_batch(SEQUENCES, vocab_size=11, rate=0.5, generator=torch.manual_seed(1))
    losses = train(Bert(CONFIG.replace(dropout=0.0)), [batch], Recipe(steps=20, learning_rate=0.01), loss=loss)
    assert losses[-1] < losses[0] - 1


def test_the_loss_is_that_of_metrics():
    model, read = Decoder(CONFIG).eval(), []
    model.to_logits.register_forward_pre_hook(lambda _, inputs: read.append(tuple(inputs[0].shape)))
    for smoothing in (0.0, 0.1):
        total, count = batch_loss(model, BATCH, Recipe(steps=1, label_smoothing=smoothing))
        assert read[-1] == (14, 30), "no logits of padding are computed"
        expected = cross_entropy(model(BATCH.tokens), BATCH.targets, BATCH.counts, label_smoothing=smoothing)
        assert count == 14
        assert_close(total / count, expected)


def test_the_loss_needs_no_model_of_this_library():
    """Any module that maps tokens and a mask to logits will do; its logits of padding are left out afterwards."""

    class Other(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.decoder = Decoder(CONFIG)

        def forward(self, tokens, mask):
            return self.decoder(tokens, mask)

    model = Other().eval()
    assert_close(batch_loss(model, BATCH, Recipe(steps=1)), batch_loss(model.decoder, BATCH, Recipe(steps=1)))


def test_accumulated_batches_are_one_big_batch():
    """Token for token: the mean of two batches' mean losses would weigh the shorter batch's tokens more."""
    recipe = Recipe(steps=7, warmup=1)
    models = [Decoder(CONFIG.replace(dropout=0.0)) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    whole = train(models[0], [BATCH], recipe)
    parts = [next_token_batch(SEQUENCES[:1]), next_token_batch(SEQUENCES[1:])]
    halves = train(models[1], parts, Recipe(steps=7, warmup=1, accumulate=2))
    assert halves == pytest.approx(whole, abs=1e-5)


def test_a_process_of_several_takes_its_share_of_the_batches_and_a_seed_of_its_own(monkeypatch):
    batches = [next_token_batch([ids]) for ids in SEQUENCES]
    models = [Decoder(CONFIG) for _ in range(2)]  # with dropout
    models[1].load_state_dict(models[0].state_dict())
    models[1].eval()  # training switches dropout on
    alone = train(models[0], [batches[i] for i in (1, 0, 2)], Recipe(steps=3, seed=1))
    monkeypatch.setattr("transformer_lib.training.processes", lambda: (1, 2))
    assert train(models[1], batches, Recipe(steps=3, seed=0)) == pytest.approx(alone, abs=1e-4)


@pytest.mark.parametrize("optimizer", ["adamw", pytest.param("muon", marks=pytest.mark.slow)])
def test_a_stopped_run_goes_on_bit_by_bit(optimizer, tmp_path):
    class Stop(Exception):
        pass

    def stop(step, loss):
        if step == 8:
            raise Stop

    batches = [next_token_batch(SEQUENCES[:2]), next_token_batch(SEQUENCES[1:]), BATCH]
    recipe = Recipe(steps=13, warmup=3, save_every=4, optimizer=optimizer)  # with dropout
    start = Decoder(CONFIG).state_dict()
    models = [Decoder(CONFIG) for _ in range(3)]
    for model in models:
        model.load_state_dict(start)
    straight = train(models[0], batches, recipe)
    file = tmp_path / "run.safetensors"
    with pytest.raises(Stop):
        train(models[1], batches, recipe, checkpoint=file, on_step=stop)
    resumed = train(models[2], batches, recipe, checkpoint=file)
    assert resumed == straight[8:]
    for name, parameter in models[0].state_dict().items():
        assert torch.equal(models[2].state_dict()[name], parameter)
    assert [file.name for file in tmp_path.iterdir()] == ["run.safetensors"]
    with safe_open(file, "pt") as saved:
        progress = json.loads(saved.metadata()["progress"])
    assert progress == {"step": 12, "processes": 1, "recipe": json.loads(json.dumps(dataclasses.asdict(recipe)))}


def test_a_checkpoint_half_written_leaves_the_old_one(tmp_path, monkeypatch):
    file, recipe = tmp_path / "run.safetensors", Recipe(steps=2, save_every=1)
    train(Decoder(CONFIG), [BATCH], recipe, checkpoint=file)
    before = file.read_bytes()

    def fail(tensors, path, metadata):
        Path(path).write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr("transformer_lib.checkpoint.save_file", fail)
    with pytest.raises(OSError, match="full"):
        train(Decoder(CONFIG), [BATCH], Recipe(steps=3, save_every=1), checkpoint=file)
    assert file.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} == {"run.safetensors", "run.safetensors.unfinished"}


def test_a_checkpoint_keeps_the_buffers_and_the_tied_parameters_once(tmp_path):
    def mixer():
        return LinearAttention(30, 3, kind="performer", n_features=7, causal=True)

    models = [Decoder(CONFIG.replace(tie_weights=True), mixer=mixer) for _ in range(2)]
    file, optimizers = tmp_path / "run.safetensors", [make_optimizers(model, Recipe(steps=1)) for model in models]
    models[0].stack.blocks[1].attention.directions += 1
    save_progress(file, models[0], optimizers[0], Recipe(steps=1), 5)
    assert load_progress(file, models[1], optimizers[1]) == 5
    for name, tensor in models[0].state_dict().items():
        assert torch.equal(models[1].state_dict()[name], tensor)
    with safe_open(file, "pt") as saved:
        assert "model.to_logits.weight" not in saved.keys()  # noqa: SIM118


def test_one_process_of_several_writes_and_shares_are_put_together_and_shared_out_again(tmp_path, monkeypatch):
    model, file, asked = Decoder(CONFIG), tmp_path / "run.safetensors", {"whole": 0, "shared_as": 0}

    def count(name, tensor):
        asked[name] += 1
        return tensor

    n_tensors = 4 * len(list(model.parameters()))  # each parameter, and its optimizer's step and two averages
    optimizers = make_optimizers(model, Recipe(steps=1))
    model(BATCH.tokens).sum().backward()
    optimizers[0].step()
    for module in ("checkpoint", "saving"):
        monkeypatch.setattr(f"transformer_lib.{module}.whole", lambda tensor: count("whole", tensor))
        monkeypatch.setattr(f"transformer_lib.{module}.shared_as", lambda tensor, other: count("shared_as", tensor))
    monkeypatch.setattr("transformer_lib.checkpoint.processes", lambda: (1, 2))
    save_progress(file, model, optimizers, Recipe(steps=1), 1)
    assert not file.exists()
    monkeypatch.setattr("transformer_lib.checkpoint.processes", lambda: (0, 2))
    save_progress(file, model, optimizers, Recipe(steps=1), 1)
    load_progress(file, model, optimizers)
    assert asked == {"whole": 2 * n_tensors, "shared_as": n_tensors}


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path):
    file = tmp_path / "run.safetensors"
    train(Decoder(CONFIG), [BATCH], Recipe(steps=1, save_every=1), checkpoint=file)
    with pytest.raises(ValueError, match=r"tensors must be the model's parameters, but \['stack.blocks.2"):
        train(Decoder(CONFIG.replace(n_layers=3)), [BATCH], Recipe(steps=2), checkpoint=file)
    save_file({"x": torch.ones(2)}, file)
    with pytest.raises(
        ValueError, match=r"checkpoint must be of 1 process\(es\).*run.safetensors is no progress of a training"
    ):
        train(Decoder(CONFIG), [BATCH], Recipe(steps=2), checkpoint=file)
    save_file({"x": torch.ones(2)}, file, {"progress": '{"step": 1, "processes": 3}'})
    with pytest.raises(ValueError, match=r"checkpoint must be of 1 process\(es\), as many as there are now.* is of 3"):
        train(Decoder(CONFIG), [BATCH], Recipe(steps=2), checkpoint=file)


@pytest.mark.parametrize(
    ("has", "message"),
    [
        ({"words": torch.tensor([[True], [False]])}, "words must have at least one True in every row, but row 1"),
        (
            {"source": torch.ones(2, 3).long(), "source_words": torch.tensor([[False] * 3, [False, True, False]])},
            "source_words must have at least one True in every row, but row 0 has none: .* by ~words; .* leave it out",
        ),
    ],
)
def test_a_sequence_of_padding_alone_is_refused_in_training(has, message):
    tokens = torch.tensor([[1], [1]])
    batch = Batch(tokens, tokens, torch.ones(2, 1, dtype=torch.bool), torch.ones(2, 1, dtype=torch.bool))
    with pytest.raises(ValueError, match=message):
        train(Seq2Seq(CONFIG), [dataclasses.replace(batch, **has)], Recipe(steps=1))


def test_a_sequence_of_padding_alone_is_allowed_otherwise():
    hidden = torch.zeros(2, 3, dtype=torch.bool)
    tokens, source = torch.tensor([[1], [1]]), torch.ones(2, 3, dtype=torch.int64)
    written = generate(Seq2Seq(CONFIG).eval(), tokens, source=source, source_mask=hidden[:, None], max_new_tokens=2)
    assert written.shape == (2, 2)
    assert Encoder(CONFIG)(source, hidden[:, None]).isfinite().all()


def test_seeds_make_runs_alike_and_different():
    start, losses = Decoder(CONFIG).state_dict(), []
    for seed in (0, 0, 1):
        model = Decoder(CONFIG)
        model.load_state_dict(start)
        losses.append(train(model, [BATCH], Recipe(steps=3, seed=seed)))
    assert losses[0] == losses[1] != losses[2]


def half_precision_losses():
    start, losses = Decoder(CONFIG.replace(dropout=0.0)).state_dict(), []
    for bf16 in (False, True):
        model = Decoder(CONFIG.replace(dropout=0.0))
        model.load_state_dict(start)
        losses.append(train(model, [BATCH], Recipe(steps=3, learning_rate=0.01, bf16=bf16)))
    return losses


@pytest.mark.parametrize("feature", ["avx512_bf16", "amx_bf16"])
def test_half_precision_learns_too(feature, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {feature: True})
    full, half = half_precision_losses()
    assert full == pytest.approx(half, abs=0.1)
    assert full != half


@pytest.mark.parametrize("capabilities", [{}, {"avx512_bf16": False, "amx_bf16": False, "avx512": True}])
def test_where_half_precision_is_slow_training_says_so_and_stays_in_float32(capabilities, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    with pytest.warns(UserWarning, match="this cpu has no instructions for bfloat16 .* goes on in float32") as warned:
        full, half = half_precision_losses()
    assert len(warned) == 1, "only the run that asked for it"
    assert full == half


def test_the_warning_shows_the_line_that_trains(monkeypatch):
    def train():
        inspect.unwrap(mixed_precision)("cpu", wanted=True)  # without the frames of the enforced annotations

    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    with pytest.warns(UserWarning, match="bf16") as warned:
        train()
    assert linecache.getline(warned[0].filename, warned[0].lineno).strip() == "train()"


def test_devices_that_are_asked_about_bfloat16(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: not including_emulation)
    assert [bf16_is_fast(device) for device in ("cuda", "cpu", "mps")] == [True, True, False]


def test_the_defaults_of_a_recipe():
    given = {"learning_rate": 1e-3, "warmup": 20, "schedule": "cosine", "betas": (0.9, 0.98), "weight_decay": 0.01}
    given |= {"optimizer": "adamw", "clip": 1.0, "label_smoothing": 0.0, "accumulate": 1, "bf16": False}
    given |= {"compile": False, "shard": False, "seed": 0, "save_every": 1000}
    assert dataclasses.asdict(Recipe(steps=0)) == {"steps": 0, **given}


def test_the_papers_schedule():
    """Equation 3: d_model^-0.5 min(step^-0.5, step warmup^-1.5)."""
    recipe = Recipe(steps=100_000, warmup=4000, schedule="noam", learning_rate=noam_peak(512, 4000))
    for step in (1, 100, 3999, 4000, 4001, 99_999):
        expected = 512**-0.5 * min(step**-0.5, step * 4000**-1.5)
        assert recipe.learning_rate * rate_factor(step - 1, recipe) == pytest.approx(expected)


def test_the_other_schedules():
    cosine = Recipe(steps=101, warmup=1)
    assert [round(rate_factor(step, cosine), 4) for step in (0, 50, 100, 150)] == [1.0, 0.55, 0.1, 0.1]
    constant = Recipe(steps=9, warmup=4, schedule="constant")
    assert [rate_factor(step, constant) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert rate_factor(0, Recipe(steps=3, warmup=0)) == 1


@pytest.mark.parametrize("clip", [0.3, 1e9])
def test_the_loop_is_a_plain_one_on_the_mean_loss(clip):
    batches = [next_token_batch(SEQUENCES[:1]), BATCH, next_token_batch(SEQUENCES[1:])]
    models = [Decoder(CONFIG.replace(dropout=0.0)) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    recipe = Recipe(steps=5, warmup=3, schedule="constant", weight_decay=0.0, clip=clip)
    seen = []
    losses = train(models[0], batches, recipe, on_step=lambda step, loss: seen.append((step, loss)))
    assert seen == list(enumerate(losses))
    optimizer = torch.optim.AdamW(models[1].parameters(), betas=(0.9, 0.98), weight_decay=0.0)
    for step in range(5):
        batch = batches[step % 3]
        loss = cross_entropy(models[1](batch.tokens, batch.mask), batch.targets, batch.counts)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(models[1].parameters(), clip)
        optimizer.param_groups[0]["lr"] = 1e-3 * min(1, (step + 1) / 3)
        optimizer.step()
        assert losses[step] == pytest.approx(loss.item(), abs=1e-5)
    for (name, ours), theirs in zip(models[0].named_parameters(), models[1].parameters(), strict=True):
        if not name.endswith("w_k.bias"):  # shifts all of a query's scores alike: its gradient is rounding noise
            assert_close(ours, theirs, atol=2e-5, rtol=0)


def test_norms_and_biases_do_not_decay_and_muon_takes_the_blocks_matrices():
    model = Decoder(CONFIG)
    (adamw,) = make_optimizers(model, Recipe(steps=1, weight_decay=0.3))
    for group in adamw.param_groups:
        for p in group["params"]:
            assert group["weight_decay"] == (0.3 if p.ndim == 2 else 0.0)
    adamw, muon = make_optimizers(model, Recipe(steps=1, optimizer="muon", weight_decay=0.3))
    matrices = {id(p) for p in model.stack.blocks.parameters() if p.ndim == 2}
    assert [group["weight_decay"] for group in muon.param_groups] == [0.3]
    assert {id(p) for group in muon.param_groups for p in group["params"]} == matrices
    rest = {id(p) for group in adamw.param_groups for p in group["params"]}
    assert rest == {id(p) for p in model.parameters()} - matrices


def test_a_parameter_that_is_a_single_number_is_trained_too():
    model = torch.nn.Linear(2, 3)
    model.scale = torch.nn.Parameter(torch.tensor(1.0))
    (adamw,) = make_optimizers(model, Recipe(steps=1))
    assert [[p.ndim for p in group["params"]] for group in adamw.param_groups] == [[2], [1, 0]]


@pytest.mark.parametrize("wanted", [False, True])
def test_a_model_is_compiled_where_the_recipe_says_so(wanted, monkeypatch):
    compiled, model = [], Decoder(CONFIG)
    monkeypatch.setattr(torch, "compile", lambda called: compiled.append(called) or called)
    train(model, [BATCH], Recipe(steps=1, compile=wanted))
    assert compiled == [model] * wanted


@pytest.mark.parametrize(
    "make",
    [
        lambda: Encoder(CONFIG),
        lambda: Bert(CONFIG),
        lambda: Decoder(CONFIG),
        lambda: Decoder(CONFIG.replace(tie_weights=True, position="relative")),
        lambda: Seq2Seq(CONFIG.replace(tie_weights=True)),
        lambda: Seq2Seq(CONFIG, CONFIG.replace(vocab_size=13, n_layers=1)),
    ],
    ids=["Encoder", "Bert", "Decoder", "Decoder tied", "Seq2Seq", "Seq2Seq of two vocabularies"],
)
def test_a_saved_model_comes_back_bit_by_bit(make, tmp_path):
    model = make()
    folder = tmp_path / "models" / "mine"
    save_model(model, folder)
    loaded = load_model(folder)
    assert type(loaded) is type(model)
    assert loaded.config == model.config
    assert not loaded.training
    assert loaded.state_dict().keys() == model.state_dict().keys()
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    assert sum(p.numel() for p in loaded.parameters()) == sum(p.numel() for p in model.parameters())
    assert sorted(file.name for file in folder.iterdir()) == ["config.json", "model.safetensors"]


def test_a_folder_that_does_not_fit_is_refused(tmp_path):
    save_model(Decoder(CONFIG), tmp_path)
    config = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace('"n_layers": 2', '"n_layers": 3'))
    with pytest.raises(
        ValueError, match=r"tensors must be the model's parameters, but \['stack.blocks.2.attention.*missing"
    ):
        load_model(tmp_path)
    (tmp_path / "config.json").write_text(config.replace('"n_layers": 2', '"n_layers": 1'))
    with pytest.raises(ValueError, match=r"but \[\] are missing and \['stack.blocks.1.attention.*\] unknown"):
        load_model(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(ValueError, match=r"folder must hold a model by save_model, one of \['Bert', .* does not"):
        load_model(tmp_path)


def test_a_loss_that_is_no_number_stops_the_run():
    model = Decoder(CONFIG)
    with torch.no_grad():
        model.to_logits.weight.fill_(torch.nan)
    with pytest.raises(FloatingPointError, match="the loss must be a number, but was nan in step 0"):
        train(model, [BATCH], Recipe(steps=3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Recipe(steps=-1), "steps must be at least 0, but was -1"),
        (lambda: Recipe(steps=1, warmup=-1), "warmup must be at least 0, but was -1"),
        (lambda: Recipe(steps=1, accumulate=0), "accumulate must be at least 1, but was 0"),
        (lambda: Recipe(steps=1, save_every=0), "save_every must be at least 1, but was 0"),
        (lambda: Recipe(steps=1, schedule="linear"), r"schedule must be one of \('constant', .*'linear'"),
        (lambda: Recipe(steps=1, optimizer="sgd"), r"optimizer must be one of \('adamw', 'muon'\), but was 'sgd'"),
        (lambda: Recipe(steps=1, learning_rate=0.0), "learning_rate and clip must be positive, .* 0.0 and clip 1.0"),
        (lambda: Recipe(steps=1, clip=0.0), "learning_rate and clip must be positive, .* clip 0.0"),
        (lambda: train(Decoder(CONFIG), [], Recipe(steps=1)), "batches must hold at least one"),
        (lambda: train(Decoder(CONFIG), iter([BATCH]), Recipe(steps=2)), "each time they are gone through"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_first_steps_are_those_of_the_whole_training():
    batch = next_token_batch([[3, 5, 7, 4], [5, 3, 4, 7]])
    config = Config(vocab_size=11, d_model=6, n_heads=2, n_layers=1, d_ff=13, dropout=0.0)
    recipe = Recipe(7, learning_rate=1e-2, warmup=2)

    def fresh():
        torch.manual_seed(0)
        return Decoder(config)

    begun = fresh()
    losses = first_steps(begun, [batch], recipe, 3)
    assert losses == train(fresh(), [batch], recipe)[:3]
    assert not begun.training
    assert first_steps(fresh(), [batch], recipe, 1) == losses[:1]
    other = fresh()
    assert first_steps(other, [batch], recipe, 7) == train(fresh(), [batch], recipe)
    assert not torch.equal(begun.stack.blocks[0].attention.w_q.weight, other.stack.blocks[0].attention.w_q.weight)
    for steps in (0, 8):
        with pytest.raises(ValueError, match=f"steps must be from 1 to 7, the recipe's, but was {steps}"):
            first_steps(fresh(), [batch], recipe, steps)

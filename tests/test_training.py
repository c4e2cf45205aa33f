import itertools
import math

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import Bert, Config, Decoder, Encoder, Seq2Seq
from transformer_lib.batching import masked_word_batch, next_token_batch, pair_batch
from transformer_lib.generation import generate
from transformer_lib.metrics import cross_entropy
from transformer_lib.saving import load_model, save_model
from transformer_lib.training import Recipe, batch_loss, make_optimizers, noam_peak, rate_factor, train

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
    model = Decoder(CONFIG).eval()
    for smoothing in (0.0, 0.1):
        total, count = batch_loss(model, BATCH, Recipe(steps=1, label_smoothing=smoothing))
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


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
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
    with pytest.raises(Stop):
        train(models[1], batches, recipe, checkpoint=tmp_path / "run.pt", on_step=stop)
    resumed = train(models[2], batches, recipe, checkpoint=tmp_path / "run.pt")
    assert resumed == straight[8:]
    for name, parameter in models[0].state_dict().items():
        assert torch.equal(models[2].state_dict()[name], parameter)
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]


def test_seeds_make_runs_alike_and_different():
    start, losses = Decoder(CONFIG).state_dict(), []
    for seed in (0, 0, 1):
        model = Decoder(CONFIG)
        model.load_state_dict(start)
        losses.append(train(model, [BATCH], Recipe(steps=3, seed=seed)))
    assert losses[0] == losses[1] != losses[2]


def test_half_precision_learns_too():
    start, losses = Decoder(CONFIG.replace(dropout=0.0)).state_dict(), []
    for bf16 in (False, True):
        model = Decoder(CONFIG.replace(dropout=0.0))
        model.load_state_dict(start)
        losses.append(train(model, [BATCH], Recipe(steps=7, learning_rate=0.01, bf16=bf16)))
    assert losses[0] == pytest.approx(losses[1], abs=0.1)
    assert losses[0] != losses[1]


def test_the_papers_schedule():
    """Equation 3: d_model^-0.5 min(step^-0.5, step warmup^-1.5)."""
    recipe = Recipe(steps=100_000, warmup=4000, schedule="noam", learning_rate=noam_peak(512, 4000))
    for step in (1, 100, 3999, 4000, 4001, 99_999):
        expected = 512**-0.5 * min(step**-0.5, step * 4000**-1.5)
        assert recipe.learning_rate * rate_factor(step - 1, recipe) == pytest.approx(expected)


def test_the_other_schedules():
    cosine = Recipe(steps=101, warmup=1)
    assert [round(rate_factor(step, cosine), 4) for step in (0, 50, 100)] == [1.0, 0.55, 0.1]
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
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    assert type(loaded) is type(model)
    assert loaded.config == model.config
    assert not loaded.training
    assert loaded.state_dict().keys() == model.state_dict().keys()
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    assert sum(p.numel() for p in loaded.parameters()) == sum(p.numel() for p in model.parameters())
    assert sorted(file.name for file in (tmp_path / "model").iterdir()) == ["config.json", "model.safetensors"]


def test_a_folder_that_does_not_fit_is_refused(tmp_path):
    save_model(Decoder(CONFIG), tmp_path)
    config = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace('"n_layers": 2', '"n_layers": 3'))
    with pytest.raises(
        ValueError, match=r"tensors must be the model's parameters, but \['stack.blocks.2.attention.*missing"
    ):
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

"""Writing, against writing without a cache, without a batch, and against trying out every sentence there is."""

import itertools

import pytest
import torch
from torch.testing import assert_close

from tests.oracles import randomise
from transformer_lib import Config, Decoder, Seq2Seq, padding_mask
from transformer_lib.batching import pad
from transformer_lib.generation import beam_search, choose, generate, keep_likeliest, stream

CONFIG = Config(vocab_size=17, d_model=30, n_heads=3, n_layers=2, d_ff=13, max_len=23, dropout=0.0)
PROMPTS = [[3, 1, 4, 1, 5], [9, 2], [6, 5, 3]]
SOURCE, SOURCE_MASK = torch.arange(21).view(3, 7) % 17, padding_mask(torch.tensor([7, 2, 5]))


def log_probabilities(model, tokens, source, mask):
    with torch.no_grad():
        logits = model(tokens) if source is None else model(source, tokens, mask)
    return logits.log_softmax(-1)


def greedy_by_hand(model, prompt, n, source=None, mask=None):
    """One sequence, everything computed anew for each token."""
    tokens = torch.tensor([prompt])
    for _ in range(n):
        tokens = torch.cat([tokens, log_probabilities(model, tokens, source, mask)[:, -1:].argmax(-1)], dim=1)
    return tokens[0, len(prompt) :].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("position", ["none", "sinusoidal", "learned", "rope", "alibi", "relative"])
@pytest.mark.parametrize("kind", [Decoder, Seq2Seq])
def test_a_ragged_batch_writes_what_each_prompt_writes_alone_without_a_cache(kind, position):
    model = randomise(kind(CONFIG.replace(position=position)))
    prompt, words = pad(PROMPTS, side="left")
    options = {} if kind is Decoder else {"source": SOURCE, "source_mask": SOURCE_MASK}
    written = generate(model, prompt, words=words, max_new_tokens=5, **options)
    for b, ids in enumerate(PROMPTS):
        given = () if kind is Decoder else (SOURCE[b : b + 1], SOURCE_MASK[b : b + 1])
        assert written[b].tolist() == greedy_by_hand(model, ids, 5, *given)


def test_stream_yields_as_it_goes_and_stops_when_all_have_ended():
    model, prompt = randomise(Decoder(CONFIG)), torch.tensor([[3, 1], [9, 2]])
    options = {"max_new_tokens": 13, "temperature": 30.0}
    free = generate(model, prompt, generator=torch.Generator().manual_seed(0), **options)
    end = 2
    ends = [row.tolist().index(end) for row in free]
    assert ends[0] != ends[1]
    assert max(ends) < 12
    options |= {"end_id": end, "pad_id": 16}
    steps = stream(model, prompt, generator=torch.Generator().manual_seed(0), **options)
    assert torch.equal(next(steps), free[:, 0])
    written = generate(model, prompt, generator=torch.Generator().manual_seed(0), **options)
    assert written.shape[1] == max(ends) + 1
    for row, expected, stop in zip(written, free, ends, strict=True):
        assert row[: stop + 1].tolist() == expected[: stop + 1].tolist()
        assert (row[stop + 1 :] == 16).all()
    assert generate(model, prompt, max_new_tokens=0).shape == (2, 0)


def test_generation_leaves_no_trace_in_autograd():
    model = randomise(Decoder(CONFIG))
    steps = stream(model, torch.tensor([[3]]), max_new_tokens=2)
    next(steps)
    assert torch.is_grad_enabled()
    model(torch.tensor([[3]])).sum().backward()  # between two steps, as in a chapter's cell


def test_keep_likeliest():
    logits = torch.tensor([[[0.1, 0.4, 0.2, 0.3]]]).log()
    kept = lambda **options: keep_likeliest(logits, **options).softmax(-1)[0, 0]  # noqa: E731
    assert_close(kept(), torch.tensor([0.1, 0.4, 0.2, 0.3]))
    assert_close(kept(top_k=2), torch.tensor([0, 4 / 7, 0, 3 / 7]))
    assert_close(kept(top_k=99), torch.tensor([0.1, 0.4, 0.2, 0.3]))
    assert_close(kept(top_p=0.5), torch.tensor([0, 4 / 7, 0, 3 / 7]))
    assert_close(kept(top_p=0.01), torch.tensor([0, 1.0, 0, 0]))
    assert_close(kept(top_p=1.0), torch.tensor([0.1, 0.4, 0.2, 0.3]))
    assert_close(kept(top_k=3, top_p=0.7), torch.tensor([0, 4 / 7, 0, 3 / 7]))  # 4/9 + 3/9 of the three
    ties = keep_likeliest(torch.zeros(2, 5), top_k=2)
    assert (ties == 0).sum(-1).tolist() == [2, 2]


def test_sampling_draws_by_the_tempered_probabilities():
    logits = torch.tensor([0.1, 0.4, 0.2, 0.3]).log().expand(20_011, 4)
    for temperature in (0.5, 1.0, 2.0):
        drawn = choose(logits, temperature, generator=torch.manual_seed(3)).bincount(minlength=4) / 20_011
        assert_close(drawn, (logits[0] / temperature).softmax(-1), atol=0.015, rtol=0)
    assert (choose(logits, 0.0) == 1).all()
    assert set(choose(logits, 1.0, top_k=2).tolist()) == {1, 3}
    assert torch.equal(*(choose(logits, *given, generator=torch.manual_seed(3)) for given in ((), (1.0,))))


def test_a_generator_makes_sampling_repeatable():
    model, prompt = randomise(Decoder(CONFIG)), torch.tensor([[3, 1], [9, 2]])
    options = {"max_new_tokens": 7, "temperature": 3.0}
    runs = [generate(model, prompt, generator=torch.Generator().manual_seed(s), **options) for s in (1, 1, 2)]
    assert torch.equal(runs[0], runs[1])
    assert not torch.equal(runs[0], runs[2])


def every_sentence(model, prompt, n, length_penalty, end, source=None, mask=None):
    """All sentences of n tokens, or fewer if they end, with their scores, best first."""
    vocab, scored = model.decoder.config.vocab_size if source is not None else model.config.vocab_size, {}
    tails = torch.tensor(list(itertools.product(range(vocab), repeat=n)))
    tokens = torch.cat([torch.tensor([prompt]).expand(len(tails), -1), tails], dim=1)
    many = None if source is None else source.expand(len(tails), -1)
    log_p = log_probabilities(model, tokens, many, mask)[:, len(prompt) - 1 : -1]
    for tail, row in zip(tails.tolist(), log_p, strict=True):
        length = tail.index(end) + 1 if end in tail else n
        score = sum(row[t, tail[t]].item() for t in range(length)) / ((5 + length) / 6) ** length_penalty
        scored[tuple(tail[:length] + [0] * (n - length))] = score
    return sorted(scored.items(), key=lambda item: -item[1])


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 2.0])
@pytest.mark.parametrize("kind", [Decoder, Seq2Seq])
def test_a_beam_wide_enough_finds_the_best_of_all_sentences(kind, length_penalty):
    model = randomise(kind(CONFIG.replace(vocab_size=5, position="alibi")))
    prompts = [[3, 1, 4], [2]]
    prompt, words = pad(prompts, side="left")
    source, mask = SOURCE[:2] % 5, SOURCE_MASK[:2]
    options = {} if kind is Decoder else {"source": source, "source_mask": mask}
    found, scores = beam_search(
        model, prompt, words=words, max_new_tokens=3, n_beams=53, length_penalty=length_penalty, end_id=2, **options
    )
    for b, ids in enumerate(prompts):
        given = () if kind is Decoder else (source[b : b + 1], mask[b : b + 1])
        best = every_sentence(model, ids, 3, length_penalty, 2, *given)[:23]
        assert [tuple(s) for s in found[b, :23].tolist()] == [s for s, _ in best]
        assert_close(scores[b, :23], torch.tensor([score for _, score in best]))


def test_the_defaults():
    model, prompt = randomise(Decoder(CONFIG)), torch.tensor([[3, 1], [9, 2]])
    options = {"max_new_tokens": 5, "end_id": int(generate(model, prompt, max_new_tokens=1)[0])}
    assert torch.equal(
        generate(model, prompt, **options), generate(model, prompt, **options, temperature=0.0, pad_id=0)
    )
    named = beam_search(model, prompt, **options, n_beams=4, length_penalty=0.6, pad_id=0)
    assert_close(beam_search(model, prompt, **options), named)
    assert (named[0] == 0).any()


def test_one_beam_is_greedy_and_more_beams_are_likelier():
    model, prompt = randomise(Decoder(CONFIG)), torch.tensor([[3, 1], [9, 2]])
    greedy = generate(model, prompt, max_new_tokens=7)
    one, score_of_one = beam_search(model, prompt, max_new_tokens=7, n_beams=1, length_penalty=0.0)
    assert torch.equal(one[:, 0], greedy)
    _, scores = beam_search(model, prompt, max_new_tokens=7, n_beams=5, length_penalty=0.0)
    assert (scores[:, 0] >= score_of_one[:, 0] - 1e-5).all()
    assert torch.equal(scores, scores.sort(dim=-1, descending=True).values)
    few, scores = beam_search(randomise(Decoder(CONFIG.replace(vocab_size=2))), prompt % 2, max_new_tokens=1, n_beams=2)
    assert few.shape == (2, 2, 1)
    assert scores.isfinite().all()


def test_beam_search_stops_when_all_beams_have_ended():
    class Ends(Decoder):
        def hidden(self, tokens, *args, **options):
            return super().hidden(tokens, *args, **options) * 0

    model = Ends(CONFIG.replace(vocab_size=3, tie_weights=False))
    found, _ = beam_search(model, torch.tensor([[1]]), max_new_tokens=9, n_beams=1, end_id=0, pad_id=2)
    assert found.tolist() == [[[0]]]


model = Decoder(CONFIG.replace(position="learned"))
prompt = torch.tensor([[3, 1], [9, 2]])


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: generate(model, prompt, max_new_tokens=3, temperature=-1.0), "temperature must not be negative"),
        (lambda: generate(model, prompt, max_new_tokens=-1), "max_new_tokens must not be negative, but was -1"),
        (lambda: generate(model, prompt[:, :0], max_new_tokens=3), "prompt must hold at least one token"),
        (lambda: generate(model, prompt[0], max_new_tokens=3), "prompt must be an integer tensor of shape"),
        (lambda: generate(model, prompt, max_new_tokens=23), "max_new_tokens must fit max_len = 23, but .* 25 long"),
        (lambda: generate(model, prompt, max_new_tokens=3, source=prompt), "source must be None .* but was given"),
        (
            lambda: generate(Seq2Seq(CONFIG), prompt, max_new_tokens=3),
            "source must be given to a Seq2Seq, but was None",
        ),
        (lambda: keep_likeliest(torch.zeros(5), top_k=0), "top_k must be at least 1, but was 0"),
        (lambda: keep_likeliest(torch.zeros(5), top_p=0.0), "top_p must be above 0 and at most 1, but was 0.0"),
        (lambda: keep_likeliest(torch.zeros(5), top_p=1.1), "top_p must be above 0 and at most 1, but was 1.1"),
        (lambda: beam_search(model, prompt, max_new_tokens=3, n_beams=0), "n_beams must be at least 1, but was 0"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("words", "was"),
    [
        (torch.tensor([[True, True, True], [True, True, False]]), r"torch.bool of shape \(2, 3\)"),
        (torch.ones(2, 3, dtype=torch.int64), r"torch.int64 of shape \(2, 3\)"),
        (torch.ones(2, 4, dtype=torch.bool), r"torch.bool of shape \(2, 4\)"),
    ],
    ids=["padded on the right", "integers", "of another shape"],
)
def test_words_that_do_not_fit_the_prompt_are_refused(words, was):
    with pytest.raises(ValueError, match=f"words must be boolean, .* prompts are padded on the left.* but was {was}"):
        generate(model, torch.tensor([[3, 1, 4], [9, 2, 6]]), max_new_tokens=3, words=words)


def test_the_longest_text_that_learned_positions_allow():
    assert generate(model.eval(), prompt, max_new_tokens=22).shape == (2, 22)  # the last token is never read

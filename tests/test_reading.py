"""A GPT reads long text: each token once, with as much of the past as the windows give; learning helps only later."""

import numpy as np
import pytest

from helpers.batching import make_batch
from helpers.model import GPTConfig, gpt, init_params
from helpers.reading import cut_windows, nats_per_byte, read_text, surprises_of, window_starts
from helpers.tensor import Tensor
from helpers.training import Adam, batch_loss, gradients

V = 7
CONFIG = GPTConfig(V, context_length=6, n_layer=1, n_head=2, n_embd=8)
IDS = np.random.default_rng(0).integers(0, V, 40)


def fresh():
    return init_params(CONFIG, np.random.default_rng(1))


def surprise_after(params, past, token):
    """By the model alone, one position at a time."""
    logits = gpt(params, [past], CONFIG).data[0, -1]
    return np.log(np.exp(logits).sum()) - logits[token]


def test_windows_hold_the_text_and_one_token_more():
    windows = cut_windows(IDS, 6, 6)
    assert windows.shape == (6, 7) and np.array_equal(windows[:, :-1].reshape(-1), IDS[:36])
    assert np.array_equal(windows[:-1, -1], windows[1:, 0])   # the last is only asked for; the next window reads it
    token_ids, next_ids, is_real = make_batch(windows)
    assert is_real.all() and np.array_equal(token_ids, windows[:, :-1]) and np.array_equal(next_ids, windows[:, 1:])
    assert len(cut_windows(IDS, 6, 1)) == len(IDS) - 6
    with pytest.raises(ValueError, match="want more than 40 tokens, got 40"):
        cut_windows(IDS, 40, 1)


@pytest.mark.parametrize(("n", "length", "stride"), [(40, 6, 3), (41, 6, 6), (7, 6, 1), (8, 6, 5), (100, 10, 7)])
def test_every_token_is_asked_for(n, length, stride):
    starts = window_starts(n, length, stride)
    asked = {start + i for start in starts for i in range(1, length + 1)}
    assert asked == set(range(1, n)) and starts[0] == 0 and max(np.diff([*starts]), default=0) <= stride


@pytest.mark.parametrize(("n", "length", "stride"), [(6, 6, 3), (40, 6, 7), (40, 6, 0)])
def test_windows_that_would_leave_gaps_are_refused(n, length, stride):
    with pytest.raises(ValueError, match="want 1 <= stride <= length < number of tokens"):
        window_starts(n, length, stride)


@pytest.mark.parametrize("batch_size", [1, 3, 50])
def test_each_token_is_guessed_from_as_much_past_as_any_window_gives(batch_size):
    params = fresh()
    starts = window_starts(len(IDS), 6, 3)
    slow = []
    for t in range(1, len(IDS)):
        first = min(start for start in starts if start < t <= start + 6)
        slow.append(surprise_after(params, IDS[first:t], IDS[t]))
    np.testing.assert_allclose(read_text(params, CONFIG, IDS, 3, batch_size=batch_size), slow)


def test_surprises_are_finite_for_large_logits_and_their_mean_is_the_loss():
    params = fresh()
    windows = cut_windows(IDS, 6, 6)
    assert surprises_of(params, CONFIG, windows).mean() == pytest.approx(float(batch_loss(params, make_batch(windows), CONFIG).data))
    params["lm_head"] = Tensor(params["lm_head"].data * 1e5)
    assert np.isfinite(surprises_of(params, CONFIG, windows)).all()


def test_it_learns_from_what_it_has_read_and_only_for_later():
    params, copy = fresh(), fresh()
    before = read_text(fresh(), CONFIG, IDS, 3, batch_size=2)
    learning = read_text(params, CONFIG, IDS, 3, learning_rate=0.05, batch_size=2)
    assert np.array_equal(learning[:9], before[:9]) and not np.isclose(learning[9:], before[9:]).any()   # two windows: 6 tokens, and 3 more
    optimizer, slow = Adam(copy), []
    for first in range(0, 12, 2):
        some = [IDS[start : start + 7] for start in window_starts(len(IDS), 6, 3)[first : first + 2]]
        slow.append(surprises_of(copy, CONFIG, np.array(some)))
        gradients(copy, make_batch(some), CONFIG)
        optimizer.step(0.05)
    assert learning[9 : 9 + 3] == pytest.approx(slow[1][0][3:])
    assert np.isfinite(learning).all()


def test_frozen_reading_changes_no_knob():
    params = fresh()
    read_text(params, CONFIG, IDS, 3)
    assert all(np.array_equal(params[name].data, fresh()[name].data) for name in params)


def test_learning_pays_where_the_text_repeats_itself():
    ids = np.tile([0, 1, 2, 3, 4, 5], 100)
    surprises = read_text(fresh(), CONFIG, ids, 3, learning_rate=0.01, batch_size=4)
    assert surprises[-50:].mean() < surprises[:20].mean() - 1


def test_nats_per_byte_counts_the_bytes_of_each_token():
    vocabulary = [b"a", b"bcd", "é".encode()]
    assert nats_per_byte(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]), vocabulary) == pytest.approx(6 / 6)
    assert nats_per_byte([[1.0, 2.0]], [[1, 1]], vocabulary) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="want a surprise for each token"):
        nats_per_byte([1.0], [0, 1], vocabulary)

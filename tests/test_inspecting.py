"""What is seen inside a model is what it computes; a head that is switched off is off, and no other."""

import numpy as np
import pytest

from helpers.batching import make_batch
from helpers.inspecting import look_inside, mean_of_heads, pieces_of, switch_off
from helpers.model import GPTConfig, gpt, init_params, rmsnorm
from helpers.tensor import Tensor
from slow_gpt import attend as slow_attend

CONFIG = GPTConfig(vocab_size=9, context_length=7, n_layer=3, n_head=2, n_embd=8)
PARAMS = {name: Tensor(4 * table.data) for name, table in init_params(CONFIG, np.random.default_rng(0)).items()}
BATCH = make_batch([[8, 1, 2, 3, 8], [8, 5, 8], [8, 7, 7, 0, 4, 6, 8]])
IDS, _, IS_REAL = BATCH
B, T = IDS.shape


@pytest.fixture(scope="module")
def inside():
    return look_inside(PARAMS, IDS, CONFIG)


def test_looking_changes_nothing(inside):
    logits, _ = inside
    np.testing.assert_array_equal(logits, gpt(PARAMS, IDS, CONFIG).data)


def test_everything_is_seen_with_its_shape_and_in_order(inside):
    _, seen = inside
    parts = [(part, layer) for layer in range(3) for part in ("weights", "heads", "attention", "MLP")]
    assert list(seen) == [("embeddings", 0), *parts]
    shapes = {"embeddings": (B, T, 8), "attention": (B, T, 8), "MLP": (B, T, 8), "weights": (B, 2, T, T), "heads": (B, 2, T, 4)}
    assert all(array.shape == shapes[part] for (part, _), array in seen.items())


def test_the_pieces_sum_to_what_the_logits_are_read_from(inside):
    logits, seen = inside
    pieces = pieces_of(seen)
    assert list(pieces) == [("embeddings", 0)] + [(part, layer) for layer in range(3) for part in ("attention", "MLP")]
    np.testing.assert_allclose(sum(pieces.values()) @ PARAMS["lm_head"].data.T, logits, atol=1e-10)
    np.testing.assert_allclose((pieces["embeddings", 0] ** 2).mean(axis=-1), 1, rtol=1e-3)


def test_weights_and_heads_are_those_of_the_slow_way(inside):
    """The first layer's heads, one name and one head at a time, in plain Python."""
    _, seen = inside
    start = rmsnorm(rmsnorm(Tensor(seen["embeddings", 0]))).data
    for name in range(B):
        query, key, value = (start[name] @ PARAMS[f"layer0.attn_w{letter}"].data.T for letter in "qkv")
        for head in range(2):
            own = slice(4 * head, 4 * head + 4)
            for t in range(T):
                brought = slow_attend(query[t].tolist(), key[: t + 1].tolist(), value[: t + 1].tolist(), own)
                np.testing.assert_allclose([getattr(x, "data", x) for x in brought], seen["heads", 0][name, head, t], atol=1e-10)
    weights = seen["weights", 0]
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert (weights[..., np.triu(np.ones((T, T), dtype=bool), k=1)] == 0).all()


def test_what_change_gives_back_takes_the_place_and_goes_on():
    for part, layer in look_inside(PARAMS, IDS, CONFIG)[1]:
        moved, seen = look_inside(PARAMS, IDS, CONFIG, lambda p, i, array, at=(part, layer): array * 2 if (p, i) == at else array)
        plain, before = look_inside(PARAMS, IDS, CONFIG)
        np.testing.assert_allclose(seen[part, layer], 2 * before[part, layer])
        if part != "embeddings":   # these are scaled at once, so twice as large is the same
            assert abs(moved - plain).max() > 1e-3, (part, layer)


def test_the_mean_of_heads_leaves_padding_out(inside):
    _, seen = inside
    means = mean_of_heads(seen, IS_REAL)
    for layer in range(3):
        rows = [seen["heads", layer][b, :, t] for b in range(B) for t in range(T) if IS_REAL[b, t]]
        np.testing.assert_allclose(means[layer], np.mean(rows, axis=0))


@pytest.mark.parametrize("how", ["zero", "mean", "uniform"])
def test_a_head_that_is_off_is_off_and_its_neighbours_are_not(how, inside):
    _, before = inside
    means = mean_of_heads(before, IS_REAL)
    _, seen = look_inside(PARAMS, IDS, CONFIG, switch_off([(1, 0)], how, means))
    for part in ("weights", "heads"):
        np.testing.assert_array_equal(seen[part, 0], before[part, 0])
        np.testing.assert_array_equal(seen[part, 1][:, 1], before[part, 1][:, 1])
    home = seen["heads", 1][:, 0]
    if how == "zero":
        assert (home == 0).all()
    elif how == "mean":
        np.testing.assert_allclose(home, np.broadcast_to(means[1][0], home.shape))
    else:
        weights = seen["weights", 1][:, 0]
        for t in range(T):
            np.testing.assert_allclose(weights[:, t], [[1 / (t + 1)] * (t + 1) + [0] * (T - t - 1)] * B)
        assert abs(home - before["heads", 1][:, 0]).max() > 1e-3


def test_heads_of_several_layers_go_off_together(inside):
    _, seen = look_inside(PARAMS, IDS, CONFIG, switch_off([(0, 1), (2, 0), (2, 1)], "zero"))
    off = {(layer, head): (seen["heads", layer][:, head] == 0).all() for layer in range(3) for head in range(2)}
    assert [pair for pair, is_off in off.items() if is_off] == [(0, 1), (2, 0), (2, 1)]


def test_each_of_several_heads_brings_its_own_mean(inside):
    _, before = inside
    means = mean_of_heads(before, IS_REAL)
    _, seen = look_inside(PARAMS, IDS, CONFIG, switch_off([(1, 1), (2, 0), (1, 0)], "mean", means))
    for layer, head in [(1, 0), (1, 1), (2, 0)]:
        home = seen["heads", layer][:, head]
        np.testing.assert_allclose(home, np.broadcast_to(means[layer][head], home.shape))


def test_switching_off_does_not_touch_what_was_seen_before(inside):
    _, before = inside
    kept = {key: array.copy() for key, array in before.items()}
    change = switch_off([(0, 0)], "zero")
    change("heads", 0, before["heads", 0])
    for key, array in before.items():
        np.testing.assert_array_equal(array, kept[key])


@pytest.mark.parametrize("how, means", [("none", None), ("mean", None)])
def test_another_way_of_switching_off_is_refused(how, means):
    with pytest.raises(ValueError, match=f"want zero, uniform, or mean with its means, got '{how}'"):
        switch_off([(0, 0)], how, means)

"""The checks of the chapter on looking inside: right answers in other forms, and near misses."""

import numpy as np
import pytest

from helpers.batching import make_batch
from helpers.checks import look_inside as check
from helpers.inspecting import pieces_of
from helpers.model import gpt
from helpers.sampling import softmax
from helpers.tensor import Tensor

# Who reads vowels: two heads, names of four tokens after BOS, of which 0 and 1 are vowels

BOS = 9
IDS = np.array([[BOS, 0, 5, 1, 6], [BOS, 5, 0, 6, 1]])
IS_REAL = np.ones((2, 5), dtype=bool)


def weights_by(habits):
    """Maps of heads of one layer. habits: for each head, how much a place reads a vowel, another letter and BOS, each -> (B, H, T, T)"""
    maps = np.zeros((len(IDS), len(habits), 5, 5))
    for head, (vowel, other, bos) in enumerate(habits):
        strength = np.where(np.isin(IDS, [0, 1]), vowel, np.where(IDS == BOS, bos, other))   # (B, T)
        maps[:, head] = np.tril(np.ones((5, 5))) * strength[:, None]
    return maps / maps.sum(axis=-1, keepdims=True)


def asked(seeks, avoids, maps):
    return check.who_reads_vowels(seeks, avoids, {("weights", 0): maps, ("heads", 0): None}, IDS, IS_REAL, [0, 1])


MAPS = weights_by([(1, 1, 1), (1, 9, 1), (5, 1, 200), (3, 1, 1)])   # head 2 seeks vowels, and rests on BOS


@pytest.mark.parametrize("pair", [((0, 2), (0, 1)), ([0, 2], [0, 1]), ("L0H2", "L0H1"), (np.array([0, 2]), (np.int64(0), 1))], ids=str)
def test_a_pair_of_heads_may_be_given_in_several_forms(pair):
    assert asked(*pair, MAPS).accepted


@pytest.mark.parametrize("pair", [((0, 3), (0, 1)), ((0, 2), (0, 0)), ((0, 1), (0, 2)), ((0, 2, 1), (0, 1)), ((0, 2), (0, 7))], ids=str)
def test_another_pair_is_not_taken(pair):
    assert not asked(*pair, MAPS).accepted


def test_only_places_from_the_third_on_count():
    """Before it, a place can read hardly more than itself and BOS."""
    changed = MAPS.copy()
    changed[:, :, :2] = np.eye(5)[:2]
    assert check.vowel_parts({("weights", 0): changed}, IDS, IS_REAL, [0, 1]) == check.vowel_parts({("weights", 0): MAPS}, IDS, IS_REAL, [0, 1])


# Who moved the logit


def by_loops(seen, params, row, position, token):
    reads = params["lm_head"].data[token]
    return {key: np.float64(sum(a * b for a, b in zip(piece[row, position], reads))) for key, piece in pieces_of(seen).items()}


@pytest.mark.parametrize("form", [float, np.float64, np.float32], ids=lambda form: form.__name__)
def test_the_pieces_of_a_logit_may_be_any_kind_of_number(form):
    assert check.who_moved_the_logit(lambda *given: {key: form(x) for key, x in by_loops(*given).items()}).accepted


OF_ANOTHER = {
    "the first row": lambda seen, params, row, position, token: by_loops(seen, params, 0, position, token),
    "the last place": lambda seen, params, row, position, token: by_loops(seen, params, row, -1, token),
    "one token": lambda seen, params, row, position, token: by_loops(seen, params, row, position, 2),
    "the whole in one piece": lambda *given: dict(zip(by_loops(*given), [sum(by_loops(*given).values()), 0.0, 0.0, 0.0, 0.0])),
}


@pytest.mark.parametrize("case", OF_ANOTHER)
def test_the_pieces_of_another_logit_are_not_taken(case):
    assert not check.who_moved_the_logit(OF_ANOTHER[case]).accepted


# The share that is expected


def share(logits, next_ids, is_real):
    """By products, name by name."""
    said = softmax(logits)
    return sum(np.prod([said[b, t, next_ids[b, t]] for t in np.flatnonzero(is_real[b])]) for b in range(len(said)))


@pytest.mark.parametrize("factor, accepted", [(1, True), (1 + 1e-7, True), (1.01, False), (0.98, False)])
def test_the_expected_share_is_taken_if_it_is_right(factor, accepted):
    assert check.audit_without_rolling(lambda *given: factor * share(*given)).accepted == accepted


# Without places


def losses_without_places(off=(0, 0)):
    params, config, token_ids = check.tiny_model()
    batch = make_batch([[6, *ids[1:], 6] for ids in token_ids.tolist()])
    table = params["wpe"].data
    losses = []
    for places, more in zip([0 * table, np.tile(table.mean(axis=0), (len(table), 1))], off, strict=True):
        said = softmax(gpt(params | {"wpe": Tensor(places)}, batch[0], config).data)
        losses.append(-np.log(np.take_along_axis(said, batch[1][..., None], axis=-1)[..., 0])[batch[2]].mean() + more)
    return *losses, params, config, batch


@pytest.mark.parametrize("off, accepted", [((0, 0), True), ((0.001, -0.001), True), ((0.01, 0), False), ((0, -0.01), False)])
def test_the_losses_without_places_are_taken_to_a_few_thousandths(off, accepted):
    zero, mean, *rest = losses_without_places(off)
    assert abs(zero - mean) > 0.05
    assert check.switch_off_the_places(zero, mean, *rest).accepted == accepted
    assert not check.switch_off_the_places(mean, zero, *rest).accepted

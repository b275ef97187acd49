"""A trained model made to do what you want: by examples of it, or by a judgement of what the model wrote.

Built in chapters/19_obey.ipynb.
"""

import math

import numpy as np

from helpers.batching import make_batch
from helpers.model import fused_attention, gpt, reshape, sum_over
from helpers.progress import progress
from helpers.sampling import write
from helpers.tensor import Tensor, as_ids, check_questions
from helpers.tokenizer import decode
from helpers.training import Adam, evaluate, learning_rate_at, train, zero_grad


def copy_of(params):
    """The same knobs once more: a step of the one leaves the other as it is -> dict"""
    return {name: Tensor(tensor.data.copy()) for name, tensor in params.items()}


def train_and_keep_best(params, config, many_ids, validation_ids, settings, moments):
    """Train, and keep the knobs from the moment of the lowest validation loss.

    moments: after how many steps to ask validation names; they are asked at the start, too
    -> the kept knobs, their step, their loss; `params` themselves train on to the end
    """
    best = copy_of(params), 0, evaluate(params, config, validation_ids)

    def watch(step, loss, optimizer):
        nonlocal best
        if step in moments:
            now = evaluate(params, config, validation_ids)
            if now < best[2]:
                best = copy_of(params), step, now

    train(params, config, many_ids, settings, watch=watch)
    return best


def with_replay(new_ids, old_ids, share, rng):
    """The new names, and as many of the old ones that these make up `share` of the list.

    Raises ValueError unless the share is from 0 to below 1, and there are so many old ones.
    """
    if not 0 <= share < 1:
        raise ValueError(f"want a share from 0 to below 1, got {share}")
    n_old = round(len(new_ids) * share / (1 - share))
    if n_old > len(old_ids):
        raise ValueError(f"want {n_old} old names for that share, got {len(old_ids)}")
    return new_ids + [old_ids[i] for i in rng.permutation(len(old_ids))[:n_old]]


def alternates(name):
    """1.0 if vowels and consonants take turns in all of the name, else 0.0. y: a consonant"""
    is_vowel = [letter in "aeiou" for letter in name]
    takes_turns = all(a != b for a, b in zip(is_vowel, is_vowel[1:]))
    return float(len(name) > 0 and takes_turns)


def draw_names(params, config, n_names, bos, rng):
    """Names that the model writes, as it drew them: with the end, where there is one

    -> lists of token ids, from BOS on; a name that fills the context has no end
    """
    written = write(params, [[bos]] * n_names, config, bos, rng)
    return [ids + [bos] if len(ids) <= config.context_length else ids for ids in written]


def surprise_at_each(logits, next_ids):
    """The surprise -log p(next id) of each question. logits: (n, V), next_ids: (n,) -> (n,)

    Raises ValueError for other shapes, or for an id that is not from 0 to V - 1.
    """
    check_questions(logits.shape, np.shape(next_ids))
    n, V = logits.shape
    places = np.arange(n), as_ids(next_ids, size=V)
    scores = logits.data - logits.data.max(axis=1, keepdims=True)   # exp cannot overflow
    exps = np.exp(scores)
    totals = exps.sum(axis=1)   # (n,)

    def to_logits(grad):
        share = exps / totals[:, None]   # the probabilities ...
        share[places] -= 1               # ... minus 1 at what came
        return grad[:, None] * share

    return Tensor(np.log(totals) - scores[places], parents=[(logits, to_logits)])


def surprise_of_names(params, many_ids, config):
    """-log p of each whole name, in nats. many_ids: from BOS on, as `draw_names` -> (B,)"""
    token_ids, next_ids, is_real = make_batch(many_ids)
    B, T = next_ids.shape
    logits = reshape(gpt(params, token_ids, config, attend=fused_attention), B * T, -1)
    at_each = surprise_at_each(logits, next_ids.reshape(-1))
    return sum_over(reshape(at_each * is_real.reshape(-1), B, T), axis=1)


def reinforce(params, first, config, letters, reward, n_steps, price=0.0, n_names=64,
              learning_rate=0.003, seed=0, watch=None):
    """Train `params`, in place, on rewards for what they write themselves.

    first: the knobs to stay near to; reward: name -> number
    price: what a nat of log p(name) - log p_first(name) costs
    watch: called after each step with its number (from 1), the mean reward, the mean nats
    Source: Williams 1992, https://doi.org/10.1007/BF00992696
    """
    optimizer, rng = Adam(params), np.random.default_rng(seed)
    for step in progress(0, n_steps):
        drawn = draw_names(params, config, n_names, len(letters), rng)
        rewards = np.array([reward(decode(ids, letters)) for ids in drawn])
        surprise = surprise_of_names(params, drawn, config)   # (B,), with a way back
        moved = surprise_of_names(first, drawn, config).data - surprise.data
        worth = rewards - price * moved
        advantage = worth - worth.mean()   # the baseline: what such a draw is worth
        loss = sum_over(surprise * (advantage / n_names), axis=0)
        zero_grad(params.values())
        loss.backward()
        optimizer.step(learning_rate_at(step, n_steps, learning_rate))
        if watch is not None:
            watch(step + 1, rewards.mean(), moved.mean())


def best_possible(share, price):
    """What the policy of the highest worth gets, for a reward of 0 or 1 and a price a nat.

    share: how many of the first model's names get the 1 -> reward, distance in nats a name
    Raises ValueError unless the share is between 0 and 1, and the price 0 or more.
    """
    if not (0 < share < 1 and price >= 0):
        raise ValueError(f"want a share in (0, 1) and a price from 0, got {share}, {price}")
    left = math.exp(-1 / price) if price else 0.0   # what a name without reward keeps
    total = share + (1 - share) * left
    reward = share / total
    distance = -math.log(total)   # log p/p_first of a name that gets the 1
    if left:
        distance -= (1 - reward) / price   # of the others, it is lower by 1 / price
    return reward, distance


def draw_until_good(params, config, n_names, letters, is_good, rng, at_most=1_000_000):
    """Draw from the model, and keep what is good, until there are enough

    -> the first `n_names` good names, and how many were drawn up to the last of them
    Raises ValueError for fewer than 1, or where `at_most` draws bring too few.
    """
    good, n_drawn = [], 0
    while n_names > 0 and n_drawn < at_most:
        n_now = min(1000, at_most - n_drawn)
        for ids in draw_names(params, config, n_now, len(letters), rng):
            n_drawn += 1
            if is_good(decode(ids, letters)):
                good.append(decode(ids, letters))
            if len(good) == n_names:
                return good, n_drawn
    raise ValueError(f"want {n_names} good names, got {len(good)} from {n_drawn:,} draws")

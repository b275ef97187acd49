"""microgpt's algorithm on single numbers, as slow as it is plain: the judge over the book's `gpt`, Adam and schedule.

One name a step, one position after another; each position leaves its key and its value for those that come later.
"""

from itertools import pairwise

from helpers.scalar import Value, cross_entropy, dot, softmax


def linear(x, weight):
    """A list of inputs -> one weighted sum for each row of the weight."""
    return [dot(row, x) for row in weight]


def rmsnorm(x):
    scale = (sum(number * number for number in x) / len(x) + 1e-5) ** -0.5
    return [number * scale for number in x]


def added(a, b):
    return [x + y for x, y in zip(a, b, strict=True)]


def attend(query, keys, values, own):
    """What one head (`own`: its slice of the channels) takes from the positions so far."""
    query = query[own]
    scores = [dot(query, key[own]) * len(query) ** -0.5 for key in keys]
    weights = softmax(scores)
    return [dot(weights, column) for column in zip(*(value[own] for value in values), strict=True)]


def logits_at(knobs, token_id, place, config, keys, values):
    """Scores of the next token, from this one and what earlier positions left in `keys` and `values`, a list a layer."""
    x = rmsnorm(added(knobs["wte"][token_id], knobs["wpe"][place]))
    head_dim = config.n_embd // config.n_head
    for i in range(config.n_layer):
        normed = rmsnorm(x)
        query, key, value = (linear(normed, knobs[f"layer{i}.attn_w{letter}"]) for letter in "qkv")
        keys[i].append(key)
        values[i].append(value)
        mixed = []
        for head in range(config.n_head):
            mixed += attend(query, keys[i], values[i], slice(head * head_dim, (head + 1) * head_dim))
        x = added(x, linear(mixed, knobs[f"layer{i}.attn_wo"]))
        hidden = [number.relu() for number in linear(rmsnorm(x), knobs[f"layer{i}.mlp_fc1"])]
        x = added(x, linear(hidden, knobs[f"layer{i}.mlp_fc2"]))
    return linear(x, knobs["lm_head"])


def loss_of(knobs, token_ids, config):
    """The mean surprise at the tokens of one name, BOS at both ends."""
    keys, values = ([[] for _ in range(config.n_layer)] for _ in range(2))
    surprises = [
        cross_entropy(logits_at(knobs, token_id, place, config, keys, values), next_id)
        for place, (token_id, next_id) in enumerate(pairwise(token_ids))
    ]
    return sum(surprises) / len(surprises)


def as_knobs(arrays):
    """name -> matrix of numbers, as name -> list of lists of Values"""
    return {name: [[Value(float(number)) for number in row] for row in array] for name, array in arrays.items()}


def train(knobs, names, config, n_steps, learning_rate=0.01, beta1=0.85, beta2=0.99, eps=1e-8):
    """One step on each of the names, in turn, with Adam and a rate that falls to 0 in `n_steps` -> the losses"""
    row_of_knobs = [knob for matrix in knobs.values() for row in matrix for knob in row]
    first, second = [0.0] * len(row_of_knobs), [0.0] * len(row_of_knobs)
    losses = []
    for step, token_ids in enumerate(names):
        loss = loss_of(knobs, token_ids, config)
        for knob in row_of_knobs:
            knob.grad = 0.0
        loss.backward()
        rate = learning_rate * (1 - step / n_steps)
        for i, knob in enumerate(row_of_knobs):
            first[i] = beta1 * first[i] + (1 - beta1) * knob.grad
            second[i] = beta2 * second[i] + (1 - beta2) * knob.grad**2
            first_unbiased = first[i] / (1 - beta1 ** (step + 1))
            second_unbiased = second[i] / (1 - beta2 ** (step + 1))
            knob.data -= rate * first_unbiased / (second_unbiased**0.5 + eps)
        losses.append(loss.data)
    return losses

"""The whole GPT on one page: names in, new names out. Needs nothing but Python.

Run: python one_page.py [FILE] [STEPS]
FILE: a text file with one name per line, or a .csv with a heading and the name in front
STEPS: how many steps to take, each on one name
The chapter "The whole GPT on one page" of the book "How GPT Works" explains every part.
"""

import hashlib
import math
import random
import sys
import unicodedata
from dataclasses import dataclass
from operator import mul
from pathlib import Path

NAMES = Path("helpers/data/names.csv")   # the book's own names
LONGEST = 40                             # letters; a longer line is hardly a name


# Data: the names, and the tenth of them that training never sees

def read_names(path):
    """The different names in a file, in small letters. Raises ValueError, with the reason."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"want a text file in UTF-8, got {path}, which is not") from None
    except OSError as error:
        want = "want a text file with one name per line"
        raise ValueError(f"{want}, got {path}: {error.strerror}") from None
    lines = unicodedata.normalize("NFC", text).splitlines()   # an é is one letter
    if Path(path).suffix.lower() == ".csv":
        lines = [line.partition(",")[0] for line in lines[1:]]
    names = list(dict.fromkeys(line.strip().lower() for line in lines if line.strip()))
    if len(names) < 2:
        raise ValueError(f"want at least two different names in {path}, got {len(names)}")
    longest = max(names, key=len)
    if len(longest) > LONGEST:
        want = f"want one name per line, at most {LONGEST} letters"
        raise ValueError(f"{want}, got {len(longest)} in {path}: {longest[:20]} ...")
    return names


def split_names(names):
    """A tenth is held out: a name's fingerprint decides, wherever it stands -> two lists"""
    place_of = {name: hashlib.sha256(name.encode()).hexdigest() for name in names}
    ranked = sorted(names, key=place_of.get)
    n_below = sum(place < "1999999999999999" for place in place_of.values())   # 0.1 in hex
    held_out = ranked[: min(max(n_below, 1), len(names) - 1)]   # neither list is empty
    return ranked[len(held_out) :], held_out


# Tokenizer: letters to numbers; BOS, the last id, stands before a name and after it

def letters_of(names):
    """Every different character of `names`, sorted: its place there is its token id."""
    return sorted(set("".join(names)))


def encode(name, letters):
    """The token ids of `name`, between two BOS tokens."""
    bos = len(letters)
    return [bos] + [letters.index(letter) for letter in name] + [bos]


# Autograd: every number remembers what it was made from, and the tape remembers the order

tape = []   # all numbers that were computed, each behind those that it was made from


class Value:
    """A number that remembers its parents, and its slope for each of them."""

    __slots__ = ("data", "grad", "parents", "slopes")

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.grad, self.parents, self.slopes = data, 0.0, parents, slopes
        if parents:
            tape.append(self)

    def __add__(self, other):
        if not isinstance(other, Value):
            return Value(self.data + other, (self,), (1.0,))
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        if not isinstance(other, Value):
            return Value(self.data * other, (self,), (other,))
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    def exp(self):
        out = math.exp(self.data)
        return Value(out, (self,), (out,))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))


def total(values):
    """The sum of a list of Values, as one step."""
    return Value(sum(value.data for value in values), values, [1.0] * len(values))


def dot(xs, ys):
    """The sum of the products of two lists of Values, as one step."""
    x_data, y_data = [x.data for x in xs], [y.data for y in ys]
    return Value(sum(map(mul, x_data, y_data)), [*xs, *ys], y_data + x_data)


def backward(loss):
    """Give every number behind `loss` its gradient: how much `loss` grows per unit of it."""
    loss.grad = 1.0
    for value in reversed(tape):   # every number after all that use it
        grad = value.grad
        if grad:
            for parent, slope in zip(value.parents, value.slopes):
                parent.grad += slope * grad


# Layers: lists of Values in, lists of Values out

def linear(x, weight):
    """A weighted sum of x for each row of the weight. (n_in) -> (n_out)"""
    return [dot(row, x) for row in weight]


def add(xs, ys):
    """Two lists, number by number. (C), (C) -> (C)"""
    return [x + y for x, y in zip(xs, ys)]


def rmsnorm(x):
    """Scale a list so that the mean of its squares is 1. (C) -> (C)"""
    scale = (dot(x, x) * (1 / len(x)) + 1e-5) ** -0.5
    return [value * scale for value in x]


def softmax(scores):
    """Scores to weights that sum to 1. (T) -> (T)"""
    largest = max(score.data for score in scores)
    powers = [(score + -largest).exp() for score in scores]   # exp cannot overflow
    share = total(powers) ** -1
    return [power * share for power in powers]


def cross_entropy(logits, next_id):
    """The surprise at the token that came, in nats. (V) -> Value"""
    largest = max(logit.data for logit in logits)
    powers = [math.exp(logit.data - largest) for logit in logits]
    slopes = [power / sum(powers) for power in powers]   # the probabilities ...
    slopes[next_id] -= 1                                 # ... less 1 for the right answer
    surprise = math.log(sum(powers)) + largest - logits[next_id].data
    return Value(surprise, logits, slopes)


# Model: a GPT that reads one token at a time

@dataclass(frozen=True)
class GPTConfig:
    """The sizes of a GPT; n_head divides n_embd."""

    vocab_size: int
    context_length: int
    n_layer: int = 1
    n_head: int = 4
    n_embd: int = 16


def init_params(config, rng):
    """Small random numbers: name -> table, a list of rows of Values."""
    C = config.n_embd
    shapes = {"wte": (config.vocab_size, C), "wpe": (config.context_length, C)}
    shapes["lm_head"] = (config.vocab_size, C)
    for i in range(config.n_layer):
        shapes |= {f"layer{i}.attn_w{letter}": (C, C) for letter in "qkvo"}
        shapes |= {f"layer{i}.mlp_fc1": (4 * C, C), f"layer{i}.mlp_fc2": (C, 4 * C)}
    return {
        name: [[Value(rng.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }


def attend(query, keys, values, n_head):
    """What the newest position takes from all so far. (C), (T, C), (T, C) -> (C)"""
    D = len(query) // n_head
    mixed = []
    for start in range(0, len(query), D):   # a head at a time
        head = slice(start, start + D)
        scores = [dot(query[head], key[head]) * D**-0.5 for key in keys]
        weights = softmax(scores)   # (T)
        mixed += [dot(weights, column) for column in zip(*[value[head] for value in values])]
    return mixed


def read_next(params, token_id, cache, config):
    """Read one more token -> the logits of the token after it, a list of V Values

    cache: the keys and values of all tokens before, for each layer; this one's are added
    """
    position = len(cache[0][0])
    x = rmsnorm(add(params["wte"][token_id], params["wpe"][position]))   # (C)
    for i, (keys, values) in enumerate(cache):
        wq, wk, wv, wo = (params[f"layer{i}.attn_w{letter}"] for letter in "qkvo")
        normed = rmsnorm(x)
        keys.append(linear(normed, wk))
        values.append(linear(normed, wv))
        mixed = attend(linear(normed, wq), keys, values, config.n_head)
        x = add(x, linear(mixed, wo))
        hidden = [value.relu() for value in linear(rmsnorm(x), params[f"layer{i}.mlp_fc1"])]
        x = add(x, linear(hidden, params[f"layer{i}.mlp_fc2"]))
    return linear(x, params["lm_head"])


def start_name(config):
    """An empty tape, and an empty cache: a list of keys and one of values for each layer."""
    tape.clear()
    return [([], []) for _ in range(config.n_layer)]


def loss_of(params, token_ids, config):
    """The mean surprise at the tokens of one name, in nats per token -> Value"""
    cache = start_name(config)
    surprises = [
        cross_entropy(read_next(params, token_id, cache, config), next_id)
        for token_id, next_id in zip(token_ids, token_ids[1:])
    ]
    return total(surprises) * (1 / len(surprises))


# Training: Adam, one name a step, and the loss on names that it has not seen

class Adam:
    """Steps that each knob scales by its own recent gradients."""

    def __init__(self, params, beta1=0.85, beta2=0.99, eps=1e-8):
        self.knobs = [knob for table in params.values() for row in table for knob in row]
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.first_moment = [0.0] * len(self.knobs)    # running mean of the gradients
        self.second_moment = [0.0] * len(self.knobs)   # and of their squares
        self.n_steps = 0

    def step(self, learning_rate):
        """Move every knob once, by its gradient, and forget the gradient."""
        self.n_steps += 1
        to_first, to_second = 1 - self.beta1**self.n_steps, 1 - self.beta2**self.n_steps
        for i, knob in enumerate(self.knobs):
            first, second = self.first_moment[i], self.second_moment[i]
            first += (1 - self.beta1) * (knob.grad - first)
            second += (1 - self.beta2) * (knob.grad * knob.grad - second)
            self.first_moment[i], self.second_moment[i] = first, second
            step = first / to_first / (math.sqrt(second / to_second) + self.eps)
            knob.data -= learning_rate * step
            knob.grad = 0.0


def train(params, config, many_ids, n_steps, learning_rate=0.01):
    """One name a step, with a learning rate that falls to 0 -> the losses, one a step"""
    optimizer, losses, every = Adam(params), [], max(1, n_steps // 10)
    for step in range(n_steps):
        loss = loss_of(params, many_ids[step % len(many_ids)], config)
        backward(loss)
        optimizer.step(learning_rate * (1 - step / n_steps))
        losses.append(loss.data)
        if (step + 1) % every == 0:
            recent = sum(losses[-every:]) / every
            print(f"step {step + 1:>5} of {n_steps}   loss {recent:.3f}", flush=True)
    return losses


def evaluate(params, config, many_ids):
    """The mean surprise over all tokens of these names, in nats per token -> float"""
    n_tokens = [len(token_ids) - 1 for token_ids in many_ids]
    losses = [loss_of(params, token_ids, config).data for token_ids in many_ids]
    return sum(map(mul, n_tokens, losses)) / sum(n_tokens)


# Writing: from logits to a letter, and the next, until the name is over

def write_name(params, config, letters, rng, temperature=0.8):
    """One new name: at most as many letters as the context has room for."""
    cache, token_id, name = start_name(config), len(letters), ""
    while len(name) < config.context_length:
        logits = read_next(params, token_id, cache, config)
        weights = softmax([logit * (1 / temperature) for logit in logits])
        token_id, = rng.choices(range(len(weights)), [weight.data for weight in weights])
        if token_id == len(letters):
            break
        name += letters[token_id]
    return name


# All of it

def learn_and_write(names, n_steps=1000, n_samples=20, n_measured=300, seed=0):
    """Train a GPT on these names, and print how well it does and what it writes."""
    rng = random.Random(seed)
    training_names, held_out = split_names(names)
    rng.shuffle(training_names)
    letters = letters_of(names)
    config = GPTConfig(len(letters) + 1, context_length=max(map(len, names)) + 1)
    params = init_params(config, rng)
    print(f"{len(training_names):,} names to learn from, {len(letters)} letters and BOS")
    train(params, config, [encode(name, letters) for name in training_names], n_steps)
    measured = [encode(name, letters) for name in held_out[:n_measured]]
    loss = evaluate(params, config, measured)
    blind = math.log(config.vocab_size)
    print(f"loss on {len(measured)} held-out names: {loss:.3f}   blind guess: {blind:.3f}")
    print(*[write_name(params, config, letters, rng) for _ in range(n_samples)])


def main(arguments):
    """`python one_page.py [FILE] [STEPS]` -> exit code: 2 for what it cannot work with"""
    path, n_steps, *more = [*arguments, *[NAMES, "1000"][len(arguments) :]]
    try:
        if more or not (n_steps.isdecimal() and int(n_steps) > 0):
            raise ValueError(f"want a file and a number of steps, got {' '.join(arguments)}")
        names = read_names(path)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    learn_and_write(names, int(n_steps))
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")   # any alphabet, on any screen
    sys.exit(main(sys.argv[1:]))

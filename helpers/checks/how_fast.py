"""Checks of the exercises of chapters/14_how_fast.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong
from helpers.model import GPTConfig

YEAR = 365 * 24 * 3600


def near(got, want, off=0.03):
    return math.isclose(got, want, rel_tol=off)


@exercise
def tokens_a_second(answer, bytes_per_second):
    got, bandwidth = number_of(answer), number_of(bytes_per_second)
    want = bandwidth / (4 * 124e6)
    if near(got, want):
        return right(f"Half a billion bytes for each token: at most {want:.0f} tokens a second, whatever the arithmetic could do.")
    for other, hint in [
        (bandwidth / 124e6, "That is for numbers of one byte. How many bytes has a float32?"),
        (bandwidth / (2 * 124e6), "That is for numbers of two bytes. How many bytes has a float32?"),
        (bandwidth / (8 * 124e6), "That is for float64. A float32 has half as many bytes."),
        (1 / want, "Those are the seconds for one token. How many tokens fit into a second?"),
        (bandwidth / (4 * 124e3), "124 million are 124e6."),
        (bandwidth * 4 / 124e6, "Four bytes for a number make a token dearer, not cheaper: divide by them."),
    ]:
        if near(got, other):
            return wrong(hint)
    return wrong("Divide the bytes that come in a second by the bytes of all knobs.")


def _operations(config, n_names, T, passes=6, attention=True, head=True, power=2, layers=True, backward=True):
    """The operations of a step, or those of a typical slip."""
    C, L = config.n_embd, config.n_layer if layers else 1
    knobs = 12 * L * C * C + (config.vocab_size * C if head else 0)
    own = L * (3 if backward else 1) * 4 * T**power * C if attention else 0
    return n_names * (passes * knobs * T + own)


@exercise
def count_a_step(step_operations):
    for config, n_names, T in [(GPTConfig(), 1, 8), (GPTConfig(vocab_size=40, context_length=64, n_layer=3, n_head=2, n_embd=32), 5, 50)]:
        got = number_of(result_of(step_operations, config, n_names, T))
        want = _operations(config, n_names, T)
        if near(got, want, 1e-6):
            continue
        embeddings = 6 * n_names * T * (config.vocab_size + config.context_length) * config.n_embd
        for other, hint in [
            (_operations(config, n_names, T, attention=False), "Attention's own products are missing."),
            (_operations(config, n_names, T, passes=2, backward=False), "That is the way forward alone. Backward has two more products for each."),
            (_operations(config, n_names, T, passes=2), "Six operations for each knob and token: two forward, four backward."),
            (_operations(config, n_names, T, backward=False), "Attention's products, too, have two more of their size on the way back."),
            (_operations(config, n_names, T, head=False), "`lm_head` takes part in a product, too."),
            (_operations(config, n_names, T, power=1), "Each position looks at each: attention's products grow with the square of `T`."),
            (_operations(config, n_names, T, layers=False), "There are `n_layer` blocks."),
            (want / n_names, "That is for a single name."),
            (want / 2, "A multiplication and an addition are two operations."),
            (want + embeddings, "Leave the two tables of embeddings out: forward they are only looked up."),
        ]:
            if near(got, other, 1e-6):
                return wrong(hint)
        return wrong(f"For {config}, {n_names} names of {T} tokens each, there are {want:,} operations, and you find {got:,.0f}.")
    return right("That is what our counter finds, but for the lookup of embeddings and the sums of products in norms and softmax.")


@exercise
def gpt3_at_home(years, rate):
    got, rate = number_of(years), number_of(rate)
    seconds = 6 * 175e9 * 300e9 / rate
    want = seconds / YEAR
    if near(got, want):
        return right(f"{want:,.0f} years, if nothing ever waits. That is what thousands of graphics cards are for.")
    for other, hint in [
        (seconds, "Those are seconds. How many years are that?"),
        (seconds / 3600, "Those are hours. How many years are that?"),
        (seconds / 86400, "Those are days. How many years are that?"),
        (want / 6, "Each knob and token takes six operations, not one."),
        (want / 3, "That is the way forward alone: a step takes six operations for each knob and token."),
        (want / 300e9, "That is for a single token."),
        (want / 175e9, "That is for a single knob."),
    ]:
        if near(got, other):
            return wrong(hint)
    return wrong("Six times knobs times tokens, by the operations per second, gives seconds.")


@exercise
def arithmetic_passes_calls(first_size):
    def parts(calls, multiplying, reading):
        return {"calls": calls, "multiplying": multiplying, "reading": reading}

    never = {n: parts(5.0, 0.1 * n, 0.1 * n) for n in (1, 2, 4)}
    cases = [
        ({n: parts(1.0, 0.01 * n, 0.04 * n) for n in (1, 2, 4, 8, 16, 32, 64)}, 32, "Here 16 names still take longer for calls than for the rest."),
        ({n: parts(1.0, 0.06 * n, 0.06 * n) for n in (64, 8, 1, 16)}, 16, "Multiplying and reading count together: neither alone is longer than calls at 16 names."),
        ({n: parts(1.0, 0.3 * n, 0.0) for n in (128, 4, 2, 32)}, 4, "The keys are in no particular order: the smallest number of names is asked for."),
        (never, None, "Where calls always take longest, give None."),
    ]
    for predicted, want, hint in cases:
        given = {n: dict(each) for n, each in predicted.items()}
        result = result_of(first_size, given) if want is not None else _may_be_none(first_size, given)
        if want is None:
            if result is not None:
                return wrong(hint)
        elif number_of(result) != want:
            return wrong(hint)
    return right("Below that number a further name is nearly free, and above it each costs its share.")


def _may_be_none(function, argument):
    """What the reader's function gives where None is right; an error of `min` on an empty list is none."""
    try:
        return function(argument)
    except ValueError:
        return "an error"


@exercise
def stays_float32(scaled):
    for kind in [np.float32, np.float64]:
        for T in (4, 7):
            scores = np.arange(3.0 * T).reshape(3, T).astype(kind)
            before = scores.copy()
            got = result_of(scaled, scores)
            if not np.array_equal(scores, before):
                return wrong("Your function changes the array that it was given. Give back a new one.")
            if not isinstance(got, np.ndarray) or got.shape != scores.shape:
                return wrong("An array of the same shape is asked for.")
            if not np.allclose(got, before / math.sqrt(T), rtol=1e-5):
                return wrong("The type may change, the numbers may not: divide by the root of the length.")
            if got.dtype != kind:
                return wrong(f"For {np.dtype(kind)} you give {got.dtype}. What type has the number by which you divide?")
    return right("The root is a number of Python now, or has the array's own type, so the array keeps its type.")

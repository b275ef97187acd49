"""Checks of the exercises of chapters/12_look_inside.ipynb."""

import numpy as np

from helpers.batching import make_batch
from helpers.checks.verdicts import exercise, number_of, result_of, right, wrong
from helpers.inspecting import look_inside, pieces_of
from helpers.model import GPTConfig, gpt, init_params
from helpers.tensor import Tensor


def vowel_parts(seen, token_ids, is_real, vowel_ids):
    """The part of each head's weight on letters that goes to vowels, from the third position on -> (layer, head) -> number"""
    is_vowel = np.isin(token_ids, list(vowel_ids))[:, None, None]
    is_letter = (token_ids != token_ids[0, 0])[:, None, None]
    reads = is_real & (np.arange(token_ids.shape[1]) >= 2)
    parts = {}
    for (part, layer), weights in seen.items():
        if part == "weights":
            on_vowels, on_letters = ((weights * kind).sum(axis=-1).swapaxes(1, 2)[reads].sum(axis=0) for kind in (is_vowel, is_letter))
            parts |= {(layer, head): on_vowels[head] / on_letters[head] for head in range(len(on_vowels))}
    return parts


def pair_of(answer):
    """(layer, head) of an answer such as (2, 3), [2, 3] or "L2H3" -> two ints, or None"""
    if isinstance(answer, str):
        digits = [int(character) for character in answer if character.isdigit()]
        return tuple(digits) if len(digits) == 2 else None
    pair = tuple(int(number_of(each)) for each in answer)
    return pair if len(pair) == 2 else None


@exercise
def who_reads_vowels(seeks, avoids, seen, token_ids, is_real, vowel_ids):
    parts = vowel_parts(seen, token_ids, is_real, vowel_ids)
    pairs = [pair_of(seeks), pair_of(avoids)]
    if None in pairs or not set(pairs) <= parts.keys():
        return wrong("Give each head as a pair (layer, head), both counted from 0, such as (1, 2).")
    most, least = max(parts, key=parts.get), min(parts, key=parts.get)
    if pairs == [least, most]:
        return wrong("These are the two, but the other way round: the first seeks vowels, the second avoids them.")
    if pairs == [most, least]:
        return right(f"{parts[most]:.0%} of the weight on letters against {parts[least]:.0%}. What the two are for, only switching them off can tell.")
    if pairs[0] == most:
        return wrong("The first is right. For the second, take the smallest part of the weight on letters, and leave BOS out of the letters.")
    if pairs[1] == least:
        return wrong("The second is right. For the first, mind that a head that rests on BOS has little weight on letters: divide by it.")
    return wrong("Sum the weights on vowels and the weights on all letters, over all real positions from 2 on, and divide the two sums.")


def tiny_model():
    """A small model with large random numbers -> params, config, token_ids (3, 5)"""
    config = GPTConfig(vocab_size=7, context_length=6, n_layer=2, n_head=2, n_embd=8)
    params = {name: Tensor(5 * table.data) for name, table in init_params(config, np.random.default_rng(3)).items()}
    return params, config, np.random.default_rng(4).integers(7, size=(3, 5))


@exercise
def who_moved_the_logit(pieces_of_logit):
    params, config, token_ids = tiny_model()
    logits, seen = look_inside(params, token_ids, config)
    pieces, head = pieces_of(seen), params["lm_head"].data
    for row, t, token in [(0, 4, 2), (2, 1, 6)]:
        got = result_of(pieces_of_logit, seen, params, row, t, token)
        if not isinstance(got, dict) or list(got) != list(pieces):
            return wrong("Give a dict with the keys of `pieces_of(seen)`, in their order.")
        want = {key: piece[row, t] @ head[token] for key, piece in pieces.items()}
        if any(np.ndim(number) for number in got.values()):
            return wrong("Each piece adds one number to one logit: its row of the stream times the token's row of `lm_head`, summed.")
        total = sum(map(number_of, got.values()))
        if np.isclose(got["MLP", 1], logits[row, t, token]):
            return wrong("These are the logits after each piece. We want what each piece adds: do not accumulate.")
        if np.isclose(sum(got.values()), sum(logits[row, t])):
            return wrong("That is the sum over all tokens. Take the row of `lm_head` that belongs to `token`.")
        if not np.allclose(list(got.values()), list(want.values())):
            off = abs(total - logits[row, t, token])
            return wrong(f"The parts sum to something that is {off:.2f} off the logit. `pieces_of(seen)` has the rows, with the embeddings already scaled.")
    return right("The parts sum to the logit. So you can say for each guess which piece made it likely.")


@exercise
def audit_without_rolling(share_expected):
    params, config, _ = tiny_model()
    many_ids = [[6, 1, 2, 6], [6, 6], [6, 0, 3, 3, 5, 6]]
    token_ids, next_ids, is_real = make_batch(many_ids)
    logits = gpt(params, token_ids, config).data
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities = np.take_along_axis(powers / powers.sum(axis=-1, keepdims=True), next_ids[..., None], axis=-1)[..., 0]
    whole = np.where(is_real, probabilities, 1).prod(axis=1)
    got = number_of(result_of(share_expected, logits, next_ids, is_real))
    if np.isclose(got, whole.sum()):
        return right("And it needs no luck: the share that you wait for in the long run.")
    if np.isclose(got, probabilities.prod(axis=1).sum()):
        return wrong("The padding counts here. Only surprises of real tokens belong to a name.")
    if np.isclose(got, whole.mean()):
        return wrong("That is the mean. A written name may be any of them: the chances add up.")
    if np.isclose(got, whole.prod()):
        return wrong("That is the chance to write all of them in a row. We ask for any one of them: a sum.")
    if got < 0 or np.isclose(got, -np.log(whole).sum()):
        return wrong("These are surprises. A name's probability is e to the minus its surprise.")
    return wrong("Sum the surprises of each name over its real tokens, turn each sum into a probability, and add these up.")


@exercise
def switch_off_the_places(zero_loss, mean_loss, params, config, batch):
    token_ids, next_ids, is_real = batch

    def loss_with(places):
        logits = gpt({**params, "wpe": Tensor(places.astype(params["wpe"].data.dtype))}, token_ids, config).data
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        chosen = np.take_along_axis(powers / powers.sum(axis=-1, keepdims=True), next_ids[..., None], axis=-1)[..., 0]
        return -np.log(chosen[is_real]).mean()

    table = params["wpe"].data
    got = [number_of(zero_loss), number_of(mean_loss)]
    want = [loss_with(np.zeros_like(table)), loss_with(np.broadcast_to(table.mean(axis=0), table.shape))]
    as_it_is = loss_with(table)
    if np.allclose(got, want, atol=0.002):
        return right(f"{want[0] - as_it_is:.2f} and {want[1] - as_it_is:.2f} above the loss with places. Far more than any head: this model is built on them.")
    if np.allclose(got, want[::-1], atol=0.002):
        return wrong("The two numbers have changed places.")
    if any(np.isclose(each, as_it_is, atol=0.002) for each in got):
        return wrong("One of these is the loss as it is. Does the changed `wpe` go into the call?")
    if np.isclose(got[1], loss_with(np.full_like(table, table.mean())), atol=0.002):
        return wrong("The mean of the places is a row of its own: `mean(axis=0)`, not one number for all.")
    return wrong("Not the losses on `few`. Use `look_inside` or `gpt` with `{**params, \"wpe\": ...}`, and `surprises` at the real tokens.")

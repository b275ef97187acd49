"""Count the shipped text byte by byte: `python -m helpers.recording.byte_tables`, a few minutes and 4 GB of memory.

Back-off and Kneser-Ney as chapter 16 has them for tokens of many letters, on single bytes. The length of the contexts and back-off's
strength are chosen on validation text.
"""

from pathlib import Path

import numpy as np

from helpers.checkpoints import read_arrays, write_arrays
from helpers.tables import back_off_text, discounts_of, first_times, kneser_ney, ngram_groups
from helpers.text import load_texts, split_texts

RECORD = Path(__file__).parents[1] / "data" / "byte_tables.npz"
LENGTHS = [5, 6, 7, 8, 9, 10, 11, 12]   # of the longest n-gram, in bytes
STRENGTHS = [4, 8, 16, 32]


def bytes_of(texts):
    """Texts, joined, as ids: the bytes themselves. -> (n,)"""
    return np.frombuffer("".join(texts.values()).encode("utf-8"), dtype=np.uint8).astype(int)


def losses_on(training, text, wanted):
    """Nats per byte of frozen tables on a text -> list of floats, and the counts that the last table keeps

    wanted: rows (n, strength) for back-off, (n, None) for Kneser-Ney
    """
    ids = np.concatenate([training, text])
    is_training = np.arange(len(ids)) < len(training)
    contexts, grams = ngram_groups(ids, max(n for n, _ in wanted))
    losses = []
    for n, strength in wanted:
        groups = contexts[:n], grams[:n]
        if strength is None:
            said = kneser_ney(groups, is_training, 256, discounts_of(groups, is_training))
        else:
            said = back_off_text(groups, is_training, 256, strength)
        losses.append(float(-np.log(said[len(training) :]).mean()))
    return losses, sum(int(np.count_nonzero(first_times(each, is_training))) for each in grams[: wanted[-1][0]])


def record():
    """All losses on validation text, those of the chosen tables on held-out text -> arrays, facts"""
    training, validation, held_out = (bytes_of(part) for part in split_texts(load_texts()))
    wanted = [(n, strength) for n in LENGTHS for strength in [*STRENGTHS, None]]
    losses = np.reshape(losses_on(training, validation, wanted)[0], (len(LENGTHS), -1))   # Kneser-Ney's in the last column
    row, column = np.unravel_index(losses[:, :-1].argmin(), (len(LENGTHS), len(STRENGTHS)))
    best = [(LENGTHS[row], STRENGTHS[column]), (LENGTHS[losses[:, -1].argmin()], None)]
    (back_off, of_kneser_ney), n_counts = losses_on(training, held_out, best)
    return {"losses": losses}, {
        "lengths": LENGTHS, "strengths": STRENGTHS, "n_back_off": best[0][0], "strength": best[0][1], "n_kneser_ney": best[1][0],
        "back_off": back_off, "kneser_ney": of_kneser_ney, "n_counts": n_counts,
    }


def load_byte_tables():
    """The record -> dict

    losses: (lengths, strengths and one column more, for Kneser-Ney) on validation text, nats per byte; lengths, strengths;
    n_back_off, strength, n_kneser_ney: what was chosen; back_off, kneser_ney: on held-out text; n_counts: what Kneser-Ney keeps
    """
    arrays, facts = read_arrays(RECORD)
    return {**arrays, **facts}


if __name__ == "__main__":
    write_arrays(RECORD, *record())
    print(load_byte_tables())

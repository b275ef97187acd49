"""Text to tokens of many letters, and back: byte-pair encoding.

A merge is a pair of token ids; merge number i makes the token with id 256 + i. The first 256 ids are single bytes.
Built in chapters/15_cut_text.ipynb.
"""

import heapq
import re
from collections import Counter
from itertools import pairwise


def split_pieces(text):
    """Cut text into words, numbers, signs and spaces; tokens grow inside. -> list of str

    The pieces, joined, are the text again.
    Source: GPT-2's pattern, https://github.com/openai/gpt-2/blob/master/src/encoder.py,
    as near as the standard library's `re` allows.
    """
    return re.findall(
        r"'(?:s|t|re|ve|m|ll|d)"   # the ends of it's, don't, we're, ...
        r"| ?[^\W\d_]+"            # letters, with the space before them
        r"| ?\d+"                  # digits
        r"| ?(?:[^\s\w]|_)+"       # other signs
        r"|\s+(?!\S)"              # white space, without the last one before a word
        r"|\s+",
        text,
    )


def byte_order():
    """The 256 bytes in the order of their ids, printable ones first, as in GPT-2. -> list"""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]   # ! to ~, then Latin-1
    return printable + [byte for byte in range(256) if byte not in printable]


def merge_pair(token_ids, pair, new_id):
    """A list with `new_id` in place of each `pair` of neighbours, from left to right."""
    merged, t = [], 0
    while t < len(token_ids):
        if tuple(token_ids[t : t + 2]) == pair:
            merged.append(new_id)
            t += 2
        else:
            merged.append(token_ids[t])
            t += 1
    return merged


def count_pieces(texts):
    """Each different piece as byte ids, and how often it stands. -> two lists

    Raises ValueError for no text, or empty ones alone.
    """
    id_of = {byte: token_id for token_id, byte in enumerate(byte_order())}
    piece_counts = Counter(piece for text in texts for piece in split_pieces(text))
    if not piece_counts:
        raise ValueError("want at least one text that is not empty, got none")
    pieces = [[id_of[byte] for byte in piece.encode("utf-8")] for piece in piece_counts]
    return pieces, list(piece_counts.values())


def train_merges(texts, n_merges):
    """Find the pairs to merge: each time the most frequent, of equals the smallest ids.

    texts: an iterable of str
    Gives a list of n_merges pairs of ids, or fewer if no pair is left.
    Raises ValueError for no text, or for n_merges below 0.
    Source: Sennrich, Haddow and Birch 2016, https://arxiv.org/abs/1508.07909
    """
    if n_merges < 0:
        raise ValueError(f"want 0 merges or more, got {n_merges}")
    pieces, times = count_pieces(texts)
    pair_counts, found_in = Counter(), {}   # of a pair: how often; the pieces that had it
    for i, token_ids in enumerate(pieces):
        for pair in pairwise(token_ids):
            pair_counts[pair] += times[i]
            found_in.setdefault(pair, set()).add(i)
    queue = [(-count, pair) for pair, count in pair_counts.items()]
    heapq.heapify(queue)   # smallest first: the largest count, then the smallest ids
    merges = []
    while queue and len(merges) < n_merges:
        queued, pair = heapq.heappop(queue)
        if pair_counts[pair] != -queued:   # it has become rarer since
            if pair_counts[pair] > 0:
                heapq.heappush(queue, (-pair_counts[pair], pair))
            continue
        new_id = 256 + len(merges)
        merges.append(pair)
        new_pairs = set()
        for i in found_in[pair]:
            for gone in pairwise(pieces[i]):
                pair_counts[gone] -= times[i]
            pieces[i] = merge_pair(pieces[i], pair, new_id)
            for came in pairwise(pieces[i]):
                pair_counts[came] += times[i]
                if new_id in came:
                    found_in.setdefault(came, set()).add(i)
                    new_pairs.add(came)
        for new_pair in new_pairs:
            heapq.heappush(queue, (-pair_counts[new_pair], new_pair))
    return merges


def vocabulary_of(merges):
    """The bytes that each token id stands for. -> list of bytes, 256 + len(merges) of them"""
    vocabulary = [bytes([byte]) for byte in byte_order()]
    for first, second in merges:
        vocabulary.append(vocabulary[first] + vocabulary[second])
    return vocabulary


def merge_piece(token_ids, rank_of):
    """Merge inside one piece, the earliest merge first, until none applies. -> list of ids

    token_ids: the piece's bytes as ids
    rank_of: a dict from a pair to the number of its merge
    """
    never = len(rank_of)
    while len(token_ids) > 1:
        pair = min(pairwise(token_ids), key=lambda pair: rank_of.get(pair, never))
        if pair not in rank_of:
            break
        token_ids = merge_pair(token_ids, pair, 256 + rank_of[pair])
    return token_ids


def encode_text(text, merges, known=None):
    """The token ids of a text, in any alphabet. -> list of int

    merges: as `train_merges` gives them
    known: a dict, empty at first, that keeps pieces and their ids for the next text
        with the same merges
    """
    known = {} if known is None else known
    id_of = {byte: token_id for token_id, byte in enumerate(byte_order())}
    rank_of = {tuple(pair): rank for rank, pair in enumerate(merges)}
    token_ids = []
    for piece in split_pieces(text):
        if piece not in known:
            spelled = [id_of[byte] for byte in piece.encode("utf-8")]
            known[piece] = merge_piece(spelled, rank_of)
        token_ids += known[piece]
    return token_ids


def decode_tokens(token_ids, vocabulary):
    """The bytes that token ids stand for, joined. -> bytes

    `.decode("utf-8")` makes text of the bytes of a whole one.
    vocabulary: as `vocabulary_of` gives it
    Raises ValueError for an id that the vocabulary does not have.
    """
    highest = len(vocabulary) - 1
    for token_id in token_ids:
        if not 0 <= token_id <= highest:
            raise ValueError(f"want token ids from 0 to {highest}, got {token_id}")
    return b"".join(vocabulary[token_id] for token_id in token_ids)


def read_merges(path):
    """The merges in a file of GPT-2's form: on each line a pair of tokens. -> list of pairs

    A character stands for each byte: a printable one for itself, for the others those from
    number 256 on.
    Raises ValueError for a line that is no pair of tokens known by then.
    """
    order = byte_order()
    stand_ins = [chr(byte) for byte in order[:188]] + [chr(256 + i) for i in range(68)]
    id_of = {character: token_id for token_id, character in enumerate(stand_ins)}
    merges = []
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip()]
    if lines and lines[0].startswith("#version"):
        lines = lines[1:]
    for line in lines:
        first, _, second = line.partition(" ")
        if first not in id_of or second not in id_of:
            raise ValueError(f"want two known tokens on each line of {path}, got {line!r}")
        id_of[first + second] = 256 + len(merges)
        merges.append((id_of[first], id_of[second]))
    return merges

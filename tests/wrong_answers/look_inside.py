"""Typical wrong answers to the exercises of chapters/12_look_inside.ipynb: code, and words of the verdict that it must get."""

PIECES = """def pieces_of_logit(seen, params, row, position, token):
    reads = params["lm_head"].data[token]
    return {}
"""
SHARE = """def share_expected(logits, next_ids, is_real):
    return {}
"""
PLACES = """table = params["wpe"].data
zero_loss, mean_loss = [
    surprises(gpt({{**params, "wpe": Tensor(places)}}, few[0], config).data, few[1])[few[2]].mean()
    for places in [{}]
]"""
ZEROS, MEANS = "np.zeros_like(table)", "np.broadcast_to(table.mean(axis=0), table.shape)"

WRONG = {
    "who_reads_vowels": [
        ("seeks_vowels, avoids_vowels = (0, 0), (2, 3)", "the other way round"),
        ("seeks_vowels, avoids_vowels = 'L2H3', 'L3H1'", "The first is right. For the second"),
        ("seeks_vowels, avoids_vowels = (0, 1), (0, 0)", "The second is right. For the first"),
        ("seeks_vowels, avoids_vowels = (0, 1), (0, 2)", "divide the two sums"),
        ("seeks_vowels, avoids_vowels = (2, 3), (4, 0)", "both counted from 0"),
    ],
    "who_moved_the_logit": [
        (PIECES.format("{key: piece[row, position] * reads for key, piece in pieces_of(seen).items()}"), "adds one number to one logit"),
        (
            PIECES.format("dict(zip(pieces_of(seen), [float(x[row, position] @ reads) for x in accumulate(pieces_of(seen).values())]))"),
            "do not accumulate",
        ),
        (
            PIECES.format("{key: float((piece[row, position] @ params['lm_head'].data.T).sum()) for key, piece in pieces_of(seen).items()}"),
            "the sum over all tokens",
        ),
        (PIECES.format("[float(piece[row, position] @ reads) for piece in pieces_of(seen).values()]"), "Give a dict"),
        (PIECES.format("{key: float(piece[row, position - 1] @ reads) for key, piece in pieces_of(seen).items()}"), "off the logit"),
    ],
    "audit_without_rolling": [
        (SHARE.format("np.exp(-surprises(logits, next_ids).sum(axis=1)).sum()"), "The padding counts here"),
        (SHARE.format("np.exp(-np.where(is_real, surprises(logits, next_ids), 0).sum(axis=1)).mean()"), "That is the mean"),
        (SHARE.format("np.exp(-surprises(logits, next_ids)[is_real].sum())"), "all of them in a row"),
        (SHARE.format("surprises(logits, next_ids)[is_real].sum()"), "These are surprises"),
        (SHARE.format("np.exp(-surprises(logits, next_ids)[is_real].mean())"), "Sum the surprises of each name"),
    ],
    "switch_off_the_places": [
        (PLACES.format(f"{MEANS}, {ZEROS}"), "changed places"),
        (PLACES.format(f"{ZEROS}, table"), "the loss as it is"),
        (PLACES.format(f"{ZEROS}, np.full_like(table, table.mean())"), "a row of its own"),
        ("zero_loss, mean_loss = 2.5, 2.4", "Not the losses on"),
    ],
}

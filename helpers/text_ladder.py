"""The second ladder: the held-out loss of each model that reads text, in nats per byte.

Not taught in a chapter. All losses are on the held-out files of `helpers.text.split_texts`. They cannot be compared with those of
`helpers.ladder`, which are nats per token of names.
"""

from helpers.ladder import Ladder, Rung, beside_the_ladder

TEXT_KINDS = ("compressors", "frozen", "going on while they read")
SAW = "135 files of program text"
CHAPTER = "Does bigger help?"

TEXT_RUNGS = [   # in reading order
    Rung("bz2", 1.1287, CHAPTER, "the held-out text itself", kind="compressors"),
    Rung("xz", 1.1311, CHAPTER, "the held-out text itself", kind="compressors"),
    Rung("back-off, frozen", 1.2916, CHAPTER, SAW, kind="frozen", numbers=2_711_654),
    Rung("Kneser-Ney, frozen", 1.2732, CHAPTER, SAW, kind="frozen", numbers=2_711_654),
    Rung("back-off on bytes, frozen", 1.3227, CHAPTER, SAW, kind="frozen", numbers=8_303_761),
    Rung("Kneser-Ney on bytes, frozen", 1.2886, CHAPTER, SAW, kind="frozen", numbers=8_303_761),
    Rung("GPT, one minute", 1.285, CHAPTER, SAW, band=0.02, kind="frozen", numbers=423_936),
    Rung("GPT, three minutes", 1.2104, CHAPTER, SAW, band=0.002, kind="frozen", numbers=423_936),
    Rung("Kneser-Ney, counting on", 0.888, CHAPTER, f"{SAW}, and what it has read", band=0.001, kind="going on while they read"),
    Rung("GPT, learning on", 1.0573, CHAPTER, f"{SAW}, and what it has read", band=0.003, kind="going on while they read", numbers=423_936),
    Rung("both, going on", 0.8246, CHAPTER, f"{SAW}, and what it has read", band=0.003, kind="going on while they read"),
]


def check_text_rung(name, loss):
    """Raise AssertionError if `loss` is too far from the one recorded for the rung `name`; else say how they compare."""
    rungs = {rung.name: rung for rung in TEXT_RUNGS}
    if name not in rungs:
        raise ValueError(f"want a rung of the second ladder, {', '.join(rungs)}, got {name!r}")
    recorded = rungs[name]
    if not abs(loss - recorded.loss) <= recorded.band:
        raise AssertionError(f"{name}: the ladder says {recorded.loss:.4f}, this run says {loss:.4f}")
    return f"{name}: {loss:.3f} nats per byte, {beside_the_ladder(loss, recorded.loss)}"


def show_text_ladder(address_of=None):
    """All rungs of the second ladder, from the worst to the best -> Ladder

    address_of: title of a chapter -> its address, for a page that can link there
    """
    return Ladder(TEXT_RUNGS, address_of)

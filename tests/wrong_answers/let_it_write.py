"""Typical wrong answers to the exercises of chapters/11_let_it_write.ipynb: code, and words of the verdict that it must get."""

MIN_P = "def keep_min_p(logits, p):\n    said = softmax(logits)\n    return np.where({condition}, {kept}, {cut})"
RIGHT_MIN_P = {"condition": "said >= p * said.max(axis=-1, keepdims=True)", "kept": "logits", "cut": "-np.inf"}


def min_p(**other):
    return MIN_P.format(**RIGHT_MIN_P | other)


AGAIN = "def after_rejection(target, draft):\n    {}"

WRONG = {
    "half_the_temperature": [
        ("probability_of_the_first = 0.8", "at temperature 1"),
        ("probability_of_the_first = 0.67", "That is temperature 2"),
        ("probability_of_the_first = 8 / 9", "doubled the factor"),
        ("probability_of_the_first = 0.64", "divide by their sum"),
        ("probability_of_the_first = 0.4", "makes it likelier still"),
        ("probability_of_the_first = 94", "from 0 to 1"),
        ("probability_of_the_first = 0.9", "4 times as likely"),
        ('probability_of_the_first = "0.94"', "want a number"),
    ],
    "cache_of_gpt2": [
        ("numbers_in_the_cache = 12 * 1024 * 768", "values as well"),
        ("numbers_in_the_cache = 2 * 1024 * 768", "all twelve layers"),
        ("numbers_in_the_cache = 2 * 12 * 12 * 1024 * 768", "share the 768"),
        ("numbers_in_the_cache = 2 * 2 * 12 * 1024 * 768", "Those are bytes"),
        ("numbers_in_the_cache = 2 * 12 * 768", "That is one token"),
        ("numbers_in_the_cache = 1024", "For each layer two arrays"),
        ('numbers_in_the_cache = "19 million"', "want a number"),
    ],
    "min_p": [
        (min_p(condition="said >= p"), "You compare with p itself"),
        (min_p(kept="said", cut="0"), "You give probabilities back"),
        (min_p(cut="0"), "is not cut"),
        (min_p(condition="said >= p * said.max()"), "each row has a largest of its own"),
        (min_p(condition="logits >= p * logits.max(axis=-1, keepdims=True)"), "the first two stay"),
        (min_p(condition="said <= p * said.max(axis=-1, keepdims=True)"), "the first two stay"),
        (min_p(condition="np.exp(logits) >= p * 0.5"), "the same probabilities"),
        ("def keep_min_p(logits, p):\n    return logits.max() * p", "got shape ()"),
    ],
    "draft_and_judge": [
        (AGAIN.format("return target"), "had their chance already"),
        (AGAIN.format("return np.maximum(target - draft, 0)"), "must sum to 1"),
        (AGAIN.format("return target - draft"), "no probabilities"),
        (AGAIN.format("return abs(target - draft) / abs(target - draft).sum()"), "do not follow target"),
        (AGAIN.format("return np.maximum(draft - target, 0) / np.maximum(draft - target, 0).sum()"), "do not follow target"),
        (AGAIN.format("return draft"), "do not follow target"),
        (AGAIN.format("return target[0]"), "got shape ()"),
    ],
}

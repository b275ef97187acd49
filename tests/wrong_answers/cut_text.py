"""Typical wrong answers to the exercises of chapters/15_cut_text.ipynb: code, and words of the verdict that it must get."""

SPELL = "def spell(token_id, merges):\n    if token_id < 256:\n        return {byte}\n    first, second = merges[token_id - 256]\n    return {both}"
RIGHT_SPELL = {"byte": "bytes([byte_order()[token_id]])", "both": "spell(first, merges) + spell(second, merges)"}
LOST = "def lost(cut, join, texts):\n    {}"
CAREFUL = "def lost(cut, join, texts):\n    gone = []\n    for text in texts:\n        try:\n            same = join(cut(text)) == text\n        except {error}:\n            same = {stopped}\n        if {keeps}:\n            gone.append(text)\n    return {result}"
RIGHT_LOST = {"error": "ValueError", "stopped": "False", "keeps": "not same", "result": "gone"}
NAMES = "def mean(some, merges, extra=0):\n    return sum(len(encode_text(name, merges)) + extra for name in some) / len(some)\n"


def spell(**other):
    return SPELL.format(**RIGHT_SPELL | other)


def careful(**other):
    return CAREFUL.format(**RIGHT_LOST | other)


WRONG = {
    "in_which_order": [
        ('tokens_of_there = ["th", "er", "e"]', "was found last"),
        ('tokens_of_there = ["t", "h", "er", "e"]', "stopped after one merge"),
        ('tokens_of_there = ["the", "re"]', "No merge makes that token"),
        ('tokens_of_there = ["there"]', "No merge makes that token"),
        ('tokens_of_there = ["t", "her"]', "must be `there` again"),
        ('tokens_of_there = list("there")', "Begin with single letters"),
        ("tokens_of_there = 3", "does not know"),
    ],
    "spell_a_token": [
        (spell(byte="bytes([token_id])"), "not its value"),
        (spell(byte="chr(byte_order()[token_id])"), "You give text back"),
        (spell(both="spell(second, merges) + spell(first, merges)"), "have changed places"),
        (spell(both="bytes([byte_order()[i] for i in (first, second) if i < 256])"), "may be made of others"),
        (spell(both="merges[token_id][0]"), "Your function stopped with IndexError"),
        ("def spell(token_id, merges):\n    return token_id", "want bytes"),
    ],
    "does_it_come_back": [
        (careful(stopped="True"), "one that stops at ï"),
        (careful(keeps="same", stopped="True"), "we want []"),
        (careful(result="list(dict.fromkeys(gone))"), "must stand twice"),
        (careful(result="len(gone)"), "want a list of texts"),
        (careful(error="UnicodeError"), "Your function stopped with ValueError: 't' is not in list"),
        (careful(result="gone[::-1]"), "one that has no id for t and for ï, we want ['two  spaces', 'naïve']"),
        (LOST.format("return [text for text in texts if join(cut(text)) != text]"), "Your function stopped with UnicodeEncodeError"),
        (LOST.format("return [text for text in texts if len(join(cut(text))) != len(text)]"), "one that makes small letters"),
    ],
    "tokens_of_names": [
        (NAMES + "tokens_per_name = mean(held_out_names, [])", "Those are bytes"),
        (NAMES + "tokens_per_name = mean(held_out_names, train_merges(training_names, 100)) * len(held_out_names)", "That is the sum"),
        (NAMES + "tokens_per_name = mean(held_out_names, train_merges(training_names, 100), 2)", "a start and an end"),
        (NAMES + "tokens_per_name = mean(training_names, train_merges(training_names, 100))", "Those are the training names"),
        (NAMES + "tokens_per_name = mean(held_out_names, merges)", "Find `100` merges"),
    ],
    "who_pays": [
        ('dearest, times_as_many = "Japanese", 3.0', "Not Japanese"),
        ('dearest, times_as_many = "Russian", len(encode_text(in_languages["Russian"], merges))', "how many tokens it needs"),
        (
            'def per_letter(language):\n    text = in_languages[language]\n    return len(encode_text(text, merges)) / len(text)\n'
            'dearest, times_as_many = "Russian", per_letter("Russian") / per_letter("English")', "That is per letter",
        ),
        ('dearest, times_as_many = "Russian", 1.1', "The language is right"),
        ("dearest, times_as_many = 3, 3", "want the name of a language"),
    ],
}

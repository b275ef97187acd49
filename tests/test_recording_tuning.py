"""The record of tuning is that of its script: its model has the losses that it says, its runs begin again alike, and what it tells fits together."""

import numpy as np
import pytest

from helpers.names import LETTERS, load_names, load_origins, load_rows, split_names
from helpers.recording import tuning
from helpers.recording.tuning import (
    CONFIG,
    CURVES,
    JUDGED,
    LONG,
    MOMENTS,
    PRICES,
    SEEDS,
    SHOWN,
    SIZES,
    chosen,
    judge,
    load_tuning,
    parts_of,
    reward_run,
    trained_first,
)
from helpers.sampling import write
from helpers.tokenizer import decode, encode
from helpers.training import Settings, evaluate
from helpers.tuning import alternates, copy_of, surprise_of_names, train_and_keep_best

FIRST, _, RECORD = load_tuning()
ORIGINS = load_origins()


def test_it_has_every_origin_every_price_and_every_curve():
    assert RECORD["origins"] == ORIGINS and RECORD["survey"].shape == (36, 3) and RECORD["shared"].shape == RECORD["sizes"].shape == (36,)
    assert RECORD["prices"] == list(PRICES) and RECORD["rewards"].shape == (len(PRICES) + 1, 7)
    assert [len(names) for names in RECORD["examples"]] == [SHOWN] * (len(PRICES) + 1)
    assert RECORD["curves"] == list(CURVES) and RECORD["n_names"] == list(SIZES)
    for name, n in [("curves_first", 3), ("curves_nothing", 3), ("curves_stranger", 1)]:
        assert RECORD[name].shape == (n, len(SIZES), len(SEEDS))
    assert RECORD["settings"] == vars(LONG) and RECORD["judged"] == JUDGED


def test_no_name_stands_on_two_sides_wherever_else_it_is_from():
    everyone = parts_of()
    of_all = [{tuple(ids) for ids in part} for part in everyone]
    training, held_out = split_names(load_names())
    assert of_all[2] == {tuple(encode(name, LETTERS)) for name in held_out} and sum(map(len, of_all)) == len(training) + len(held_out)
    for origin in ("welsh", "scottish", "french"):
        for own, all_of_them in zip(parts_of(origin), of_all, strict=True):
            assert {tuple(ids) for ids in own} <= all_of_them
        assert sum(map(len, parts_of(origin))) == len(load_names(origin=origin))
    welsh = {tuple(encode(name, LETTERS)) for name in load_names(origin="welsh")}
    without = [{tuple(ids) for ids in part} for part in parts_of(without="welsh")]
    assert [part - welsh for part in of_all] == without


def test_the_first_model_begins_as_the_script_trains_it(monkeypatch):
    """A short stretch: the same first steps from the same seed on the names to train on, and on no other."""
    told = {}

    def train(params, config, many_ids, settings):
        told.update(config=config, many_ids=many_ids, settings=settings)

    monkeypatch.setattr(tuning, "train", train)
    params = trained_first(n_steps=LONG.n_steps)
    assert told == {"config": CONFIG, "many_ids": parts_of()[0], "settings": LONG}
    assert {name: tensor.shape for name, tensor in params.items()} == {name: tensor.shape for name, tensor in FIRST.items()}
    trained_first(without="welsh")
    assert told["many_ids"] == parts_of(without="welsh")[0]


def test_what_the_record_says_of_the_first_model_is_so():
    fit, validation, held_out = parts_of()
    on_fit, on_validation, on_held_out = (evaluate(FIRST, CONFIG, part) for part in (fit[::20], validation, held_out))
    assert abs(RECORD["rewards"][0, 5] - on_held_out) < 0.001 and on_fit < on_validation - 0.05   # it has read these
    for i in (0, 17, 35):
        assert abs(RECORD["survey"][i, 0] - evaluate(FIRST, CONFIG, parts_of(ORIGINS[i])[2])) < 0.002


def test_shares_and_sizes_are_those_of_the_list():
    places = {}
    for name, origin in load_rows():
        places.setdefault(name, []).append(origin)
    for i, origin in enumerate(ORIGINS):
        own = [its for its in places.values() if origin in its]
        assert abs(RECORD["shared"][i] - np.mean([len(its) > 1 for its in own])) < 1e-9 and RECORD["sizes"][i] == len(parts_of(origin)[0])


def test_a_choice_goes_by_validation_names_alone(monkeypatch):
    asked = []

    def instead(params, config, many_ids, validation_ids, settings, moments):
        asked.append((many_ids, validation_ids, settings, moments))
        return {"rate": settings.learning_rate}, 7, {0.001: 2.0, 0.003: 1.9, 0.01: 1.95}[settings.learning_rate]

    monkeypatch.setattr(tuning, "train_and_keep_best", instead)
    kept, step, rate = chosen("first", ["fit"], ["validation"], FIRST, seed=3)
    assert (kept, step, rate) == ({"rate": 0.003}, 7, 0.003)
    assert [each[:2] for each in asked] == [(["fit"], ["validation"])] * 3 and asked[0][3] == MOMENTS
    assert asked[0][2] == Settings(n_steps=600, batch_size=32, learning_rate=0.001, seed=3)


def test_a_tuned_model_of_the_survey_comes_out_again():
    """One of the origins, at the learning rate of the middle: as low as the survey's choice, or nearly."""
    fit, validation, held_out = parts_of("georgian")
    kept, step, _ = train_and_keep_best(copy_of(FIRST), CONFIG, fit, validation, Settings(n_steps=600, batch_size=32, learning_rate=0.003), MOMENTS)
    row = RECORD["survey"][ORIGINS.index("georgian")]
    assert 0 < step < 300 and abs(evaluate(kept, CONFIG, held_out) - row[1]) < 0.05 and row[1] < row[0] - 0.05


def test_a_reward_run_begins_as_recorded_ones_do(monkeypatch):
    """Three steps of the run at a price of 0.1, twice: the same, and the reward is that of its own draws."""
    ends = [reward_run(FIRST, 0.1, n_steps=3) for _ in range(2)]
    for one, other in zip(ends[0][0].values(), ends[1][0].values(), strict=True):
        assert np.array_equal(one.data, other.data)
    assert ends[0][1] == ends[1][1] and len(ends[0][1]) == 3 and abs(ends[0][1][0] - RECORD["rewards"][0, 0]) < 0.15


def test_what_the_first_model_writes_is_what_the_record_says():
    numbers, names = judge(FIRST, FIRST)
    assert abs(numbers[1] - RECORD["rewards"][0, 1]) < 6 and numbers[2] == 0
    assert sum(a == b for a, b in zip(names, RECORD["examples"][0], strict=False)) >= SHOWN - 2   # another machine may round one letter otherwise
    assert abs(np.mean([alternates(name) for name in names]) - numbers[0]) < 1e-9
    assert numbers[3] == np.mean([len(name) for name in names])
    written = write(FIRST, [[26]] * JUDGED, CONFIG, 26, np.random.default_rng(99))
    assert names == [decode(ids, LETTERS) for ids in written]
    good = [ids for ids in parts_of()[2] if alternates(decode(ids, LETTERS))]
    assert abs(surprise_of_names(FIRST, good, CONFIG).data.mean() - RECORD["rewards"][0, 6]) < 0.01


@pytest.mark.parametrize("place", range(1, len(PRICES) + 1))
def test_examples_and_numbers_of_a_run_agree(place):
    reward, different, nats, length, known, held_out, good = RECORD["rewards"][place]
    names = RECORD["examples"][place]
    assert abs(np.mean([alternates(name) for name in names]) - reward) < 0.35 and nats > 0.1
    assert abs(np.mean([len(name) for name in names]) - length) < 2 and 0 <= known < 0.5
    assert (different < 50) == (RECORD["prices"][place - 1] == 0)
    assert held_out > RECORD["rewards"][0, 5]   # away from all names


def test_parts_that_are_there_are_not_made_again(monkeypatch, tmp_path):
    file = tmp_path / "tuning.npz"
    file.write_bytes(tuning.PATH.read_bytes())
    monkeypatch.setattr(tuning, "PATH", file)
    made = []
    for part in ("trained_first", "rewards", "survey", "curves"):
        monkeypatch.setattr(tuning, part, lambda *given, part=part, **named: made.append(part))
    tuning.main()
    assert made == []
    monkeypatch.setattr(tuning, "survey", lambda first: made.append("survey") or {"survey": np.zeros((36, 3))})
    tuning.main(["survey"])
    again = load_tuning()[2]
    assert made == ["survey"] and not again["survey"].any() and np.array_equal(again["rewards"], RECORD["rewards"]) and again["examples"] == RECORD["examples"]


def test_the_record_s_first_row_of_rewards_is_what_the_script_gives(monkeypatch):
    """Without the runs: the first model's own numbers, its means from more names than are shown."""
    monkeypatch.setattr(tuning, "PRICES", ())
    arrays, facts = tuning.rewards(FIRST)
    found, recorded = arrays["rewards"][0], RECORD["rewards"][0]
    assert arrays["rewards"].shape == (1, 7) and abs(found[1] - recorded[1]) < 6
    assert np.allclose(found[[0, 2, 3, 4, 5, 6]], recorded[[0, 2, 3, 4, 5, 6]], atol=[0.01, 1e-9, 0.03, 0.01, 0.001, 0.01])
    assert len(facts["examples"][0]) == SHOWN and sum(a == b for a, b in zip(facts["examples"][0], RECORD["examples"][0], strict=True)) >= SHOWN - 2


def test_names_in_the_training_list_are_counted_as_known():
    """A model that has nothing but the training list would be known in all of its names; the first model writes some of them."""
    numbers, names = judge(FIRST, FIRST)
    known = {decode(ids, LETTERS) for ids in parts_of()[0]}
    assert numbers[4] == np.mean([name in known for name in names]) > 0.03


def test_a_row_of_the_survey_judges_three_models_on_held_out_names(monkeypatch):
    monkeypatch.setattr(tuning, "chosen", lambda start, fit, validation, first=None, seed=0: (FIRST, 1, 0.001))
    found, place = tuning.survey(FIRST, ["welsh"]), ORIGINS.index("welsh")
    assert np.allclose(found["survey"], RECORD["survey"][place, 0], atol=0.002) and found["survey"].shape == (1, 3)
    assert np.allclose(found["shared"], RECORD["shared"][place]) and found["sizes"] == RECORD["sizes"][place]


def test_a_point_of_a_curve_has_its_names_by_its_seed_and_is_judged_on_held_out_names(monkeypatch):
    asked = []

    def instead(start, some, validation, first=None, seed=0):
        asked.append((start, some, validation, first, seed))
        return FIRST, 1, 0.001

    monkeypatch.setattr(tuning, "chosen", instead)
    fit, validation, held_out = parts_of("welsh")
    losses = [tuning.curve("nothing", "welsh", size, seed) for size, seed in [(30, 0), (30, 1), (100, 0), (None, 0)]]
    assert losses == [evaluate(FIRST, CONFIG, held_out)] * 4
    lists = [{tuple(ids) for ids in some} for _, some, *_ in asked]
    assert [len(some) for some in lists] == [30, 30, 100, len(fit)] and lists[0] != lists[1] and lists[0] < lists[2] < lists[3] == {tuple(ids) for ids in fit}
    assert [(start, given, first, seed) for start, _, given, first, seed in asked] == [("nothing", validation, None, seed) for seed in (0, 1, 0, 0)]


def test_each_line_of_the_curves_starts_from_its_own_model(monkeypatch):
    asked = set()
    monkeypatch.setattr(tuning, "curve", lambda start, origin, size, seed, base: asked.add((start, origin, base)) or 1.0)
    found = tuning.curves("first model", "one without Welsh")
    assert asked == {(start, origin, base) for start, base in [("first", "first model"), ("nothing", None)] for origin in CURVES} | {("first", "welsh", "one without Welsh")}
    assert found["curves_stranger"].shape == (1, len(SIZES), len(SEEDS))


def test_models_from_nothing_differ_by_their_seed(monkeypatch):
    started = []
    monkeypatch.setattr(tuning, "train_and_keep_best", lambda params, *others: started.append(params["wte"].data) or (params, 1, 2.0))
    for seed in (0, 0, 1):
        chosen("nothing", [[26, 0, 26]], [[26, 0, 26]], seed=seed)
    assert len(started) == 6 and np.array_equal(started[0], started[2]) and not np.array_equal(started[0], started[4])


def test_the_third_line_s_first_model_has_read_no_welsh_name(monkeypatch, tmp_path):
    monkeypatch.setattr(tuning, "PATH", tmp_path / "tuning.npz")
    (tmp_path / "tuning.npz").write_bytes((tuning.Path(tuning.__file__).parents[1] / "data" / "tuning.npz").read_bytes())
    asked = []
    monkeypatch.setattr(tuning, "trained_first", lambda without=None: asked.append(without) or "stranger")
    monkeypatch.setattr(tuning, "curves", lambda first, stranger: asked.append(stranger) or {})
    tuning.main(["curves"])
    assert asked == ["welsh", "stranger"]

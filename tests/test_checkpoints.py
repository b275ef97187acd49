"""Files of parameters and runs: a killed run goes on as if nothing had been, and a file that is not right is refused."""

import json
import pickle
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

import killed_run
from helpers.checkpoints import load_params, load_run, read_arrays, save_params, save_run, write_arrays
from helpers.model import GPTConfig, init_params, param_shapes
from helpers.training import Adam, Settings, train
from killed_run import CONFIG, MOMENTS, NAMES, SAVE_EVERY, SETTINGS

SCRIPT = [sys.executable, killed_run.__file__]


@pytest.fixture(scope="module")
def unbroken():
    """The knobs and losses of the run that nothing ended."""
    return killed_run.run(None)


def assert_goes_on_to(unbroken, path):
    """Whatever lies at `path`: the run ends as the unbroken one did, to the last bit."""
    knobs, losses = killed_run.run(path, seed=1 if path.exists() else 0)   # a saved run needs no first knobs
    np.testing.assert_array_equal(knobs, unbroken[0])
    assert losses == unbroken[1]


# Killed

KILLS = [(moment, count) for moment in MOMENTS[1:] for count in (1, 3)]   # at the first save and at a later one
KILLS += [("after a step", count) for count in (1, SAVE_EVERY, SAVE_EVERY + 1, 20)]


@pytest.mark.parametrize("moment, count", KILLS)
def test_a_killed_run_ends_as_one_that_was_not(moment, count, tmp_path, unbroken):
    path = tmp_path / "run.npz"
    done = subprocess.run([*SCRIPT, path, moment, str(count)], capture_output=True, timeout=300)
    assert done.returncode == 9, done.stderr
    n_saved = {"after a step": (count - 1) // SAVE_EVERY, "after it has its name": count}.get(moment, count - 1)
    assert path.exists() == (n_saved > 0)
    if n_saved:
        assert len(read_arrays(path)[0]["losses"]) == n_saved * SAVE_EVERY
    assert_goes_on_to(unbroken, path)


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_was_not(tmp_path, unbroken):
    path = tmp_path / "run.npz"
    for moment, count in (("after a step", 10), ("before it has its name", 2), ("half the bytes written", 1), ("after it has its name", 1)):
        assert subprocess.run([*SCRIPT, path, moment, str(count)], capture_output=True, timeout=300).returncode == 9
    assert_goes_on_to(unbroken, path)


@pytest.mark.parametrize("n_steps", [2, 12])
def test_a_run_that_is_killed_from_outside_ends_as_one_that_was_not(n_steps, tmp_path, unbroken):
    path = tmp_path / "run.npz"
    with subprocess.Popen([*SCRIPT, path, "from outside", "0"], stdout=subprocess.PIPE, text=True) as process:
        for _ in range(n_steps):
            while "a step is done" not in process.stdout.readline():
                pass
        process.kill()
    assert process.returncode != 0
    assert_goes_on_to(unbroken, path)


def test_a_run_that_has_ended_is_left_as_it_is(tmp_path, unbroken):
    path = tmp_path / "run.npz"
    killed_run.run(path)
    written = path.read_bytes()
    assert_goes_on_to(unbroken, path)
    assert path.read_bytes() == written and [file.name for file in tmp_path.iterdir()] == ["run.npz"]


# Whole or not at all

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1, 2], np.float16)}


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "some.npz"
    write_arrays(path, ARRAYS, {"steps": 3, "names": ["emma", "zoë"]})
    arrays, about = read_arrays(str(path))
    assert about == {"steps": 3, "names": ["emma", "zoë"]} and arrays.keys() == ARRAYS.keys()
    for name, array in arrays.items():
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name])
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_file_of_before_and_nothing_else(tmp_path):
    path = tmp_path / "some.npz"
    write_arrays(path, ARRAYS, {"steps": 3})
    written = path.read_bytes()
    with pytest.raises(TypeError):
        write_arrays(path, ARRAYS, {"steps": {1, 2}})   # a set has no place in JSON

    class Broken:
        def __array__(self, *_, **__):
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_arrays(path, ARRAYS | {"c": Broken()}, {})
    assert path.read_bytes() == written and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_save_left_does_not_block(tmp_path):
    path = tmp_path / "run.npz"
    subprocess.run([*SCRIPT, path, "half the bytes written", "1"], capture_output=True, timeout=300)
    left = set(tmp_path.iterdir())
    assert len(left) == 1 and path not in left   # so this test tests something
    write_arrays(path, ARRAYS, {"steps": 3})
    assert read_arrays(path)[1] == {"steps": 3}


def test_whoever_reads_while_another_writes_gets_one_whole_version(tmp_path):
    path = tmp_path / "some.npz"
    versions = [({"a": np.full(5000, float(i))}, {"version": i}) for i in range(2)]
    write_arrays(path, *versions[0])
    writer = threading.Thread(target=lambda: [write_arrays(path, *versions[i % 2]) for i in range(20)])
    writer.start()
    while writer.is_alive():
        arrays, about = read_arrays(path)
        assert np.all(arrays["a"] == about["version"])
    writer.join()


# Refused

@pytest.fixture(scope="module")
def run_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    killed_run.run(path)
    return path


@pytest.fixture(scope="module")
def params_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model.npz"
    save_params(path, init_params(CONFIG, np.random.default_rng(0)), CONFIG, {"held_out": 2.5})
    return path


def refused(read, path, wanted="want"):
    """The error that `read` gives for this file: a ValueError that names it and says what was wanted."""
    with pytest.raises(ValueError) as caught:
        read(path)
    assert str(path) in str(caught.value) and wanted in str(caught.value)
    return str(caught.value)


def into_optimizer(path, config=CONFIG, settings=SETTINGS, kind=np.float32):
    """Load a run; whether or not it is refused, `optimizer_of` shows what became of the optimizer."""
    optimizer = Adam(init_params(config, np.random.default_rng(9), kind))
    into_optimizer.last = optimizer
    return load_run(path, optimizer, config, settings)


def assert_untouched(optimizer, config=CONFIG, kind=np.float32):
    fresh = Adam(init_params(config, np.random.default_rng(9), kind))
    np.testing.assert_array_equal(optimizer.flat, fresh.flat)
    assert not optimizer.first_moment.any() and not optimizer.second_moment.any() and optimizer.n_steps == 0


@pytest.mark.parametrize("fraction", [0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.99, 0.999])
def test_a_truncated_file_is_refused(fraction, run_file, params_file, tmp_path):
    for whole, read in ((run_file, into_optimizer), (params_file, load_params)):
        path = tmp_path / "cut.npz"
        path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * fraction)])
        refused(read, path)
    assert_untouched(into_optimizer.last)


def test_a_file_without_its_last_byte_is_refused(run_file, tmp_path):
    path = tmp_path / "cut.npz"
    path.write_bytes(run_file.read_bytes()[:-1])
    refused(into_optimizer, path)


def test_a_corrupted_byte_is_refused_or_changes_nothing(params_file, tmp_path):
    """Some bytes, such as the time in a zip's header, mean nothing to us."""
    whole, path, n_refused = params_file.read_bytes(), tmp_path / "corrupted.npz", 0
    params, *rest = load_params(params_file)
    for place in range(0, len(whole), 5):
        damaged = bytearray(whole)
        damaged[place] ^= (0xFF, 0x01, 0x20)[place % 3]
        path.write_bytes(damaged)
        try:
            read, *said = load_params(path)
        except ValueError as error:
            assert str(path) in str(error) and "want" in str(error)
            n_refused += 1
        else:
            assert said == rest and all(np.array_equal(read[name].data, params[name].data) for name in params)
    assert n_refused > len(whole) / 10


def foreign_files(folder):
    """Files that others made: what it is -> path"""
    paths = {}

    def file(what):
        paths[what] = folder / f"{len(paths)}.npz"
        return paths[what]

    file("text").write_text("emma\nava\n")
    file("JSON").write_text(json.dumps({"config": asdict(CONFIG)}))
    file("a pickle").write_bytes(pickle.dumps({"flat": [1.0]}))
    with open(file("one array"), "wb") as out:
        np.save(out, np.ones(3))
    with open(file("a pickled array"), "wb") as out:
        np.save(out, np.array([{}], dtype=object), allow_pickle=True)
    np.savez(file("another's npz"), weights=np.ones(3))
    np.savez(file("facts that are no JSON"), about=np.array("{"), weights=np.ones(3))
    np.savez(file("facts that are a number"), about=np.ones(2))
    np.savez(file("pickle inside"), about=np.array("{}"), weights=np.array([print], dtype=object))
    np.savez(file("pickled facts"), about=np.array([{}], dtype=object))
    file("a folder").mkdir()
    return paths


@pytest.mark.parametrize("read", [read_arrays, load_params, into_optimizer])
def test_a_foreign_file_is_refused(read, tmp_path):
    for path in foreign_files(tmp_path).values():
        refused(read, path)


def test_no_code_from_a_file_is_run(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "RAN", [])

    class Trap:
        def __reduce__(self):
            return exec, (f"import sys; sys.modules[{__name__!r}].RAN.append(1)",)

    plain, inside = tmp_path / "plain.npz", tmp_path / "inside.npz"
    plain.write_bytes(pickle.dumps(Trap()))
    np.savez(inside, about=np.array("{}"), weights=np.array([Trap()], dtype=object))
    for path in (plain, inside):
        refused(read_arrays, path)
    assert globals()["RAN"] == []


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    for read in (read_arrays, load_params, into_optimizer):
        with pytest.raises(FileNotFoundError, match="nowhere.npz"):
            read(tmp_path / "nowhere.npz")


def resaved(path, source, change_arrays=None, change_about=None):
    """The same file with something changed, saved as this book saves."""
    arrays, about = read_arrays(source)
    write_arrays(path, (change_arrays or dict)(arrays), (change_about or dict)(about))
    return path


def with_nan(array):
    array = array.copy()
    array.reshape(-1)[3] = np.nan
    return array


WRONG_RUNS = {   # what is wrong with it: (the change, words of the error)
    "knobs too few": (lambda a: a | {"flat": a["flat"][:-1]}, "flat"),
    "knobs in another shape": (lambda a: a | {"flat": a["flat"].reshape(2, -1)}, "flat"),
    "knobs not finite": (lambda a: a | {"flat": with_nan(a["flat"])}, "finite"),
    "knobs of another float type": (lambda a: a | {"flat": a["flat"].astype(np.float64)}, "float32"),
    "knobs that are words": (lambda a: a | {"flat": a["flat"].astype(str)}, "flat"),
    "a moment too long": (lambda a: a | {"second_moment": np.append(a["second_moment"], 0)}, "second_moment"),
    "a moment not finite": (lambda a: a | {"first_moment": with_nan(a["first_moment"])}, "first_moment"),
    "a moment missing": (lambda a: {name: a[name] for name in a if name != "second_moment"}, "second_moment"),
    "losses missing": (lambda a: {name: a[name] for name in a if name != "losses"}, "losses"),
}


@pytest.mark.parametrize("case", WRONG_RUNS)
def test_a_run_that_does_not_fit_is_refused_and_the_optimizer_left_alone(case, run_file, tmp_path):
    change, words = WRONG_RUNS[case]
    refused(into_optimizer, resaved(tmp_path / "run.npz", run_file, change), words)
    assert_untouched(into_optimizer.last)


@pytest.mark.parametrize("other", [
    {"n_steps": 31}, {"batch_size": 5}, {"learning_rate": 0.02}, {"warmup": 0}, {"weight_decay": 0.0}, {"dropout": 0.1}, {"n_workers": 1}, {"seed": 6},
])
def test_a_run_with_other_settings_is_refused(other, run_file):
    (name, value), = other.items()
    told = refused(lambda path: into_optimizer(path, settings=replace(SETTINGS, **other)), run_file)
    assert f"'{name}': {value}" in told and f"'{name}': {getattr(SETTINGS, name)}" in told
    assert_untouched(into_optimizer.last)


@pytest.mark.parametrize("other", [{"vocab_size": 7}, {"context_length": 6}, {"n_layer": 2}, {"n_head": 1}, {"n_embd": 8}])
def test_a_run_of_another_model_is_refused(other, run_file):
    config = replace(CONFIG, **other)
    refused(lambda path: into_optimizer(path, config), run_file)
    assert_untouched(into_optimizer.last, config)


def test_a_model_is_no_run_and_a_run_no_model(run_file, params_file):
    refused(into_optimizer, params_file)
    refused(load_params, run_file)


def test_train_refuses_a_damaged_run_and_leaves_the_file_as_it_was(run_file, tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(run_file.read_bytes()[:200])
    with pytest.raises(ValueError, match="run.npz"):
        train(init_params(CONFIG, np.random.default_rng(0), np.float32), CONFIG, NAMES, SETTINGS, path=path)
    assert path.read_bytes() == run_file.read_bytes()[:200]


WRONG_MODELS = {
    "a parameter missing": (lambda a: {name: a[name] for name in a if name != "wpe"}, None),
    "one too many": (lambda a: a | {"bias": np.ones(3)}, None),
    "another shape": (lambda a: a | {"wte": a["wte"].T}, None),
    "no config": (None, lambda about: {"held_out": 2.5}),
    "a config without sizes": (None, lambda about: about | {"config": None}),
    "a config with a size too many": (None, lambda about: about | {"config": about["config"] | {"n_moe": 1}}),
    "a config that is not possible": (None, lambda about: about | {"config": about["config"] | {"n_head": 3}}),
    "sizes of another model": (None, lambda about: about | {"config": about["config"] | {"n_layer": 2}}),
    "facts that are a list": (None, lambda about: [1, 2]),
}


@pytest.mark.parametrize("case", WRONG_MODELS)
def test_a_model_that_does_not_fit_is_refused(case, params_file, tmp_path):
    refused(load_params, resaved(tmp_path / "model.npz", params_file, *WRONG_MODELS[case]))


# Right

def test_a_model_comes_back_with_its_config_and_facts(params_file):
    params, config, about = load_params(params_file)
    first = init_params(CONFIG, np.random.default_rng(0))
    assert config == CONFIG and about == {"held_out": 2.5}
    assert {name: tensor.shape for name, tensor in params.items()} == param_shapes(CONFIG)
    for name, tensor in params.items():
        assert tensor.data.dtype == np.float64
        np.testing.assert_array_equal(tensor.data, first[name].data.astype(np.float16))
    assert load_params(params_file, np.float32)[0]["wte"].data.dtype == np.float32


def test_a_model_can_be_kept_to_the_last_bit(tmp_path):
    config = GPTConfig()
    params = init_params(config, np.random.default_rng(0))
    save_params(tmp_path / "model.npz", params, config, dtype=np.float64)
    for name, tensor in load_params(tmp_path / "model.npz")[0].items():
        np.testing.assert_array_equal(tensor.data, params[name].data)


def test_a_loaded_run_still_moves_the_parameters(run_file):
    """The knobs are filled in place: each parameter stays a part of the long row."""
    params = init_params(CONFIG, np.random.default_rng(9), np.float32)
    optimizer = Adam(params)
    losses = load_run(run_file, optimizer, CONFIG, SETTINGS)
    assert len(losses) == optimizer.n_steps == SETTINGS.n_steps
    np.testing.assert_array_equal(np.concatenate([tensor.data.reshape(-1) for tensor in params.values()]), optimizer.flat)
    assert all(np.shares_memory(tensor.data, optimizer.flat) for tensor in params.values())


def test_what_a_run_saved_is_what_it_had(tmp_path):
    params = init_params(CONFIG, np.random.default_rng(1))
    optimizer = Adam(params)
    rng = np.random.default_rng(2)
    for _ in range(3):
        for tensor in params.values():
            tensor.grad = rng.normal(size=tensor.shape)
        optimizer.step(0.1)
    settings = Settings(n_steps=5)
    save_run(tmp_path / "run.npz", optimizer, CONFIG, settings, [3.0, 2.5, 2.0])
    other = Adam(init_params(CONFIG, np.random.default_rng(9)))
    assert load_run(Path(tmp_path / "run.npz"), other, CONFIG, settings) == [3.0, 2.5, 2.0]
    for name in ("flat", "first_moment", "second_moment", "n_steps"):
        np.testing.assert_array_equal(getattr(other, name), getattr(optimizer, name))

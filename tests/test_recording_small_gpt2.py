"""The small GPT-2 that the book ships is a GPT-2 to the libraries too, as good as its file says, and what its script trains."""

import json
from dataclasses import replace

import numpy as np
import pytest

from conftest import required
from helpers.bpe import decode_tokens, encode_text, read_merges
from helpers.gpt2 import gpt2, load_gpt2, read_safetensors
from helpers.recording import small_gpt2
from helpers.recording.scaling import load_parts
from helpers.recording.small_gpt2 import (
    CONFIG,
    END,
    FOLDER,
    LONG,
    RATES,
    fresh,
    judged,
    parts_with_ends,
    settings_of,
    stand_ins,
    train_gpt2,
    write_folder,
)
from helpers.text import load_texts, split_texts

CONFIG_FILE = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
ABOUT = CONFIG_FILE["about"]


def test_the_folder_is_small_and_holds_what_gpt2_s_holds():
    assert {path.name for path in FOLDER.iterdir()} == {"config.json", "merges.txt", "model.safetensors", "vocab.json"}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_300_000
    assert {array.dtype for array in read_safetensors(FOLDER / "model.safetensors").values()} == {np.dtype(np.float16)}
    assert load_gpt2(FOLDER)[1] == CONFIG


def test_its_loss_on_validation_text_is_what_its_file_says():
    params, _ = load_gpt2(FOLDER)
    assert judged(params, "validation") == pytest.approx(ABOUT["nats_per_byte"]["validation"], abs=0.001)


def test_its_rate_was_chosen_on_validation_text():
    by_rate = {float(rate): loss for rate, loss in ABOUT["validation_by_rate"].items()}
    assert list(by_rate) == RATES and ABOUT["settings"]["learning_rate"] == min(by_rate, key=by_rate.get) and ABOUT["settings"]["n_steps"] == LONG


def test_training_it_again_begins_as_it_did():
    """Its first 500 steps; the mean of their losses is on record."""
    settings = settings_of(ABOUT["settings"]["learning_rate"], LONG)
    losses = train_gpt2(fresh(), settings, n_steps=500)
    assert np.mean(losses) == pytest.approx(ABOUT["losses"][0], abs=0.02)


def test_a_run_that_was_stopped_goes_on(tmp_path):
    settings = replace(settings_of(0.002, 8), warmup=2)
    whole, parts = fresh(), fresh()
    losses = train_gpt2(whole, settings)
    train_gpt2(parts, settings, tmp_path / "run.npz", n_steps=5)
    again = fresh(seed=1)   # what it starts with is forgotten
    assert train_gpt2(again, settings, tmp_path / "run.npz") == losses
    assert all(np.array_equal(whole[name].data, again[name].data) for name in whole)


def test_each_file_begins_with_the_end_of_another():
    texts = dict(zip(["training", "validation", "held_out"], split_texts(load_texts())))
    for name, ids in parts_with_ends().items():
        assert np.count_nonzero(ids == END) == len(texts[name]) and ids[0] == END
        assert decode_tokens(ids[ids != END].tolist(), load_parts()["vocabulary"]).decode() == "".join(texts[name].values())


def test_transformers_reads_the_folder_and_gives_our_logits():
    torch, transformers = required("torch"), required("transformers")
    model = transformers.GPT2LMHeadModel.from_pretrained(FOLDER).double().eval()
    ids = parts_with_ends()["held_out"][:256].reshape(4, 64)
    with torch.inference_mode():
        theirs = model(torch.tensor(ids)).logits.numpy()
    params, config = load_gpt2(FOLDER, np.float64)
    assert abs(gpt2(params, ids, config).data - theirs).max() < 1e-12


def test_tokenizers_reads_its_vocabulary_and_gives_our_ids():
    tokenizers = required("tokenizers")
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE.from_file(str(FOLDER / "vocab.json"), str(FOLDER / "merges.txt")))
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    merges = read_merges(FOLDER / "merges.txt")
    assert theirs.token_to_id("<|endoftext|>") == END == CONFIG_FILE["eos_token_id"] == CONFIG_FILE["bos_token_id"]
    for text in [*list(load_texts().values())[::20], "Привет, мир", "a👩‍🚀b it's\n\n"]:
        assert theirs.encode(text).ids == encode_text(text, merges)


def test_its_merges_are_those_of_the_book_and_each_token_is_spelled_once():
    assert read_merges(FOLDER / "merges.txt") == load_parts()["merges"]
    vocabulary = json.loads((FOLDER / "vocab.json").read_text(encoding="utf-8"))
    assert list(vocabulary.values()) == list(range(END + 1))
    assert list(vocabulary)[:-1] == stand_ins(load_parts()["vocabulary"]) and " " not in "".join(vocabulary)


def test_writing_the_folder_again_gives_the_same_files(tmp_path):
    params, _ = load_gpt2(FOLDER)
    write_folder(tmp_path / "again", params, ABOUT)
    for path in FOLDER.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_run_is_kept_on_its_way(tmp_path):
    """Stopped between two of the steps at which it is kept: it goes on from the last of them."""
    settings, path = replace(settings_of(0.002, 6), warmup=2), tmp_path / "run.npz"
    losses, kept = train_gpt2(fresh(), settings), []

    def stop(loss, step):
        if step == 5:
            raise KeyboardInterrupt
        kept.append(path.exists())
        return loss

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(small_gpt2, "checked", stop)
        train_gpt2(fresh(), settings, path, save_every=2)
    assert kept == [False, False, True, True, True]
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_gpt2, "checked", lambda loss, step: found.append(step) or loss)
        assert train_gpt2(fresh(seed=1), settings, path) == losses
    assert found == [4, 5]


def test_the_script_chooses_by_validation_text_and_judges_what_the_file_holds(tmp_path, monkeypatch):
    """Its main function, with training left out: the rate of the middle is best on validation text, another one on held-out text."""
    now, trained, asked = {}, [], []
    on_validation, on_held_out = dict(zip(RATES, [1.4, 1.2, 1.3, 1.5])), dict(zip(RATES, [1.2, 1.4, 1.3, 1.1]))

    def train(params, settings, path=None):
        trained.append((settings.learning_rate, settings.n_steps))
        now["rate"] = settings.learning_rate
        if path is not None:
            path.touch()
        return [3.0] * 500 + [1.0] * (settings.n_steps - 500)

    def judge(params, part):
        asked.append((part, {tensor.data.dtype for tensor in params.values()}))
        in_file = all(np.array_equal(tensor.data, tensor.data.astype(np.float16)) for tensor in params.values())
        return {"validation": on_validation, "held_out": on_held_out}[part][now["rate"]] + in_file

    monkeypatch.setattr(small_gpt2, "FOLDER", tmp_path / "small")
    monkeypatch.setattr(small_gpt2, "RUN", tmp_path / "small.run.npz")
    monkeypatch.setattr(small_gpt2, "train_gpt2", train)
    monkeypatch.setattr(small_gpt2, "judged", judge)
    small_gpt2.main()
    about = json.loads((tmp_path / "small/config.json").read_text(encoding="utf-8"))["about"]
    assert trained == [(rate, 600) for rate in RATES] + [(0.002, LONG)]
    assert [part for part, _ in asked] == ["validation"] * 4 + ["validation", "held_out"]
    assert about["nats_per_byte"] == {"validation": 2.2, "held_out": 2.4}   # 1 more: judged as the file keeps them
    assert about["losses"][:2] == [3.0, 1.0] and len(about["losses"]) == LONG // 500 and about["settings"]["learning_rate"] == 0.002

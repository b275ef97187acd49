"""Typical wrong answers to the exercises of chapters/18_real_gpt.ipynb: code, and words of the verdict that it must get."""

ONE = """
def one_array(path, name):
    with open(path, "rb") as file:
        n_header = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(n_header))
        {missing}
        first, last = header[name]["data_offsets"]
        file.seek({seek})
        dtype = {dtype}
        return {result}
"""
RIGHT_ONE = {
    "missing": "assert True",
    "seek": "8 + n_header + first",
    "dtype": '{"F32": "<f4", "F16": "<f2"}[header[name]["dtype"]]',
    "result": 'np.frombuffer(file.read(last - first), dtype).reshape(header[name]["shape"])',
}
SHORTEN = """
def shorten(folder, new_folder, n_positions):
    arrays = read_safetensors(Path(folder) / "model.safetensors")
    {cut}
    about = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    {told}
    {write}
    write_safetensors(Path({where}) / "model.safetensors", arrays)
"""
RIGHT_SHORTEN = {
    "cut": 'arrays["wpe.weight"] = arrays["wpe.weight"][:n_positions]',
    "told": 'about["n_positions"] = n_positions',
    "write": '(Path(new_folder) / "config.json").write_text(json.dumps(about), encoding="utf-8")',
    "where": "new_folder",
}


def one(**other):
    return ONE.format(**RIGHT_ONE | other)


def shorten(**other):
    return SHORTEN.format(**RIGHT_SHORTEN | other)


WRONG = {
    "as_wide_as_allowed": [
        ("width = 704", "That has 107"),
        ("width = 512", "It is tied"),
        ("width = 832", "the two tables in your count"),
        ("width = 576", "There is room for more"),
        ("width = 650", "a multiple of 64"),
        ("width = 768", "That is too many"),
    ],
    "one_array_and_no_more": [
        (one(), "Yours is a KeyError"),
        (one(missing="if name not in header: name = 'a'"), "raise a `ValueError`"),
        (one(seek="first"), "its numbers are not"),
        (one(seek="8 + first"), "its numbers are not"),
        (one(dtype='"<f4"', result="np.frombuffer(file.read(last - first), dtype)"), "has the shape"),
        (one(dtype='"<f2"', result="np.frombuffer(file.read(last - first), dtype)"), "has 12 numbers, of type float32, and you give 24"),
        (one(dtype='"<f4"'), "stopped with ValueError"),
        (one(result="file.read(last - first)"), "Those are the bytes"),
        ("def one_array(path, name):\n    return read_safetensors(path)[name]", "million bytes in memory"),
    ],
    "in_which_order": [
        ('order = ["query", "key", "value"]', "Mind the direction"),
        ('order = ["key", "value", "query"]', "Mind the direction"),
        ('order = ["key", "query", "value"]', "look at the loss"),
        ('order = ["q", "k", "v"]', "once"),
        ('order = "vqk"', "does not know"),
    ],
    "a_cache_for_many": [
        ("bytes_now = 32 * 1024 * 48 * 1600 * 2\nbytes_with_groups = 1", "Keys *and* values"),
        ("bytes_now = 32 * 1024 * 48 * 2 * 1600 * 4\nbytes_with_groups = 1", "two bytes a number"),
        ("bytes_now = 1024 * 48 * 2 * 1600 * 2\nbytes_with_groups = 1", "one text of the 32"),
        ("bytes_now = 32 * 1024 * 48 * 2 * 25 * 1600 * 2\nbytes_with_groups = 1", "The heads share the width"),
        ("bytes_now = 32 * 48 * 2 * 1600 * 2\nbytes_with_groups = 1", "one token of each text"),
        ("bytes_now = 32 * 1024 * 2 * 1600 * 2\nbytes_with_groups = 1", "one layer"),
        ("bytes_now = 7\nbytes_with_groups = 1", "times the width"),
        ("bytes_now = 32 * 1024 * 48 * 2 * 1600 * 2\nbytes_with_groups = bytes_now / 25", "one head for all 25"),
        ("bytes_now = 32 * 1024 * 48 * 2 * 1600 * 2\nbytes_with_groups = bytes_now", "fewer heads"),
        ("bytes_now = 32 * 1024 * 48 * 2 * 1600 * 2\nbytes_with_groups = bytes_now * 5", "so it is less"),
        ("bytes_now = 32 * 1024 * 48 * 2 * 1600 * 2\nbytes_with_groups = 3", "The first is right"),
    ],
    "a_shorter_context": [
        (shorten(cut="pass"), "does not read the new folder: want shape (5, 4) for wpe"),
        (shorten(told="pass"), "does not read the new folder: want shape (8, 4) for wpe"),
        (shorten(cut="pass", told="pass"), "should see 5 places"),
        (shorten(cut='arrays["wpe.weight"] = arrays["wpe.weight"][-n_positions:]'), "the first ones"),
        (shorten(cut='arrays["wpe.weight"] = arrays["wpe.weight"][:n_positions].astype(np.float32)'), "other types"),
        (shorten(cut='arrays["wpe.weight"] = arrays["wpe.weight"][1 : n_positions + 1]'), "`wpe` has other numbers"),
        (shorten(write="pass"), "no `config.json`"),
        (shorten(write=f'{RIGHT_SHORTEN["write"]}\n    write_safetensors(Path(folder) / "model.safetensors", arrays)'), "old folder must stay"),
        (shorten(write=RIGHT_SHORTEN["write"].replace("new_folder", "folder") + "\n    " + RIGHT_SHORTEN["write"]), "old folder must stay"),
        (shorten(cut=f'{RIGHT_SHORTEN["cut"]}\n    arrays["h.0.attn.c_proj.weight"] = arrays["h.0.attn.c_proj.weight"].T'), "`layer0.attn_wo` has other numbers"),
        (shorten(where="folder"), "no `model.safetensors`"),
        (shorten(told='about |= {"n_positions": n_positions, "n_head": 1}'), "only `n_positions`"),
    ],
}

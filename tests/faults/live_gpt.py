"""Faults in the model of the page, in its weights' way there, and in the figures of chapters 6 and 7 that read them off."""

from tests.faults import Fault

LIVE = "helpers/live/"
GPT, ATTENTION, MAP = "tests/test_live_gpt.py -k ", "tests/test_live_attention.py -k ", "tests/test_live_map.py -k "
FAULTS = [
    # the forward pass
    Fault(LIVE + "gpt.js", "/ Math.sqrt(D)", "/ Math.sqrt(C)", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "row.length + 1e-5)", "row.length + 1e-8)", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "key.slice(0, t + 1)", "key.slice(0, t + 2)", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "Math.max(number, 0)", "Math.max(number, -1e-4)", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "const start = embedded.map(rmsnorm)", "const start = embedded", GPT + "everything"),
    Fault(LIVE + "gpt.js", "const normed = between.map(rmsnorm);", "const normed = between;", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "stream = between.map((row, t) => plus(row, added[t]))", "stream = added", GPT + "everything"),
    Fault(LIVE + "gpt.js", "ofHead(value[s], h)", "ofHead(value[s], 0)", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "params.wpe[place]", "params.wpe[0]", GPT + "everything"),
    Fault(LIVE + "gpt.js", "params[`layer${layer}.mlp_fc1`]", "params[`layer0.mlp_fc1`]", GPT + "logits_in_the_browser"),
    Fault(LIVE + "gpt.js", "Math.exp(number - highest)", "Math.exp(number)", GPT + "overflow"),
    Fault(LIVE + "gpt.js", "T > 0 && T <= config.context_length", "T <= config.context_length", GPT + "refused"),
    Fault(LIVE + "gpt.js", "if (tokenIds.some((id) => !params.wte[id]))", "if (false)", GPT + "refused"),
    # the weights' way into the page
    Fault(LIVE + "gpt.js", "exponent === 0 ? fraction * 2 ** -24", "exponent === 0 ? 0", GPT + "arrives"),
    Fault(LIVE + "gpt.js", "bits & 0x8000 ? -size : size", "size", GPT + "arrives"),
    Fault(LIVE + "gpt.js", "view.getFloat32(at, true)", "view.getFloat32(at, false)", GPT + "arrives"),
    Fault(LIVE + "weights.py", 'for each in ("float16", "float32", "float64")', 'for each in ("float16", "float32")', GPT + "arrives"),
    Fault(LIVE + "weights.py", "(flat.astype(each) == flat).all()", "np.allclose(flat.astype(each), flat, rtol=1e-3)", GPT + "rounded_first"),
    Fault(LIVE + "weights.py", "    if not np.isfinite(flat).all():", "    if False:", GPT + "refused"),
    Fault(LIVE + "weights.py", "between = stream + added", "between = added", GPT + "everything"),
    # what each head reads
    Fault(LIVE + "attention.js", "inside(weights[chosen], ids)", "inside(weights[0], ids)", ATTENTION + "typed_name"),
    Fault(LIVE + "attention.js", ".layers[layer].attention", ".layers[0].attention", ATTENTION + "layer_at_a_time"),
    Fault(LIVE + "attention.js", "height: (high * weight).toFixed(1)", "height: high.toFixed(1)", ATTENTION + "has_its_row"),
    Fault(LIVE + "attention.js", "rows[at].forEach((weight, s)", "rows.at(-1).forEach((weight, s)", ATTENTION + "has_its_row"),
    Fault(LIVE + "attention.js", '"fill-opacity": weight.toFixed(3)', '"fill-opacity": (weight / Math.max(...row)).toFixed(3)', ATTENTION + "typed_name"),
    Fault(LIVE + "attention.js", "rows[at].indexOf(Math.max(...rows[at]))", "at", ATTENTION + "sentence"),
    Fault(LIVE + "attention.js", "if (!refused) {", "if (unknown.length === 0) {", ATTENTION + "refused"),
    Fault(LIVE + "attention.js", 'input.value.normalize("NFC")', "input.value", ATTENTION + "refused"),
    Fault(LIVE + "attention.js", "this.part(\"chips\").children[at].focus();", "", ATTENTION + "arrow_keys"),
    Fault(LIVE + "attention.js", "ArrowUp: at - 1", "ArrowUp: at + 1", ATTENTION + "arrow_keys"),
    Fault(LIVE + "attention.js", "if (row) choose(Number(row.dataset.row));", "", ATTENTION + "click_on_a_row"),
    Fault(LIVE + "attention.js", '"aria-pressed", number === chosen', '"aria-pressed", number === 0', ATTENTION + "switch_says"),
    Fault(LIVE + "attention.py", "enumerate(weights[at, : at + 1])", "enumerate(weights[:, at])", ATTENTION + "without_scripts"),
    Fault(LIVE + "attention.py", 'rounded(params, "float32")', 'rounded(params, "float16")', ATTENTION + "looks_as_python"),
    Fault(LIVE + "attention.py", "NARROW, WIDE, ROOM = 18, 36, 288", "NARROW, WIDE, ROOM = 18, 36, 420", ATTENTION + "cut_off"),
    Fault(LIVE + "attention.py", "held-out loss {facts['held_out']:.3f}", "held-out loss {facts['trained_on']:.3f}", ATTENTION + "caption"),
    Fault(LIVE + "attention.css", ".gpt-live gpt-attention label[hidden] { display: none; }", "", ATTENTION + "choice_of_layers"),
    # the letters' places
    Fault(LIVE + "map.js", "moments[chosen ? 0 : Number(slider.value)]", "moments.at(-1)", MAP + "squeezed_to"),
    Fault(LIVE + "map.js", 'slider.addEventListener("input", draw);', "", MAP + "squeezed_to"),
    Fault(LIVE + "map.js", "top + side / 2 - scale", "top + side / 2 + scale", MAP + "squeezed_to"),
    Fault(LIVE + "map.js", "views[chosen].frame", "views[0].frame", MAP + "control_is_the_counted"),
    Fault(LIVE + "map.js", "slider.disabled = chosen > 0;", "", MAP + "control_is_the_counted"),
    Fault(LIVE + "map.js", 'mark.classList.toggle("lit", number === followed);', "", MAP + "followed_letter"),
    Fault(LIVE + "map.js", 'mark ? mark.dataset.letter : ""', 'mark ? mark.dataset.letter : "0"', MAP + "lets_go"),
    Fault(LIVE + "map.js", '"aria-valuetext", views[0].moments[Number(slider.value)].title', '"aria-valuetext", slider.value', MAP + "label_tells"),
    Fault(LIVE + "map.py", "np.round((rows - rows.mean(axis=0)) @ directions.T, 3)", "np.round(rows @ directions.T, 3)", MAP + "squeezed_to"),
    Fault(LIVE + "map.py", "last = two_directions(tables[-1])", "last = two_directions(tables[0])", MAP + "squeezed_to"),
    Fault(LIVE + "map.py", "counts / counts.sum(axis=1, keepdims=True)", "counts / counts.sum()", MAP + "counted_rows"),
    Fault(LIVE + "map.py", "points_of(rows, two_directions(rows))", "points_of(rows, two_directions(rows)) * [1, 2]", MAP + "control_is_the_counted"),
    Fault(LIVE + "map.py", 'VOWELS = "aeiou"', 'VOWELS = "aeiouy"', MAP + "vowels"),
    Fault(LIVE + "map.css", ".consonant :is(circle, text) { fill: var(--gpt-token, #0860f8); }", ".consonant :is(circle, text) { fill: var(--gpt-loss, #a03848); }", MAP + "vowels"),
]

"""How fast the page's JavaScript writes names, in headless Chromium, and how long one letter takes.

Run: python -m benchmarks.writing_in_the_page [rounds]

The quickest of several rounds counts: the browser has no clock of its own work alone, so other programs only add time.
The same rounds also write without a cache, all positions again for each letter: read that ratio, times depend on the machine.
"""

import json
import shutil
import sys

from playwright.sync_api import sync_playwright

from helpers.live.shell import bundle
from helpers.live.weights import pack_weights
from helpers.recording.models import load_trained

MODELS = {"reference": (26, 500), "best": (26, 50), "origins": (37, 50)}   # first token, names a round

WRITE = """([packed, start, nNames, rounds]) => {
    const text = JSON.parse(packed);
    let now = performance.now();
    const weights = unpackWeights(text);
    const unpacked = performance.now() - now;
    const anew = (random) => {   // as `write`, without a cache
        const ids = [start];
        while (ids.length <= weights.config.context_length) {
            const id = pick(nextProbabilities(gpt(weights, ids).at(-1)).probabilities, random());
            if (id === 26) break;
            ids.push(id);
        }
        return ids;
    };
    const ways = { cached: (random) => write(weights, [start], 26, random), anew };
    const best = {}, steps = {};
    for (let round = 0; round < rounds; round++) {
        for (const [way, go] of Object.entries(ways)) {
            const random = randomNumbers(1);
            const n = way === "anew" ? Math.ceil(nNames / 5) : nNames;
            steps[way] = 0;
            now = performance.now();
            for (let i = 0; i < n; i++) steps[way] += go(random).length;
            best[way] = Math.min(best[way] ?? Infinity, (performance.now() - now) / 1000 / n);
            steps[way] /= n;
        }
    }
    return { unpacked, best, steps };
}"""


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=system, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content("<!doctype html><title>generate.js</title>")
        page.evaluate(f"""() => {{ {bundle('generate.js')};
            Object.assign(window, {{ unpackWeights, gpt, write, nextProbabilities, pick, randomNumbers }}); }}""")
        print(f"{'model':12}{'names a second':>16}{'ms a letter':>14}{'times as fast as without a cache':>36}{'ms to unpack':>16}")
        for name, (start, n_names) in MODELS.items():
            params, config, _ = load_trained(name)
            found = page.evaluate(WRITE, [json.dumps(pack_weights(params, config)), start, n_names, rounds])
            cached, anew = found["best"]["cached"], found["best"]["anew"]
            print(
                f"{name:12}{1 / cached:16,.0f}{1000 * cached / found['steps']['cached']:14.3f}{anew / cached:36.1f}{found['unpacked']:16.0f}"
                + ("   (floor 1,000 names)" if name == "reference" else "")
            )
        browser.close()


if __name__ == "__main__":
    main()

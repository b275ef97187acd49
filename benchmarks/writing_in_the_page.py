"""How fast the page's JavaScript writes names, in headless Chromium, and how long one letter takes.

Run: python -m benchmarks.writing_in_the_page [names]

Seconds are those in which the page's thread had a core, as Chromium counts them: other programs take none of them. The same run
also writes without a cache, all positions again for each letter: read that ratio, times depend on the machine.
"""

import json
import shutil
import sys

from playwright.sync_api import sync_playwright

from helpers.live.shell import bundle
from helpers.live.weights import pack_weights
from helpers.recording.models import load_trained

MODELS = {"reference": (26, 1), "best": (26, 10), "origins": (37, 10)}   # first token, how much fewer names than asked for

SETUP = """([packed, start]) => {
    window.weights = unpackWeights(JSON.parse(packed));
    const anew = (random) => {   // as `write`, without a cache
        const ids = [start];
        while (ids.length <= weights.config.context_length) {
            const id = pick(nextProbabilities(gpt(weights, ids).at(-1)).probabilities, random());
            if (id === 26) break;
            ids.push(id);
        }
        return ids;
    };
    window.ways = { cached: (random) => write(weights, [start], 26, random), anew };
}"""
GO = """([way, nNames]) => {
    const random = randomNumbers(1);
    let letters = 0;
    for (let i = 0; i < nNames; i++) letters += ways[way](random).length;
    return letters;
}"""


def main():
    n_names = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=system, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content("<!doctype html><title>generate.js</title>")
        page.evaluate(f"""() => {{ {bundle('generate.js')};
            Object.assign(window, {{ unpackWeights, gpt, write, nextProbabilities, pick, randomNumbers }}); }}""")
        watch = page.context.new_cdp_session(page)
        watch.send("Performance.enable", {"timeDomain": "threadTicks"})

        def timed(code, *given):
            """What a piece of JavaScript gives, and the seconds of a core that it took."""
            before = seconds()
            found = page.evaluate(code, list(given))
            return found, seconds() - before

        def seconds():
            return next(each["value"] for each in watch.send("Performance.getMetrics")["metrics"] if each["name"] == "TaskDuration")

        print(f"{'model':12}{'names a second':>16}{'ms a letter':>14}{'times as fast as without a cache':>36}{'ms to unpack':>16}")
        for name, (start, fewer) in MODELS.items():
            params, config, _ = load_trained(name)
            _, unpacking = timed(SETUP, json.dumps(pack_weights(params, config)), start)
            per_name = {}
            for way, n in (("cached", n_names // fewer), ("anew", n_names // fewer // 10)):
                timed(GO, way, n // 10)   # warm
                letters, spent = timed(GO, way, n)
                per_name[way] = spent / n
                if way == "cached":
                    per_letter = spent / letters
            print(
                f"{name:12}{1 / per_name['cached']:16,.0f}{1000 * per_letter:14.3f}{per_name['anew'] / per_name['cached']:36.1f}{1000 * unpacking:16.0f}"
                + ("   (floor 1,000 names)" if name == "reference" else "")
            )
        browser.close()


if __name__ == "__main__":
    main()

"""The finished site: complete, accessible, small, and without a single request to another server."""

import contextlib
import gzip
import html.parser
import itertools
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from conftest import pages_from, required, settled

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(f"chapters/{file.stem}.html" for file in (ROOT / "chapters").glob("*.ipynb"))
PAGES = CHAPTERS + sorted(f"book/{file.stem}.html" for file in (ROOT / "book").glob("*.md"))
EXTRA_PAGES = ["search.html", "404.html", "index.html"]
PAGE_BYTES = 800_000   # gzipped, all that a chapter's page transfers besides the data of its own figures

# What axe finds in the theme's own markup, which is not ours to change.
THEMES_OWN = {
    "label-content-name-mismatch": "the search button is labelled Search and shows its shortcut as well",
    "region": "the theme's skip link and search dialog stand outside the page's landmarks",
}


# The pages as they lie on the disk -----------------------------------------------------------------------------------


class Page(html.parser.HTMLParser):
    """The links, ids and images of a page."""

    def __init__(self, file):
        super().__init__()
        self.links, self.ids, self.images, self.loaded = [], [], [], []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "img":
            self.images.append(attributes)
        if tag in ("a", "link") and "href" in attributes:
            self.links.append(attributes["href"])
        if "src" in attributes:
            self.links.append(attributes["src"])
            self.loaded.append(attributes["src"])


@pytest.fixture(scope="session")
def pages(built):
    return {file.relative_to(built).as_posix(): Page(file) for file in built.rglob("*.html") if "_static" not in file.parts}


def test_every_page_is_there(pages):
    missing = set(PAGES + EXTRA_PAGES) - set(pages)
    assert not missing, f"not in book/_toc.yml, or not rendered: {sorted(missing)}"


def test_every_link_and_anchor_leads_somewhere(pages, built):
    broken = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or (name == "404.html" and os.environ.get("BOOK_URL") and link.startswith("/")):
                continue
            target = (built / name).parent / unquote(parts.path) if parts.path else built / name
            target = target.resolve()
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                broken.append(f"{name} -> {link}")
            elif parts.fragment and target.suffix == ".html":
                if unquote(parts.fragment) not in pages[target.relative_to(built).as_posix()].ids:
                    broken.append(f"{name} -> {link} (no such anchor)")
    assert not broken, "\n".join(broken)


def test_pages_load_nothing_from_other_servers(pages):
    outside = [f"{name}: {link}" for name, page in pages.items() for link in page.loaded if urlsplit(link).netloc]
    assert not outside, "\n".join(outside)


def test_ids_are_unique_in_a_page(pages):
    twice = [f"{name}: {i}" for name, page in pages.items() for i in sorted(set(page.ids)) if page.ids.count(i) > 1]
    assert not twice, "\n".join(twice)


def test_images_have_a_description_that_is_not_a_file_name(pages):
    poor = [
        f"{name}: {image.get('src')} has alt={image.get('alt')!r}"
        for name, page in pages.items()
        for image in page.images
        if image.get("alt") is None or re.search(r"\.(png|svg|jpe?g)$", image["alt"])
    ]
    assert not poor, "\n".join(poor)


def test_a_book_without_an_address_names_none(built):
    if os.environ.get("BOOK_URL") or os.environ.get("BOOK_REPOSITORY"):
        pytest.skip("This build has an address.")
    text = (built / "book/index.html").read_text(encoding="utf-8")
    assert not (built / "sitemap.xml").exists()
    for word in ("colab", "og:url", "rel=\"canonical\"", "fa-github"):
        assert word not in text, word


def test_a_book_with_an_address_has_buttons_sitemap_and_previews(tmp_path, built):
    repository, url = "https://github.com/someone/some-book", "https://someone.example/some-book/"
    command = [sys.executable, "book/build.py", "--to", str(tmp_path)]
    environment = os.environ | {"BOOK_REPOSITORY": repository, "BOOK_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    site = tmp_path / "_build/html"
    assert url + "book/index.html" in (site / "sitemap.xml").read_text(encoding="utf-8")
    for page in CHAPTERS:
        text = (site / page).read_text(encoding="utf-8")
        notebook = page.replace(".html", ".ipynb")
        assert f"https://colab.research.google.com/github/someone/some-book/blob/main/{notebook}" in text, page
        assert f'href="{repository}"' in text, page
        assert f'<link rel="canonical" href="{url}{page}"' in text, page
        assert re.search(f'<meta property="og:url" content="{re.escape(url + page)}"', text), page
        assert f'<meta property="og:image" content="{url}_static/preview.png"' in text, page
        assert 'property="og:title"' in text and 'property="og:description"' in text, page
    assert 10_000 < (site / "_static/preview.png").stat().st_size < 200_000


# The pages in a browser ----------------------------------------------------------------------------------------------


def on_each(paths, opened="opened"):
    """A test for each of these pages; those of one page stand together, in one process, and share the open page."""
    cases = [pytest.param(path, id=path, marks=pytest.mark.xdist_group(path)) for path in paths]
    return pytest.mark.parametrize(opened, cases, indirect=True)


@pytest.fixture(scope="module")
def opened(request, browser, site):
    with pages_from(browser, site) as open_it:
        yield open_it(request.param, color_scheme="light")


@pytest.fixture(scope="module")
def unscripted(request, browser, site):
    """A page whose scripts do not run."""
    with pages_from(browser, site) as open_it:
        yield open_it(request.param, java_script_enabled=False)


@pytest.fixture
def page(opened):
    """The open page as its reader finds it: on a desk, light, at its top, with nothing unfolded."""
    opened.emulate_media(media="screen", color_scheme="light")
    opened.evaluate("document.querySelectorAll('article details').forEach((box) => { box.open = false; }); scrollTo(0, 0)")
    resize(opened, 1280)
    return opened


AT_REST = "!document.getAnimations().some((change) => change.playState === 'running')"


def resize(page, width):
    """Make the window so wide, and wait until the page is laid out in it and its side columns have slid into place."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function(AT_REST)


def unfold(page):
    page.evaluate("document.querySelectorAll('article details').forEach((box) => { box.open = true; })")


def path_of(page):
    return unquote(urlsplit(page.url).path).lstrip("/")


# Of the code, as much as shows each of its colours: a page has thousands of coloured words. In the dark, colours are what differs.
AXE = """async (scheme) => {
    const seen = new Set();
    const exclude = [...document.querySelectorAll("article pre")].filter((code) => {
        const fresh = [...code.querySelectorAll("span[class]")].map((word) => word.className).filter((colour) => !seen.has(colour));
        fresh.forEach((colour) => seen.add(colour));
        return !fresh.length;
    });
    const only = scheme === "dark" ? { runOnly: ["color-contrast"] } : {};
    return (await axe.run({ include: [document], exclude }, { preload: false, resultTypes: ["violations"], ...only })).violations;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@on_each(PAGES + ["search.html", "404.html"])
def test_page_is_accessible_and_fits_a_phone(page, scheme):
    axe = required("axe_playwright_python")
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("(scheme) => document.documentElement.dataset.theme === scheme", arg=scheme)
    page.wait_for_function(AT_REST)   # the theme fades its colours
    page.wait_for_function(
        "[...document.querySelectorAll('pre')].every((box) => box.scrollWidth <= box.clientWidth || box.tabIndex >= 0)"
    )
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    findings = [
        f"{scheme}: {finding['id']}: {finding['help']}: {node['html'][:200]}"
        for finding in page.evaluate(AXE, scheme)
        for node in finding["nodes"]
        if finding["id"] not in THEMES_OWN
    ]
    assert not findings, "\n".join(findings)
    resize(page, 360)
    wide = page.evaluate("""() => {
        const edge = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= edge) return [];
        const inside = e => { for (e = e.parentElement; e; e = e.parentElement)
            if (["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX)) return true; };
        return [...document.body.querySelectorAll("*")]
            .filter(e => e.getBoundingClientRect().right > edge + 1 && !inside(e)).map(e => e.outerHTML.slice(0, 150));
    }""")
    assert not wide, "it scrolls sideways at 360 pixels because of:\n" + "\n".join(wide)


@on_each(CHAPTERS)
def test_chapter_transfers_little(page, built, site):
    urls = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    files = {unquote(urlsplit(url).path).lstrip("/") for url in urls if url.startswith(site)}
    sizes = {file: len(gzip.compress((built / file).read_bytes())) for file in files if (built / file).is_file()}
    without_data = re.sub(r'(<script type="application/json".*?>).*?(</script>)', r"\1\2", page.content(), flags=re.S)
    sizes[path_of(page)] = len(gzip.compress(without_data.encode()))
    table = "\n".join(f"{size:9,} {file}" for file, size in sorted(sizes.items(), key=lambda pair: -pair[1]))
    assert sum(sizes.values()) <= PAGE_BYTES, f"{sum(sizes.values()):,} bytes gzipped\n{table}"


@pytest.mark.parametrize("path", CHAPTERS)
def test_chapter_opens_from_the_disk(open_page, built, path):
    page = open_page((built / path).as_uri())
    assert page.locator("article h1").first.is_visible()
    assert page.locator("mjx-container").count() or "\\(" not in page.content()


@on_each(CHAPTERS, "unscripted")
def test_chapter_means_something_without_scripts(unscripted):
    figures = unscripted.locator(".gpt-live")
    for index in range(figures.count()):
        words = figures.nth(index).inner_text().strip()
        assert len(words) > 40, f"live figure {index + 1} shows only {words!r} without scripts"
    assert len(unscripted.locator("article").inner_text()) > 2000


@on_each(CHAPTERS)
def test_chapter_prints_its_title_and_text_and_nothing_else(page):
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("h1:visible").count() == 1
    for selector in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", ".prev-next-footer", ".copybtn"):
        assert page.locator(f"{selector}:visible").count() == 0, f"{selector} is printed"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_search_button_leads_to_a_page_that_finds_a_word(open_page):
    page = open_page("book/index.html", viewport={"width": 1280, "height": 800})
    page.locator("button.search-button-field").first.click()
    page.locator("#pst-search-dialog input[type=search]").fill("token")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a", timeout=10_000)


# The palette ---------------------------------------------------------------------------------------------------------

# page and code block, light and dark; then the dark grounds of JupyterLab and VS Code
BACKGROUNDS = [("#ffffff", "#f4f5f7"), ("#14181e", "#222832", "#111111", "#1e1e1e")]

# Machado, Oliveira and Fernandes 2009, complete loss of one kind of cone; on linear RGB
# https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html
EYES = {
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def palette():
    from helpers.palette import PALETTE

    return PALETTE


def linear(colour):
    """#rrggbb -> red, green and blue light, each from 0 to 1."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]


def contrast(one, other):
    """The contrast ratio of the Web Content Accessibility Guidelines, 1 to 21."""
    bright, dark = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def times(matrix, vector):
    return [sum(weight * entry for weight, entry in zip(row, vector, strict=True)) for row in matrix]


def oklab(light):
    """Linear red, green and blue -> Oklab, times 100: equal distances look about equally different (Ottosson 2020)."""
    cones = times(
        [[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]],
        [min(max(share, 0), 1) for share in light],
    )
    to_lab = [[21.045, 79.362, -0.407], [197.800, -242.859, 45.059], [2.590, 78.277, -80.868]]
    return times(to_lab, [cone ** (1 / 3) for cone in cones])


@pytest.mark.parametrize("variant", [0, 1], ids=["light", "dark"])
def test_palette_is_legible_as_text(variant):
    weak = [
        f"{role} {colours[variant]} on {background}: {contrast(colours[variant], background):.2f}"
        for role, colours in palette().items()
        for background in BACKGROUNDS[variant]
        if contrast(colours[variant], background) < 4.5
    ]
    assert not weak, "\n".join(weak)


@pytest.mark.parametrize("variant", [0, 1], ids=["light", "dark"])
def test_numbers_are_legible_on_the_fullest_square(variant):
    from helpers.plotting import NUMBERED

    ground, ink = BACKGROUNDS[variant][0], ("#24292f", "#dfe3e8")[variant]   # as in book.css
    for role, colours in palette().items():
        channels = [round(NUMBERED * int(colours[variant][i : i + 2], 16) + (1 - NUMBERED) * int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
        square = "#" + "".join(f"{channel:02x}" for channel in channels)
        assert contrast(ink, square) >= 4.5, f"{role} on {ground}: {contrast(ink, square):.2f}"


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("variant", [0, 1], ids=["light", "dark"])
def test_palette_is_told_apart(variant, eyes):
    """Two neighbouring just noticeable differences are about 2 apart; the five roles of attention, often seen together, more."""
    seen = {role: oklab(times(EYES[eyes], linear(colours[variant]))) for role, colours in palette().items()}
    attention = {"token", "position", "query", "key", "value"}
    close = []
    for one, other in itertools.combinations(seen, 2):
        wanted = 9.5 if {one, other} <= attention else 6
        distance = math.dist(seen[one], seen[other])
        if distance < wanted:
            close.append(f"{one} and {other}: {distance:.1f}, wanted {wanted}")
    assert not close, "\n".join(close)


def test_pages_use_the_palette(built):
    css = (built / "_static/palette.css").read_text(encoding="utf-8")
    for role, (light, dark) in palette().items():
        assert f"--gpt-{role}:{light}" in css and f"--gpt-{role}:{dark}" in css, role


# Without scripts, on paper, from a file --------------------------------------------------------------------------------


@on_each(CHAPTERS, "unscripted")
def test_formulas_and_code_are_drawn_without_scripts(unscripted):
    assert unscripted.locator(".math:visible").count() == 0, "the source of a formula shows"
    assert unscripted.locator("noscript math").count() == unscripted.locator(".math").count()
    code = unscripted.locator("div.cell_input pre").first
    border, ink = code.evaluate("e => [getComputedStyle(e).borderTopWidth, getComputedStyle(e.querySelector('.kn') ?? e).color]")
    assert border == "1px" and ink != unscripted.locator("article p").first.evaluate("e => getComputedStyle(e).color")


@on_each(CHAPTERS, "unscripted")
def test_without_scripts_a_phone_has_a_way_to_the_other_chapters(unscripted):
    unscripted.set_viewport_size({"width": 360, "height": 800})
    way = unscripted.locator("noscript a", has_text="All chapters")
    assert way.is_visible() and urlsplit(urljoin(unscripted.url, way.get_attribute("href"))).path == "/book/index.html"


@on_each(CHAPTERS)
def test_a_prediction_s_answer_is_folded_and_opens_by_keyboard_and_on_paper(page, built):
    asked = (built / path_of(page)).read_text(encoding="utf-8").count("<strong>Predict")
    folded = page.locator("article .cell.tag_hide-output details.hide")
    assert folded.count() >= asked > 0
    assert folded.locator(".cell_output:visible").count() == 0
    says = folded.first.locator("summary p:visible")
    assert says.all_inner_texts() == ["Make your guess, then open this"]
    folded.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.first.locator(".cell_output").first.is_visible()
    assert says.all_inner_texts() == ["Close this again"]
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("article details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("article details[open]").count() == 1, "what was folded is folded again"


def test_checks_and_dull_code_are_folded_under_a_line_that_says_so(open_page):
    for path, line in [("chapters/12_look_inside.html", "Check what the text says"), ("chapters/14_how_fast.html", "An array that counts its own work")]:
        page = open_page(path)
        cell = page.locator(".cell.tag_hide-input", has_text=line).first
        assert not cell.locator(".cell_input").is_visible()
        assert cell.locator("summary p:visible").all_inner_texts() == [line]
        cell.locator("summary").focus()
        page.keyboard.press("Enter")
        assert cell.locator(".cell_input").is_visible()
        folds = page.locator(".cell.tag_hide-input details")
        folds.evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
        assert not [wide for wide in folds.locator("pre").evaluate_all("all => all.map((code) => code.scrollWidth - code.clientWidth)") if wide > 1]


@on_each([path for path in CHAPTERS if "refresher" not in path])
def test_the_text_that_tells_an_answer_is_out_of_focus(page):
    """The first paragraph below what is folded, or the two after its caption, and the code that checks it; not on paper, and not once it is open."""
    blurred = """() => [...document.querySelectorAll("article .cell.tag_hide-output")].map((cell) => {
        let below = cell.nextElementSibling;
        const drawn = below?.matches("p:has(> em:first-child:last-child)") && /^Figure \\d/.test(below.innerText);
        if (drawn) below = below.nextElementSibling;
        const looks = below?.matches("p") ? [getComputedStyle(below).filter] : [];
        const second = below?.nextElementSibling;
        if (drawn && second?.matches("p:not(:has(strong))")) looks.push(getComputedStyle(second).filter);
        while (below?.matches("p")) below = below.nextElementSibling;
        if (below?.matches(".cell:not(.tag_hide-input)") && /^ *assert/m.test(below.querySelector(".cell_input").innerText)) {
            looks.push(getComputedStyle(below.querySelector(".cell_input")).filter);
        }
        return looks;
    }).flat()"""
    found = page.evaluate(blurred)
    assert found and all(look.startswith("blur") for look in found), found
    page.emulate_media(media="print")
    assert set(page.evaluate(blurred)) == {"none"}
    page.emulate_media(media="screen")
    unfold(page)
    assert set(page.evaluate(blurred)) == {"none"}


@on_each(CHAPTERS)
def test_lines_of_prose_are_short_enough_to_read(page):
    """On a desk, about a hundred letters at most."""
    resize(page, 1600)
    widest = page.evaluate("""() => Math.max(...[...document.querySelectorAll("article section > p:not(.book-run, .book-place)")].map((text) =>
        text.getBoundingClientRect().width / parseFloat(getComputedStyle(text).fontSize)))""")
    assert 30 < widest <= 46, f"{widest:.0f} times the size of its letters"


def test_the_search_from_a_file_says_what_it_cannot_do(open_page, built):
    page = open_page((built / "search.html").as_uri() + "?q=token")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#from-a-file").is_visible()


def test_the_search_at_an_address_shows_the_text(open_page):
    page = open_page("search.html?q=token")
    page.wait_for_selector("#search-results li p.context")
    assert not page.locator("#from-a-file").is_visible()
    inside = page.locator(".bd-search-container input, .bd-article-container input[type=search]").first
    assert inside.evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)") >= 32, "the magnifier lies on the first letter"


@pytest.mark.parametrize("words, title, text", [
    ("bigram", "Glossary > bigram", "A pair of neighbouring tokens"), ("BOS", "Glossary > BOS", "“Beginning of sequence”"),
])
def test_the_search_finds_a_term_of_the_glossary_by_its_name(open_page, words, title, text):
    page = open_page(f"search.html?q={words}")
    hit = page.locator("#search-results li", has=page.get_by_role("link", name=title, exact=True))
    hit.locator("p.context").wait_for()
    assert hit.count() == 1 and hit.locator("p.context").inner_text().lstrip(".").startswith(text)


def test_the_search_reads_of_a_page_what_a_reader_reads(open_page, built):
    page = open_page("search.html")
    for path in PAGES:
        text = page.evaluate("async (path) => Search.htmlToText(await (await fetch(path)).text(), '')", path)
        title = html.unescape(re.search(r"<title>(.*?) &#8212;", (built / path).read_text(encoding="utf-8"))[1])
        assert text.startswith(title), f"{path}: {text[:200]}"
        assert "download the whole book" not in text[: len(title) + 100] and "  " not in text, path


def test_what_does_not_exist_is_answered_by_a_page_of_the_book_wherever_the_book_lies(browser, built):
    """At any depth, below any folder, though no address was configured."""
    if os.environ.get("BOOK_URL"):
        pytest.skip("This build has an address.")

    def serve(route):
        path = unquote(urlsplit(route.request.url).path)
        file = built / path.removeprefix("/some/book/")
        found = path.startswith("/some/book/") and file.is_file()
        kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}.get(file.suffix, "text/html") if found else "text/html"
        route.fulfill(status=200 if found else 404, body=(file if found else built / "404.html").read_bytes(), content_type=kind)

    page = browser.new_page()
    page.route("**/*", serve)
    for path in ("some/book/nowhere.html", "some/book/chapters/nowhere.html", "some/book/a/b/c/"):
        settled(page, f"http://book.example/{path}")
        assert page.get_by_role("heading", name="This page does not exist").is_visible()
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--pst-color-primary')"), f"{path}: without the book's style"
        link = page.get_by_role("navigation").get_by_role("link", name="Glossary").first
        assert link.evaluate("(link) => link.href") == "http://book.example/some/book/book/glossary.html"
        assert page.locator("a[href$='#main-content']").evaluate("(link) => link.href") == f"http://book.example/{path}#main-content"
    settled(page, "http://book.example//elsewhere.example/nowhere.html")
    assert page.evaluate("new URL(document.baseURI).host") == "book.example"
    page.close()


@on_each(CHAPTERS)
def test_text_in_pictures_is_large_enough_on_a_phone(page):
    resize(page, 360)
    unfold(page)
    small = page.evaluate("""() => [...document.querySelectorAll("article .gpt-picture svg text")].map((text) => {
        const scale = text.ownerSVGElement.getBoundingClientRect().width / text.ownerSVGElement.viewBox.baseVal.width;
        return [text.textContent, parseFloat(getComputedStyle(text).fontSize) * scale];
    }).filter(([, size]) => size < 9)""")
    assert not small, f"letters below 9 pixels: {small[:5]}"


@on_each(PAGES)
def test_nothing_is_cut_off_without_a_way_to_reach_it(page):
    """At 360 and 1280: whatever is wider than its box scrolls there, and says so by its edge or can be reached by keyboard."""
    for width in (360, 1280):
        resize(page, width)
        cut = page.evaluate("""() => [...document.querySelectorAll("article *")].filter((box) =>
            box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0 && getComputedStyle(box).overflowX === "hidden"
            && !box.closest(".math, mjx-container, .visually-hidden, svg")).map((box) => box.outerHTML.slice(0, 120))""")
        assert not cut, f"at {width}: cut off: {cut}"


SCROLLERS = """() => {
    const boxes = [...document.querySelectorAll("article *")].filter((box) =>
        ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.clientWidth > 0 && !box.matches("select, input, textarea"));
    return boxes.map((box) => {
        const goesOn = box.scrollWidth > box.clientWidth + 1;
        const wrong = goesOn || box.scrollHeight > box.clientHeight + 1 ? box.tabIndex !== 0 && "no tab stop" : box.tabIndex === 0 && "a tab stop for nothing";
        return [wrong || (goesOn && !getComputedStyle(box).backgroundImage.includes("gradient") && "no shadow"), box.outerHTML.slice(0, 120)];
    }).filter(([wrong]) => wrong);
}"""


@on_each(PAGES)
def test_what_scrolls_says_so_and_the_keyboard_stops_there_and_only_there(page):
    for width in (360, 1280, 360):
        resize(page, width)
        unfold(page)
        with contextlib.suppress(required("playwright.sync_api").TimeoutError):
            page.wait_for_function(f"({SCROLLERS})().length === 0", timeout=20_000)
        page.keyboard.press("Tab")
        wrong = page.evaluate(SCROLLERS)
        assert not wrong, "\n".join([f"at {width}:", *(": ".join(each) for each in wrong)])


def test_a_box_whose_text_grows_unseen_is_reached_by_tab_all_the_same(open_page):
    """Wider letters change the size of no box, so nothing tells the page that this one scrolls now."""
    page = open_page("chapters/01_names_and_tokens.html")
    box = page.locator("article div.cell_input pre").first
    stop = "box => box.tabIndex"
    page.wait_for_function("(box) => box.tabIndex === -1", arg=box.element_handle())
    box.evaluate("box => { for (const part of box.querySelectorAll('span')) part.style.letterSpacing = '1em'; }")
    page.keyboard.press("Tab")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth + 1") and box.evaluate(stop) == 0


def test_what_tells_no_answer_stays_in_focus(open_page):
    """Where to read up what a question needs, and live figures below a prediction."""
    for path, part in [("chapters/refresher.html", "article p:has(> a[href^='#'])"), ("chapters/12_look_inside.html", "article .gpt-live")]:
        blurred = "parts => parts.map(part => { while (part && getComputedStyle(part).filter === 'none') part = part.parentElement; return part; })"
        found = open_page(path).locator(part).evaluate_all(blurred)
        assert found and not any(found), path


def test_cells_of_the_file_have_a_coloured_edge_and_others_have_none(open_page):
    edges = "cells => cells.map(cell => getComputedStyle(cell).borderLeftWidth)"
    page = open_page("chapters/13_one_page.html")
    of_the_file = page.locator(".cell.tag_one-page > .cell_input > div").evaluate_all(edges)
    assert of_the_file and all(float(edge.removesuffix("px")) > 2 for edge in of_the_file)
    assert set(page.locator(".cell:not(.tag_one-page) > .cell_input > div").evaluate_all(edges)) == {"0px"}


def test_a_long_formula_can_be_reached_on_a_phone(open_page):
    page = open_page("chapters/02_guess_by_counting.html", viewport={"width": 360, "height": 740})
    long = page.locator("div.math[tabindex='0']").first
    long.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(box) => box.scrollLeft > 0", arg=long.element_handle())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@on_each(CHAPTERS)
def test_no_line_of_code_is_cut_off_on_a_desk(page):
    wide = page.evaluate("""() => [...document.querySelectorAll("article div.cell_input pre, article details pre")]
        .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.innerText).map((box) => box.innerText.slice(0, 80))""")
    assert not wide, wide

// A reader's place: the chapters that they marked as done, and the exercises that they solved. Only this browser keeps it, nothing is
// sent. On paper, without scripts, and where a browser keeps nothing, there is nothing to mark.
{
  const KEY = "how-gpt-works: place";
  const HINT = "At a chapter's end you can mark it as done, and an exercise as solved. It is then shown here. Only this browser keeps it.";
  const NOTHING = "This browser lets pages keep nothing, so what you have read and solved cannot be shown here.";
  let keeps = true;
  try { localStorage.setItem(`${KEY}?`, ""); localStorage.removeItem(`${KEY}?`); } catch { keeps = false; }

  // What is kept: a list of "chapter" and "chapter#exercise", by names that stay when chapters are numbered anew.
  const read = () => {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(KEY)); } catch { kept = []; }
    return new Set(Array.isArray(kept) ? kept.filter((mark) => typeof mark === "string") : []);
  };
  const write = (marks) => {
    try { localStorage.setItem(KEY, JSON.stringify([...marks])); } catch { /* no room left: the box shows that nothing was kept */ }
  };
  const forget = () => localStorage.removeItem(KEY);

  const chapterOf = (address) => new URL(address, document.baseURI).pathname.match(/\/chapters\/\d\d_(\w+)(?:\.html)?$/)?.[1];
  const solvedOf = (marks, chapter) => [...marks].filter((mark) => mark.startsWith(`${chapter}#`));
  const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
  const summary = (marks) => {
    const solved = [...marks].filter((mark) => mark.includes("#")).length;
    return [[marks.size - solved, "chapter"], [solved, "exercise"]].filter(([n]) => n).map(([n, what]) => counted(n, what)).join(" and ");
  };
  const element = (name, properties, ...parts) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...parts);
    return made;
  };

  // Where marks are shown: by each link to a chapter in the menu and in the roads, in the list of chapters, in the boxes of this page.
  const beside = (marks, chapter, exercises) => {
    const solved = solvedOf(marks, chapter), here = exercises?.filter((id) => solved.includes(`${chapter}#${id}`));
    const parts = [];
    if (marks.has(chapter)) parts.push("✓ done");
    if (solved.length) parts.push(here ? `${here.length} of ${counted(exercises.length, "exercise")} solved` : `${solved.length} solved`);
    return parts.join(", ");
  };
  const show = () => {
    const marks = read();
    document.querySelectorAll(".book-mark").forEach((mark) => mark.remove());
    const mark = (place, words) => { if (words) place.append(element("span", { className: "book-mark" }, ` ${words}`)); };
    for (const link of document.querySelectorAll("nav.bd-links a, .book-roads a")) {
      const chapter = chapterOf(link.href);
      if (chapter) mark(link.closest(".book-roads li") ?? link, beside(marks, chapter));
    }
    for (const entry of document.querySelectorAll("[data-chapter]")) {
      mark(entry.querySelector(".book-time"), beside(marks, entry.dataset.chapter, entry.dataset.exercises.split(" ")));
    }
    for (const box of document.querySelectorAll("[data-mark]")) box.checked = marks.has(box.dataset.mark);
    for (const button of document.querySelectorAll(".book-forget button")) {
      button.hidden = !marks.size;
      button.previousElementSibling.textContent = marks.size ? `Marked as done or solved: ${summary(marks)}.` : HINT;
    }
  };

  // What is added to a page.
  const box = (mark, ...words) => {
    const input = element("input", { type: "checkbox" });
    input.dataset.mark = mark;
    input.addEventListener("change", () => {
      const marks = read();
      marks[input.checked ? "add" : "delete"](mark);
      write(marks);
      show();
    });
    return element("label", {}, input, ...words);
  };
  const addBoxes = (article, chapter) => {
    for (const exercise of article.querySelectorAll("#exercises > section")) {
      const heading = exercise.querySelector("h3");
      const title = element("span", { className: "visually-hidden" }, ` ${heading.firstChild.textContent}`);
      heading.after(element("p", { className: "book-place" }, box(`${chapter}#${exercise.id}`, "Solved", title)));
    }
    const list = element("a", { href: "../book/index.html#chapter-list" }, "list of chapters");
    article.append(element("p", { className: "book-place book-done" },
      box(chapter, "I am done with this chapter"), element("span", {}, "The menu and the ", list, " show it. Only this browser keeps it.")));
  };
  const addForget = (list) => {
    const text = element("p", { tabIndex: -1, role: "status" }, keeps ? HINT : NOTHING);
    const button = element("button", { type: "button", hidden: true }, "Forget all of it");
    button.addEventListener("click", () => {
      const marks = read();
      forget();
      show();
      text.textContent = `Forgotten: ${summary(marks)}.`;
      text.focus();
    });
    list.after(element("div", { className: "book-place book-forget" }, text, button));
  };

  addEventListener("DOMContentLoaded", () => {
    const article = document.querySelector("article"), chapter = chapterOf(location.href), list = document.querySelector("#chapter-list");
    if (article && chapter && keeps) addBoxes(article, chapter);
    if (list) addForget(list);
    if (keeps) show();
  });
  addEventListener("storage", show);   // another tab marked something
  addEventListener("pageshow", (event) => { if (event.persisted) show(); });   // the reader came back
}

// What is folded on the screen is open on paper, and folded again afterwards.
{
  const folded = () => [...document.querySelectorAll("article details:not([open])")];
  let opened = [];
  addEventListener("beforeprint", () => { opened = folded(); opened.forEach((box) => { box.open = true; }); });
  addEventListener("afterprint", () => opened.forEach((box) => { box.open = false; }));
}

// What is wider than its place is reached by keyboard there, and the keyboard does not stop where nothing scrolls: at all times, also
// when a box is opened, a formula drawn or the window turned. Live figures do so for themselves.
{
  const kinds = "pre, .gpt-picture, .book-wide, .cell_output > .output, .pst-scrollable-table-container, div.math";
  const scrolls = (box) => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  const settle = (changes) => {   // measures all, then sets: in turns, each measuring would lay the page out anew
    const boxes = [...new Set(changes.map(({ target }) => target.closest(kinds)))].map((box) => [box, scrolls(box) ? 0 : -1]);
    for (const [box, stop] of boxes) if (box.tabIndex !== stop) box.tabIndex = stop;
  };
  const watch = new ResizeObserver(settle);
  const again = new MutationObserver(settle);   // the theme sets some, too
  const all = () => [...document.querySelectorAll("article :is(" + kinds + ")")];
  addEventListener("keydown", ({ key }) => {   // and once more when it matters, should a change have gone unseen
    if (key === "Tab") settle(all().map((target) => ({ target })));
  }, true);
  addEventListener("DOMContentLoaded", () => {
    for (const box of all()) {
      watch.observe(box);
      again.observe(box, { attributeFilter: ["tabindex"] });
      for (const part of box.children) watch.observe(part);
    }
  });
}

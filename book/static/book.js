// What is folded on the screen is open on paper, and folded again afterwards.
{
  const folded = () => [...document.querySelectorAll("article details:not([open])")];
  let opened = [];
  addEventListener("beforeprint", () => { opened = folded(); opened.forEach((box) => { box.open = true; }); });
  addEventListener("afterprint", () => opened.forEach((box) => { box.open = false; }));
}

// Only for the search page: what it makes of the index, and of the pages that it reads, before it shows them.
{
  // A term of the glossary comes under its own name. (In the index entries are in small letters; in anchors, MLP is MLP.)
  const found = Search._performSearch;
  Search._performSearch = (...query) => {
    const termOf = {};
    for (const [entry, places] of Object.entries(Search._index.indexentries)) {
      for (const [, id] of places) termOf[`#${id}`] = entry.replace(/\w+/g, (word) => id.split("-").find((part) => part.toLowerCase() === word) ?? word);
    }
    return found(...query).map(([page, title, anchor, ...rest]) => [page, anchor in termOf ? `${title} > ${termOf[anchor]}` : title, anchor, ...rest]);
  };

  // Of a page, the article: its text first, code and what it prints afterwards, and no word glued to the next one.
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const article = page.querySelector("article");
    article.querySelectorAll(".headerlink, .book-run, script, style, noscript, summary").forEach((part) => part.remove());
    article.append(...article.querySelectorAll("div.cell"));
    article.querySelectorAll("h1, h2, h3, h4, p, li, dt, dd, th, td, pre, div, [style*='display:block']").forEach((part) => part.prepend(" "));
    const part = (anchor && article.querySelector(anchor)) || article;
    return (part.matches("dt") ? article.querySelector(`${anchor} ~ dd`) : part).textContent.replace(/\s+/g, " ").trim();
  };
}

// What only the search page shows, the marking of found words on arrival, and the index from the disk.

/** All results with their facets. The query is the whole state, and stands in the address. */
function searchPage(page, form) {
  const input = form.elements.q;
  const [side, list, button] = [".facets", ".hits", ".more"].map((name) => page.querySelector(name));
  const every = document.getElementById("every-record");
  const { title } = document;
  const wide = matchMedia("(min-width: 62rem)");
  wide.onchange = () => (side.open = wide.matches);
  wide.onchange();

  const options = { facets: true };
  let place;
  const show = (result) => {
    // What stands already stays: "show more" must not move it.
    const known = result && list.query === result.query ? [...list.children] : [];
    list.replaceChildren(...known, ...(result ? result.results.slice(known.length).map((hit) => hitRow(hit, result)) : recents().map((query) => h("li", {}, asking(query, ask)))));
    list.query = result?.query;
    side.hidden = !result;
    every.hidden = Boolean(result);
    button.hidden = !(result?.total > list.childElementCount);
    if (result) {
      const focused = document.activeElement.id;
      side.lastElementChild.replaceChildren(...facets(result, ask, side));
      if (focused) document.getElementById(focused)?.focus();
    }
    if (place) scrollTo({ top: place, behavior: "instant" });
    place = 0;
  };
  const arriveAt = (query, state) => {
    options.limit = state?.limit ?? 20;
    place = state?.place;
    input.value = query;
    document.title = query.trim() ? `${query.trim()} · ${title}` : title;
    return run();
  };
  /** Answers a query, as a new step of the history or in place of the present one. */
  const ask = (query, replace) => {
    const url = address(query);
    if (replace) history.replaceState(null, "", url);
    else if (url !== location.href) history.pushState(null, "", url);
    arriveAt(query);
  };
  const run = searcher(page, input, show, ask, options);
  const fromAddress = () => arriveAt(new URLSearchParams(location.search).get("q") ?? "", history.state);

  input.addEventListener("input", () => ask(input.value, true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    remember(input.value);
    ask(input.value);
  });
  list.addEventListener("click", () => remember(input.value));
  button.addEventListener("click", async () => {
    const last = list.childElementCount;
    options.limit += 20;
    await run();
    list.children[last]?.querySelector("a").focus();
  });
  addEventListener("popstate", fromAddress);
  // Where the reader was, for when they come back.
  addEventListener("pagehide", () => history.replaceState({ limit: options.limit, place: scrollY }, ""));
  history.scrollRestoration = "manual";
  fromAddress();
  if (!input.value) input.focus();
}

/** Check boxes; a tick writes a filter into the query, and takes it out again. */
function facets(result, ask, old) {
  const names = { state: "status", collection: "in", tag: "tag", author: "author", year: "year" };
  return Object.entries(names).flatMap(([facet, filter]) => {
    const values = result.facets[facet];
    if (values.length < 2 && !values[0]?.selected) return [];
    const rows = values.map(({ value, label, count, selected }) => {
      const onchange = () => ask(toggle(result.query, filter, value));
      const tick = h("input", { type: "checkbox", id: `${filter}:${value}`, checked: selected, onchange });
      return h("label", {}, tick, h("span", { className: "value" }, capital(label)), h("span", { className: "count" }, number(count)));
    });
    const rest = rows.splice(8);
    const more = h("details", { id: `more-${facet}`, open: old.querySelector(`#more-${facet}`)?.open ?? false }, h("summary", {}, `${number(rest.length)} more`), ...rest);
    return h("fieldset", {}, h("legend", {}, capital(facet)), ...rows, rest.length > 0 && more);
  });
}

/** A result as an entry of the list. */
function hitRow(hit, result) {
  const text = h("p", { className: "hit-text" });
  const link = h("a", { href: target(hit) }, ...titled(hit));
  excerpt(hit, result, text, link);
  return h("li", { className: "hit" }, h("h2", { className: "hit-title" }, stateMark(hit), link), h("p", { className: "hit-facts" }, ...facts(hit, "a")), text);
}

/** Marks the words that were searched for in the section that the address names, without touching the page. */
function arrive() {
  const url = new URL(location.href);
  const wanted = url.searchParams.get("highlight");
  const prose = document.querySelector(".prose");
  if (!wanted || !prose) return;
  url.searchParams.delete("highlight");
  history.replaceState(history.state, "", url);
  if (!globalThis.Highlight) return;

  const section = document.getElementById(decodeURIComponent(url.hash.slice(1)));
  const words = new Map(wanted.split(" ").slice(0, 50).map((word) => [word, [word]]));
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const hits = [];
  let inside = !section;
  let before = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (/^H[1-6]$/.test(node.tagName)) inside = !section || node.contains(section);
    if (!inside || !node.data) continue;
    const tokens = tokenize(node.data);
    for (const { start, end, position, units } of hitsIn(tokens, words)) {
      const range = new Range();
      range.setStart(node, start);
      range.setEnd(node, end);
      hits.push({ position: before + position, units, range });
    }
    before += tokens.length;
  }
  if (!hits.length) return;
  CSS.highlights.set("search", new Highlight(...hits.map((hit) => hit.range)));
  const { top, bottom } = hits[densest(hits).at].range.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) scrollBy({ top: top - innerHeight / 3, behavior: "instant" });
  addEventListener("keydown", ({ key }) => key === "Escape" && CSS.highlights.delete("search"));
}

let disk;
/** A file of an index from the disk, where browsers let a page read none but may run a script, which holds small indexes. */
async function fromDisk(base, path) {
  disk ??= script(new URL("inline.js", base)).catch(() => {
    throw new SearchError("A browser does not let pages from the disk read a search index, and that of this site is too large to lie in a script. It works when the folder is served: python3 -m http.server");
  });
  await disk;
  return { bytes: Uint8Array.from(atob(annalsIndex[path]), (char) => char.charCodeAt(0)), ranged: false };
}

annals.more = { understand, narrow, guess, meant, words, fromDisk };
if (globalThis.document) {
  const page = document.getElementById("search-page");
  if (page) searchPage(page, document.querySelector(".search-form"));
  arrive();
}

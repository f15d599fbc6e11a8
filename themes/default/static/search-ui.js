// The search box on every page, the search page, and the marking of found words on arrival. What is found, and in
// which order, is `search.js`'s; the elements that stay are the templates'. All text goes in as text, never as markup.

"use strict";

{
  const opener = document.querySelector(".search-open");
  const root = new URL(".", opener.href);
  const index = annals.index(new URL("search/", root));
  const number = new Intl.NumberFormat(document.documentElement.lang || "en");

  const dialog = document.querySelector(".search-box");
  if (dialog) searchBox(dialog);
  else searchPage(document.getElementById("search-page"), document.querySelector(".search-form"));
  arrive();

  // ── The box ──────────────────────────────────────────────────────────────────────────────────

  /** Results while typing, moved through with the arrows while the focus stays in the field. */
  function searchBox(dialog) {
    const form = dialog.querySelector("form");
    const input = form.elements.q;
    const list = dialog.querySelector("[role=listbox]");
    const all = dialog.querySelector("footer a");
    let active;

    const choose = (option) => {
      active?.setAttribute("aria-selected", "false");
      active = option;
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option?.id ?? "");
    };
    const show = (nodes, result) => {
      nodes.forEach((node, at) => Object.assign(node, { role: "option", id: `search-option-${at}`, tabIndex: -1 }));
      list.replaceChildren(...nodes);
      list.scrollTop = 0;
      list.hidden = !nodes.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      choose(result && nodes[0]);
      all.hidden = !(result?.total > nodes.length);
      all.href = address(input.value);
    };
    const run = searcher(dialog, input, () => 10, (result) => show((result ? result.results.map((hit) => hitLink(hit, result)) : recents().map((query) => asking(query, ask))), result));
    const ask = (query) => {
      input.value = query;
      input.focus();
      run();
    };
    run.ask = ask;

    input.addEventListener("input", run);
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const nodes = [...list.children];
      if (event.isComposing || !step || !nodes.length) return;
      event.preventDefault();
      const at = active ? nodes.indexOf(active) + step : Math.min(step, 0);
      choose(nodes.at(at % nodes.length));
    });
    form.addEventListener("submit", (event) => {
      // Results of other words than those in the field are not to be opened: then the search page answers.
      if (active && run.settled === input.value) active.click();
      else if (input.value.trim()) return remember(input.value);
      event.preventDefault();
    });
    list.addEventListener("pointermove", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option && option !== active) choose(option);
    });
    dialog.addEventListener("click", ({ target }) => {
      if (target.closest(".hit, footer a")) remember(input.value);
      if (target.closest(".hit")) dialog.close();
    });
    run();
  }

  // ── The search page ──────────────────────────────────────────────────────────────────────────

  /** All results with their facets. The query is the whole state, and stands in the address. */
  function searchPage(page, form) {
    const input = form.elements.q;
    const [side, list, more] = [".facets", ".hits", ".more"].map((name) => page.querySelector(name));
    const every = document.getElementById("every-record");
    const title = document.title;
    const wide = matchMedia("(min-width: 62rem)");
    wide.onchange = () => (side.open = wide.matches);
    wide.onchange();

    let limit;
    let place;
    const run = searcher(page, input, () => limit, (result) => {
      // What stands already stays: "show more" must not move it.
      const known = result && list.query === result.query ? [...list.children] : [];
      list.replaceChildren(...known, ...(result ? result.results.slice(known.length).map((hit) => hitRow(hit, result)) : recents().map((query) => h("li", {}, asking(query, ask)))));
      list.query = result?.query;
      side.hidden = !result;
      every.hidden = Boolean(result);
      more.hidden = !(result?.total > list.childElementCount);
      if (result) {
        const focused = document.activeElement.id;
        side.lastElementChild.replaceChildren(...facets(result, ask, side));
        if (focused) document.getElementById(focused)?.focus();
      }
      if (place) scrollTo({ top: place, behavior: "instant" });
      place = 0;
    });
    const arriveAt = (query, state) => {
      limit = state?.limit ?? 20;
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
    run.ask = ask;
    const fromAddress = () => arriveAt(new URLSearchParams(location.search).get("q") ?? "", history.state);

    input.addEventListener("input", () => ask(input.value, true));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remember(input.value);
      ask(input.value);
    });
    list.addEventListener("click", () => remember(input.value));
    more.addEventListener("click", async () => {
      const last = list.childElementCount;
      limit += 20;
      await run();
      list.children[last]?.querySelector("a").focus();
    });
    addEventListener("popstate", fromAddress);
    // Where the reader was, for when they come back.
    addEventListener("pagehide", () => history.replaceState({ limit, place: scrollY }, ""));
    history.scrollRestoration = "manual";
    fromAddress();
    if (!input.value) input.focus();
  }

  /** Check boxes; a tick writes a filter into the query, and takes it out again. */
  function facets(result, ask, old) {
    const names = { state: "status", collection: "in", tag: "tag", author: "author", year: "year" };
    return Object.entries(names).flatMap(([facet, filter]) => {
      const values = result.facets[facet] ?? [];
      if (values.length < 2 && !values[0]?.selected) return [];
      const rows = values.map(({ value, label, count, selected }) => {
        const tick = h("input", { type: "checkbox", id: `${filter}:${value}`, checked: selected });
        tick.addEventListener("change", () => ask(annals.toggle(result.query, filter, value)));
        return h("label", {}, tick, h("span", { className: "value" }, capital(label)), h("span", { className: "count" }, number.format(count)));
      });
      const rest = rows.splice(8);
      const more = h("details", { id: `more-${facet}`, open: old.querySelector(`#more-${facet}`)?.open ?? false }, h("summary", {}, `${number.format(rest.length)} more`), ...rest);
      return h("fieldset", {}, h("legend", {}, capital(facet)), ...rows, rest.length > 0 && more);
    });
  }

  // ── What both show ───────────────────────────────────────────────────────────────────────────

  /** Answers what is in the field; only the latest question gets its answer shown. Nothing asked: shows nothing. */
  function searcher(place, input, limit, show) {
    const [count, notes, tips] = ["output", ".notes", ".tips"].map((name) => place.querySelector(name));
    let running;
    const say = (text, ...lines) => {
      count.value = text;
      notes.replaceChildren(...lines);
      tips.hidden = Boolean(input.value.trim());
      place.classList.remove("busy");
    };
    const run = async () => {
      running?.abort();
      const { signal } = (running = new AbortController());
      const query = input.value;
      run.settled = undefined;
      if (!query.trim()) {
        const clear = button("Forget them", () => {
          remember();
          run.ask("");
        });
        say("", ...(recents().length ? [h("p", { className: "label" }, "Recent searches", clear)] : []));
        return show();
      }
      place.classList.add("busy");
      try {
        const result = await index.search(query, { limit: limit(), signal, facets: place !== dialog });
        if (signal.aborted) return;
        say(records(result.total), ...explain(result, run.ask));
        show(result);
        run.settled = query;
      } catch (problem) {
        if (signal.aborted) return;
        show();
        say("", h("div", { className: "failure", role: "alert" }, h("p", {}, problem.message), button("Try again", run)));
      }
    };
    return run;
  }

  /** What has to be said of an answer: what was not understood, what was perhaps meant, why nothing was found. */
  function explain({ query, total, messages, did_you_mean: meant }, ask) {
    const plain = annals.words(query);
    return [
      !total && h("p", { className: "nothing" }, `Nothing found for “${query.trim()}”.`),
      ...messages.map((message) => h("p", {}, message)),
      meant && h("p", {}, "Did you mean ", asking(meant, ask), "?"),
      !total && plain && plain !== query.trim() && h("p", {}, "Without filters and exclusions: ", asking(plain, ask)),
    ].filter(Boolean);
  }

  /** A result as one link, for the box. */
  function hitLink(hit, result) {
    const text = h("span", { className: "hit-text" });
    const link = h("a", { className: "hit", href: target(hit) }, h("span", { className: "hit-title" }, stateMark(hit), h("span", {}, ...titled(hit))), h("span", { className: "hit-facts" }, ...facts(hit)), text);
    whenSeen(link, () => excerpt(hit, result, text, link));
    return link;
  }

  /** A result as an entry of the search page's list. */
  function hitRow(hit, result) {
    const text = h("p", { className: "hit-text" });
    const link = h("a", { href: target(hit) }, ...titled(hit));
    const row = h("li", { className: "hit" }, h("h2", { className: "hit-title" }, stateMark(hit), link), h("p", { className: "hit-facts" }, ...facts(hit, "a")), text);
    whenSeen(row, () => excerpt(hit, result, text, link));
    return row;
  }

  function titled({ name, title }) {
    return [name && h("span", { className: "number" }, name), " ", title];
  }

  function stateMark({ status }) {
    return stated(h("span", { className: "state bare" }, h("span", {}, capital(status.label))), status);
  }

  /** The author's word for the state, what holds instead, where it belongs, and its day. */
  function facts({ status, head, date, collection }, link = "span") {
    return [
      stated(h("span", { className: "state-word" }, capital(status.label)), status),
      head && h("span", { className: "now" }, "now ", h(link, { href: new URL(head.url, root) }, head.title)),
      h("span", {}, collection),
      date && h("time", { dateTime: date }, day(date)),
    ];
  }

  function stated(element, { state }) {
    element.dataset.state = state;
    return element;
  }

  /** Fills in the passage that matches best, and lets the link lead to its section. */
  async function excerpt(hit, result, place, link) {
    try {
      const { anchor, heading, text, marks, words } = await index.excerpt(hit, result);
      let at = 0;
      const parts = marks.flatMap(([start, length]) => {
        const before = text.slice(at, start);
        at = start + length;
        return [before, h("mark", {}, text.slice(start, at))];
      });
      if (heading) parts.unshift(h("b", {}, heading), " ");
      place.replaceChildren(...parts, text.slice(at));
      link.href = target(hit, anchor, words);
    } catch {
      place.replaceChildren(h("i", {}, "The passage could not be loaded."));
    }
  }

  function target({ url: path }, anchor = "", words = []) {
    const url = new URL(path, root);
    if (words.length) url.searchParams.set("highlight", words.join(" "));
    url.hash = anchor;
    return url.href;
  }

  function address(query) {
    const url = new URL(opener.href);
    if (query.trim()) url.searchParams.set("q", query);
    return url.href;
  }

  function records(total) {
    return total === 1 ? "1 record" : `${number.format(total)} records`;
  }

  function asking(query, ask) {
    const link = h("a", { className: "ask", href: address(query) }, query);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ask(query);
    });
    return link;
  }

  /** The latest searches that led somewhere. */
  function recents() {
    try {
      return JSON.parse(localStorage.getItem(`annals-searches:${root.pathname}`)).slice(0, 6).map(String);
    } catch {
      // Nothing is kept, or storage is closed.
      return [];
    }
  }

  /** Puts one in front; without one, forgets them all. */
  function remember(query) {
    if (query?.trim() === "") return;
    const kept = query ? [query.trim().slice(0, 200), ...recents().filter((other) => other !== query.trim())] : [];
    try {
      localStorage.setItem(`annals-searches:${root.pathname}`, JSON.stringify(kept));
    } catch {
      // Storage is closed.
    }
  }

  // ── Arrival ──────────────────────────────────────────────────────────────────────────────────

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
      const tokens = annals.tokenize(node.data);
      for (const { start, end, position, units } of annals.hitsIn(tokens, words)) {
        const range = new Range();
        range.setStart(node, start);
        range.setEnd(node, end);
        hits.push({ position: before + position, units, range });
      }
      before += tokens.length;
    }
    if (!hits.length) return;
    CSS.highlights.set("search", new Highlight(...hits.map((hit) => hit.range)));
    const { top, bottom } = hits[annals.densest(hits).at].range.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) scrollBy({ top: top - innerHeight / 3, behavior: "instant" });
    addEventListener("keydown", ({ key }) => key === "Escape" && CSS.highlights.delete("search"));
  }

  // ── Elements ─────────────────────────────────────────────────────────────────────────────────

  function h(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(Boolean));
    return element;
  }

  function button(text, then) {
    const element = h("button", { type: "button" }, text);
    element.addEventListener("click", then);
    return element;
  }

  function whenSeen(element, then) {
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      watch.disconnect();
      then();
    });
    watch.observe(element);
  }

  /** `2024-03-01` → `1 Mar 2024`, as the pages write it. */
  function day(date) {
    const [year, month, day] = date.split("-").map(Number);
    return `${day} ${"JanFebMarAprMayJunJulAugSepOctNovDec".slice(3 * month - 3, 3 * month)} ${year}`;
  }

  function capital(word) {
    return word.slice(0, 1).toUpperCase() + word.slice(1);
  }
}

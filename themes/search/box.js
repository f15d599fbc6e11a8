// The search box on every page, and what the search page shows as it does. The elements that stay are the templates'.
// All text goes in as text, never as markup.

const opener = globalThis.document?.querySelector(".search-open");
const site = opener && new URL(".", opener.href);
const home = opener && new URL("search/", site);
const records = opener && index(home, loading(home, opener.root));
const dialog = opener && document.querySelector(".search-box");
const number = (value) => value.toLocaleString(document.documentElement.lang || "en");

/** Results while typing, moved through with the arrows while the focus stays in the field. */
function searchBox() {
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
  const show = (result) => {
    const nodes = result ? result.results.map((hit) => hitLink(hit, result)) : recents().map((query) => asking(query, ask));
    nodes.forEach((node, at) => Object.assign(node, { role: "option", id: `search-option-${at}`, tabIndex: -1 }));
    list.replaceChildren(...nodes);
    list.scrollTop = 0;
    list.hidden = !nodes.length;
    input.setAttribute("aria-expanded", !list.hidden);
    choose(result && nodes[0]);
    all.hidden = !(result?.total > nodes.length);
    all.href = address(input.value);
  };
  const ask = (query) => {
    input.value = query;
    input.focus();
    run();
  };
  const run = searcher(dialog, input, show, ask);

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
  // The index opens while the first word is being typed; on a page that only marks words, not before the field is used.
  const open = () => records.search("").catch(() => {});
  if (opener.root) open();
  else input.addEventListener("focus", open, { once: true });
}

/** Answers what is in the field; only the latest question gets its answer shown. Nothing asked: shows nothing. */
function searcher(place, input, show, ask, options = {}) {
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
        ask("");
      });
      say("", ...(recents().length ? [h("p", { className: "label" }, "Recent searches", clear)] : []));
      return show();
    }
    place.classList.add("busy");
    try {
      const result = await records.search(query, { ...options, signal });
      if (signal.aborted) return;
      const { total, with_all_words: whole } = result;
      const all = total === 1 ? "1 record" : `${number(total)} records`;
      say(whole < total ? `${all}, ${whole ? number(whole) : "none"} with all words` : all, ...explain(result, ask));
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
function explain({ query, total, messages, did_you_mean: meant, forms }, ask) {
  const plain = !total && forms.size && annals.more?.words(query);
  return [
    !total && h("p", { className: "nothing" }, `Nothing found for “${query.trim()}”.`),
    ...messages.map((message) => h("p", {}, ...message.split("`").map((text, at) => (at % 2 ? h("code", {}, text) : text)))),
    meant && h("p", {}, "Did you mean ", asking(meant, ask), "?"),
    plain && plain !== query.trim() && h("p", {}, "Without filters and exclusions: ", asking(plain, ask)),
  ].filter(Boolean);
}

/** A result as one link. */
function hitLink(hit, result) {
  const text = h("span", { className: "hit-text" });
  const link = h("a", { className: "hit", href: target(hit) }, h("span", { className: "hit-title" }, stateMark(hit), h("span", {}, ...titled(hit))), h("span", { className: "hit-facts" }, ...facts(hit)), text);
  excerpt(hit, result, text, link);
  return link;
}

function titled({ name, title }) {
  return [name && h("span", { className: "number" }, name), " ", title];
}

function stateMark({ status }) {
  return stated("state bare", status, h("span", {}, capital(status.label)));
}

/** The author's word for the state, what holds instead, where it belongs, and its day. */
function facts({ status, head, date, collection }, link = "span") {
  return [
    stated("state-word", status, capital(status.label)),
    head && h("span", { className: "now" }, "now ", h(link, { href: new URL(head.url, site) }, head.title)),
    h("span", {}, collection),
    date && h("time", { dateTime: date }, day(date)),
  ];
}

function stated(className, { state }, content) {
  const element = h("span", { className }, content);
  element.dataset.state = state;
  return element;
}

/** Fills in the passage that matches best once it is seen, and lets the link lead to its section. */
function excerpt(hit, result, place, link) {
  const watch = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    watch.disconnect();
    try {
      const { anchor, heading, text, marks, words } = await records.excerpt(hit, result);
      let at = 0;
      const parts = marks.flatMap(([start, length]) => {
        const before = text.slice(at, start);
        at = start + length;
        return [before, h("mark", {}, text.slice(start, at))];
      });
      place.replaceChildren(...(heading ? [h("b", {}, heading), " "] : []), ...parts, text.slice(at));
      link.href = target(hit, anchor, words);
    } catch {
      place.replaceChildren(h("i", {}, "The passage could not be loaded."));
    }
  });
  watch.observe(link);
}

function target({ url: path }, anchor = "", words = []) {
  const url = new URL(path, site);
  if (words.length) url.searchParams.set("highlight", words.join(" "));
  url.hash = anchor;
  return url.href;
}

function address(query) {
  const url = new URL(opener.href);
  if (query.trim()) url.searchParams.set("q", query);
  return url.href;
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
    return JSON.parse(localStorage.getItem(`annals-searches:${site.pathname}`)).slice(0, 6).map(String);
  } catch {
    // Nothing is kept, or storage is closed.
    return [];
  }
}

/** Puts one in front; without one, forgets them all. */
function remember(query) {
  const own = query?.trim();
  if (own === "") return;
  const kept = own ? [own.slice(0, 200), ...recents().filter((other) => other !== own)] : [];
  try {
    localStorage.setItem(`annals-searches:${site.pathname}`, JSON.stringify(kept));
  } catch {
    // Storage is closed.
  }
}

function h(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter(Boolean));
  return element;
}

function button(text, onclick) {
  return h("button", { type: "button", onclick }, text);
}

/** `2024-03-01` → `1 Mar 2024`, as the pages write it. */
function day(date) {
  return new Date(date).toUTCString().slice(5, 16).replace(/^0/, "");
}

function capital(word) {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

// What the second script has of this one stands in a list, in the order of `core.js`: names would not be made short.
globalThis.annals = {
  index, tokenize, fold, SearchError,
  core: [
    SearchError, tokenize, fold, bytes, decode, postingsOf, compare, foremost, shardsOf, find, beginning, frequent, hitsIn, densest, script, describe, partOf,
    number, searcher, recents, remember, address, asking, facts, stateMark, titled, target, excerpt, h, capital,
  ],
};
if (dialog) searchBox();
if (/[?&]highlight=/.test(globalThis.location?.search)) more().catch(() => {});

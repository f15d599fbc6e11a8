// What a page gains from a script; every part of it can be missed. No dependency, no request.

"use strict";

themeSwitch(document.querySelector(".theme-switch"));
navigation(document.querySelector(".site-nav"));
searchBox(document.querySelector(".search-open"));
document.querySelectorAll("table.log").forEach(tableTools);
contents(document.querySelector(".contents"));
reminder(document.querySelector(".reminder"));
focusableScrollers();
daysLeft();

/** Calls again whenever the preview has changed the page in place; on a published site nothing does. */
function onChange(again) {
  document.addEventListener("annals:changed", again);
}

/** Where the navigation scrolls sideways, the entry of this page is in sight. */
function navigation(nav) {
  const current = nav?.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft + (current.offsetWidth - nav.clientWidth) / 2;
}

/** A button that goes through the system's theme, light and dark, and remembers the choice. */
function themeSwitch(button) {
  if (!button) return;
  const order = ["system", "light", "dark"];
  const show = (choice) => {
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    button.dataset.choice = choice;
    const name = `Colour theme: ${choice === "system" ? "as the system" : choice}`;
    button.setAttribute("aria-label", name);
    button.title = name;
  };
  show(document.documentElement.dataset.theme ?? "system");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(button.dataset.choice) + 1) % order.length];
    show(next);
    try {
      if (next === "system") localStorage.removeItem("annals-theme");
      else localStorage.setItem("annals-theme", next);
    } catch {
      // Storage is closed: the choice holds for this page.
    }
  });
}

/** Opens the search: `/`, Ctrl-K, ⌘K or its link. The field is there at once; what answers is loaded with it. */
function searchBox(link) {
  if (!link) return;
  const dialog = document.querySelector(".search-box");
  const input = (dialog ?? document.querySelector(".search-form")).querySelector("input");
  const load = () => {
    const { script } = link.dataset;
    delete link.dataset.script;
    // Where it does not come, Enter still leads to the search page.
    if (script) document.head.append(Object.assign(document.createElement("script"), { src: script }));
  };
  /** The script comes, and with it what it will ask for first. */
  const prepare = () => {
    if (link.dataset.script && location.protocol !== "file:") {
      link.root = fetch(new URL("search/root.bin", link.href), { cache: "no-cache" });
      link.root.catch(() => {});
    }
    load();
  };
  const open = (event) => {
    event.preventDefault();
    prepare();
    if (dialog && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
  };
  link.addEventListener("pointerenter", prepare);
  link.addEventListener("click", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) open(event);
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
    const held = event.ctrlKey || event.metaKey;
    if (held && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") open(event);
    else if (event.key === "/" && !held && !event.altKey && !typing) open(event);
  });
  // A click beside the box is a click on the dialog itself.
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("form button")) dialog.close();
  });
  if (/[?&]highlight=/.test(location.search)) load();
}

/** Sorting by column and filtering by words and state, for the rows that are on the page. */
function tableTools(table) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) return;

  const collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true });
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = [...body.rows].map((row) => [key(row, column), row]);
      // What has no value comes last, whichever way the column goes.
      keyed.sort(([a], [b]) => {
        if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
        return down ? collator.compare(b, a) : collator.compare(a, b);
      });
      body.append(...keyed.map(([, row]) => row));
    });
  });

  if (body.rows.length < 8) return;
  const tools = document.createElement("form");
  tools.className = "tools";
  tools.setAttribute("role", "search");
  tools.setAttribute("aria-label", `Filter ${table.caption.textContent}`);
  const words = field(tools, "Filter this page", document.createElement("input"));
  words.type = "search";
  words.autocomplete = "off";
  const states = document.createElement("select");
  states.add(new Option("Every state", ""));
  const known = new Set([...body.rows].map((row) => row.querySelector("[data-state]").dataset.state));
  for (const state of known) states.add(new Option(state[0].toUpperCase() + state.slice(1), state));
  if (known.size > 1) field(tools, "State", states);
  const count = document.createElement("output");
  tools.append(count);
  tools.addEventListener("submit", (event) => event.preventDefault());

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...body.rows];
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const state = row.querySelector("[data-state]").dataset.state;
      const fits = (!states.value || states.value === state) && wanted.every((word) => text.includes(word));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.value = shown === rows.length ? "" : `${shown} of ${rows.length}`;
  };
  tools.addEventListener("input", filter);
  table.before(tools);
  // A reload may bring the words back: show what they say.
  filter();
  onChange(filter);

  function field(form, label, input) {
    const wrap = document.createElement("label");
    wrap.append(label, input);
    form.append(wrap);
    return input;
  }
}

/** Marks the section being read in the table of contents, and opens it where it has a column of its own. */
function contents(details) {
  if (!details) return;
  const wide = matchMedia("(min-width: 80rem)");
  const open = () => {
    details.open = wide.matches;
  };
  wide.addEventListener("change", open);
  open();
  details.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide.matches) details.open = false;
  });

  const links = new Map();
  let targets = [];
  const collect = () => {
    links.clear();
    for (const link of details.querySelectorAll("a")) {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (target) links.set(target, link);
    }
    targets = [...links.keys()];
  };
  collect();
  let current;
  let waiting = false;
  const mark = () => {
    waiting = false;
    let found;
    for (const target of targets) {
      if (target.getBoundingClientRect().top > innerHeight / 4) break;
      found = target;
    }
    if (found === current) return;
    links.get(current)?.removeAttribute("aria-current");
    links.get(found)?.setAttribute("aria-current", "true");
    current = found;
    const link = links.get(found);
    if (link && wide.matches) keepInSight(link);
  };
  const later = () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  };
  addEventListener("scroll", later, { passive: true });
  later();
  onChange(() => {
    collect();
    later();
  });

  function keepInSight(link) {
    const box = details.getBoundingClientRect();
    const item = link.getBoundingClientRect();
    if (item.top < box.top || item.bottom > box.bottom) {
      details.scrollTop += item.top - box.top - box.height / 3;
    }
  }
}

/** Keeps in sight that a decision does not hold, while the banner that says it is scrolled away. */
function reminder(line) {
  if (!line) return;
  const watch = new IntersectionObserver(([entry]) => {
    line.hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
  });
  watch.observe(document.querySelector(".banner"));
}

/** Boxes that scroll sideways can be scrolled with the keyboard, and only those are in the tab order. */
function focusableScrollers() {
  const boxes = ".scroll, .table-scroll, .prose pre, .diagram, .math-display, .facts, .contents";
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1;
      if (scrolls && !target.querySelector("a, button, input, summary")) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  const observe = () => document.querySelectorAll(boxes).forEach((box) => watch.observe(box));
  observe();
  onChange(observe);
}

/** The page was built on one day and is read on another: how far off a closing date is, is said here. */
function daysLeft() {
  const names = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  const today = Date.parse(new Date().toISOString().slice(0, 10));
  const say = () => {
    for (const time of document.querySelectorAll(".window time, .overdue time, .banner time[data-due]")) {
      const days = Math.round((Date.parse(time.dateTime) - today) / 86_400_000);
      if (Number.isFinite(days) && Math.abs(days) < 400) time.title = names.format(days, "day");
    }
  };
  say();
  onChange(say);
}

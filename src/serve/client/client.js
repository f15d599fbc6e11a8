// The preview's part in the browser: changes the page in place when its record is saved, and shows what is
// wrong. Belongs to no theme and knows none.

"use strict";

(() => {
  const OWN = "/@annals/";
  /** No word from the server for so long (ms): the line is dead, whatever the browser believes. */
  const SILENCE = 45_000;

  const read = (page) => {
    try {
      return JSON.parse(page.getElementById("annals-preview").textContent);
    } catch {
      return null;
    }
  };

  let state = read(document);
  if (!state) return;
  const isProblems = location.pathname === `${OWN}problems`;

  AnnalsChange.start();
  const running = scripts(document);

  // ── Looking again ──────────────────────────────────────────────────────────────────────────────────

  let looking = null;
  let again = false;
  /** What is shown is the page of some moment, not something that stands in for it. */
  let good = !state.stale?.instead;

  function look() {
    again = true;
    looking ??= (async () => {
      try {
        while (again) {
          again = false;
          await once();
        }
      } finally {
        looking = null;
      }
    })();
    return looking;
  }

  async function once() {
    let reply, text;
    try {
      reply = await fetch(location.pathname + location.search, { cache: "no-cache", redirect: "follow" });
      text = await reply.text();
    } catch {
      return; // The line of events says that the server is gone.
    }
    if (reply.headers.get("etag") === state.tag) return;
    const next = new DOMParser().parseFromString(text, "text/html");
    const told = read(next);
    if (!told) return location.reload();
    state = told;
    // A good page stays while there is no better one.
    if (state.stale?.instead && good && !isProblems) return panel.show();
    good = !state.stale?.instead;
    if (scripts(next) !== running) return location.reload();
    await styles(next);
    if (document.title !== next.title) document.title = next.title;
    if (isProblems) {
      panel.show();
      return;
    }
    AnnalsChange.change(next.body);
    document.dispatchEvent(new CustomEvent("annals:changed"));
    panel.show();
  }

  /** The scripts that the server names; a script may have loaded others. */
  function scripts(page) {
    return [...page.head.querySelectorAll("script[src]")].map((script) => script.getAttribute("src")).join(" ");
  }

  /** New style sheets are there before the old ones go, so that nothing flashes. */
  async function styles(next) {
    const sheets = (page) => [...page.head.querySelectorAll("link[rel~=stylesheet]")];
    const href = (link) => link.getAttribute("href");
    const wanted = new Set(sheets(next).map(href));
    const old = sheets(document);
    const has = new Set(old.map(href));
    const loading = sheets(next).filter((link) => !has.has(href(link))).map((link) => {
      const fresh = document.importNode(link);
      const loaded = new Promise((done) => {
        fresh.addEventListener("load", done);
        fresh.addEventListener("error", done);
        setTimeout(done, 2000);
      });
      (old.at(-1) ?? document.head.lastElementChild).after(fresh);
      return loaded;
    });
    await Promise.all(loading);
    for (const link of old) if (!wanted.has(href(link))) link.remove();
  }

  /** Copied files keep their address: pictures on the page that changed are fetched anew. */
  function pictures(files, since) {
    for (const image of document.querySelectorAll("img[src]")) {
      const address = new URL(image.getAttribute("src"), location.href);
      const build = files[decodeURIComponent(address.pathname.slice(1))];
      if (build > since) {
        address.searchParams.set("build", build);
        image.src = address.href;
      }
    }
  }

  // ── The line of events ─────────────────────────────────────────────────────────────────────────────

  let line = null;
  let silence = 0;
  let seen = { build: state.build, session: state.session };

  function connect() {
    line?.close();
    line = new EventSource(`${OWN}events`);
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(connect, SILENCE);
      panel.connected(true);
    };
    line.addEventListener("open", alive);
    line.addEventListener("beat", alive);
    line.addEventListener("error", () => {
      panel.connected(false);
      // After an error that the browser takes for final it would not try again.
      if (line.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
    });
    line.addEventListener("message", (event) => {
      alive();
      const news = JSON.parse(event.data);
      if (news.session !== seen.session || news.build !== seen.build) {
        const since = news.session === seen.session ? seen.build : -1;
        seen = { build: news.build, session: news.session };
        look().then(() => {
          panel.counted(news);
          pictures(news.files, since);
        });
      } else {
        panel.counted(news);
      }
      follow(news.edited);
    });
  }

  let edited = null;
  let heard = false;
  function follow(page) {
    const moved = heard && page && page !== edited;
    const again = heard && page === edited;
    heard = true;
    edited = page;
    if ((moved || again) && store("follow") === "on" && page !== state.path) {
      location.href = `/${page.split("/").map(encodeURIComponent).join("/")}`;
    }
  }

  // A browser has six connections for one address: tabs that nobody looks at leave theirs to the others.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(silence);
      line?.close();
      line = null;
    } else if (!line) {
      connect();
      look();
    }
  });
  addEventListener("pageshow", (event) => event.persisted && (connect(), look()));
  addEventListener("pagehide", () => line?.close());
  addEventListener("online", () => connect());

  function store(key, value) {
    try {
      if (value === undefined) return sessionStorage.getItem(`annals-preview-${key}`);
      sessionStorage.setItem(`annals-preview-${key}`, value);
    } catch {
      // Storage is closed: it holds for this page.
    }
    return value ?? null;
  }

  // ── What is shown ──────────────────────────────────────────────────────────────────────────────────

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value != null) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child != null));
    return made;
  }

  const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  /** `code` between backticks, as messages have it. */
  function words(text) {
    const parts = text.split("`");
    return parts.length % 2 === 0 ? [text] : parts.map((part, at) => (at % 2 ? element("code", {}, part) : part));
  }

  function place(spot) {
    if (!spot.link) return element("span", { class: "place" }, spot.place);
    return element("a", { class: "place", href: spot.link, title: "Open in the editor" }, spot.place);
  }

  function problem(of) {
    const excerpt = of.excerpt && element(
      "pre",
      { tabindex: "0", "aria-label": `Line ${of.excerpt.line}` },
      element("span", { class: "line", "aria-hidden": "true" }, String(of.excerpt.line)),
      of.excerpt.parts[0],
      element("mark", { class: of.excerpt.parts[1] ? "" : "here" }, of.excerpt.parts[1]),
      of.excerpt.parts[2],
    );
    return element(
      "li",
      { class: of.severity },
      element("p", { class: "message" }, element("b", {}, of.severity), " ", ...words(of.message)),
      excerpt,
      of.help && element("p", { class: "help" }, ...words(of.help)),
      element("p", { class: "where" }, place(of), element("span", { class: "code" }, of.code)),
    );
  }

  class Panel {
    constructor() {
      this.host = document.createElement("annals-preview");
      const root = this.host.attachShadow({ mode: "open" });
      this.pill = element("button", { class: "pill", type: "button", "aria-expanded": "false", "aria-controls": "box" });
      this.box = element("section", { class: "box", id: "box", "aria-label": "Preview", hidden: true });
      this.over = element("section", { class: "over", role: "alert", hidden: true });
      this.status = element("p", { class: "status", role: "status" });
      const style = element("link", { rel: "stylesheet", href: `${OWN}client.css` });
      // Unstyled it would jump into the page.
      this.host.style.display = "none";
      style.addEventListener("load", () => this.host.style.removeProperty("display"));
      this.pen = element("a", { class: "pen", hidden: true, title: "Open this in the editor", "aria-label": "Open this in the editor", tabindex: "-1" }, "\u270e");
      root.append(style, this.pen, this.over, this.box, this.pill, this.status);
      this.pill.addEventListener("click", () => this.open(this.box.hidden));
      root.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || this.box.hidden) return;
        this.open(false);
        this.pill.focus();
      });
      this.online = true;
      // Beside the body, where no change of the page finds it.
      document.documentElement.append(this.host);
    }

    open(open) {
      this.box.hidden = !open;
      this.pill.setAttribute("aria-expanded", String(open));
      store("panel", open ? "open" : "closed");
      this.signature = null;
      this.show();
    }

    /** Shows the way to a block's source at its edge. */
    edge(block, link) {
      this.pen.hidden = !block;
      if (!block) return;
      const box = block.getBoundingClientRect();
      this.pen.href = link;
      this.pen.style.left = `${Math.max(0, box.left - 40)}px`;
      this.pen.style.top = `${box.top + Math.min(box.height, parseFloat(getComputedStyle(block).lineHeight) || 24) / 2 - 14}px`;
    }

    /** What is wrong on the whole site passes with every round, whether this page does or not. */
    counted({ build, errors, warnings }) {
      Object.assign(state, { build, errors, warnings });
      this.show();
    }

    connected(online) {
      if (online === this.online) return;
      this.online = online;
      this.show();
    }

    show() {
      // Nothing that is read, focused or selected is replaced by its equal.
      const { build, session, tag, ...told } = state;
      this.host.dataset.build = build;
      const signature = JSON.stringify([told, good, this.online, this.box.hidden]);
      if (signature === this.signature) return;
      this.signature = signature;
      document.documentElement.toggleAttribute("data-annals-stale", Boolean(state.stale));
      const counted = state.problems.filter((of) => of.severity !== "note");
      const worst = counted.find((of) => of.severity === "error")?.severity ?? counted[0]?.severity;
      const level = !this.online ? "offline" : state.stale ? "error" : worst ?? "fine";
      this.host.dataset.level = level;

      const label = !this.online
        ? "Waiting for the preview"
        : state.stale
          ? good ? "Out of date" : "Waiting to be mended"
          : counted.length
            ? plural(counted.length, "problem")
            : "Preview is up to date";
      this.pill.replaceChildren(element("i", { "aria-hidden": "true" }), element("span", {}, label));
      this.pill.title = label;
      this.status.textContent = level === "fine" ? "" : label;

      this.over.hidden = !state.stale;
      if (state.stale) {
        this.over.replaceChildren(
          element("h2", {}, good ? "This page is out of date" : "This page cannot be made"),
          element("p", { class: "why" }, ...words(state.stale.message), ". ", good ? "What you see is the last good version." : state.stale.instead),
          element("ul", {}, ...state.stale.problems.map(problem)),
        );
      }

      // New problems open it; whoever closed it has seen them.
      const wide = matchMedia("(min-width: 60rem)").matches;
      if (this.box.hidden && !isProblems && counted.length && wide && store("panel") !== "closed") {
        this.box.hidden = false;
        this.pill.setAttribute("aria-expanded", "true");
      } else if (!this.box.hidden && !counted.length && store("panel") !== "open") {
        this.box.hidden = true;
        this.pill.setAttribute("aria-expanded", "false");
      }
      if (!this.box.hidden) this.fill();
      if (isProblems) this.page();
    }

    fill() {
      const follow = element("input", { type: "checkbox", checked: store("follow") === "on" });
      follow.addEventListener("change", () => store("follow", follow.checked ? "on" : "off"));
      // Some problems are found when a page is made; the site does not count them.
      const here = [...state.problems, ...(state.stale?.problems ?? [])].filter((of) => of.severity !== "note");
      const total = Math.max(state.errors + state.warnings, here.length);
      const none = !this.online
        ? "The server does not answer. The page will follow as soon as it does."
        : state.stale ? "What is wrong is said at the top of the page." : "Nothing is wrong on this page.";
      this.box.replaceChildren(
        state.problems.length && !isProblems
          ? element("ul", {}, ...state.problems.map(problem))
          : element("p", { class: "none" }, none),
        element(
          "footer",
          {},
          isProblems
            ? element("a", { href: "/" }, "To the site")
            : element("a", { href: `${OWN}problems` }, total ? `${plural(total, "problem")} on the site` : "No problems on the site"),
          state.source?.link && element("a", { href: state.source.link }, "Open the source"),
          element("label", {}, follow, " Follow the edited record"),
        ),
      );
    }

    /** The page of all problems, by file. */
    page() {
      const files = new Map();
      for (const of of state.problems) {
        const file = of.place.replace(/(:\d+)+$/, "");
        files.set(file, [...(files.get(file) ?? []), of]);
      }
      const sections = [...files].map(([file, problems]) =>
        element("section", {}, element("h2", {}, file), element("ul", {}, ...problems.map(problem))),
      );
      const notes = state.problems.filter((of) => of.severity === "note").length;
      const counts = [[state.errors, "error"], [state.warnings, "warning"], [notes, "note"]].filter(([count]) => count);
      const sum = counts.map(([count, noun]) => plural(count, noun)).join(", ") || "Nothing is wrong";
      document.querySelector("main").replaceChildren(
        element("h1", {}, "Problems"),
        element("p", { class: "sum" }, `${sum}. This page follows every save.`),
        ...sections,
        element("p", {}, element("a", { href: "/" }, "To the site")),
      );
    }
  }

  // ── The edge of a paragraph leads to its source ────────────────────────────────────────────────────

  const blocks = "p, h1, h2, h3, h4, h5, h6, li, pre, td, th";
  const letters = (text) => text.replace(/[^\p{Alphabetic}\p{N}]/gu, "");
  let sources = null;

  /** Blocks are known by how their text begins; what stands on the page twice leads to the first of the two. */
  async function sourceOf(block) {
    if (sources?.build !== state.build) {
      const { build } = state;
      const reply = await fetch(`${OWN}lines?path=${encodeURIComponent(state.path)}`, { cache: "no-cache" });
      sources = { build, links: new Map((await reply.json()).reverse()) };
    }
    // The server gives forty letters; a block that a mark or a footnote interrupts is known by its beginning.
    const text = [...letters(block.textContent)].slice(0, 40).join("");
    return sources.links.get(text);
  }

  if (state.source?.link) {
    let shown = null;
    document.addEventListener("pointermove", async (event) => {
      if (event.pointerType !== "mouse" || event.target === panel.host) return;
      const column = document.querySelector("main .prose")?.getBoundingClientRect();
      if (!column || event.clientX < column.left - 44 || event.clientX > column.right) return panel.edge(null);
      const block = document.elementFromPoint(column.left + 8, event.clientY)?.closest(blocks);
      if (block === shown) return;
      shown = block;
      const link = block?.closest("main") && (await sourceOf(block).catch(() => null));
      if (shown === block) panel.edge(link ? block : null, link);
    }, { passive: true });
    addEventListener("scroll", () => {
      shown = null;
      panel.edge(null);
    }, { passive: true });
  }

  const panel = new Panel();
  panel.show();
  if (!document.hidden) connect();
})();

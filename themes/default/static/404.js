// Finds the record for an old or mistyped address, on the page that a host shows for every unknown one.
//
// A file of the site has one line for each record: its path relative to the site's root, a tab, its name and title
// (`adr/0012.html	ADR 12 Draw diagrams at build time`). Numbers weigh most, since addresses are by number.

// Where the site does not know its own address, the page's links are guesses; the address of this very file, which is
// `static/…` below the root, tells where they lead.

"use strict";

if (!document.body.dataset.root) {
  const root = new URL("..", document.currentScript.src);
  document.body.dataset.root = root.href;
  const section = document.getElementById("found");
  for (const [selector, name] of [["a[href]", "href"], ["form[action]", "action"]]) {
    for (const element of document.querySelectorAll(selector)) {
      const written = element.getAttribute(name);
      if (!written.startsWith(section.dataset.root)) continue;
      element.setAttribute(name, new URL(written.slice(section.dataset.root.length), root).href);
    }
  }
  fetch(new URL(section.dataset.lookup, root))
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((lines) => suggest(section, lines.split("\n"), root))
    // Without the list, the page still leads on.
    .catch(() => {});
}

/** Shows the records that the address of this page may have meant. */
function suggest(section, lines, root) {
  const asked = words(location.pathname.slice(location.pathname.startsWith(root.pathname) ? root.pathname.length : 1));
  const found = lines
    .filter((line) => line.includes("\t"))
    .map((line) => {
      const [path, title] = line.split("\t");
      return { path, title, score: score(asked, path, title) };
    })
    .filter(({ score }) => score >= 4)
    .sort((a, b) => b.score - a.score)
    .slice(0, 6);

  // A clear winner stands alone; its runners-up would only be noise.
  const best = found.filter(({ score }) => score * 2 >= found[0].score);
  section.querySelector("ul").append(
    ...best.map(({ path, title }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = new URL(path, root).href;
      link.textContent = title;
      item.append(link);
      return item;
    }),
  );
  section.hidden = best.length === 0;
}

/** An address as lower-case words and bare numbers: `ADR/0012-Use_QUIC.html` → adr, 12, use, quic. */
function words(address) {
  let text = address;
  try {
    text = decodeURIComponent(address);
  } catch {
    // A stray percent sign: the raw text will do.
  }
  return text
    .toLowerCase()
    .replace(/\.(html?|md)$/, "")
    .replace(/(\p{L})(\p{N})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word && word !== "index")
    .map((word) => word.replace(/^0+(?=\p{N})/u, ""));
}

/** How well a record fits: its number 6, its folder 2, every other word of its name and title 2. */
function score(asked, path, title) {
  const own = words(path);
  const folder = own[0];
  const named = new Set([...own, ...words(title)]);
  let sum = 0;
  for (const word of new Set(asked)) {
    if (own.includes(word) && /^\p{N}/u.test(word)) sum += 6;
    else if (word === folder) sum += 2;
    else if (named.has(word)) sum += 2;
    else if (/^\p{N}/u.test(word)) sum -= 2;
  }
  return sum;
}

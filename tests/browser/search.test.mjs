// Searching as a reader does it: the box on every page, the search page, the way to the section that matched; and
// what happens when the network, the host or the index do not do what they should.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { build, exampleSite, launch, open, serve } from "./support.mjs";

let browser, server;
before(async () => {
  server = await serve(exampleSite(), "/log/");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const box = (page) => page.locator(".search-box");
const options = (page) => page.locator(".search-box [role=option]");
const field = (page) => page.getByRole("combobox", { name: "Search" });

/** A page with the box open and these words in it. */
async function asked(words, { at = "adr/0003.html", base = server.url, ...context } = {}) {
  const opened = await open(browser, context);
  await opened.page.goto(base + at);
  await opened.page.keyboard.press("/");
  await opened.page.keyboard.type(words);
  return opened;
}

/** Waits for what the page will say about the number of records. */
const counted = (page, text) => page.locator("output", { hasText: text }).waitFor();

// ── The box ────────────────────────────────────────────────────────────────────────────────────

test("a visit without a search loads nothing of it", async () => {
  const { page, seen, close } = await open(browser);
  await page.goto(`${server.url}adr/0003.html`, { waitUntil: "networkidle" });
  assert.deepEqual(seen.requests.filter((url) => /search/.test(url)), []);
  await close();
});

test("opening the box asks for its script and the root of the index at once, and for the root once", async () => {
  const { page, close } = await open(browser);
  const asked = [];
  let release;
  const script = new Promise((resolve) => (release = resolve));
  await page.route(/\/search(\.\w+\.js|\/.*)$/, async (route) => {
    asked.push(route.request().url().replace(/.*\//, "").replace(/\.\w+\.js/, ".js"));
    if (asked.at(-1) === "search.js") await script;
    await route.continue();
  });
  await page.goto(`${server.url}adr/0003.html`);
  const early = page.waitForResponse(/root\.bin/);
  await page.keyboard.press("/");
  await early;
  release();
  await page.keyboard.type("mermaid");
  await page.locator(".hit").first().waitFor();
  assert.deepEqual(asked.slice(0, 2).sort(), ["root.bin", "search.js"]);
  assert.equal(asked.filter((name) => name === "root.bin").length, 1);
  await close();
});

test("a page that marks words on arrival opens the index when the box is, not before", async () => {
  const { page, seen, close } = await open(browser);
  await page.goto(`${server.url}adr/0003.html?highlight=record`, { waitUntil: "networkidle" });
  const asked = () => seen.requests.filter((url) => /\/search\//.test(url));
  assert.deepEqual(asked(), []);
  const root = page.waitForResponse(/root\.bin/);
  await page.keyboard.press("/");
  await root;
  await close();
});

test("the box opens by `/`, Ctrl-K, ⌘K and its link, closes by Escape and a click beside it, and gives the focus back", async () => {
  const { page, seen, close } = await open(browser);
  await page.goto(`${server.url}adr/0003.html`);
  const ways = [() => page.keyboard.press("/"), () => page.keyboard.press("Control+k"), () => page.keyboard.press("Meta+k"), () => page.getByRole("link", { name: "Search" }).click()];
  for (const way of ways) {
    await page.locator(".site-name").focus();
    await way();
    assert.equal(await box(page).isVisible(), true);
    assert.equal(await field(page).evaluate((input) => input === document.activeElement), true);
    await page.keyboard.press("Escape");
    assert.equal(await box(page).isVisible(), false);
  }
  await page.keyboard.press("/");
  await page.mouse.click(20, 700);
  assert.equal(await box(page).isVisible(), false);
  assert.deepEqual(seen.errors, []);
  await close();
});

test("`/` in a field is a slash", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${server.url}adr/index.html`);
  await page.getByLabel("Filter this page").fill("a");
  await page.keyboard.press("/");
  assert.equal(await page.getByLabel("Filter this page").inputValue(), "a/");
  assert.equal(await box(page).isVisible(), false);
  await close();
});

test("results come while typing, are moved through with the arrows, and Enter opens one at its section with the words marked", async () => {
  const { page, seen, close } = await asked("highlight cod");
  await page.locator(".hit mark").first().waitFor();
  assert.equal(await options(page).nth(0).getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowUp");
  assert.equal(await options(page).last().getAttribute("aria-selected"), "true", "upwards from the first is the last");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = options(page).nth(1);
  assert.equal(await field(page).getAttribute("aria-activedescendant"), await second.getAttribute("id"));
  await page.keyboard.press("ArrowUp");
  await page.locator("#search-option-0[href*='#']").waitFor();
  const href = new URL(await options(page).first().getAttribute("href"));
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === href.pathname);
  await page.waitForFunction(() => CSS.highlights.get("search")?.size > 0);
  // The words do not stay in the address.
  await page.waitForURL(`${href.origin}${href.pathname}${href.hash}`);
  const marked = await page.evaluate(() => [...CSS.highlights.get("search")].map((range) => range.toString().toLowerCase()));
  assert.ok(marked.every((word) => /highlight|code/.test(word)), marked.join());
  // The author's content is as it was.
  const html = () => page.evaluate(() => document.querySelector(".prose").innerHTML.replace(/ tabindex="0"/g, ""));
  const arrived = await html();
  await page.goto(`${href.origin}${href.pathname}`);
  assert.equal(arrived, await html());
  assert.deepEqual(seen.errors, []);
  await close();
});

test("the number of results is announced, and Show all leads to the search page", async () => {
  const { page, close } = await asked("the");
  await counted(page, /^\d+ records$/);
  assert.equal(await page.locator("output").evaluate((output) => output.ariaLive ?? output.role ?? output.tagName), "OUTPUT");
  await box(page).getByRole("link", { name: "Show all" }).click();
  await page.waitForURL(/search\.html\?q=the$/);
  await page.locator(".hits .hit").first().waitFor();
  await close();
});

test("a superseded record says so and names the one that holds now", async () => {
  const { page, close } = await asked("syntect");
  const old = options(page).filter({ hasText: "Highlight code with syntect" });
  await old.waitFor();
  assert.match(await old.locator(".hit-facts").innerText(), /Superseded\s+now ADR 0011/);
  await close();
});

test("the box keeps its size whatever is in it", async () => {
  const { page, close } = await asked("");
  const size = () => box(page).evaluate((dialog) => [dialog.offsetLeft, dialog.offsetTop, dialog.offsetWidth, dialog.offsetHeight].join());
  const empty = await size();
  await page.keyboard.type("code");
  await page.locator(".hit mark").first().waitFor();
  assert.equal(await size(), empty);
  await page.keyboard.type("zzzzqqqq");
  await page.locator(".nothing").waitFor();
  assert.equal(await size(), empty);
  await close();
});

test("recent searches are kept here, offered again, and forgotten on request", async () => {
  const { page, close } = await asked("mermaid");
  await options(page).first().waitFor();
  await page.locator(".hit mark").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/adr\/0012/);
  await page.goto(`${server.url}index.html`);
  await page.keyboard.press("/");
  await options(page).filter({ hasText: "mermaid" }).click();
  assert.equal(await field(page).inputValue(), "mermaid");
  await page.locator(".hit").first().waitFor();
  await field(page).fill("");
  await page.getByRole("button", { name: "Forget them" }).click();
  assert.equal(await options(page).count(), 0);
  await close();
});

test("what is not understood is said; what is not found is explained", async () => {
  const { page, close } = await asked("taag:process decision");
  await page.getByText(/There is no filter taag:.*Did you mean tag:/).waitFor();
  await field(page).fill("tag:proces decision");
  await page.getByText(/There is no tag proces;.*Did you mean process/).waitFor();
  await field(page).fill("mermaid status:rejected");
  await page.getByText("Nothing found for “mermaid status:rejected”.").waitFor();
  await page.getByRole("link", { name: "mermaid", exact: true }).click();
  assert.equal(await field(page).inputValue(), "mermaid");
  await page.locator(".hit").first().waitFor();
  // Nothing is offered that is not there either.
  await field(page).fill("zzzzqqqq status:rejected");
  await page.getByText("No record has the word zzzzqqqq.").waitFor();
  assert.equal(await page.getByText("Without filters").count(), 0);
  await field(page).fill("mermiad");
  await page.locator(".notes a", { hasText: "mermaid" }).click();
  assert.equal(await field(page).inputValue(), "mermaid");
  await close();
});

// ── The search page ────────────────────────────────────────────────────────────────────────────

test("the search page: facets write filters into the query, the address follows, and back is back", async () => {
  const { page, seen, close } = await open(browser);
  const asked = (query) => page.waitForURL((url) => url.searchParams.get("q") === query);
  const input = page.locator(".search-form input");
  await page.goto(`${server.url}search.html?q=code`);
  await counted(page, /records/);
  const all = Number.parseInt(await page.locator("output").innerText(), 10);
  const label = page.locator(".facets label", { hasText: "Superseded" });
  const some = Number.parseInt(await label.locator(".count").innerText(), 10);
  await label.click();
  await counted(page, `${some} records`);
  assert.ok(some < all);
  await asked("code status:superseded");
  assert.equal(await input.inputValue(), "code status:superseded");
  // Its own facet still counts what it keeps out; a second tick widens.
  await page.locator(".facets label", { hasText: "Accepted" }).click();
  await page.waitForFunction((some) => Number.parseInt(document.querySelector("output").value, 10) > some, some);
  await asked("code status:superseded status:accepted");
  await page.locator(".facets label", { hasText: "Superseded" }).click();
  await asked("code status:accepted");
  await page.goBack();
  await page.goBack();
  await counted(page, `${some} records`);
  await asked("code status:superseded");
  await page.goBack();
  await counted(page, `${all} records`);
  assert.equal(await input.inputValue(), "code");
  // A shared address shows the same.
  await page.goto(`${server.url}search.html?q=code+status%3Asuperseded`);
  await counted(page, `${some} records`);
  assert.equal(await page.locator(".facets label", { hasText: "Superseded" }).locator("input").isChecked(), true);
  assert.deepEqual(seen.errors, []);
  await close();
});

test("the search page: back from a record leads to the same place of the same results", async () => {
  const { page, close } = await open(browser, { viewport: { width: 900, height: 500 } });
  await page.goto(`${server.url}search.html?q=the`);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".hits .hit").length > 20);
  const link = page.locator(".hits .hit h2 a").nth(20);
  const title = await link.innerText();
  assert.equal(await link.evaluate((own) => own === document.activeElement), true, "the first new one has the focus");
  await link.click();
  await page.waitForURL(/adr|rfc/);
  await page.goBack();
  await page.locator(".hits .hit h2 a", { hasText: title }).waitFor();
  await page.waitForFunction(() => scrollY > 500);
  await close();
});

test("without scripts the search page says what to do and lists every record", async () => {
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}search.html?q=code`);
  assert.match(await page.locator("main").innerText(), /needs JavaScript/);
  const records = JSON.parse(readFileSync(join(exampleSite(), "records.json"), "utf8")).records;
  const links = await page.locator("#every-record li a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.deepEqual(records.filter(({ url }) => !links.includes(url)), []);
  assert.equal(await page.locator(".search-form").isVisible(), false);
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing in any state of the search: ${colorScheme}, ${width} px`, async () => {
      const { page, close } = await open(browser, { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" });
      const found = [];
      const look = async (state) => {
        const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
        for (const { id, nodes } of violations) found.push(`${state}: ${id}: ${nodes[0].target} (${nodes.length})`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) found.push(`${state}: ${wide} px too wide`);
      };
      await page.goto(`${server.url}adr/0003.html`);
      await page.keyboard.press("/");
      await page.locator(".search-box .tips").waitFor();
      await look("box, empty");
      await page.keyboard.type("code");
      await page.locator(".hit mark").first().waitFor();
      await look("box, results");
      await field(page).fill("zzzzqqqq tag:zzzz");
      await page.locator(".nothing").waitFor();
      await look("box, nothing found");
      await page.route("**/search/**", (route) => route.abort());
      await page.goto(`${server.url}adr/0003.html`);
      await page.keyboard.press("/");
      await field(page).fill("code");
      await page.getByRole("alert").waitFor();
      await look("box, failure");
      await page.unroute("**/search/**");
      await page.getByRole("button", { name: "Try again" }).click();
      await page.locator(".hit mark").first().waitFor();
      await page.locator("#search-option-0[href*='#']").waitFor();
      await field(page).press("Enter");
      await page.waitForURL(/#/);
      await look("record, words marked");
      await page.goto(`${server.url}search.html`);
      await page.locator(".hits .ask").waitFor();
      await look("page, recent searches");
      await page.goto(`${server.url}search.html?q=code`);
      await page.locator(".hit mark").first().waitFor();
      if (width < 900) await page.locator(".facets > summary").click();
      await look("page, results");
      await close();
      assert.deepEqual(found, []);
    });
  }
}

// ── When things go wrong ───────────────────────────────────────────────────────────────────────

const breakages = {
  "fails": (route) => route.fulfill({ status: 500, body: "no" }),
  "is not there": (route) => route.fulfill({ status: 404, body: "<!DOCTYPE html><title>Not found</title>" }),
  "cannot be reached": (route) => route.abort(),
  "is another page": (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<!DOCTYPE html><title>Welcome</title>" }),
  "is damaged": async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    for (let at = 20; at < body.length; at += 37) body[at] ^= 0x55;
    await route.fulfill({ response, body });
  },
  "is cut short": async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.body()).subarray(0, 60) });
  },
};
for (const [name, breakage] of Object.entries(breakages)) {
  test(`when a file of the index ${name}, that is said, the page goes on working, and trying again helps`, async () => {
    const { page, seen, close } = await open(browser);
    const thrown = [];
    page.on("pageerror", (problem) => thrown.push(String(problem)));
    await page.route(/search\/(root|t\/\w+)\.bin/, breakage);
    await page.goto(`${server.url}adr/0003.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("mermaid");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /The search index/);
    await page.unroute(/search\/(root|t\/\w+)\.bin/);
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.locator(".hit mark").first().waitFor();
    assert.equal(await alert.count(), 0);
    assert.deepEqual(thrown, []);
    await close();
  });
}

test("a passage that cannot be loaded spoils nothing else", async () => {
  const { page, close } = await open(browser);
  await page.route("**/search/f/**", (route) => route.abort());
  await page.goto(`${server.url}adr/0003.html`);
  await page.keyboard.press("/");
  await page.keyboard.type("mermaid");
  await page.getByText("The passage could not be loaded.").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/adr\/0012/);
  await close();
});

test("a site that is replaced during the visit is searched anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), "annals-deploy-"));
  cpSync(exampleSite(), folder, { recursive: true });
  const own = await serve(folder);
  const { page, close } = await asked("mermaid", { base: own.url });
  await page.locator(".hit").first().waitFor();
  // Another site at the same address: every file of the old index is gone.
  const root = mkdtempSync(join(tmpdir(), "annals-new-"));
  mkdirSync(join(root, "adr"));
  writeFileSync(join(root, "adr", "0001-telephones.md"), "# Telephones\n\n## Status\n\nAccepted\n\n## Context\n\nWe buy telephones with a dial, and no mermaid.\n");
  rmSync(join(folder, "search"), { recursive: true });
  cpSync(join(build(root), "search"), join(folder, "search"), { recursive: true });
  await field(page).fill("telephones dial");
  await options(page).filter({ hasText: "Telephones" }).waitFor();
  await counted(page, "1 record");
  await close();
  await own.close();
  for (const made of [folder, root]) rmSync(made, { recursive: true, force: true });
});

test("without a network, what was loaded is still found, and what was not says so until there is one again", async () => {
  const { page, close } = await asked("mermaid");
  await page.locator(".hit mark").first().waitFor();
  await page.context().setOffline(true);
  await field(page).fill("");
  await field(page).fill("mermaid");
  await page.locator(".hit").first().waitFor();
  await page.route(/search\/t\//, (route) => route.abort());
  await field(page).fill("zenith qualm");
  await page.getByRole("alert").waitFor();
  await page.unroute(/search\/t\//);
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await close();
});

test("an answer that comes late does not replace a newer one", async () => {
  const { page, close } = await open(browser);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let first = true;
  await page.route(/search\/t\//, async (route) => {
    if (first) {
      first = false;
      await held;
    }
    await route.continue();
  });
  await page.goto(`${server.url}adr/0003.html`);
  await page.keyboard.press("/");
  await field(page).fill("mermaid ");
  await page.locator(".search-box.busy").waitFor();
  await field(page).fill("12");
  release();
  await options(page).filter({ hasText: "ADR 0012" }).waitFor();
  await counted(page, /record/);
  assert.equal(await field(page).inputValue(), "12");
  assert.match(await options(page).first().innerText(), /12/);
  await close();
});

test("from the disk a small site is searched, and a large one says why it cannot be", async () => {
  const folder = mkdtempSync(join(tmpdir(), "annals-disk-"));
  cpSync(exampleSite(), folder, { recursive: true });
  const { page, seen, close } = await open(browser);
  await page.goto(pathToFileURL(join(folder, "adr", "0003.html")).href);
  await page.keyboard.press("/");
  await page.keyboard.type("mermaid");
  await page.locator(".hit mark").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/0012\.html/);
  await page.waitForFunction(() => CSS.highlights.get("search")?.size > 0);
  assert.deepEqual(seen.errors, []);
  rmSync(join(folder, "search", "inline.js"));
  await page.goto(pathToFileURL(join(folder, "search.html")).href + "?q=mermaid");
  assert.match(await page.getByRole("alert").innerText(), /from the disk/);
  await close();
  rmSync(folder, { recursive: true, force: true });
});

test("a host that knows no ranges, or that decompresses, is as good", async () => {
  for (const decompress of [false, true]) {
    const { gunzipSync } = await import("node:zlib");
    const { page, close } = await open(browser);
    await page.route("**/search/**", async (route) => {
      const path = new URL(route.request().url()).pathname.replace("/log/", "");
      const body = readFileSync(join(exampleSite(), path));
      await route.fulfill({ status: 200, contentType: "application/octet-stream", body: decompress && body[0] === 0x1f ? gunzipSync(body) : body });
    });
    await page.goto(`${server.url}adr/0003.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("mermaid");
    await page.locator(".hit mark").first().waitFor();
    await close();
  }
});

test("nothing in records or queries becomes markup", async () => {
  const attack = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;
  const root = mkdtempSync(join(tmpdir(), "annals-attack-"));
  mkdirSync(join(root, "adr"));
  for (const number of [1, 2]) {
    writeFileSync(join(root, "adr", `000${number}-attack.md`), `---\ntitle: ${JSON.stringify(`Attack ${attack}`)}\nstatus: ${JSON.stringify(attack)}\ntags: [${JSON.stringify(attack)}, other${number}]\nauthors: [${JSON.stringify(attack)}, Somebody${number}]\n---\n# Attack\n\n## Heading \`<img src=x onerror=alert(1)>\`\n\nText \`<img src=x onerror=alert(1)>\` attack\n`);
  }
  const own = await serve(build(root));
  const { page, close } = await open(browser, { bypassCSP: true });
  const ran = [];
  page.on("dialog", async (dialog) => {
    ran.push(dialog.message());
    await dialog.dismiss();
  });
  for (const query of ["attack", attack, `tag:${attack}`, `"${attack}`, `attack ${attack}`]) {
    await page.goto(`${own.url}search.html?q=${encodeURIComponent(query)}`);
    await page.waitForFunction(() => document.querySelector("output").value || document.querySelector("[role=alert]"));
    assert.equal(await page.locator("#search-page img, #search-page script").count(), 0);
    await page.goto(`${own.url}index.html`);
    await page.keyboard.press("/");
    await field(page).fill(query);
    await page.waitForFunction(() => document.querySelector("output").value);
    assert.equal(await page.locator(".search-box img, .search-box script").count(), 0);
  }
  assert.deepEqual(ran, []);
  await close();
  await own.close();
  rmSync(root, { recursive: true, force: true });
});

test("a query of any length and kind gets an answer", async () => {
  const { page, close } = await open(browser);
  const thrown = [];
  page.on("pageerror", (problem) => thrown.push(String(problem)));
  await page.goto(`${server.url}adr/0003.html`);
  await page.keyboard.press("/");
  for (const query of ["x".repeat(20_000), "a ".repeat(3000), '"'.repeat(500), "-".repeat(500), "\u{d800}", "\u{10ffff}", "tag:", ":", "status:\"", "決定".repeat(400), "\u0301\u0301", "year:99999999999", "before:-1", "supersedes:supersedes:12", "-", "\"\"", "_", "__proto__", "constructor", "hasOwnProperty", "tag:__proto__"]) {
    await field(page).fill(query);
    await page.waitForFunction((query) => document.querySelector(".search-box").classList.contains("busy") === false && (document.querySelector("output").value || !query.trim()), query);
    assert.equal(await page.getByRole("alert").count(), 0, query.slice(0, 30));
  }
  assert.deepEqual(thrown, []);
  await close();
});

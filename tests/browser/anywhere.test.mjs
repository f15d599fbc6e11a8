// The site works wherever its files lie: on a host's root, under a sub-path, opened from the disk, with scripts
// switched off; and it never asks anybody else for anything.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { exampleSite, files, launch, open, pagesByKind, serve } from "./support.mjs";

let browser, site, pages;
before(async () => {
  site = exampleSite();
  pages = Object.values(pagesByKind(site)).flat();
  browser = await launch();
});
after(() => browser?.close());

test("under a sub-path: no request leaves the site, none fails, no policy is violated", async () => {
  const server = await serve(site, "/some/where/");
  const { page, seen, close } = await open(browser);
  page.on("response", (response) => response.status() >= 400 && seen.errors.push(`${response.status()} ${response.url()}`));
  // Without a base URL, the page for missing addresses has to try where the site begins.
  for (const name of pages.filter((name) => name !== "404.html")) {
    await page.goto(server.url + name, { waitUntil: "networkidle" });
  }
  assert.deepEqual(seen.requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:")), []);
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

test("under a sub-path that nobody named: the page for missing addresses is styled, and finds what was meant", async () => {
  const server = await serve(site, "/some/where/");
  const { page, close } = await open(browser);
  for (const missing of ["12", "adr/12", "adr/old/0012-draw-diagrams.html"]) {
    const response = await page.goto(server.url + missing);
    assert.equal(response.status(), 404);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).margin), "0px", `${missing}: no style`);
    const meant = page.locator("#found a").first();
    assert.equal(await meant.getAttribute("href"), `${server.url}adr/0012.html`, missing);
    await page.locator(".site-name").click();
    await page.waitForURL(`${server.url}index.html`);
  }
  await close();
  await server.close();
});

test("from the disk: pages are styled, and links lead to pages", async () => {
  const { page, seen, close } = await open(browser);
  await page.goto(pathToFileURL(join(site, "index.html")).href);
  const margin = await page.evaluate(() => getComputedStyle(document.body).margin);
  assert.equal(margin, "0px", "the style sheet was not applied");
  await page.locator("main a[href$='.html']").first().click();
  await page.waitForURL(/^file:.*\.html(#.*)?$/);
  assert.ok((await page.locator("h1").innerText()).length > 0);
  assert.deepEqual(seen.requests.filter((url) => !/^(file|data):/.test(url)), []);
  assert.deepEqual(seen.errors, []);
  await close();
});

test("every page has a strict policy, and no inline script or handler", () => {
  for (const name of files(site, ".html")) {
    const text = readFileSync(join(site, name), "utf8");
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? "";
    assert.match(policy, /default-src (&#x27;|')self(&#x27;|')/, name);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe/, name);
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)[^>]*>/, `${name}: inline script`);
    assert.doesNotMatch(text, /<[a-z][^>]* on[a-z]+="/i, `${name}: inline handler`);
  }
});

test("every link of every page leads to a file, and every fragment to an id", () => {
  const ids = new Map();
  const idsOf = (file) => {
    if (!ids.has(file)) ids.set(file, new Set([...readFileSync(file, "utf8").matchAll(/\sid="([^"]+)"/g)].map((m) => m[1])));
    return ids.get(file);
  };
  const dead = [];
  for (const name of files(site, ".html")) {
    // The page for missing addresses may be shown at any depth; its script sees to its links.
    if (name === "404.html") continue;
    const text = readFileSync(join(site, name), "utf8");
    for (const [, raw] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const link = raw.replaceAll("&amp;", "&").replaceAll("&#x27;", "'");
      if (/^[a-z]+:/i.test(link)) continue;
      const [path, fragment] = link.split("#");
      const target = path === "" ? join(site, name) : join(site, posix.join(posix.dirname(name), decodeURIComponent(path)));
      if (!existsSync(target)) dead.push(`${name}: ${link}`);
      else if (fragment && target.endsWith(".html") && !idsOf(target).has(decodeURIComponent(fragment))) dead.push(`${name}: ${link} (no such id)`);
    }
  }
  assert.deepEqual(dead, []);
});

test("without scripts: everything is readable and can be reached", async () => {
  const server = await serve(site);
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  for (const name of pages) {
    await page.goto(server.url + name);
    assert.ok((await page.locator("main").innerText()).trim().length > 20, `${name} is empty`);
    // What needs a script must not be offered.
    assert.equal(await page.locator("button:visible").count(), 0, `${name} offers a button that does nothing`);
  }
  await page.goto(`${server.url}index.html`);
  await page.locator("nav a", { hasText: /architecture decisions/i }).first().click();
  await page.getByRole("link", { name: /Ask the git program/ }).first().click();
  assert.match(await page.locator("h1").innerText(), /Ask the git program for history/);
  await close();
  await server.close();
});

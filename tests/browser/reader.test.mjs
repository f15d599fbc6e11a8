// What a reader does on the site, in a real browser.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build, launch, open, serve, top } from "./support.mjs";

let browser, server;
before(async () => {
  // The page for missing addresses is served at any depth, so it has to be told where the site begins.
  server = await serve(build(join(top, "example-site"), "--base-url", "https://decisions.example/log/"), "/log/");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("a superseded record names the one that is in force now, and the way there", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${server.url}adr/0009.html`);
  const banner = page.locator(".banner");
  assert.match(await banner.innerText(), /superseded/i);
  await banner.getByRole("link", { name: /syntaxmate/ }).first().click();
  await page.waitForURL(/\/adr\/0011\.html$/);
  assert.match(await page.locator(".banner").innerText(), /in force/i);
  await close();
});

test("the choice of light or dark is kept from page to page", async () => {
  const { page, close } = await open(browser, { colorScheme: "light" });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.goto(`${server.url}index.html`);
  const light = await background();
  const button = page.locator(".theme-switch");
  for (let press = 0; press < 3 && (await background()) === light; press += 1) await button.click();
  const dark = await background();
  assert.notEqual(dark, light);
  await page.goto(`${server.url}adr/0002.html`);
  assert.equal(await background(), dark);
  await close();
});

test("a mistyped or old address finds its record", async () => {
  const { page, close } = await open(browser);
  for (const address of ["adr/12", "adr/12-draw-mermaid", "adr/0012-draw-mermaid-diagrams-at-build-time", "ADR/012.html"]) {
    await page.goto(server.url + address);
    const link = page.locator("#found a").first();
    await link.waitFor({ timeout: 5000 });
    assert.match(await link.getAttribute("href"), /adr\/0012\.html$/, address);
  }
  await page.locator("#found a").first().click();
  assert.match(await page.locator("h1").innerText(), /Draw mermaid diagrams/);
  await close();
});

test("a list is narrowed by state where it has several", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${server.url}adr/index.html`);
  await page.getByLabel("State").selectOption("rejected");
  assert.ok((await page.locator("table.log tbody tr:visible").count()) < 8);
  await page.goto(`${server.url}states/accepted.html`);
  await page.getByLabel("Filter this page").waitFor();
  assert.equal(await page.getByLabel("State").count(), 0);
  await close();
});

test("on a phone, the navigation shows where one is", async () => {
  const { page, close } = await open(browser, { viewport: { width: 360, height: 800 } });
  await page.goto(`${server.url}states/index.html`);
  const { x, width } = await page.locator(".site-nav [aria-current]").boundingBox();
  assert.ok(x >= 0 && x + width <= 360, `${x} and ${width} wide`);
  await close();
});

test("diagrams are drawn, and their text is not cut off", async () => {
  const { page, close } = await open(browser);
  for (const name of ["adr/0002", "adr/0006", "adr/0012", "rfc/0001", "rfc/0003"]) {
    await page.goto(`${server.url}${name}.html`);
    const diagram = page.locator("main figure svg, main .mermaid svg, main .diagram svg").first();
    await diagram.waitFor({ timeout: 5000 });
    const box = await diagram.boundingBox();
    assert.ok(box.width > 100 && box.height > 50, `${name}: ${JSON.stringify(box)}`);
    // A label is cut where it needs more room than its box has; a pixel is lost to rounding.
    const cut = await diagram.evaluate((svg) =>
      [...svg.querySelectorAll("foreignObject")]
        .filter((label) => {
          const inner = label.firstElementChild;
          if (!inner || !inner.textContent.trim()) return false;
          return inner.scrollWidth > label.width.baseVal.value + 1.5 || inner.scrollHeight > label.height.baseVal.value + 1.5;
        })
        .map((label) => label.textContent.trim()),
    );
    assert.deepEqual(cut, [], name);
  }
  await close();
});

test("formulas are MathML with a size", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${server.url}adr/0013.html`);
  const box = await page.locator("main math[display=block]").first().boundingBox();
  assert.ok(box.width > 150 && box.height > 20, JSON.stringify(box));
  await close();
});

test("the text of a record can be printed without the frame around it", async () => {
  const { page, close } = await open(browser);
  await page.emulateMedia({ media: "print" });
  await page.goto(`${server.url}adr/0003.html`);
  assert.equal(await page.locator(".site-nav").isVisible(), false);
  assert.ok(await page.locator("h1").isVisible());
  await close();
});

// The pictures of the README: UPDATE=1 takes them anew.
test("pictures for the README", { skip: process.env.UPDATE ? false : "UPDATE=1 takes them" }, async () => {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "pictures");
  mkdirSync(folder, { recursive: true });
  const shots = [
    ["home", "index.html", "light", 1280, 900],
    ["record", "rfc/0003.html#guide", "light", 1280, 900],
    ["record-dark", "adr/0009.html", "dark", 1280, 900],
    ["timeline", "timeline/index.html", "light", 1280, 900],
    ["phone", "adr/0011.html", "light", 390, 844],
  ];
  for (const [name, path, colorScheme, width, height] of shots) {
    const { page, close } = await open(browser, { colorScheme, viewport: { width, height } });
    await page.goto(server.url + path, { waitUntil: "networkidle" });
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await close();
  }
});

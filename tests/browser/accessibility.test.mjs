// axe finds nothing on any kind of page, in light and dark, on a phone and on a wide screen; nothing is wider
// than the window; the keyboard reaches the content.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { exampleSite, launch, open, pagesByKind, serve } from "./support.mjs";

let browser, server, kinds;
before(async () => {
  kinds = pagesByKind(exampleSite());
  server = await serve(exampleSite());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("every page names its kind, and all kinds are there", () => {
  const expected = ["home", "collection", "record", "timeline", "tags", "tag", "people", "person", "states", "state", "changes", "not-found"];
  assert.deepEqual(expected.filter((kind) => !kinds[kind]), []);
  assert.equal(kinds["no-kind"], undefined);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
      const { page, close } = await open(browser, { colorScheme, viewport: { width, height: 800 } });
      const found = [];
      for (const name of Object.values(kinds).flat()) {
        await page.goto(server.url + name);
        const { violations } = await new AxeBuilder({ page })
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
          .analyze();
        for (const { id, nodes } of violations) found.push(`${name}: ${id}: ${nodes[0].target} (${nodes.length})`);
      }
      await close();
      assert.deepEqual(found, []);
    });
  }
}

test("nothing is wider than a window of 320 px", async () => {
  const { page, close } = await open(browser, { viewport: { width: 320, height: 640 } });
  const wide = [];
  for (const name of Object.values(kinds).flat()) {
    await page.goto(server.url + name);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 320) wide.push(`${name}: ${width} px`);
  }
  await close();
  assert.deepEqual(wide, []);
});

test("the first stop of the keyboard leads to the content", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${server.url}index.html`);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
  assert.equal(first, "#annals-main");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#annals-main$/);
  await close();
});

// What somebody sees who writes records with the preview beside the editor. Nothing here waits for a time to
// pass: only for what the page shows.

import assert from "node:assert/strict";
import { cpSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, launch, open, preview, save, top } from "./support.mjs";

const paragraphs = (count) => Array.from({ length: count }, (_, n) => `Paragraph ${n + 1} of the text, long enough to fill a line of its own.\n`).join("\n");
const record = (title, status, body = "") => `---\nstatus: ${status}\ndate: 2026-11-01\n---\n# ${title}\n\n${body}\n`;
const long = (first) => record("Queue work", "accepted", `${first}\n\n<details><summary>More</summary>\n\nHidden until opened.\n\n</details>\n\n${paragraphs(60)}`);
const log = () =>
  folder({
    "annals.toml": '[site]\ntitle = "Log"\n',
    "adr/0001-queue-work.md": long("The first version."),
    "adr/0002-cache-pages.md": record("Cache pages", "proposed", "Follows [the queue](0001-queue-work.md)."),
  });

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A page of a preview; `kept()` is true as long as it was never loaded anew. */
async function at(server, path, options) {
  const opened = await open(browser, options);
  await opened.page.goto(server.url + path);
  await opened.page.evaluate(() => (globalThis.kept = true));
  await opened.page.locator("annals-preview .pill").waitFor();
  return { ...opened, kept: () => opened.page.evaluate(() => globalThis.kept === true) };
}

const shows = (page, text) => page.getByText(text, { exact: false }).first().waitFor();
const gone = (page, selector) => page.locator(selector).waitFor({ state: "hidden" });

test("a save shows in place: scroll, focus, selection and open sections stay", async () => {
  const root = log();
  const server = await preview(root);
  const { page, seen, kept, close } = await at(server, "adr/0001.html");
  await page.locator("main details summary", { hasText: "More" }).click();
  await page.evaluate(() => scrollTo(0, 900));
  await page.evaluate(() => document.querySelector(".theme-switch").focus({ preventScroll: true }));
  const scroll = await page.evaluate(() => scrollY);
  assert.ok(scroll > 800);
  save(root, "adr/0001-queue-work.md", long("The second version."));
  await shows(page, "The second version.");
  assert.ok(await kept());
  assert.equal(await page.evaluate(() => scrollY), scroll);
  assert.ok(await page.evaluate(() => document.activeElement.matches(".theme-switch")));
  assert.ok(await page.locator("main details", { hasText: "Hidden until opened" }).evaluate((details) => details.open));
  // What the theme's script made of the page is still there.
  assert.equal(await page.locator(".theme-switch").isVisible(), true);
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

test("after any save the page is the one that loads anew", async () => {
  const root = log();
  const server = await preview(root);
  const { page, seen, kept, close } = await at(server, "adr/0001.html");
  const other = await at(server, "adr/0001.html");
  const main = (page) => page.locator("main").evaluate((main) => main.outerHTML);
  const plain = record("Queue work", "accepted", "Save 0.");
  const texts = [
    plain,
    plain.replace("status: accepted", "status: acepted"),
    plain.replace("date:", "review-by: 2027-02-01\ndate:"),
    plain.replace("status: accepted", "status: superseded by ADR 2"),
    `${plain}\n## One\n\n* a\n* b\n`,
    `${plain}\n## Two\n\n* c\n* a\n* b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n`,
    `${plain}\n| x | y |\n|---|---|\n| 0 | 0 |\n| 1 | 2 |\n\nText between.\n\n## One\n`,
    long("Save 0."),
  ];
  for (const [n, text] of texts.entries()) {
    save(root, "adr/0001-queue-work.md", text.replace("Save 0.", `Save ${n + 1}.`));
    await shows(page, `Save ${n + 1}.`);
    await other.page.reload();
    await shows(other.page, `Save ${n + 1}.`);
    assert.equal(await main(page), await main(other.page), `save ${n + 1}`);
  }
  assert.ok(await kept());
  assert.deepEqual(seen.errors, []);
  await other.close();
  await close();
  await server.close();
});

test("a list keeps its filter, and follows", async () => {
  const files = {};
  for (let n = 1; n <= 12; n += 1) files[`adr/${String(n).padStart(4, "0")}-x.md`] = record(`Choice ${n}`, n % 2 ? "accepted" : "proposed");
  const root = folder(files);
  const server = await preview(root);
  const { page, seen, kept, close } = await at(server, "adr/index.html");
  await page.locator(".tools input").fill("choice 7");
  await page.locator("tr:visible", { hasText: "Choice 7" }).waitFor();
  save(root, "adr/0007-x.md", record("Choice 7 again", "rejected"));
  await shows(page, "Choice 7 again");
  assert.ok(await kept());
  assert.equal(await page.locator(".tools input").inputValue(), "choice 7");
  assert.equal(await page.locator("tbody tr:visible").count(), 1);
  assert.equal(await page.locator("thead button").first().isVisible(), true);
  save(root, "adr/0013-x.md", record("Choice 77", "accepted"));
  await page.locator("tr:visible", { hasText: "Choice 77" }).waitFor();
  assert.equal(await page.locator("tbody tr:visible").count(), 2);
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

test("problems of the record appear beside it, lead to the editor, and vanish when mended", async () => {
  const root = log();
  const server = await preview(root);
  const { page, seen, close } = await at(server, "adr/0002.html");
  save(root, "adr/0002-cache-pages.md", record("Cache pages", "proposed", "Follows [nothing](0009-gone.md)."));
  const problem = page.locator("annals-preview .box li");
  await problem.first().waitFor();
  assert.match(await problem.first().innerText(), /adr\/0002-cache-pages\.md:7:\d+/);
  assert.match(await problem.first().innerText(), /broken-link/);
  const editor = await problem.first().locator("a.place").getAttribute("href");
  assert.match(editor, /^vscode:\/\/file\/.*\/adr\/0002-cache-pages\.md:7:\d+$/);
  await page.locator("annals-preview footer a", { hasText: "on the site" }).click();
  await shows(page, "This page follows every save");
  await page.locator("main li", { hasText: "broken-link" }).waitFor();
  save(root, "adr/0002-cache-pages.md", record("Cache pages", "proposed", "Follows nothing."));
  await gone(page, "main li.warning");
  await page.goBack();
  await gone(page, "annals-preview .box");
  assert.match(await page.locator("annals-preview .pill").innerText(), /up to date/);
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

test("while the configuration cannot be read the last good page stays, marked, with the error over it", async () => {
  const root = log();
  const server = await preview(root);
  const { page, kept, close } = await at(server, "adr/0001.html");
  save(root, "annals.toml", "[site\ntitle = \"Log\"\n");
  const over = page.locator("annals-preview .over");
  await over.waitFor();
  assert.match(await over.innerText(), /out of date/);
  assert.match(await over.innerText(), /annals\.toml:1:6/);
  assert.match(await over.locator("pre").innerText(), /\[site/);
  assert.ok(await page.getByText("The first version.").isVisible());
  // It stays when the page is loaded anew, too.
  await page.reload();
  await over.waitFor();
  assert.ok(await page.getByText("The first version.").isVisible());
  await page.evaluate(() => (globalThis.kept = true));
  save(root, "annals.toml", '[site]\ntitle = "Another log"\n');
  await page.locator(".site-name", { hasText: "Another log" }).waitFor();
  await gone(page, "annals-preview .over");
  assert.ok(await kept());
  await close();
  await server.close();
});

test("a broken template says where, and the page stays", async () => {
  const root = log();
  save(root, "theme/templates/record.html", '{% extends "default/record.html" %}\n{% block foot %}<p>Ours</p>{% endblock foot %}\n');
  const server = await preview(root);
  const { page, kept, close } = await at(server, "adr/0001.html");
  await shows(page, "Ours");
  save(root, "theme/templates/record.html", '{% extends "default/record.html" %}\n{% block foot %}<p>{{ nothing }}{% endblok %}\n');
  const over = page.locator("annals-preview .over");
  await over.waitFor();
  assert.match(await over.innerText(), /theme\/templates\/record\.html:2:\d+/);
  assert.match(await over.locator("pre").first().innerText(), /endblok/);
  assert.ok(await page.getByText("Ours").isVisible());
  // On a page that is loaded anew, too; and what is written meanwhile shows.
  await page.reload();
  await over.waitFor();
  await shows(page, "Ours");
  await page.evaluate(() => (globalThis.kept = true));
  save(root, "adr/0001-queue-work.md", long("Under a broken template."));
  await shows(page, "Under a broken template.");
  assert.ok(await page.getByText("Ours").isVisible());
  save(root, "theme/templates/record.html", '{% extends "default/record.html" %}\n{% block foot %}<p>Still ours</p>{% endblock foot %}\n');
  await shows(page, "Still ours");
  await gone(page, "annals-preview .over");
  assert.ok(await kept());
  await close();
  await server.close();
});

test("a record that cannot be read keeps its page under the error, here and on a page that is loaded anew", async () => {
  const root = log();
  const server = await preview(root);
  const { page, seen, kept, close } = await at(server, "adr/0001.html");
  save(root, "adr/0001-queue-work.md", Buffer.from("# Queue work\n\nCaf\xe9.\n", "latin1"));
  const over = page.locator("annals-preview .over");
  await over.waitFor();
  assert.match(await over.innerText(), /0001-queue-work\.md cannot be read/);
  assert.match(await over.innerText(), /adr\/0001-queue-work\.md:3:4/);
  assert.ok(await page.getByText("The first version.").isVisible());
  assert.ok(await kept());
  await page.reload();
  await over.waitFor();
  await shows(page, "The first version.");
  save(root, "adr/0001-queue-work.md", long("The second version."));
  await shows(page, "The second version.");
  await gone(page, "annals-preview .over");
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

test("a preview that began with a broken configuration says where, and shows the site once it is mended", async () => {
  const root = log();
  save(root, "annals.toml", "[site\n");
  const server = await preview(root);
  const { page, close } = await at(server, "adr/0001.html");
  const over = page.locator("annals-preview .over");
  assert.match(await over.innerText(), /annals\.toml:1:6/);
  assert.match(await over.locator("pre").innerText(), /\[site/);
  save(root, "annals.toml", '[site]\ntitle = "Log"\n');
  await shows(page, "The first version.");
  await gone(page, "annals-preview .over");
  // A tab that was open keeps its page while a server that began anew has none.
  await page.evaluate(() => (globalThis.kept = true));
  await server.close();
  save(root, "annals.toml", "[site\n");
  const again = await preview(root, { port: server.port });
  await over.waitFor();
  assert.match(await over.innerText(), /last good version/);
  assert.ok(await page.getByText("The first version.").isVisible());
  save(root, "annals.toml", '[site]\ntitle = "Log once more"\n');
  await page.locator(".site-name", { hasText: "Log once more" }).waitFor();
  await gone(page, "annals-preview .over");
  assert.ok(await page.evaluate(() => globalThis.kept === true));
  await close();
  await again.close();
});

test("a style sheet is swapped without loading the page anew", async () => {
  const root = log();
  const style = (colour) => `@import url("default/style.css");\nh1 { color: ${colour}; }\n`;
  save(root, "theme/static/style.css", style("rgb(1, 2, 3)"));
  const server = await preview(root);
  const { page, seen, kept, close } = await at(server, "adr/0001.html");
  const colour = (wanted) => page.waitForFunction((wanted) => getComputedStyle(document.querySelector("h1")).color === wanted, wanted);
  await colour("rgb(1, 2, 3)");
  save(root, "theme/static/style.css", style("rgb(4, 5, 6)"));
  await colour("rgb(4, 5, 6)");
  assert.ok(await kept());
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

test("a deleted record is gone, links to it are broken, and a renamed one has its new address", async () => {
  const root = log();
  const server = await preview(root);
  const first = await at(server, "adr/0001.html");
  const second = await at(server, "adr/0002.html");
  renameSync(join(root, "adr/0001-queue-work.md"), join(root, "adr/0003-queue-work.md"));
  await first.page.waitForFunction(() => document.body?.dataset.page === "not-found");
  await second.page.locator("annals-preview .box li", { hasText: "0001-queue-work.md" }).waitFor();
  await first.page.goto(`${server.url}adr/0003.html`);
  await shows(first.page, "The first version.");
  save(root, "adr/0002-cache-pages.md", record("Cache pages", "proposed", "Follows [the queue](0003-queue-work.md)."));
  await second.page.locator('main a[href$="0003.html"]').first().waitFor();
  await gone(second.page, "annals-preview .box");
  rmSync(join(root, "adr/0003-queue-work.md"));
  await first.page.waitForFunction(() => document.body?.dataset.page === "not-found");
  // Back again, as an undo brings it.
  save(root, "adr/0003-queue-work.md", long("The third version."));
  await shows(first.page, "The third version.");
  await first.close();
  await second.close();
  await server.close();
});

test("after the server was away the page says so, waits, and catches up", async () => {
  const root = log();
  const server = await preview(root);
  const { page, close } = await at(server, "adr/0001.html");
  await server.close();
  await page.locator('annals-preview[data-level="offline"]').waitFor({ state: "attached" });
  assert.match(await page.locator("annals-preview .pill").innerText(), /Waiting/);
  save(root, "adr/0001-queue-work.md", long("Written meanwhile."));
  const again = await preview(root, { port: server.port });
  await shows(page, "Written meanwhile.");
  await page.locator('annals-preview[data-level="fine"]').waitFor({ state: "attached" });
  await close();
  await again.close();
});

test("several tabs follow at once, each its own page", async () => {
  const root = log();
  const server = await preview(root);
  const tabs = [await at(server, "adr/0001.html"), await at(server, "adr/0002.html"), await at(server, "")];
  save(root, "adr/0001-queue-work.md", long("For all.").replace("# Queue work", "# Queue all work"));
  await shows(tabs[0].page, "For all.");
  await tabs[0].page.waitForFunction(() => document.title.includes("Queue all work"));
  await shows(tabs[2].page, "Queue all work");
  for (const tab of tabs) {
    assert.ok(await tab.kept());
    await tab.close();
  }
  await server.close();
});

test("the edited record is followed only where that was asked for", async () => {
  const root = log();
  const server = await preview(root);
  const { page, close } = await at(server, "adr/0001.html");
  save(root, "adr/0002-cache-pages.md", record("Cache pages", "accepted", "Edited."));
  await page.locator('annals-preview[data-build="2"]').waitFor({ state: "attached" });
  assert.match(page.url(), /adr\/0001\.html$/);
  await page.locator("annals-preview .pill").click();
  await page.locator("annals-preview .box").getByLabel("Follow the edited record").check();
  save(root, "adr/0002-cache-pages.md", record("Cache pages", "accepted", "Edited once more."));
  await page.waitForURL(/adr\/0002\.html$/);
  await shows(page, "Edited once more.");
  await close();
  await server.close();
});

test("the edge of a paragraph leads to its line in the editor", async () => {
  const root = log();
  const server = await preview(root);
  const { page, seen, close } = await at(server, "adr/0001.html");
  const paragraph = page.locator("main p", { hasText: "Paragraph 2 of the text" });
  await paragraph.hover();
  const pen = page.locator("annals-preview .pen");
  await pen.waitFor();
  assert.match(await pen.getAttribute("href"), /0001-queue-work\.md:17:1$/);
  assert.deepEqual(seen.errors, []);
  await close();
  await server.close();
});

// The pictures of the README: UPDATE=1 takes them anew.
test("pictures for the README", { skip: process.env.UPDATE ? false : "UPDATE=1 takes them" }, async () => {
  const pictures = join(dirname(fileURLToPath(import.meta.url)), "pictures");
  const root = folder({});
  cpSync(join(top, "example-site"), root, { recursive: true });
  const path = "rfc/0004-numbers-that-do-not-collide.md";
  const text = readFileSync(join(root, path), "utf8");
  const server = await preview(root);
  const { page, close } = await at(server, "rfc/0004.html", { viewport: { width: 1280, height: 760 }, colorScheme: "light" });
  const shot = async (name) => {
    await page.mouse.move(640, 5);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  await shot("watch-saved");
  const [first] = /^status: .*$/m.exec(text);
  save(root, path, text.replace(first, "status: propsed").replace(/^## Summary\n/m, "## Summary\n\nAs [RFC 9](0009-branches.md) says:\n"));
  await page.locator("annals-preview .box li").nth(1).waitFor();
  await shot("watch-problem");
  save(root, path, text);
  await gone(page, "annals-preview .box");
  save(root, "annals.toml", readFileSync(join(root, "annals.toml"), "utf8").replace("title", "titel"));
  await page.locator("annals-preview .over").waitFor();
  await shot("watch-stale");
  await close();
  await server.close();
});

// Records that try to run a script in the reader's browser. The content security policy is switched off, so that
// whatever slips through the escaping or the allow-list really runs.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build, files, launch, open, serve } from "./support.mjs";

const attacks = [
  `"><script>alert(1)</script>`,
  `'><img src=x onerror=alert(1)>`,
  `</title></textarea></template></style><svg/onload=alert(1)>`,
  `javascript:alert(1)`,
];
const fields = ["title", "status", "date", "authors", "deciders", "tags", "category", "description", "supersedes", "superseded-by", "requires", "discussions-to", "slug", "comment-by", "revisit", "unheard-of"];
const bodies = [
  String.raw`$\operatorname*{<svg/onload=alert(1)>}$ $\operatorname{<img src=x onerror=alert(1)>}$ $\text{<img src=x onerror=alert(1)>}$`,
  String.raw`$$\href{javascript:alert(1)}{x}$$ $\mathrm{<script>alert(1)</script>}$ $\class{x" onclick="alert(1)}{y}$`,
  "```mermaid\nflowchart TD\n  A[\"<img src=x onerror=alert(1)>\"] --> B[\"<script>alert(1)</script>\"]\n  click A \"javascript:alert(1)\"\n```",
  "```mermaid\n%%{init: {\"themeCSS\": \"</style><script>alert(1)</script>\"}}%%\nsequenceDiagram\n  A->>B: <img src=x onerror=alert(1)>\n```",
  "```mermaid\nnot a diagram <img src=x onerror=alert(1)>\n```",
  "```\"><img src=x onerror=alert(1)>\ncode\n```",
  "<svg><p><style><img src='</style><img src=x onerror=alert(1)>'></style></p></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
  "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
  "<a id=location></a><a id=document href='javascript:alert(1)'>x</a> <form><input name=attributes onfocus=alert(1) autofocus></form>",
  "<details ontoggle=alert(1) open>x</details> <video src=x onerror=alert(1)></video> <body onload=alert(1)>",
  "[x](javascript:alert(1)) <javascript:alert(1)> ![x](x \"\\\" onerror=alert(1)\") [y](data:text/html,<script>alert(1)</script>)",
  "[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: note",
];

let browser, server, site, root;
before(async () => {
  root = mkdtempSync(join(tmpdir(), "annals-hostile-"));
  mkdirSync(join(root, "adr"));
  let number = 0;
  const write = (text) => writeFileSync(join(root, "adr", `${String(++number).padStart(4, "0")}-attack.md`), text);
  for (const field of fields) for (const attack of attacks) write(`---\n${field}: ${JSON.stringify(attack)}\n---\n# Attack ${attack}\n\nText.\n`);
  for (const body of bodies) write(`---\ntitle: Attack\nstatus: accepted\n---\n# Attack\n\n${body}\n\nAfter.\n`);
  writeFileSync(join(root, "adr", "0900-<img src=x onerror=alert(1)>.md"), "# Name\n");
  writeFileSync(join(root, "annals.toml"), `[site]\ntitle = ${JSON.stringify(attacks[0])}\ndescription = ${JSON.stringify(attacks[1])}\n`);
  site = build(root);
  server = await serve(site);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

test("no script of a record runs, on any page, even without the policy", { timeout: 600_000 }, async () => {
  const { page, close } = await open(browser, { bypassCSP: true });
  const ran = [];
  page.on("dialog", async (dialog) => {
    ran.push(page.url());
    await dialog.dismiss();
  });
  for (const name of files(site, ".html")) {
    await page.goto(server.url + encodeURI(name), { waitUntil: "load" });
    // What waits for a click must not wait on a link that runs.
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href], area[href]")].map((link) => String(link.href?.baseVal ?? link.href)));
    ran.push(...links.filter((link) => /^\s*(javascript|vbscript|data:text\/html)/i.test(link)).map((link) => `${name}: ${link}`));
  }
  await close();
  assert.deepEqual(ran, []);
});

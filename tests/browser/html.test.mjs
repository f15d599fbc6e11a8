// Every page is valid HTML: of this project's own log, and of the public logs beside it where they are there.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { build, corpora, corpus, exampleSite, files, pagesByKind } from "./support.mjs";

// The preset `standard` is the HTML standard and nothing of anyone's taste.
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ["html-validate:standard"] }));

async function problems(site, names = files(site, ".html")) {
  const found = [];
  for (const name of names) {
    const report = await validator.validateFile(join(site, name));
    for (const { messages } of report.results) {
      for (const { severity, ruleId, line, column, message } of messages) {
        // The HTML standard maps a share of the width to CSS (Rendering, dimension attributes) though authors should not
        // write it; records do, and a picture keeps the size that its author gave it.
        const isShare = ruleId === "attribute-allowed-values" && /^Attribute "width" has invalid value "\d+%"$/.test(message);
        if (severity === 2 && !isShare) found.push(`${name}:${line}:${column}: ${ruleId}: ${message}`);
      }
    }
  }
  return found;
}

/** Fails with the number of problems by rule and the first few of each. */
function none(found) {
  const rules = {};
  for (const line of found) (rules[line.split(": ")[1]] ??= []).push(line);
  const text = Object.entries(rules).map(([rule, lines]) => `${rule}: ${lines.length}\n  ${lines.slice(0, 5).join("\n  ")}`);
  assert.equal(found.length, 0, text.join("\n"));
}

test("example-site", async () => none(await problems(exampleSite())));

// Of a long log every fifth page and two of each kind, or all with ANNALS_ALL_PAGES=1.
function sample(site) {
  const names = files(site, ".html");
  if (names.length <= 200 || process.env.ANNALS_ALL_PAGES) return names;
  return [...new Set([...Object.values(pagesByKind(site)).flat(), ...names.filter((_, at) => at % 5 === 0)])];
}

for (const name of corpora()) {
  test(name, async () => {
    const site = build(corpus(name));
    none(await problems(site, sample(site)));
  });
}

test("every element of raw HTML in every other", async () => {
  const elements =
    "a abbr acronym address article aside b bdi blockquote br button caption center code col colgroup dd del details dfn div dl dt em figcaption figure font form h1 h3 header hr i img input kbd label li nav ol p picture pre q rp rt ruby s section select small source span strike strong summary sup svg table tbody td tfoot th thead time tr tt u ul var video".split(" ");
  const alone = "br col hr img input source".split(" ");
  const start = (name) => `<${name}${{ a: ' href="https://e.org"', img: ' src="https://e.org/x.png" alt="x"' }[name] ?? ""} id="${name}" align="center">`;
  const end = (name) => (alone.includes(name) ? "" : `</${name}>`);
  const root = mkdtempSync(join(tmpdir(), "annals-nesting-"));
  mkdirSync(join(root, "adr"));
  elements.forEach((outer, at) => {
    const texts = elements.map(
      (inner) =>
        `${start(outer)}a${start(inner)}b [link](https://e.org)${end(inner)}c${end(outer)}\n\n` +
        `${start(outer)}${start(inner)}<i>d</i>${end(inner)}${end(outer)}\n\n` +
        `Text ${start(outer)}\n\nText\n\n${start(inner)}\n\n## Heading\n\n- item\n\n${end(inner)}\n\n${end(outer)} text\n\n`,
    );
    const number = String(at + 1).padStart(4, "0");
    writeFileSync(join(root, "adr", `${number}-${outer}.md`), `# ${outer}\n\n${texts.join("")}`);
  });
  const site = build(root);
  rmSync(root, { recursive: true });
  none(await problems(site));
});

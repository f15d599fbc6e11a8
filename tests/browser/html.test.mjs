// Every page is valid HTML: of this project's own log, and of the public logs beside it where they are there.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { build, corpus, exampleSite, files } from "./support.mjs";

// The preset `standard` is the HTML standard and nothing of anyone's taste.
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ["html-validate:standard"] }));

async function problems(site) {
  const found = [];
  for (const name of files(site, ".html")) {
    const report = await validator.validateFile(join(site, name));
    for (const { messages } of report.results) {
      for (const { severity, ruleId, line, column, message } of messages) {
        if (severity === 2) found.push(`${name}:${line}:${column}: ${ruleId}: ${message}`);
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

// Not every log is here: raw HTML that authors wrote into records (a heading inside `<dl>`) is published as they wrote it.
for (const name of ["adr__madr", "alphagov__govuk-aws", "home-assistant__architecture", "thomvaill__log4brains"]) {
  const root = corpus(name);
  const skip = root ? false : "the corpora are not beside the project";
  test(name, { skip }, async () => none(await problems(build(root))));
}

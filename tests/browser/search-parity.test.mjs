// The program, the client under Node and the client in a browser give the same records in the same order, with
// the same counts and scores.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build, corpus, exampleSite, launch, open, serve, shared, top } from "./support.mjs";
import { indexOf, program, queries } from "./search-support.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const near = (a, b) => Math.abs(a - b) <= 2e-6 * Math.max(1, Math.abs(a));
const made = Number(process.env.ANNALS_QUERIES ?? 700);

/** What has to be equal of an answer. */
const essence = ({ total, with_all_words, messages, did_you_mean, facets, results }) => ({
  total,
  with_all_words,
  messages,
  did_you_mean,
  facets: values(facets),
  results: results.map(({ id, status, head, date, name, title }) => ({ id, status, head: head?.id, date, name, title })),
});

const values = (facets) => Object.fromEntries(Object.entries(facets).map(([name, list]) => [name, list.map(({ value, label, count }) => `${value} ${label} ${count}`)]));

const sets = { "rust-lang__rfcs": "rust-lang__rfcs.json", "ethereum__EIPs": "ethereum__EIPs.json" };
for (const [at, name] of ["example-site", ...Object.keys(sets)].entries()) {
  const root = at === 0 ? join(top, "example-site") : corpus(name);
  test(`the same answers everywhere: ${name}`, { skip: root ? false : "the corpora are not beside the project", timeout: 600_000 }, async () => {
    const site = at === 0 ? exampleSite() : build(root);
    const set = join(shared, "queries", sets[name] ?? "none");
    const asked = [...(existsSync(set) ? JSON.parse(readFileSync(set, "utf8")).map(({ q }) => q) : []), ...queries(site, made, at)];
    const native = program(["search", "-", root, "--json"], asked);
    assert.equal(native.length, asked.length);

    const index = indexOf(site);
    const different = [];
    const answers = [];
    for (const [at, query] of asked.entries()) {
      const own = await index.search(query, { facets: true });
      answers.push({ ...essence(own), scores: own.results.map(({ score }) => score) });
      const theirs = native[at];
      try {
        assert.deepEqual(essence(own), essence(theirs));
        const scores = own.results.map(({ score }, i) => [score, theirs.results[i].score]);
        assert.ok(scores.every(([a, b]) => near(a, b)), `scores ${JSON.stringify(scores)}`);
        if (at % 20 === 0) {
          for (const [i, hit] of own.results.slice(0, 2).entries()) {
            const { anchor, heading, text } = await index.excerpt(hit, own);
            const { anchor: a, heading: h, excerpt } = theirs.results[i];
            assert.deepEqual({ anchor, heading, text }, { anchor: a, heading: h, text: excerpt.text });
          }
        }
      } catch (problem) {
        different.push(`${JSON.stringify(query)}: ${problem.message}`);
      }
    }
    assert.equal(different.length, 0, `${different.length} of ${asked.length} differ:\n${different.slice(0, Number(process.env.ANNALS_SHOW ?? 3)).join("\n")}`);

    const server = await serve(site);
    const { page, close } = await open(browser);
    await page.goto(`${server.url}search.html`);
    const some = asked.map((_, at) => at).filter((at) => at % 4 === 0);
    const there = await page.evaluate(async (queries) => {
      const index = annals.index(new URL("search/", location.href));
      const all = [];
      for (const query of queries) {
        const { total, with_all_words, messages, did_you_mean, facets, results } = await index.search(query, { facets: true });
        all.push({ total, with_all_words, messages, did_you_mean, facets, results });
      }
      return all;
    }, some.map((at) => asked[at]));
    await close();
    await server.close();
    for (const [i, at] of some.entries()) {
      assert.deepEqual({ ...essence(there[i]), scores: there[i].results.map(({ score }) => score) }, answers[at], asked[at]);
    }
  });
}

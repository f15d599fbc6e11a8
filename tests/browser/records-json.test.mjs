// records.json is valid by the schema that is published beside it, and what other programs would trip over
// is not in it: dangling ids, addresses without a page, paths of this machine.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { build, corpus, exampleSite, top } from "./support.mjs";

const names = ["microsoft__semantic-kernel", "kubernetes__enhancements", "rust-lang__rfcs", "ethereum__EIPs"];

function check(site) {
  const read = (name) => JSON.parse(readFileSync(join(site, name), "utf8"));
  const [data, schema] = [read("records.json"), read("records.schema.json")];
  // Formats are notes to the reader in JSON Schema 2020-12; this one is a promise of ours.
  const date = /^\d{4}-\d\d-\d\d$/;
  const ajv = new Ajv({ allErrors: true, formats: { date, uint: true, uint32: true } });
  const valid = ajv.compile(schema);
  assert.ok(valid(data), ajv.errorsText(valid.errors));

  const ids = new Set(data.records.map((record) => record.id));
  assert.equal(ids.size, data.records.length, "ids are unique");
  const loose = [];
  for (const record of data.records) {
    if (!existsSync(join(site, decodeURIComponent(record.url)))) loose.push(`${record.id}: no page ${record.url}`);
    const named = [...record.relations.map((of) => of.target), ...record.referenced_by.map((of) => of.id), ...record.superseded_by_now];
    loose.push(...named.filter((id) => !ids.has(id)).map((id) => `${record.id}: no record ${id}`));
  }
  assert.deepEqual(loose, []);
  assert.ok(!readFileSync(join(site, "records.json"), "utf8").includes(top), "no path of this machine");
  return data;
}

test("example-site", () => assert.ok(check(exampleSite()).records.length > 0));

for (const name of names) {
  test(name, (t) => {
    const root = corpus(name);
    if (!root) return t.skip("the corpora are not here (ANNALS_SHARED)");
    const mails = JSON.stringify(check(build(root)).records.flatMap((record) => [...record.authors, ...record.deciders])).match(/[\w.]+@\w+\.\w+/g);
    assert.equal(mails, null, "mail addresses stay at home");
  });
}

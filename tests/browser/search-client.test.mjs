// The client of the search outside a browser: it makes the tokens that the program makes, and no damaged file does
// more than fail with the one error that the page knows.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { build, corpus, exampleSite, files, folder, top } from "./support.mjs";
import { scripts } from "./search-scripts.mjs";
import { client, indexOf, program, random } from "./search-support.mjs";

/** Lines of characters of many scripts, with what words are made of and parted by between them. */
function madeUp(count) {
  const { below, pick } = random(1);
  const ranges = [
    [0x20, 0x7e], [0x20, 0x7e], [0x20, 0x7e], [0xa0, 0x24f], [0x250, 0x36f], [0x370, 0x3ff], [0x400, 0x52f], [0x531, 0x5f4], [0x600, 0x6ff], [0x900, 0x97f], [0xe01, 0xe4e], [0x10a0, 0x10ff], [0x1100, 0x11ff],
    [0x1e00, 0x1fff], [0x2000, 0x206f], [0x2100, 0x218f], [0x2c00, 0x2c5f], [0x3040, 0x30ff], [0x3400, 0x3450], [0x4e00, 0x4f00], [0xac00, 0xad00], [0xf900, 0xfa6d], [0xfb00, 0xfb06], [0xff01, 0xff9f], [0x10400, 0x1044f],
    [0x1d400, 0x1d7cb], [0x1f600, 0x1f64f], [0x20000, 0x20100],
  ];
  const joints = ["-", "_", "‐", "‑", "--", ".", "'", "́", "2", "42", "A", "z", "::", "\u200d", "", " "];
  return Array.from({ length: count }, () => {
    const own = Array.from({ length: 1 + below(3) }, () => pick(ranges));
    return Array.from({ length: 4 + below(40) }, () => {
      const [from, to] = pick(own);
      return String.fromCodePoint(from + below(to - from + 1)) + (below(4) ? "" : pick(joints));
    }).join("");
  });
}

test("the same tokens as the program's, in many scripts and in real records", { timeout: 300_000 }, () => {
  // What this Node's Unicode does not know yet, the program's may.
  const known = (text) => !/\p{Cn}/u.test(text);
  const lines = madeUp(130_000).filter(known);
  for (const root of [join(top, "example-site"), corpus("rust-lang__rfcs"), corpus("ethereum__EIPs")].filter(Boolean)) {
    const names = files(root, ".md");
    for (const name of names.filter((_, at) => at % Math.ceil(names.length / 250) === 0)) lines.push(...readFileSync(join(root, name), "utf8").split(/\r?\n/));
  }
  const tidy = lines.map((line) => line.replace(/[\r\n]/g, " ")).filter(known);
  const theirs = program(["search", "--tokens", "-"], tidy);
  assert.equal(theirs.length, tidy.length);
  const different = [];
  let count = 0;
  for (const [at, line] of tidy.entries()) {
    const own = client.tokenize(line);
    count += own.length;
    for (const { text, whole, start, end } of own) {
      if (!whole && client.fold(line.slice(start, end)) !== text) different.push(`place of ${text} in ${JSON.stringify(line)}`);
    }
    const mine = JSON.stringify(own.map(({ text, position, whole }) => [text, position, whole]));
    if (mine !== JSON.stringify(theirs[at])) different.push(`${JSON.stringify(line)}\n  ${mine}\n  ${JSON.stringify(theirs[at])}`);
  }
  assert.equal(different.length, 0, `${different.length} of ${tidy.length} lines:\n${different.slice(0, 5).join("\n")}`);
  assert.ok(count > 500_000, `only ${count} tokens`);
});

test("the scripts are what is made of their source, and a first search loads 8 KB", async () => {
  const [first, more] = await scripts();
  for (const { path, text } of [first, more]) assert.equal(readFileSync(path, "utf8") === text, true, `${path} is not made of its source: npm run client --prefix tests/browser`);
  const size = (text) => gzipSync(text, { level: 9 }).length;
  assert.ok(size(first.text) <= 8192, `search.js: ${size(first.text)} bytes`);
  console.log(`search.js: ${size(first.text)} bytes, search-more.js: ${size(more.text)} bytes, gzip`);
});

test("texts are read with what they have in common and, on a small site, without", async () => {
  const record = (number) => [`adr/000${number}-lamps.md`, `# Lamps ${number}\n\nWe buy lamps.\n\n## Why\n\n${"It is dark. ".repeat(900 * number)}Größe zählt at dusk.\n`];
  const root = folder(Object.fromEntries([1, 2].map(record)));
  const small = build(root);
  for (const [site, own, query] of [[small, root, "dusk"], [exampleSite(), join(top, "example-site"), "mermaid"]]) {
    const [theirs] = program(["search", "-", own, "--json"], [query]);
    const asked = [];
    const index = indexOf(site, (bytes, path) => {
      asked.push(path);
      return bytes;
    });
    const result = await index.search(query);
    for (const [i, hit] of result.results.entries()) {
      const { heading, text } = await index.excerpt(hit, result);
      assert.deepEqual([hit.id, heading, text], [theirs.results[i].id, theirs.results[i].heading, theirs.results[i].excerpt.text]);
    }
    const packs = new Set(result.results.map(({ text }) => `f/${text.pack}.bin`));
    const others = new Set(asked.filter((path) => path.startsWith("f/") && !packs.has(path)));
    assert.equal(others.size, site === small ? 0 : 1);
  }
});

test("a damaged file fails with the one known error, or does no harm", { timeout: 300_000 }, async () => {
  const { below, pick } = random(2);
  const site = exampleSite();
  const asked = ["highlight code", "mermiad", "tag:process status:accepted", '"static site" adr', "12", "sear", "after:2024 supersedes:9", "-code quic"];
  const damages = [
    (bytes) => {
      for (let i = 0; i <= below(8); i += 1) bytes[below(bytes.length)] = below(256);
      return bytes;
    },
    (bytes) => bytes.slice(0, below(bytes.length)),
    (bytes) => {
      const at = below(bytes.length);
      bytes.fill(pick([0, 255, 128, 127]), at, at + below(12));
      return bytes;
    },
    (bytes) => Uint8Array.from([...bytes.slice(0, below(bytes.length)), ...bytes.slice(below(bytes.length))]),
    () => new TextEncoder().encode("<!DOCTYPE html><title>Welcome</title><p>Not what you asked for."),
    () => new Uint8Array(),
  ];
  let failed = 0;
  for (let round = 0; round < 800; round += 1) {
    const damaged = pick(["root.bin", "t/", "z/", "r/", "c/", "f/"]);
    const damage = pick(damages);
    // Decompressed, so that what is damaged is the content and not the checksum.
    const index = indexOf(site, (bytes, path) => {
      if (!path.startsWith(damaged)) return bytes;
      const plain = bytes[0] === 0x1f && bytes[1] === 0x8b && round % 4 ? new Uint8Array(gunzipSync(bytes)) : bytes;
      return damage(plain.slice());
    });
    const query = pick(asked);
    const before = performance.now();
    try {
      const result = await index.search(query, { facets: true });
      for (const hit of result.results.slice(0, 3)) await index.excerpt(hit, result);
    } catch (problem) {
      failed += 1;
      assert.ok(problem instanceof client.SearchError, `${damaged} ${query}: ${problem.stack}`);
      assert.match(problem.message, /^The search index/);
    }
    assert.ok(performance.now() - before < 20_000, `${damaged} ${query}: endless`);
  }
  assert.ok(failed > 50, `only ${failed} failed`);
});

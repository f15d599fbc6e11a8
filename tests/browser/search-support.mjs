// What the tests of the search share: its client outside a browser, over a folder, and made-up queries.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { binary, files, top } from "./support.mjs";

for (const name of ["search.js", "search-more.js"]) await import(pathToFileURL(join(top, "themes/default/static", name)).href);
export const client = globalThis.annals;

/** The client over a built site, without a server; `change` may alter what it reads. */
export function indexOf(site, change = (bytes) => bytes) {
  const load = async (path, cache, from, length) => {
    const bytes = readFileSync(join(site, "search", path));
    const part = length ? bytes.subarray(from, from + length) : bytes;
    return { bytes: change(new Uint8Array(part), path), ranged: Boolean(length) };
  };
  return client.index(new URL("http://site.example/search/"), load);
}

/** What the program answers to each line of its input. */
export function program(args, lines) {
  const output = execFileSync(binary, args, { input: lines.map((line) => `${line}\n`).join(""), maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "ignore"] });
  return output.toString().trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Numbers that look random and are the same every time. */
export function random(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, pick: (list) => list[below(list.length)] };
}

/** Queries of every kind, made of the words of a site. */
export function queries(site, count, seed) {
  const { below, pick } = random(seed);
  const { records, site: own } = JSON.parse(readFileSync(join(site, "records.json"), "utf8"));
  const texts = files(site, ".md").filter((_, at) => at % 7 === seed % 7).map((name) => readFileSync(join(site, name), "utf8"));
  const words = [...new Set(texts.join(" ").match(/[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)?/gu))];
  const tags = records.flatMap((record) => record.tags.map((tag) => tag.name ?? tag));
  const authors = records.flatMap((record) => record.authors.flatMap(({ name, handle }) => [name, handle])).filter(Boolean);
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const word = () => pick(words);
  const slip = (text) => {
    const at = below(text.length);
    return pick([() => text.slice(0, at) + text.slice(at + 1), () => text.slice(0, at) + pick(letters) + text.slice(at), () => text.slice(0, at) + pick(letters) + text.slice(at + 1), () => text.slice(0, at) + (text[at + 1] ?? "") + text[at] + text.slice(at + 2)])();
  };
  const quoted = (text) => (/\s/.test(text) ? `"${text}"` : text);
  const phrase = () => {
    const own = pick(texts).match(/[\p{L}\p{N}_]+/gu) ?? ["x"];
    const at = below(own.length);
    return `"${own.slice(at, at + 2 + below(3)).join(" ")}"`;
  };
  const filter = () =>
    pick([
      () => `status:${pick(records).status[pick(["state", "label"])].replace(/"/g, "") || "accepted"}`.replace(/:(.*\s.*)/, ':"$1"'),
      () => `tag:${quoted(pick(tags) ?? "none")}`,
      () => `author:${quoted(pick(authors) ?? "nobody")}`,
      () => `in:${pick(records).collection}`,
      () => `${pick(["before", "after", "year"])}:${pick(["2014", "2017-06", "2020-02-29", "2026", "19", "2020-13"])}`,
      () => `is:${pick(["open", "in-force", "closed", "retired", "elsewhere", "draft", "gone", "IN-FORCE"])}`,
      () => `${pick(["supersedes", "references"])}:${pick([pick(records).number ?? "1", pick(records).id, "none"])}`,
      () => `${slip(pick(["status", "tag", "author"]))}:${word()}`,
      () => `tag:${slip(pick(tags) ?? "none")}`,
    ])();
  const kinds = [
    () => word(),
    () => `${word()} ${word()}`,
    () => `${word()} ${word()} ${word()} `,
    () => `${word()} ${word().slice(0, 1 + below(5))}`,
    () => word().slice(0, 1 + below(4)),
    () => slip(word()),
    () => `${slip(word())} ${word()}`,
    () => `the ${word()} of ${word()}`,
    () => word() + word(),
    () => pick(words.filter((own) => /[_A-Z0-9-]/.test(own.slice(1)))) ?? word(),
    () => pick(records).title,
    () => pick([(n) => n, (n) => `#${n}`, (n) => `RFC ${n}`, (n) => `rfc-${n}`, (n) => `EIP-${n}`, (n) => `adr ${n}`])(pick([pick(records).number ?? "1", String(below(3000))])),
    () => pick(records).id,
    () => phrase(),
    () => `${phrase()} ${word()}`,
    () => `${word()} -${word()}`,
    () => `${word()} -${phrase()}`,
    () => filter(),
    () => `${word()} ${filter()}`,
    () => `${filter()} ${filter()} ${word()}`,
    () => `-${filter()} ${word()}`,
    () => pick(["決定", "の", "結論 記録", "ΣΊΣΥΦΟΣ", "größe", "İstanbul", "e\u0301tude", "हिन्दी", "결정 기록"]),
    () => Array.from({ length: 1 + below(12) }, () => pick(['"', "-", ":", " ", "“", "_", "tag:", "\u0301", "(", word(), "\ufeff", "\u0085", "💡", "a"])).join(""),
    () => Array.from({ length: 40 }, word).join(" "),
  ];
  const made = Array.from({ length: count }, (_, at) => kinds[at % kinds.length]());
  return made.map((query) => query.replace(/[\n\r]/g, " "));
}

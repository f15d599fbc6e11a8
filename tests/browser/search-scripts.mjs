// The two scripts of the search from the files of `themes/search`, each in one scope and minified. Run by itself
// (`npm run client --prefix tests/browser`), it writes them into the theme.

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { minify } from "terser";

const themes = fileURLToPath(new URL("../../themes/", import.meta.url));
const parts = {
  "search.js": ["tokens", "files", "postings", "words", "rank", "passage", "answer", "box"],
  "search-more.js": ["core", "query", "filters", "spelling", "narrow", "page"],
};
const options = { ecma: 2020, compress: { inline: 1, passes: 3, unsafe_arrows: true }, format: { preamble: "// Made of themes/search." } };

/** Where each script lies, and what it has to be. */
export function scripts() {
  const all = Object.entries(parts).map(async ([name, files]) => {
    const source = files.map((file) => readFileSync(join(themes, "search", `${file}.js`), "utf8")).join("\n");
    const { code } = await minify(`"use strict";(() => {${source}})();`, options);
    return { path: join(themes, "default/static", name), text: `${code}\n` };
  });
  return Promise.all(all);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const { path, text } of await scripts()) writeFileSync(path, text);
}

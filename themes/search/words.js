// Words of a query → units of families, by the rules of `src/search/expand.rs`.

/** Orders as UTF-8 does, which is by code point; JavaScript's own order parts surrogates from their like. */
function compare(a, b) {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const rank = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
  return i < a.length && i < b.length ? rank(a.charCodeAt(i)) - rank(b.charCodeAt(i)) : a.length - b.length;
}

/** The last shard whose key is not above the word. */
function shardOf({ first }, word) {
  let [low, high] = [0, first.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(first[middle], word) <= 0) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The shards that can hold words with this beginning. */
function shardsOf(shards, prefix) {
  const start = shardOf(shards, prefix);
  const { length } = shards.first;
  let end = start + 1;
  while (end < length && shards.first[end].startsWith(prefix)) end += 1;
  return shards.names.slice(start, end);
}

function shard(own, name) {
  return own.file(`t/${name}.bin`, readTerms);
}

async function entryOf(own, word) {
  const name = own.terms.names[shardOf(own.terms, word)];
  return name && (await shard(own, name)).get(word);
}

/** The families of words; where some stand in other shards, these are fetched. */
async function familiesOf(own, entries) {
  const all = entries.flatMap(({ families }) => families);
  if (all.every(({ words }) => words)) return all;
  return Promise.all(all.map(async (family) => (family.words ? family : (await entryOf(own, family.owner)).here[family.which])));
}

/** The families of a word. */
async function find(own, word) {
  const entry = await entryOf(own, word);
  return entry ? familiesOf(own, [entry]) : [];
}

/** Words with this beginning, `[word, entry]`; none where they lie in too many shards. */
async function beginning(own, prefix) {
  const names = shardsOf(own.terms, prefix);
  if (names.length > own.settings.limits.shards) return [];
  const all = await Promise.all(names.map((name) => shard(own, name)));
  return all.flatMap((words) => [...words].filter(([word]) => word.startsWith(prefix)));
}

/** The most frequent families of words; of equals those with the smaller owner. */
async function frequent(own, found, most, without) {
  const all = new Set(await familiesOf(own, found.map(([, entry]) => entry)));
  const kept = [...all].filter((family) => !without.has(family));
  return foremost(kept, most, (a, b) => b.most - a.most || compare(a.owner, b.owner) || a.which - b.which);
}

/** The words that items of a query want, in their order; the last may be the beginning of a longer one. */
function want({ items, typing }) {
  for (const item of items) {
    item.tokens = tokenize(item.phrase ?? item.word ?? "");
    item.parts = item.tokens.filter((token) => !token.whole);
  }
  const plain = items.filter(({ negated, parts }) => !negated && parts.length);
  const wanted = plain.flatMap(({ parts, phrase, tokens }) => {
    const exact = phrase !== undefined;
    return (exact ? parts : tokens).map(({ text, whole }) => ({ text, whole, exact, alone: !exact && parts.length === 1 }));
  });
  if (typing && wanted.length && items.at(-1) === plain.at(-1)) wanted.at(-1).typing = true;
  return wanted;
}

/** Words → units: the families that each stands for, and how much each of them counts. */
async function expand(own, wanted) {
  const isOptional = ({ text, exact }) => !exact && own.settings.optional.includes(text);
  const content = wanted.some((word) => !word.whole && !isOptional(word));
  const units = await Promise.all(
    wanted.map(async (word, at) => {
      if (content && isOptional(word)) return { families: new Set() };
      const together = [wanted.slice(at - 1, at + 1), wanted.slice(at, at + 2)].filter((pair) => pair.length > 1 && pair.every(({ alone }) => alone));
      const unit = await expandWord(own, word, together.map(([a, b]) => a.text + b.text));
      return { ...unit, required: !word.whole };
    }),
  );
  return units.filter((unit) => unit.required || unit.families.size);
}

async function expandWord(own, { text, whole, exact, typing }, joined) {
  const { weights, limits } = own.settings;
  const letters = Array.from(text);
  const families = new Map();
  const add = (found, weight) => found.forEach((family) => families.has(family) || families.set(family, weight));
  const longer = typing && !whole && !exact && letters.length > 1 ? beginning(own, text) : [];
  const [begun, itself, ...others] = await Promise.all([longer, ...[text, ...(exact ? [] : joined)].map((word) => find(own, word))]);
  add(itself, 1);
  const unit = { word: text, families, own: itself.length > 0 };
  if (exact) return unit;
  others.forEach((found) => add(found, weights.joined));
  add(await frequent(own, begun.filter(([word]) => word !== text), limits.prefix, families), weights.prefix);
  if (!families.size && !whole && letters.length > 3) unit.meant = await (await more()).guess(own, text, families, add);
  return unit;
}

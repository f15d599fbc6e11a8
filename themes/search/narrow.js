// What a query that is more than words leaves of the records that have its words, in the steps of `src/search/answer.rs`.

/** A query's items with their filters looked up: `pass` says which records one lets through; an unknown one is a word. */
async function understand(own, text) {
  const asked = parse(text, own.settings.limits.characters);
  for (const item of asked.items.filter(({ filter }) => filter)) {
    const pass = await filterOf(item, own);
    if (typeof pass === "function") item.pass = pass;
    else {
      asked.messages.push(pass);
      item.word = item.value;
    }
  }
  return asked;
}

/** The records that are left of those that were `ranked`, their order, and the facets of all of them where they are asked for. */
async function narrow(own, { items, messages }, units, ranked, facets) {
  let { records, order } = ranked;
  const filters = items.filter(({ pass }) => pass);
  const [without, plain] = [true, false].map((negated) => items.filter((item) => Boolean(item.negated) === negated && item.parts.length));
  const phrases = plain.filter(({ phrase }) => phrase !== undefined);
  if (!units.length && !phrases.length && (filters.length || without.length)) records = Uint32Array.from({ length: own.count }, (_, record) => record);
  const named = plain.map(({ word }) => word).join(" ");
  if (!phrases.length && (/[0-9]/.test(named) || (plain.length === 1 && /[-_]/.test(named)))) {
    const places = new Map((await recordsNamed(named, own)).map((record, place) => [record, place]));
    // What the words name has all of them.
    const words = units.filter(({ required }) => required).length;
    for (const record of places.keys()) ranked.matched[record] = words;
    const place = (record) => places.get(record) ?? places.size;
    records = [...places.keys(), ...records.filter((record) => !places.has(record))];
    order = (a, b) => place(a) - place(b) || ranked.order(a, b);
  }

  // What a phrase is looked up in, and what is out without a look.
  const withAll = async ({ parts }) => {
    const each = await Promise.all(parts.map(async ({ text }) => new Set((await find(own, text)).flatMap((family) => [...postingsOf(own, family).docs]))));
    return (record) => each.every((found) => found.has(record));
  };
  for (const item of without) {
    item.may = await withAll(item);
    if (item.phrase === undefined) records = records.filter((record) => !item.may(record));
  }
  const negated = without.filter(({ phrase }) => phrase !== undefined);
  for (const item of phrases) records = records.filter(await withAll(item));
  const phrased = (records, messages) => havingPhrases(own, records, order, phrases, negated, messages);

  // Filters of one kind widen each other. A record counts in the facets of the filter that alone keeps it out, so that a tick more can
  // widen the search.
  const kinds = new Map();
  for (const item of filters) {
    const kind = item.negated ? item : item.filter;
    kinds.set(kind, [...(kinds.get(kind) ?? []), item]);
  }
  const passing = kinds.size ? [] : records;
  const beside = [];
  for (const record of kinds.size ? records : []) {
    const failed = [];
    for (const [kind, any] of kinds) if (any.some(({ pass }) => pass(record)) === any[0].negated) failed.push(kind);
    if (!failed.length) passing.push(record);
    if (failed.length === 1) beside.push([record, failed[0]]);
  }
  const found = await phrased(passing, messages);
  if (!found.length && units.length && filters.length) {
    const { length } = await phrased(records, []);
    if (length) messages.push(`Without the filters ${length} ${length === 1 ? "record matches" : "records match"}.`);
  }
  return { records: found, order, facets: facets && (await count(own, found, beside, items)) };
}

/** Those of the records that have the phrases; only the first are looked into. */
async function havingPhrases(own, records, order, phrases, negated, messages) {
  if (!phrases.length && !negated.length) return records;
  const { phrase: most } = own.settings.limits;
  const asked = records.filter((record) => phrases.length || negated.some(({ may }) => may(record)));
  if (asked.length > most) messages.push(`The phrase was looked up in the best ${most} records that have its words; ${asked.length - most} more have them.`);
  const out = new Set(asked);
  await Promise.all(
    foremost(asked, most, order).map(async (record) => {
      const { title, text } = await describe(own, record);
      const parts = await Promise.all(text.lengths.map((_, at) => partOf(own, text, at)));
      const texts = [title, ...parts.flat().flatMap(([, heading, text]) => [heading, text])].map((text) => tokenize(text).filter((token) => !token.whole));
      const has = ({ parts }) => texts.some((words) => hasPhrase(words, parts));
      if (phrases.every(has) && !negated.some((item) => item.may(record) && has(item))) out.delete(record);
    }),
  );
  return records.filter((record) => !out.has(record));
}

/** Whether words stand next to each other, in this order. */
function hasPhrase(words, phrase) {
  return words.some((first, at) => phrase.every((word, i) => words[at + i]?.text === word.text && words[at + i].position === first.position + i));
}

/** Values of records, the most frequent first; years the latest first. Those `beside` are each kept out by one filter. */
async function count(own, found, beside, items) {
  const [status, collection, tag, author, dates] = await Promise.all(["status", "collection", "tag", "author", "date"].map((name) => column(own, name)));
  const { states, collections } = own.settings;
  const years = await own.once("years", async () => assigned({ length: 10_000 }, own.count, (record) => (dates[record] ? [Math.floor(dates[record] / 10_000)] : [])));
  // Facet → its filter, the column, and the value of a number, with its label where that is another.
  const facets = {
    state: ["status", status, (at) => [states[status.values[at].state][0]]],
    collection: ["collection", collection, (at) => collections[at]],
    tag: ["tag", tag, (at) => [tag.values[at]]],
    author: ["author", author, (at) => [author.values[at].handle || author.values[at].name, author.values[at].name]],
    year: ["year", years, (at) => [String(at).padStart(4, "0")]],
  };
  const list = ([filter, { values: { length }, borders, places }, named]) => {
    const times = new Uint32Array(length);
    const add = (record) => {
      for (let i = borders[record]; i < borders[record + 1]; i += 1) times[places[i]] += 1;
    };
    found.forEach(add);
    for (const [record, failed] of beside) if (failed === filter) add(record);
    const chosen = items.filter((item) => item.pass && item.filter === filter && !item.negated).map(({ value }) => same(value));
    const values = new Map();
    for (const [at, count] of times.entries()) {
      if (!count) continue;
      const [value, label = value] = named(at);
      const key = `${value}\n${label}`;
      const before = values.get(key)?.count ?? 0;
      values.set(key, { value, label, count: before + count, selected: chosen.some((one) => one === same(value) || one === same(label)) });
    }
    return foremost([...values.values()], 100, (a, b) => b.count - a.count || compare(a.value, b.value) || compare(a.label, b.label));
  };
  const lists = Object.fromEntries(Object.entries(facets).map(([name, facet]) => [name, list(facet)]));
  lists.year.sort((a, b) => compare(b.value, a.value));
  return lists;
}

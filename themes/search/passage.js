// The passage that matches best, as `src/search/excerpt.rs` finds it.

/** Every way to write what the required units stand for, as far as it lies with their postings: word → units. */
function formsOf(units) {
  const forms = new Map();
  const add = (word, unit) => forms.set(word, (forms.get(word) ?? new Set()).add(unit));
  for (const unit of units.filter(({ required }) => required)) {
    for (const { words } of unit.families.keys()) words.forEach((word) => add(word, unit));
    if (unit.own) add(unit.word, unit);
  }
  return forms;
}

/** Where words stand in tokens: the tokens, each with what `forms` knows of it. */
function hitsIn(tokens, forms) {
  return tokens.flatMap((token) => (forms.has(token.text) ? [{ ...token, units: forms.get(token.text) }] : []));
}

/** The window with the most different units, then the most hits: `{ value, units, at }`, the index of its first hit. */
function densest(hits, heading = new Set()) {
  let best = { value: hits.length ? 0 : 16 * heading.size, units: heading.size, at: 0 };
  hits.forEach(({ position }, at) => {
    const units = new Set(heading);
    let count = 0;
    while (hits[at + count]?.position < position + 24) {
      hits[at + count].units.forEach((unit) => units.add(unit));
      count += 1;
    }
    const value = 16 * units.size + Math.min(count, 8);
    if (value > best.value) best = { value, units: units.size, at };
  });
  return best;
}

/** The text round the hit at `first`, on one line, with the marks in it. */
function cut(text, tokens, hits, first) {
  const words = tokens.filter((token) => !token.whole);
  const start = first > 6 ? (words.find(({ position }) => position >= first - 6)?.start ?? 0) : 0;
  const last = words.findLast(({ position }) => position <= first + 32);
  let end = last && last !== words.at(-1) ? Math.max(start, last.end) : text.length;
  end = start + Array.from(text.slice(start, end)).slice(0, 400).join("").length;
  const ahead = start > 0 ? "…" : "";
  const marks = [];
  let marked = start;
  for (const hit of hits) {
    if (hit.start < marked || hit.end > end) continue;
    marks.push([hit.start - start + ahead.length, hit.end - hit.start]);
    marked = hit.end;
  }
  return { text: ahead + text.slice(start, end).replaceAll("\n", " ") + (end < text.length ? "…" : ""), marks };
}

/** A part of a record's text: its sections `[anchor, heading, text]`. A server that knows no ranges gives the whole pack, which is
    kept. */
function partOf(own, { pack, offset, lengths }, at) {
  const path = `f/${pack}.bin`;
  const from = lengths.slice(0, at).reduce((sum, length) => sum + length, offset);
  const [name, length] = own.settings.common ?? [];
  return own.once(`${path} ${from}`, async () => {
    const [beginning, { bytes, ranged }] = await Promise.all([
      name ? own.file(`f/${name}.bin`, ({ bytes }) => bytes) : Uint8Array.of(0x78, 0x9c),
      own.kept(path) ?? own.load(path, from, lengths[at]),
    ]);
    if (!ranged) own.once(path, async () => ({ bytes, ranged }));
    const text = await decompress("deflate", beginning, ranged ? bytes : bytes.subarray(from, from + lengths[at]));
    return JSON.parse(decode(text.subarray(length)));
  });
}

/** The passage of a hit that matches best, with the section it stands in, its marks, and the words that are marked. */
async function passageOf(own, { text: place, matched }, forms) {
  let best;
  let first;
  for (const at of place.lengths.keys()) {
    for (const [anchor, heading, text] of await partOf(own, place, at)) {
      const tokens = tokenize(text);
      if (text) first ??= { text, tokens };
      const hits = hitsIn(tokens, forms);
      const window = densest(hits, new Set(hitsIn(tokenize(heading), forms).flatMap(({ units }) => [...units])));
      if (window.value > (best?.value ?? 0)) best = { ...window, anchor, heading, text, tokens, hits };
    }
    if (best && (best.units >= matched || at > 1)) break;
  }
  const { anchor, heading, text, tokens, hits, at } = best ?? { anchor: "", heading: "", text: "", tokens: [], hits: [], ...first };
  const words = [...new Set(hits.map((hit) => hit.text))].slice(0, 20);
  return { anchor, heading, ...cut(text, tokens, hits, hits[at]?.position ?? 0), words };
}

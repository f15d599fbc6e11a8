// What was perhaps meant.

/** Gives an unknown word families: those of words a slip or two away, else those that begin as it does. The word most likely meant. */
async function guess(own, word, families, add) {
  const { weights, limits } = own.settings;
  const letters = Array.from(word);
  const nearby = await near(own, word, letters.length < 8 ? 1 : 2);
  for (const { word, distance } of nearby) {
    for (const family of await find(own, word)) if (families.size < limits.unknown) add([family], distance > 1 ? weights.slips : weights.slip);
    if (families.size >= limits.unknown) break;
  }
  if (!families.size && letters.length > 4) {
    let best = 0;
    let found = [];
    for (const entry of await beginning(own, letters.slice(0, Math.max(4, letters.length - 4)).join(""))) {
      const other = Array.from(entry[0]);
      let shared = 0;
      while (shared < other.length && other[shared] === letters[shared]) shared += 1;
      if (entry[0].includes("_") || other.length - shared > 4 || shared < best) continue;
      if (shared > best) [best, found] = [shared, []];
      found.push(entry);
    }
    add(await frequent(own, found, limits.unknown, families), weights.stub);
  }
  return nearby[0]?.word;
}

/** Words at most so many slips away, likeliest first. */
async function near(own, word, most) {
  const first = Array.from(word)[0];
  const lists = await Promise.all(shardsOf(own.spelling, first).map((name) => own.file(`z/${name}.bin`, readWords)));
  const near = [];
  for (const { word: other, frequency } of lists.flat()) {
    const distance = other.startsWith(first) ? slips(word, other, most) : Infinity;
    if (distance <= most) near.push({ word: other, frequency, distance });
  }
  return near.sort((a, b) => a.distance - b.distance || b.frequency - a.frequency || compare(a.word, b.word));
}

function readWords(reader) {
  const words = [];
  while (!reader.done) words.push({ word: reader.word(), frequency: reader.uint() });
  return words;
}

/** The query with the words that were most likely meant, in place of those that nobody has written. */
function meant(query, units, most) {
  let any = false;
  const words = parse(query, most).items.map(({ word, negated, raw }) => {
    const parts = tokenize((!negated && word) || "").filter((token) => !token.whole);
    const instead = parts.length === 1 && units.find((unit) => unit.word === parts[0].text)?.meant;
    any ||= instead;
    return instead || raw;
  });
  return any ? words.join(" ") : null;
}

/** The candidate that a word is most likely a slip of. */
function nearest(word, candidates) {
  const lower = word.toLowerCase();
  const most = Math.min(2, Math.max(0, Array.from(lower).length - 1) >> 1);
  let best;
  let least = most + 1;
  for (const candidate of candidates) {
    if (bytes(candidate) > 4 * (bytes(lower) + most)) continue;
    const distance = slips(lower, candidate.toLowerCase(), most);
    if (distance < least) [least, best] = [distance, candidate];
  }
  return best;
}

/** Insertions, deletions, substitutions and transpositions of neighbours (optimal string alignment), up to `most`. */
function slips(from, to, most) {
  const a = Array.from(from);
  const b = Array.from(to);
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length];
}

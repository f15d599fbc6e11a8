// What is in the files: the root, shards of the dictionary, postings.

const f32 = Math.fround;
const K1 = f32(1.2);
const B = f32(0.75);

/** What one occurrence counts where lengths do not. */
const ONCE = f32(1 / f32(1 + K1));

/** Postings that are kept unpacked: 64 MB of them. */
const UNPACKED = 8e6;

/** Lengths that the ids of tantivy's field norms stand for. */
const LENGTHS = Array.from({ length: 256 }, (_, id) => (id < 32 ? id : 24 + ((id & 7) | 8) * 2 ** ((id >> 3) - 4)));

function readRoot(reader) {
  if (decode(reader.take(4)) !== "ANSX") throw RangeError();
  if (reader.uint() !== 3 || reader.uint() !== 2) throw new SearchError("The search index has another version than this page. Reload it.");
  const count = reader.uint();
  if (count > 1e7) throw RangeError();
  const settings = JSON.parse(reader.text());
  const fields = reader.list(() => ({ name: reader.text(), tokens: reader.uint(), boost: reader.f32(), normed: reader.u8() }));
  const factors = reader.list(() => reader.f32());
  const shards = () => {
    const length = reader.uint();
    reader.key = new Uint8Array();
    return { first: reader.list(() => reader.word(), length), names: reader.list(() => reader.name(), length) };
  };
  const root = { count, settings, fields, factors, terms: shards(), spelling: shards(), chunk: reader.uint(), chunks: reader.list(() => reader.name()), unpacked: [], room: UNPACKED, sums: new Float32Array(count) };
  if (reader.u8()) readScoring(root, reader);
  return root;
}

/** What the parts of BM25 that depend on a record alone come to. */
function readScoring(root, reader) {
  const column = () => {
    const values = reader.take(reader.uint());
    const low = reader.u8();
    return new Reader(reader.take(reader.uint())).rice(root.count, low).map((at) => values[at]);
  };
  for (const field of root.fields) {
    const average = f32(f32(field.tokens) / root.count);
    field.penalties = Float32Array.from(LENGTHS, (length) => K1 * f32(f32(1 - B) + f32(f32(B * length) / average)));
    field.norms = field.normed && column();
  }
  root.factor = Float32Array.from(column(), (at) => root.factors[at]);
}

/** A shard of the dictionary: word → its families, and those whose postings stand here, which are read when they are wanted. A family
    that stands in another shard is the word that has it there, and which of its families. */
function readTerms(reader) {
  const shard = new Map();
  const end = reader.uint() + reader.at;
  let from = end;
  while (reader.at < end) {
    const word = reader.word();
    const code = reader.u8();
    const elsewhere = reader.list(() => {
      const [owner, which] = [decode(reader.suffix()), reader.uint()];
      return shard.get(owner)?.here[which] ?? { owner, which };
    }, code >> 4);
    const here = reader.list((_, which) => {
      const mask = reader.u8();
      // Records that have it, by field.
      const frequency = Array.from({ length: 8 }, (_, field) => (mask & (1 << field) ? reader.uint() : 0));
      return { owner: word, which, frequency, most: Math.max(...frequency), bytes: reader.bytes.subarray(from, (from += reader.uint())), words: [] };
    }, code & 15);
    const families = [...elsewhere, ...here];
    for (const { words } of families) words?.push(word);
    shard.set(word, { here, families });
  }
  return shard;
}

/** The records of a family, and how well it matches each. */
function postingsOf(own, family) {
  if (!family.postings) {
    family.postings = readPostings(own, family);
    own.unpacked.push(family);
    own.room -= family.postings.docs.length;
    while (own.room < 0 && own.unpacked[1]) {
      const oldest = own.unpacked.shift();
      own.room += oldest.postings.docs.length;
      oldest.postings = undefined;
    }
  }
  return family.postings;
}

function readPostings({ count, fields, sums }, family) {
  const reader = new Reader(family.bytes);
  const lists = fields.flatMap(({ boost, penalties, norms }, field) => {
    const found = family.frequency[field];
    if (!found) return [];
    const rarity = f32(Math.log(f32(1 + f32(f32(f32(count - found) + 0.5) / f32(found + 0.5)))));
    const records = readRecords(reader, found, count);
    const [usual, low] = norms ? reader.rice(2, 0) : [];
    const times = norms && reader.rice(found, low).map((level) => 1 << (level > 2 * usual ? level : usual + ((level ^ -(level & 1)) >> 1)));
    return { records, times, penalties, norms, weight: f32(f32(rarity * f32(1 + K1)) * boost) };
  });
  const docs = new Uint32Array(family.frequency.reduce((sum, found) => sum + found));
  let length = 0;
  for (const { records, times, penalties, norms, weight } of lists) {
    for (let i = 0; i < records.length; i += 1) {
      const record = records[i];
      if (!sums[record]) docs[length++] = record;
      sums[record] += f32(weight * (norms ? f32(times[i] / f32(times[i] + penalties[norms[record]])) : ONCE));
    }
  }
  const scores = new Float32Array(length);
  for (let i = 0; i < length; i += 1) {
    scores[i] = sums[docs[i]];
    sums[docs[i]] = 0;
  }
  return { docs: docs.slice(0, length), scores };
}

/** So many records; of more than half of all, the others are listed. */
function readRecords(reader, found, count) {
  const rarer = Math.min(found, count - found);
  // Fails where there are not so many.
  const distances = reader.rice(rarer, 31 - Math.clz32((2 * count) / (3 * rarer)));
  const records = new Uint32Array(found);
  let length = 0;
  let record = 0;
  for (const distance of distances) {
    const next = record + distance;
    if (next >= count) throw RangeError();
    if (rarer === found) records[length++] = next;
    else while (record < next) records[length++] = record++;
    record = next + 1;
  }
  while (length < found) records[length++] = record++;
  return records;
}

// What is in the files: the root, shards of the dictionary, postings.

const f32 = Math.fround;
const K1 = f32(1.2);
const B = f32(0.75);

/** Postings that are kept unpacked: 64 MB of them. */
const UNPACKED = 8e6;

/** Lengths that the ids of tantivy's field norms stand for. */
const LENGTHS = Array.from({ length: 256 }, (_, id) => (id < 32 ? id : 24 + ((id & 7) | 8) * 2 ** ((id >> 3) - 4)));

function readRoot(reader) {
  if (decode(reader.take(4)) !== "ANSX") throw RangeError();
  if (reader.uint() !== 2 || reader.uint() !== 1) throw new SearchError("The search index is of another version than this page. Reload the page.");
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
  const root = { count, settings, fields, factors, terms: shards(), spelling: shards(), chunk: reader.uint(), chunks: reader.list(() => reader.name()), unpacked: [], room: UNPACKED };
  if (reader.u8()) readScoring(root, reader);
  return root;
}

/** What the parts of BM25 that depend on a record alone come to. */
function readScoring(root, reader) {
  for (const field of root.fields) {
    const average = f32(f32(field.tokens) / root.count);
    field.penalties = Float32Array.from(LENGTHS, (length) => K1 * f32(f32(1 - B) + f32(f32(B * length) / average)));
    field.norms = field.normed && reader.take(root.count);
  }
  root.factor = Float32Array.from(reader.take(root.count), (at) => root.factors[at]);
}

/** A shard of the dictionary: word → its families, and those whose postings stand here, which are read when they are wanted. A family
    that stands in another shard is the word that has it there, and which of its families. */
function readTerms(reader) {
  const shard = new Map();
  while (!reader.done) {
    const word = reader.word();
    const code = reader.u8();
    const elsewhere = reader.list(() => {
      const [owner, which] = [decode(reader.suffix()), reader.uint()];
      return shard.get(owner)?.here[which] ?? { owner, which };
    }, code >> 4);
    const here = reader.list((_, which) => {
      const count = reader.uint();
      const mask = reader.u8();
      const frequency = Array.from({ length: 8 }, (_, bit) => mask & (1 << bit) && (mask & (mask - 1) ? reader.uint() : count));
      return { owner: word, which, count, frequency, most: Math.max(...frequency), bytes: reader.take(reader.uint()), words: [] };
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
    own.room -= family.count;
    while (own.room < 0 && own.unpacked[1]) {
      const { count } = Object.assign(own.unpacked.shift(), { postings: undefined });
      own.room += count;
    }
  }
  return family.postings;
}

function readPostings({ count, fields }, family) {
  const reader = new Reader(family.bytes);
  const docs = new Uint32Array(family.count);
  let doc = -1;
  for (let i = 0; i < docs.length; i += 1) {
    docs[i] = doc += reader.uint() + 1;
    if (doc >= count) throw RangeError();
  }
  const codes = reader.take(docs.length);
  const present = fields.flatMap(({ boost, penalties, norms }, field) => {
    const found = family.frequency[field];
    const rarity = f32(Math.log(f32(1 + f32(f32(f32(count - found) + 0.5) / f32(found + 0.5)))));
    return found ? [{ field, penalties, norms, weight: f32(f32(rarity * f32(1 + K1)) * boost) }] : [];
  });
  const scores = new Float32Array(docs.length);
  const times = new Uint32Array(10);
  // Small counts stand in the code itself; the largest that fits says that more follows.
  const more = (count, most) => (count < most ? count : most + reader.uint());
  for (let i = 0; i < docs.length; i += 1) {
    const code = codes[i];
    times[2] = more(code & 15, 15);
    times[1] = more((code >> 4) & 3, 3);
    times[0] = (code >> 6) & 1;
    times.fill(0, 3);
    if (code & 128) {
      const others = reader.u8();
      for (let bit = 0; bit < 8; bit += 1) if (others & (1 << bit)) times[bit && bit + 2] = 1 + reader.uint();
    }
    let score = 0;
    for (const { field, penalties, norms, weight } of present) {
      const penalty = norms ? penalties[norms[docs[i]]] : K1;
      score = f32(score + f32(weight * f32(times[field] / f32(times[field] + penalty))));
    }
    scores[i] = score;
  }
  return { docs, scores };
}

// What is in the files: the root, shards of the dictionary, postings.

const f32 = Math.fround;
const K1 = f32(1.2);
const B = f32(0.75);

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
  const root = { count, settings, fields, factors, terms: shards(), spelling: shards(), chunk: reader.uint(), chunks: reader.list(() => reader.name()) };
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
  root.factor = reader.take(root.count);
}

/** A shard of the dictionary: word → its families, whose postings are read when they are wanted. */
function readTerms(reader) {
  const shard = new Map();
  while (!reader.done) {
    const owner = reader.word();
    const code = reader.u8();
    const elsewhere = reader.list(() => ({ owner: decode(reader.suffix()), which: reader.uint() }), code >> 4);
    const here = reader.list((_, which) => {
      const count = reader.uint();
      const mask = reader.u8();
      const frequency = Array.from({ length: 8 }, (_, bit) => mask & (1 << bit) && (mask & (mask - 1) ? reader.uint() : count));
      return { shard, owner, which, count, frequency, most: Math.max(...frequency), bytes: reader.take(reader.uint()) };
    }, code & 15);
    shard.set(owner, { here, elsewhere });
  }
  return shard;
}

/** The records of a family and, by field, how much its occurrences there weigh: `tf / (tf + penalty)`. Read once. */
function postingsOf(family, root) {
  if (family.docs) return family;
  const reader = new Reader(family.bytes);
  const docs = new Uint32Array(family.count);
  let doc = -1;
  for (let i = 0; i < docs.length; i += 1) {
    docs[i] = doc += reader.uint() + 1;
    if (doc >= root.count) throw RangeError();
  }
  const codes = reader.take(docs.length);
  family.weights = root.fields.map((_, field) => family.frequency[field] && new Float32Array(docs.length));
  const set = (i, field, times) => {
    const { penalties, norms } = root.fields[field] ?? {};
    if (times && family.weights[field]) family.weights[field][i] = times / f32(times + (norms ? penalties[norms[docs[i]]] : K1));
  };
  // Small counts stand in the code itself; the largest that fits says that more follows.
  const times = (code, most) => ((code & most) < most ? code & most : most + reader.uint());
  codes.forEach((code, i) => {
    set(i, 2, times(code, 15));
    set(i, 1, times(code >> 4, 3));
    set(i, 0, (code >> 6) & 1);
    if (code & 128) {
      const others = reader.u8();
      for (let bit = 0; bit < 8; bit += 1) if (others & (1 << bit)) set(i, bit && bit + 2, 1 + reader.uint());
    }
  });
  family.docs = docs;
  return family;
}

// The search engine of the pages: reads the index that the build wrote and ranks by the same steps, in the same 32-bit
// arithmetic, as the Rust code under `src/search/`, which is the reference. Knows nothing of the page it runs in.

"use strict";

// A classic script with one global, since browsers load no modules from `file://`.
globalThis.annals = (() => {
  // ── Tokens ───────────────────────────────────────────────────────────────────────────────────
  // The rules are those of `src/search/token.rs`.

  const CJK = "\\u1100-\\u11ff\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{2fa1f}";
  const RUN = `(?![${CJK}])[\\p{Alphabetic}\\p{N}_](?:(?![${CJK}])[\\p{Alphabetic}\\p{N}_\\p{M}])*`;
  const PIECE = new RegExp(`[${CJK}]+|${RUN}(?:[-\\u2010\\u2011]${RUN})*`, "gu");
  const IS_CJK = new RegExp(`^[${CJK}]`, "u");
  const HUMP = /(?<=\p{Lowercase})(?=\p{Uppercase})|(?<=\p{Uppercase})(?=\p{Uppercase}\p{Lowercase})/u;
  const LETTERS = /^[\p{Alphabetic}\p{M}]+$/u;
  const DIGITS = /^(\p{Alphabetic}{2,})([0-9]{1,4})$/u;
  const encoder = new TextEncoder();

  /** Tokens of a text: `{ text, position, whole, start, end }`, places in UTF-16 units. */
  function tokenize(source) {
    const tokens = [];
    let position = 0;
    const add = (word, whole, start, end) => {
      const text = fold(word);
      if (text && bytes(text) <= 64) tokens.push({ text, position, whole, start, end });
      if (!whole) position += 1;
    };
    for (const { 0: piece, index } of source.matchAll(PIECE)) {
      if (IS_CJK.test(piece)) {
        const chars = [...piece];
        let at = index;
        for (let i = 0; i < Math.max(1, chars.length - 1); i += 1) {
          const pair = chars[i] + (chars[i + 1] ?? "");
          add(pair, false, at, at + pair.length);
          at += chars[i].length;
        }
        continue;
      }
      if (/^[A-Z]?[a-z]{0,63}$/.test(piece)) {
        // Most words need no rules.
        tokens.push({ text: piece.toLowerCase(), position, whole: false, start: index, end: index + piece.length });
        position += 1;
        continue;
      }
      const runs = piece.split(/[-\u2010\u2011]/);
      if (runs.length > 1 && runs.length <= 3 && runs.every((run) => LETTERS.test(run))) {
        add(runs.join(""), true, index, index + piece.length);
      }
      let at = index;
      for (const run of runs) {
        const parts = run.split("_").flatMap((word) => word.split(HUMP)).flatMap((part) => DIGITS.exec(part)?.slice(1) ?? part);
        if (parts.filter(Boolean).length > 1) {
          const inner = run.replace(/^_+|_+$/g, "");
          const start = at + run.indexOf(inner);
          add(inner, true, start, start + inner.length);
        }
        let from = at;
        for (const part of parts) {
          if (part) add(part, false, (from = source.indexOf(part, from)), from + part.length);
          from += part.length;
        }
        at += run.length + 1;
      }
    }
    return tokens;
  }

  /** Letter case and accents do not count. */
  function fold(word) {
    if (/^[\0-\x7f]*$/.test(word)) return word.toLowerCase();
    return Array.from(word.normalize("NFKD").replace(/\p{M}/gu, ""), (char) => char.toLowerCase()).join("").replace(/\p{M}/gu, "");
  }

  // ── Bytes ────────────────────────────────────────────────────────────────────────────────────
  // The files are described in `src/search/format.rs`.

  /** Why there is no answer, in words for the reader. Nothing else is ever thrown. */
  class SearchError extends Error {}
  const DAMAGED = "The search index did not arrive whole.";
  const decoder = new TextDecoder();

  /** Reads the primitives of the format, and never beyond the end. */
  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
      this.key = new Uint8Array();
    }
    get done() {
      return this.at >= this.bytes.length;
    }
    u8() {
      if (this.done) throw new SearchError(DAMAGED);
      return this.bytes[this.at++];
    }
    uint() {
      let value = 0;
      for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
        const byte = this.u8();
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
      throw new SearchError(DAMAGED);
    }
    take(length) {
      if (length > this.bytes.length - this.at) throw new SearchError(DAMAGED);
      return this.bytes.subarray(this.at, (this.at += length));
    }
    f32() {
      const bytes = this.take(4);
      return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
    }
    text() {
      return decoder.decode(this.take(this.uint()));
    }
    json() {
      return JSON.parse(this.text());
    }
    /** What shares its beginning with the bytes before it. */
    suffix(before) {
      const shared = this.uint();
      if (shared > before.length) throw new SearchError(DAMAGED);
      const rest = this.take(this.uint());
      const bytes = new Uint8Array(shared + rest.length);
      bytes.set(before.subarray(0, shared));
      bytes.set(rest, shared);
      return bytes;
    }
    word() {
      return decoder.decode((this.key = this.suffix(this.key)));
    }
    name() {
      return Array.from(this.take(4), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    list(read, length = this.uint()) {
      const list = [];
      for (let i = 0; i < length; i += 1) list.push(read());
      return list;
    }
  }

  async function inflate(bytes) {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** Fetches files of the index, or ranges of them. */
  const overNetwork = (base) => async (path, cache, from, length) => {
    const headers = length ? { range: `bytes=${from}-${from + length - 1}` } : {};
    let response;
    try {
      response = await fetch(new URL(path, base), { headers, cache });
    } catch {
      throw new SearchError("The search index could not be reached. Is there a network?");
    }
    if (!response.ok) throw new SearchError(`The search index could not be loaded (status ${response.status}).`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes, ranged: response.status === 206 };
  };

  /** From the disk, where browsers let a page read no files but may run a script, which holds small indexes. */
  const fromScript = (base) => {
    let loaded;
    return async (path) => {
      loaded ??= new Promise((resolve, reject) => {
        const script = Object.assign(document.createElement("script"), { src: new URL("inline.js", base).href });
        script.onload = () => resolve(globalThis.annalsIndex);
        script.onerror = () => reject(new SearchError("A browser does not let pages from the disk read a search index, and that of this site is too large to lie in a script. It works when the folder is served: python3 -m http.server"));
        document.head.append(script);
      });
      const bytes = Uint8Array.from(atob((await loaded)[path]), (char) => char.charCodeAt(0));
      return { bytes, ranged: false };
    };
  };

  // ── The files ────────────────────────────────────────────────────────────────────────────────

  const f32 = Math.fround;
  const K1 = f32(1.2);
  const B = f32(0.75);
  const MOST_RECORDS = 10_000_000;

  /** Lengths that the ids of tantivy's field norms stand for. */
  const LENGTHS = Array.from({ length: 256 }, (_, id) => {
    if (id < 24) return id;
    const code = id - 24;
    return 24 + (code < 8 ? code : ((code & 7) | 8) << ((code >> 3) - 1));
  });

  function readRoot(reader) {
    if (String.fromCharCode(...reader.take(4)) !== "ANSX") throw new SearchError(DAMAGED);
    if (reader.uint() !== 1 || reader.uint() !== 1) throw new SearchError("The search index is of another version than this page. Reload the page.");
    const count = reader.uint();
    if (count > MOST_RECORDS) throw new SearchError(DAMAGED);
    const settings = reader.json();
    const fields = reader.list(() => ({ name: reader.text(), tokens: reader.uint(), boost: reader.f32(), normed: reader.u8() }));
    const factors = reader.list(() => reader.f32());
    const [terms, spelling] = [0, 1].map(() => {
      const length = reader.uint();
      reader.key = new Uint8Array();
      const first = reader.list(() => reader.word(), length);
      return { first, names: reader.list(() => reader.name(), length) };
    });
    const chunk = reader.uint();
    const chunks = reader.list(() => reader.name());
    const root = { count, settings, fields, factors, terms, spelling, chunk, chunks };
    if (reader.u8()) readScoring(root, reader);
    return root;
  }

  /** What the parts of BM25 that depend on a record alone come to. */
  function readScoring(root, reader) {
    for (const field of root.fields) {
      const average = f32(f32(field.tokens) / f32(root.count));
      field.penalties = Float32Array.from(LENGTHS, (length) => f32(K1 * f32(f32(1 - B) + f32(f32(B * f32(length)) / average))));
      field.norms = field.normed ? reader.take(root.count) : undefined;
    }
    root.factor = reader.take(root.count);
  }

  /** A shard of the dictionary: word → its families, whose postings are read when they are wanted. */
  function readTerms(reader) {
    const words = new Map();
    while (!reader.done) {
      const word = reader.word();
      const code = reader.u8();
      const elsewhere = reader.list(() => ({ owner: decoder.decode(reader.suffix(reader.key)), which: reader.uint() }), code >> 4);
      let which = 0;
      const here = reader.list(() => {
        const count = reader.uint();
        const mask = reader.u8();
        const bits = [...Array(8).keys()].filter((bit) => (mask >> bit) & 1);
        const frequency = Array(8).fill(0);
        for (const bit of bits) frequency[bit] = bits.length > 1 ? reader.uint() : count;
        return { shard: words, owner: word, which: which++, count, frequency, most: Math.max(...frequency), bytes: reader.take(reader.uint()) };
      }, code & 15);
      words.set(word, { here, elsewhere });
    }
    return words;
  }

  /** A family's postings, read once. */
  function postingsOf(family, root) {
    return (family.postings ??= readPostings(family, root));
  }

  /** The records of a family and, by field, how much its occurrences there weigh: `tf / (tf + penalty)`. */
  function readPostings(family, root) {
    const reader = new Reader(family.bytes);
    const docs = new Uint32Array(family.count);
    let doc = -1;
    for (let i = 0; i < docs.length; i += 1) {
      docs[i] = doc += reader.uint() + 1;
      if (doc >= root.count) throw new SearchError(DAMAGED);
    }
    const codes = reader.take(docs.length);
    const weights = root.fields.map((_, field) => (family.frequency[field] ? new Float32Array(docs.length) : undefined));
    const set = (i, field, times) => {
      const { penalties, norms } = root.fields[field] ?? {};
      if (!times || !weights[field]) return;
      weights[field][i] = f32(f32(times) / f32(f32(times) + (norms ? penalties[norms[docs[i]]] : K1)));
    };
    for (let i = 0; i < docs.length; i += 1) {
      const code = codes[i];
      set(i, 2, (code & 15) === 15 ? 15 + reader.uint() : code & 15);
      set(i, 1, ((code >> 4) & 3) === 3 ? 3 + reader.uint() : (code >> 4) & 3);
      if (code & 64) set(i, 0, 1);
      if (code & 128) {
        const others = reader.u8();
        for (let bit = 0; bit < 8; bit += 1) if ((others >> bit) & 1) set(i, bit ? bit + 2 : 0, 1 + reader.uint());
      }
    }
    return { docs, weights };
  }

  /** The sections `[anchor, heading, text]` of a part; a pack that came decompressed is looked through for it. */
  function readPart(reader, record, part) {
    while (!reader.done) {
      const [own, at] = [reader.uint(), reader.uint()];
      const text = reader.text();
      if (own === record && at === part) return JSON.parse(text);
    }
    throw new SearchError(DAMAGED);
  }

  const readWords = (reader) => {
    const words = [];
    while (!reader.done) words.push({ word: reader.word(), frequency: reader.uint() });
    return words;
  };

  /** Zigzag: small numbers stand for numbers near zero of either sign. */
  function signed(x) {
    return x % 2 ? -(x + 1) / 2 : x / 2;
  }

  /** Readers of the columns, by name. Each gives a value for every record. */
  const readColumn = {
    scoring: (reader, root) => readScoring(root, reader),
    status: (reader, { count }) => {
      const values = reader.list(() => ({ state: reader.uint(), label: reader.text() }));
      return { values, of: reader.list(() => [reader.uint()], count) };
    },
    collection: (reader, { count, settings }) => ({ values: settings.collections, of: reader.list(() => [reader.uint()], count) }),
    tag: (reader, { count }) => ({ values: reader.list(() => reader.text()), of: reader.list(() => reader.list(() => reader.uint()), count) }),
    author: (reader, { count }) => ({
      values: reader.list(() => ({ name: reader.text(), handle: reader.text() })),
      of: reader.list(() => reader.list(() => reader.uint()), count),
    }),
    date: (reader, { count }) => {
      let last = 0;
      return reader.list(() => {
        const code = reader.uint();
        if (code) last += signed(code - 1);
        return code ? last : 0;
      }, count);
    },
    names: (reader, { count }, collection) => {
      const last = new Map();
      return Array.from({ length: count }, (_, record) => {
        const code = reader.uint();
        if (code % 2) return decoder.decode(reader.take((code - 1) / 2));
        const [home] = collection.of[record];
        const half = code / 2;
        last.set(home, (last.get(home) ?? 0) + signed(half));
        return String(last.get(home));
      });
    },
    links: (reader, { count }) => reader.list(() => ({ supersedes: reader.list(() => reader.uint()), cites: reader.list(() => reader.uint()) }), count),
  };

  // ── Queries ──────────────────────────────────────────────────────────────────────────────────
  // As `src/search/query.rs` takes them apart.

  const FILTERS = ["status", "tag", "author", "collection", "in", "before", "after", "year", "is", "supersedes", "references"];

  /** A query's items, each with the place where it stands; what it may be the beginning of; what was not understood. */
  function parse(text, limits = { characters: 1000 }) {
    const messages = [];
    const items = [];
    const chars = Array.from(text);
    if (chars.length > limits.characters) {
      text = chars.slice(0, limits.characters).join("");
      messages.push(`The query was cut after ${limits.characters} characters.`);
    }
    let typing = false;
    let at = skip(text, 0);
    while (at < text.length) {
      const start = at;
      const negated = /^-\P{White_Space}/u.test(text.slice(at, at + 3));
      if (negated) at += 1;
      const item = { negated, start };
      let quoted = quote(text, at);
      if (quoted) item.phrase = quoted.text;
      else {
        const word = /\P{White_Space}*/u.exec(text.slice(at))[0];
        const [, name, value] = /^([A-Za-z]+):([^:/].*)$/su.exec(word) ?? [];
        const kind = FILTERS.find((own) => own === name?.toLowerCase());
        if (kind) {
          quoted = quote(text, at + name.length + 1);
          item.filter = kind === "in" ? "collection" : kind;
          item.value = quoted ? quoted.text : value;
        } else item.word = word;
        if (name && !kind) {
          const near = nearest(name, FILTERS);
          messages.push(`There is no filter \`${name}:\`; it was searched as text.${near ? ` Did you mean \`${near}:\`?` : ""}`);
        }
        quoted ??= { end: at + word.length };
      }
      item.end = quoted.end;
      typing = !negated && item.word !== undefined && item.end === text.length;
      items.push(item);
      at = skip(text, item.end);
    }
    return { text, items, typing, messages };
  }

  function skip(text, at) {
    return at + /^\p{White_Space}*/u.exec(text.slice(at))[0].length;
  }

  /** What stands in quotes at this place; the last quote need not be closed. */
  function quote(text, at) {
    if (!/["“”„]/.test(text[at] ?? "")) return undefined;
    const length = text.slice(at + 1).search(/["“”„]/);
    return length < 0 ? { text: text.slice(at + 1), end: text.length } : { text: text.slice(at + 1, at + 1 + length), end: at + length + 2 };
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

  function bytes(text) {
    return encoder.encode(text).length;
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

  /** The query with this filter, or without it where it has it. */
  function toggle(query, filter, value) {
    const same = (item) => item.filter === (filter === "in" ? "collection" : filter) && fold(item.value) === fold(value);
    const { text, items } = parse(query);
    const there = items.find((item) => !item.negated && same(item));
    if (there) return `${text.slice(0, there.start)} ${text.slice(there.end)}`.replace(/\s+/g, " ").trim();
    return `${query.trim()} ${filter}:${/[\s"]/.test(value) ? `"${value}"` : value}`;
  }

  /** The words of a query without filters and exclusions. */
  function words(query) {
    const { text, items } = parse(query);
    const plain = items.filter((item) => !item.negated && !item.filter);
    return plain.map((item) => text.slice(item.start, item.end)).join(" ");
  }

  // ── An index ─────────────────────────────────────────────────────────────────────────────────

  /** Orders as UTF-8 does, which is by code point; JavaScript's own order parts surrogates from their like. */
  function compare(a, b) {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    const rank = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
    return i < a.length && i < b.length ? rank(a.charCodeAt(i)) - rank(b.charCodeAt(i)) : a.length - b.length;
  }

  /** The last shard whose first key is not above the word. */
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
    let end = start + 1;
    while (end < shards.first.length && shards.first[end].startsWith(prefix)) end += 1;
    return shards.names.slice(start, end);
  }

  /** The dictionary of an index, shard by shard as it is needed. */
  function dictionary({ terms, spelling, settings: { limits } }, file) {
    const shard = (name) => file(`t/${name}.bin`, readTerms);
    const entry = async (word) => terms.names.length ? (await shard(terms.names[shardOf(terms, word)])).get(word) : undefined;
    const families = async ({ elsewhere, here }) => {
      const others = elsewhere.map(async ({ owner, which }) => (await entry(owner)).here[which]);
      return [...(await Promise.all(others)), ...here];
    };
    return {
      /** The families of a word. */
      async find(word) {
        const found = await entry(word);
        return found ? families(found) : [];
      },
      /** Words with this beginning; none where they lie in too many shards. */
      async beginning(prefix) {
        const names = shardsOf(terms, prefix);
        if (names.length > limits.shards) return [];
        const all = await Promise.all(names.map(shard));
        return all.flatMap((words) => [...words].filter(([word]) => word.startsWith(prefix)));
      },
      /** The most frequent families of words; of equals those with the smaller owner. */
      async frequent(found, most, without = []) {
        const all = (await Promise.all(found.map(([, entry]) => families(entry)))).flat();
        const kept = [...new Set(all)].filter((family) => !without.includes(family));
        return kept.sort((a, b) => b.most - a.most || compare(a.owner, b.owner) || a.which - b.which).slice(0, most);
      },
      /** Words at most so many slips away, likeliest first. */
      async near(word, most) {
        const first = Array.from(word)[0];
        const lists = await Promise.all(shardsOf(spelling, first).map((name) => file(`z/${name}.bin`, readWords)));
        const near = [];
        for (const { word: other, frequency } of lists.flat()) {
          if (!other.startsWith(first)) continue;
          const distance = slips(word, other, most);
          if (distance <= most) near.push({ word: other, frequency, distance });
        }
        return near.sort((a, b) => a.distance - b.distance || b.frequency - a.frequency || compare(a.word, b.word));
      },
    };
  }

  /** The words that items of a query want, in their order; the last may be the beginning of a longer one. */
  function want(items, typing) {
    const wanted = items.flatMap(({ parts, phrase, tokens }) => {
      const exact = phrase !== undefined;
      return (exact ? parts : tokens).map(({ text, whole }) => ({ text, whole, exact, alone: !exact && parts.length === 1, typing: false }));
    });
    if (typing && wanted.length) wanted.at(-1).typing = true;
    return wanted;
  }

  /** Words of a query → units, by the rules of `src/search/expand.rs`. */
  async function expand(wanted, words, { weights, limits, optional }) {
    const isOptional = ({ text, exact }) => optional.includes(text) && !exact;
    const content = wanted.some((own) => !own.whole && !isOptional(own));
    const units = await Promise.all(
      wanted.map(async (own, at) => {
        const together = [[wanted[at - 1], own], [own, wanted[at + 1]]];
        const joined = together.filter((pair) => pair.every((word) => word?.alone && !word.exact)).map(([a, b]) => a.text + b.text);
        const unit = await expandWord(own, joined, words, weights, limits);
        return { ...unit, required: !own.whole && !(content && isOptional(own)) };
      }),
    );
    return units.filter((unit) => unit.required || unit.families.size);
  }

  async function expandWord({ text, whole, exact, typing }, joined, words, weights, limits) {
    const letters = Array.from(text);
    const families = new Map();
    const add = (found, weight) => found.forEach((family) => families.has(family) || families.set(family, weight));
    const unit = { word: text, families, own: false };
    const longer = typing && !whole && !exact && letters.length >= 2 ? words.beginning(text) : [];
    const [begun, own, ...others] = await Promise.all([longer, ...[text, ...(exact ? [] : joined)].map(words.find)]);
    add(own, 1);
    unit.own = own.length > 0;
    if (exact) return unit;
    others.forEach((found) => add(found, weights.joined));
    const rest = begun.filter(([word]) => word !== text);
    add(await words.frequent(rest, limits.prefix, [...families.keys()]), weights.prefix);
    if (families.size || whole) return unit;

    const most = letters.length < 4 ? 0 : letters.length < 8 ? 1 : 2;
    const near = most ? await words.near(text, most) : [];
    unit.meant = near[0]?.word;
    for (const { word, distance } of near) {
      for (const family of await words.find(word)) if (families.size < limits.unknown) add([family], distance > 1 ? weights.slips : weights.slip);
      if (families.size >= limits.unknown) break;
    }
    if (families.size || letters.length < 5) return unit;

    let best = 0;
    let found = [];
    for (const entry of await words.beginning(letters.slice(0, Math.max(4, letters.length - 4)).join(""))) {
      const other = Array.from(entry[0]);
      let shared = 0;
      while (shared < other.length && other[shared] === letters[shared]) shared += 1;
      if (entry[0].includes("_") || other.length - shared > 4 || shared < best) continue;
      if (shared > best) [best, found] = [shared, []];
      found.push(entry);
    }
    add(await words.frequent(found, limits.unknown), weights.stub);
    return unit;
  }

  // Sums and products are rounded one by one, in the order of `src/search/rank.rs`: that is what makes orders equal.

  /** Records that match a required unit: `{ record, matched, score }`. */
  function rank(root, units) {
    const total = new Float32Array(root.count);
    const best = new Float32Array(root.count);
    const matched = new Uint8Array(root.count);
    for (const { families, required } of units) {
      const touched = [];
      for (const [family, weight] of families) {
        const { docs, weights } = postingsOf(family, root);
        const fields = root.fields.flatMap(({ boost }, field) => {
          if (!weights[field]) return [];
          const found = f32(family.frequency[field]);
          const rarity = f32(Math.log(f32(1 + f32(f32(f32(root.count - found) + 0.5) / f32(found + 0.5)))));
          return [[weights[field], f32(f32(rarity * f32(1 + K1)) * f32(boost * f32(weight)))]];
        });
        for (let i = 0; i < docs.length; i += 1) {
          let score = 0;
          for (const [saturated, weight] of fields) score = f32(score + f32(weight * saturated[i]));
          const doc = docs[i];
          if (best[doc] === 0) touched.push(doc);
          if (score > best[doc]) best[doc] = score;
        }
      }
      for (const doc of touched) {
        total[doc] += best[doc];
        if (required) matched[doc] += 1;
        best[doc] = 0;
      }
    }
    const required = units.filter((unit) => unit.required).length;
    const hits = [];
    for (let record = 0; record < root.count; record += 1) {
      if (!matched[record]) continue;
      const score = f32(f32(total[record] * root.factors[root.factor[record]]) * f32(matched[record] / required));
      hits.push({ record, matched: matched[record], score });
    }
    return hits;
  }

  // ── Filters ──────────────────────────────────────────────────────────────────────────────────
  // As `src/search/filter.rs` and `name.rs` have them.

  /** Two values are the same where this is. */
  function same(value) {
    return value.replace(/^@+/, "").split(/\p{White_Space}+/u).filter(Boolean).map(fold).join(" ");
  }

  /** Which records a filter lets through; a sentence where the value is not known. */
  async function filterOf({ filter, value }, settings, column) {
    const { states, collections } = settings;
    const wanted = same(value);
    const unknown = (what, known) => {
      const near = nearest(value, known);
      return `There is no ${what} \`${value}\`; it was searched as text.${near ? ` Did you mean \`${near}\`?` : ""}`;
    };
    const having = ({ values, of }, is) => {
      const places = new Set([...values.keys()].filter((at) => is(values[at])));
      return places.size > 0 && ((record) => of[record].some((place) => places.has(place)));
    };
    switch (filter) {
      case "status": {
        const all = await column("status");
        const pass = having(all, ({ state, label }) => states[state][0] === wanted || same(label) === wanted);
        if (pass || states.some(([name]) => name === wanted)) return pass || (() => false);
        return unknown("status", all.values.flatMap(({ state, label }) => [states[state][0], label]));
      }
      case "is": {
        const phases = ["open", "in-force", "closed", "retired", "draft"];
        const phase = wanted === "in force" ? "in-force" : wanted;
        if (!phases.includes(phase)) return unknown("phase", phases);
        const is = ({ state }) => states[state][phase === "draft" ? 0 : 1] === phase;
        return having(await column("status"), is) || (() => false);
      }
      case "tag": {
        const all = await column("tag");
        return having(all, (tag) => same(tag) === wanted) || unknown("tag", all.values);
      }
      case "author": {
        const all = await column("author");
        const is = ({ name, handle }) => same(name) === wanted || (handle && same(handle) === wanted);
        return having(all, is) || unknown("author", all.values.flatMap(({ name, handle }) => [name, handle]).filter(Boolean));
      }
      case "collection": {
        const is = ([key, title]) => same(key) === wanted || same(title) === wanted;
        return having(await column("collection"), is) || unknown("collection", collections.flatMap(([key, title]) => [key, title]));
      }
      case "supersedes":
      case "references": {
        const targets = new Set(await recordsNamed(value, settings, column));
        if (!targets.size) return `There is no record \`${value}\`; it was searched as text.`;
        const links = await column("links");
        return (record) => links[record][filter === "supersedes" ? "supersedes" : "cites"].some((target) => targets.has(target));
      }
      default: {
        const days = daysOf(value);
        if (!days) return `\`${value}\` is no year, month or day such as 2024, 2024-03 or 2024-03-31; it was searched as text.`;
        const dates = await column("date");
        const [first, last] = { before: [1, days[0] - 1], after: [days[1] + 1, Infinity], year: days }[filter];
        return (record) => dates[record] >= Math.max(1, first) && dates[record] <= last;
      }
    }
  }

  /** The first and last day of a year, month or day, as `yyyymmdd`; every month has 31. */
  function daysOf(text) {
    const [, year, month, day] = /^([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?$/.exec(text.trim()) ?? [];
    return year && [Number(year + (month ?? "01") + (day ?? "01")), Number(year + (month ?? "12") + (day ?? "31"))];
  }

  /** Records that a text names: `12`, `#12`, `RFC 12`, `adr-0012`, a slug. */
  async function recordsNamed(text, { collections }, column) {
    const wanted = text.trim().toLowerCase();
    const [, prefix, number] = /^([^0-9]*)([0-9][0-9a-z.-]{0,15})$/s.exec(wanted) ?? [];
    const series = prefix?.replace(/[\p{White_Space}_#:-]+$/u, "");
    const normal = number?.replace(/(?<![0-9])0+(?=[0-9])/g, "");
    const [names, { of }] = await Promise.all([column("names"), column("collection")]);
    const found = [];
    for (const [record, name] of names.entries()) {
      const [key, , own] = collections[of[record][0]];
      const home = !series || key.toLowerCase() === series || own?.toLowerCase() === series;
      if (name === wanted || (name === normal && /^[0-9]/.test(name) && home) || `${key.toLowerCase()}-${name}` === wanted) found.push(record);
    }
    return found;
  }

  // ── Passages ─────────────────────────────────────────────────────────────────────────────────
  // As `src/search/excerpt.rs` finds them.

  /** Every way to write what the required units stand for, as far as it lies with their postings: word → units. */
  function formsOf(units) {
    const forms = new Map();
    const add = (word, unit) => forms.set(word, (forms.get(word) ?? new Set()).add(unit));
    for (const unit of units.filter(({ required }) => required)) {
      for (const shard of new Set([...unit.families.keys()].map((family) => family.shard))) {
        for (const [word, entry] of shard) {
          const elsewhere = entry.elsewhere.map(({ owner, which }) => shard.get(owner)?.here[which]);
          if ([...elsewhere, ...entry.here].some((family) => unit.families.has(family))) add(word, unit);
        }
      }
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
    for (const [at, { position }] of hits.entries()) {
      const units = new Set(heading);
      let count = 0;
      while (hits[at + count]?.position < position + 24) {
        for (const unit of hits[at + count].units) units.add(unit);
        count += 1;
      }
      const value = 16 * units.size + Math.min(count, 8);
      if (value > best.value) best = { value, units: units.size, at };
    }
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

  /** Whether words stand next to each other, in this order. */
  function hasPhrase(text, phrase) {
    const words = tokenize(text).filter((token) => !token.whole);
    return words.some((first, at) => phrase.every((word, i) => words[at + i]?.text === word.text && words[at + i].position === first.position + i));
  }

  /** The search of the index at `base`. Files are fetched when a query needs them, and kept. */
  function index(base, load = base.protocol === "file:" ? fromScript(base) : overNetwork(base)) {
    const files = new Map();
    let root;
    let cache = "force-cache";

    // Names change with what is in a file, so a kept one is never stale.
    /** What was made once; what failed is tried again the next time. */
    const once = (key, make) => {
      if (!files.has(key)) {
        files.set(key, make());
        files.get(key).catch(() => files.delete(key));
      }
      return files.get(key);
    };
    /** A file, read. */
    const file = (path, read) =>
      once(path, async () => {
        const { bytes } = await load(path, cache);
        return read(new Reader(await inflate(bytes)));
      });

    /** The root is asked for anew on every visit; without a network the one that is kept serves. */
    const open = async (fresh) => {
      const { bytes } = await load("root.bin", fresh).catch(() => load("root.bin", "force-cache"));
      const own = readRoot(new Reader(await inflate(bytes)));
      const { scoring } = own.settings.columns;
      if (scoring) await file(`c/${scoring}.bin`, (reader) => readScoring(own, reader));
      // A small site's list of records will be needed: it comes together with the terms.
      if (own.chunks.length === 1) chunk(own, 0).catch(() => {});
      return own;
    };
    /** A column of values, by name. */
    const column = (own) => async (name) => {
      const other = name === "names" ? await column(own)("collection") : undefined;
      return file(`c/${own.settings.columns[name]}.bin`, (reader) => readColumn[name](reader, own, other));
    };
    const chunk = (own, at) => file(`r/${own.chunks[at]}.bin`, (reader) => JSON.parse(decoder.decode(reader.bytes)));

    /** Does some work with the index. Where that fails, the site may have been replaced during the visit, or something damaged
        been kept: once more with all of it new. Without a network, what is there stays. */
    const steady = async (work) => {
      try {
        return await work(await (root ??= open("no-cache")));
      } catch (problem) {
        if (problem.name === "AbortError") throw problem;
        try {
          cache = "reload";
          root = Promise.resolve(await open("reload"));
          return await work(await root);
        } catch (again) {
          throw again instanceof SearchError ? again : new SearchError(DAMAGED, { cause: again });
        } finally {
          cache = "force-cache";
        }
      }
    };

    /** What a query finds, best first: `limit` records, and facets over all of them where they are asked for. */
    const answer = async (own, text, { limit = 10, facets = false, signal } = {}) => {
      const { settings } = own;
      const { limits } = settings;
      const query = parse(text.toWellFormed?.() ?? text, limits);
      const { messages } = query;
      const words = dictionary(own, file);

      // Kind → its filters, any of which will do; and those that are turned round, none of which may.
      const filters = new Map();
      const unwanted = [];
      for (const item of query.items) {
        if (item.filter) {
          const pass = await filterOf(item, settings, column(own));
          if (typeof pass !== "string") {
            if (item.negated) unwanted.push(pass);
            else filters.set(item.filter, [...(filters.get(item.filter) ?? []), pass]);
            continue;
          }
          messages.push(pass);
          item.word = item.value;
        }
        item.tokens = tokenize(item.phrase ?? item.word);
        item.parts = item.tokens.filter((token) => !token.whole);
      }
      const items = query.items.filter((item) => item.parts?.length);
      const [without, plain] = [items.filter((item) => item.negated), items.filter((item) => !item.negated)];
      const phrases = plain.filter((item) => item.phrase !== undefined);
      const wanted = want(plain, query.typing && query.items.at(-1) === plain.at(-1));
      if (wanted.splice(limits.words).length) messages.push(`Only the first ${limits.words} words were searched.`);
      const named = plain.map((item) => item.word).join(" ");
      const pinned = !phrases.length && (/[0-9]/.test(named) || (plain.length === 1 && /[-_]/.test(named))) ? await recordsNamed(named, settings, column(own)) : [];
      const units = await expand(wanted, words, settings);
      signal?.throwIfAborted();

      let hits = [];
      if (units.length) hits = rank(own, units);
      else if (!phrases.length && (filters.size || unwanted.length || without.length)) hits = Array.from({ length: own.count }, (_, record) => ({ record, matched: 0, score: 0 }));
      const there = new Set(hits.map((hit) => hit.record));
      hits.push(...pinned.filter((record) => !there.has(record)).map((record) => ({ record, matched: 0, score: 0 })));

      // What a phrase is looked up in, and what is out without a look.
      const withAll = async ({ parts }) => {
        const each = await Promise.all(parts.map(async (part) => new Set((await words.find(part.text)).flatMap((family) => [...postingsOf(family, own).docs]))));
        return (hit) => each.every((records) => records.has(hit.record));
      };
      for (const item of without.filter((item) => item.phrase === undefined)) {
        const out = await withAll(item);
        hits = hits.filter((hit) => !out(hit));
      }
      for (const item of phrases) hits = hits.filter(await withAll(item));
      const negated = await Promise.all(without.filter((item) => item.phrase !== undefined).map(async ({ parts }, i, all) => ({ parts, may: await withAll(all[i]) })));

      const place = (hit) => (pinned.indexOf(hit.record) + 1 || Infinity);
      hits.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)) || b.score - a.score || b.record - a.record);

      // A hit counts in the facets of the filter that alone keeps it out, so that a tick more can widen the search.
      const failing = ({ record }) => [
        ...[...filters].filter(([, any]) => !any.some((pass) => pass(record))).map(([kind]) => kind),
        ...unwanted.filter((pass) => pass(record)),
      ];
      hits = hits.map((hit) => ({ ...hit, failed: failing(hit) }));
      const kept = hits.filter((hit) => !hit.failed.length);
      const found = await phrased(own, kept, phrases, negated, limits, messages);
      signal?.throwIfAborted();

      for (const { required, families, word } of units) if (required && !families.size) messages.push(`No record has the word \`${word}\`.`);
      if (!found.length && units.length && hits.length) {
        const all = await phrased(own, hits, phrases, negated, limits, []);
        if (all.length) messages.push(`Without the filters ${all.length} ${all.length === 1 ? "record matches" : "records match"}.`);
      }
      const counted = [...found, ...hits.filter((hit) => hit.failed.length === 1)];
      const [results, values] = await Promise.all([Promise.all(found.slice(0, limit).map((hit) => describe(own, hit))), facets ? count(own, counted, query.items) : {}]);
      signal?.throwIfAborted();
      return { query: text, total: found.length, messages, did_you_mean: meant(query, units), facets: values, results, forms: formsOf(units) };
    };

    /** Those of the hits that have the phrases; only the best are looked into. */
    const phrased = async (own, hits, phrases, negated, limits, messages) => {
      const doubtful = (hit) => phrases.length > 0 || negated.some(({ may }) => may(hit));
      const checked = hits.filter(doubtful);
      const left = checked.splice(limits.phrase);
      if (left.length) messages.push(`The phrase was looked up in the best ${limits.phrase} records that have its words; ${left.length} more have them.`);
      const out = new Set(left);
      await Promise.all(
        checked.map(async (hit) => {
          const has = await phrasesIn(own, hit);
          if (!phrases.every(({ parts }) => has(parts)) || negated.some(({ parts, may }) => may(hit) && has(parts))) out.add(hit);
        }),
      );
      return hits.filter((hit) => !out.has(hit));
    };

    /** The query with the words that were most likely meant, in place of those that nobody has written. */
    const meant = ({ text, items }, units) => {
      let any = false;
      const words = items.map((item) => {
        const only = item.word !== undefined && !item.filter && !item.negated && item.parts.length === 1 ? item.parts[0].text : undefined;
        const instead = units.find((unit) => unit.word === only)?.meant;
        any ||= instead !== undefined;
        return instead ?? text.slice(item.start, item.end);
      });
      return any ? words.join(" ") : null;
    };

    /** Values of hits, the most frequent first; years the latest first. */
    const count = async (own, hits, items) => {
      const [status, collection, tag, author, dates] = await Promise.all(["status", "collection", "tag", "author", "date"].map(column(own)));
      const { states, collections } = own.settings;
      const state = (at) => [states[status.values[at].state][0]];
      const person = ({ name, handle }) => [handle || name, name];
      const facets = {
        state: ["status", (record) => status.of[record].map(state)],
        collection: ["collection", (record) => collection.of[record].map((at) => collections[at])],
        tag: ["tag", (record) => tag.of[record].map((at) => [tag.values[at]])],
        author: ["author", (record) => author.of[record].map((at) => person(author.values[at]))],
        year: ["year", (record) => (dates[record] ? [[String(Math.floor(dates[record] / 10_000)).padStart(4, "0")]] : [])],
      };
      const list = ([filter, of]) => {
        const values = new Map();
        for (const { record, failed } of hits) {
          if (failed.length && failed[0] !== filter) continue;
          for (const [value, label = value] of of(record)) {
            const own = values.get(`${value}\n${label}`) ?? { value, label, count: 0, selected: false };
            values.set(`${value}\n${label}`, own);
            own.count += 1;
          }
        }
        const chosen = items.filter((item) => item.filter === filter && !item.negated && item.word === undefined).map((item) => same(item.value));
        for (const own of values.values()) own.selected = chosen.includes(same(own.value)) || chosen.includes(same(own.label));
        return [...values.values()].sort((a, b) => b.count - a.count || compare(a.value, b.value) || compare(a.label, b.label)).slice(0, 100);
      };
      const lists = Object.fromEntries(Object.entries(facets).map(([name, facet]) => [name, list(facet)]));
      lists.year.sort((a, b) => compare(b.value, a.value));
      return lists;
    };

    const describe = async (own, { record, score, matched }) => {
      const { packs, records } = await chunk(own, Math.floor(record / own.chunk));
      const [id, url, name, title, collection, state, label, date, heads, pack, offset, lengths] = records[record % own.chunk];
      const [head] = heads.map(([id, url, title]) => ({ id, url, title }));
      return {
        record,
        id,
        url,
        name,
        title,
        collection: own.settings.collections[collection][1],
        status: { state: own.settings.states[state][0], label },
        date,
        head: head ?? null,
        score,
        matched,
        text: { record, pack: packs[pack], offset, lengths },
      };
    };

    /** A part of a record's text. A server that knows no ranges gives the whole pack, which is kept. */
    const part = ({ record, pack, offset, lengths }, at) => {
      const path = `f/${pack}.bin`;
      const from = lengths.slice(0, at).reduce((sum, length) => sum + length, offset);
      return once(`${path} ${from}`, async () => {
        const kept = files.get(path);
        const { bytes, ranged } = kept ? await kept : await load(path, cache, from, lengths[at]);
        if (!ranged) files.set(path, Promise.resolve({ bytes, ranged }));
        const packed = !ranged && bytes[0] === 0x1f && bytes[1] === 0x8b;
        return readPart(new Reader(await inflate(packed ? bytes.subarray(from, from + lengths[at]) : bytes)), record, at);
      });
    };

    /** The passage of a hit that matches best, with the section it stands in, its marks, and the words that are marked. */
    const passage = async ({ text: place, matched }, forms) => {
      let best;
      let first;
      for (let at = 0; at < place.lengths.length; at += 1) {
        for (const [anchor, heading, text] of await part(place, at)) {
          if (text) first ??= { text, tokens: tokenize(text) };
          const inHeading = new Set(hitsIn(tokenize(heading), forms).flatMap(({ units }) => [...units]));
          const tokens = tokenize(text);
          const hits = hitsIn(tokens, forms);
          const own = densest(hits, inHeading);
          if (own.value > (best?.value ?? 0)) best = { ...own, anchor, heading, text, tokens, hits };
        }
        if (best && (best.units >= matched || at >= 2)) break;
      }
      const { anchor, heading, text, tokens, hits, at } = best ?? { anchor: "", heading: "", text: "", tokens: [], hits: [], ...first };
      const words = [...new Set(hits.map((hit) => hit.text))].slice(0, 20);
      return { anchor, heading, ...cut(text, tokens, hits, hits[at]?.position ?? 0), words };
    };

    /** Whether a record has all of some phrases, anywhere. */
    const phrasesIn = async (own, { record }) => {
      const { title, text } = await describe(own, { record });
      const parts = await Promise.all(text.lengths.map((_, at) => part(text, at)));
      const texts = [title, ...parts.flat().flatMap(([, heading, text]) => [heading, text])];
      return (phrase) => texts.some((text) => hasPhrase(text, phrase));
    };

    return { excerpt: (hit, { forms }) => steady(() => passage(hit, forms)), search: (query, options) => steady((own) => answer(own, query, options)) };
  }

  return { SearchError, index, tokenize, fold, toggle, words, hitsIn, densest };
})();

// The search of an index.

/** What needs the second script: phrases, exclusions, filters, names of records. */
const PECULIAR = /[-_0-9:"“”„]/;

/** A query of words alone. */
function plainly(text) {
  return { items: text.split(/\p{White_Space}+/u).filter(Boolean).map((word) => ({ word })), typing: !/\p{White_Space}$/u.test(text), messages: [] };
}

/** What a query finds, best first: `limit` records, and facets over all of them where they are asked for. */
async function answer(own, query, { limit = 10, facets, signal } = {}) {
  const { limits } = own.settings;
  const peculiar = facets || query.length > limits.characters || PECULIAR.test(query);
  const asked = peculiar ? await (await more()).understand(own, query) : plainly(query);
  const { messages } = asked;
  const wanted = want(asked);
  if (wanted.splice(limits.words).length) messages.push(`Only the first ${limits.words} words were searched.`);
  const units = await expand(own, wanted);
  for (const { required, families, word } of units) if (required && !families.size) messages.push(`No record has the word \`${word}\`.`);
  await own.scored;
  signal?.throwIfAborted();

  const ranked = rank(own, units);
  const { records, order, facets: counted } = peculiar ? await annals.more.narrow(own, asked, units, ranked, facets) : ranked;
  signal?.throwIfAborted();
  const { score, matched } = ranked;
  const words = units.filter(({ required }) => required).length;
  let whole = 0;
  for (const record of records) whole += (matched[record] === words) | 0;
  const shown = foremost(records, limit, order).map(async (record) => ({ ...(await describe(own, record)), score: score[record], matched: matched[record] }));
  const results = await Promise.all(shown);
  signal?.throwIfAborted();
  return { query, total: records.length, with_all_words: whole, messages, did_you_mean: annals.more?.meant(query, units, limits.characters) ?? null, facets: counted, results, forms: formsOf(units) };
}

/** What a list shows of a record that was found. */
async function describe(own, record) {
  const { packs, records } = await chunkOf(own, Math.floor(record / own.chunk));
  const [id, url, name, title, collection, state, label, date, [head], pack, offset, lengths] = records[record % own.chunk];
  return {
    record,
    id,
    url,
    name,
    title,
    collection: own.settings.collections[collection][1],
    status: { state: own.settings.states[state][0], label },
    date,
    head: head ? { id: head[0], url: head[1], title: head[2] } : null,
    text: { pack: packs[pack], offset, lengths },
  };
}

function chunkOf(own, at) {
  return own.file(`r/${own.chunks[at]}.bin`, (reader) => JSON.parse(decode(reader.bytes)));
}

const loading = (base, early) => (base.protocol === "file:" ? async (path) => (await more()).fromDisk(base, path) : overNetwork(base, early));

/** The search of the index at `base`. Files are fetched when a query needs them, and kept. */
function index(base, load = loading(base)) {
  const files = new Map();
  let cache = "force-cache";
  let root;

  const access = {
    load: (path, from, length) => load(path, cache, from, length),
    kept: (key) => files.get(key),
    /** What was made once; what failed is tried again the next time. Names change with what is in a file, so none is ever stale. */
    once(key, make) {
      if (!files.has(key)) {
        files.set(key, make());
        files.get(key).catch(() => files.delete(key));
      }
      return files.get(key);
    },
    /** A file, read. */
    file: (path, read) => access.once(path, async () => read(new Reader(await inflate((await access.load(path)).bytes)))),
  };

  /** The root is asked for anew on every visit; without a network the one that is kept serves. */
  const open = async (fresh) => {
    const { bytes } = await load("root.bin", fresh).catch(() => load("root.bin", "force-cache"));
    const own = { ...readRoot(new Reader(await inflate(bytes))), ...access };
    const { scoring } = own.settings.columns;
    // What every query needs comes together with its terms: the columns, and a small site's list of records. Who needs them is
    // told where they fail.
    own.scored = scoring && own.file(`c/${scoring}.bin`, (reader) => readScoring(own, reader));
    const ahead = [own.scored, own.chunks.length === 1 && chunkOf(own, 0)];
    Promise.all(ahead).catch(() => {});
    return own;
  };

  /** Does some work with the index. Where that fails, the site may have been replaced during the visit, or something damaged
      been kept: once more with all of it new. Without a network, what is there stays. */
  const steady = async (work) => {
    try {
      return await work(await (root ??= open("no-cache")));
    } catch (problem) {
      if (problem.name === "AbortError") throw problem;
      try {
        cache = "reload";
        const own = await open(cache);
        root = Promise.resolve(own);
        return await work(own);
      } catch (again) {
        throw again instanceof SearchError ? again : new SearchError("The search index did not arrive whole.", { cause: again });
      } finally {
        cache = "force-cache";
      }
    }
  };

  return { excerpt: (hit, { forms }) => steady((own) => passageOf(own, hit, forms)), search: (query, options) => steady((own) => answer(own, query, options)) };
}

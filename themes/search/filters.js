// Filters, names of records and the columns that they look at, as `src/search/filter.rs` and `name.rs` have them.

/** Zigzag: small numbers stand for numbers near zero of either sign. */
function signed(x) {
  return x % 2 ? -(x + 1) / 2 : x / 2;
}

/** Values, and which of them each record has: those that stand in `places` between two of `borders`. So little memory is looked at
    when records are many. */
function assigned(values, count, of) {
  const borders = new Uint32Array(count + 1);
  const places = [];
  for (let record = 0; record < count; record += 1) {
    for (const place of of(record)) places.push(place);
    borders[record + 1] = places.length;
  }
  return { values, borders, places: Uint32Array.from(places) };
}

/** Readers of the columns, by name. */
const readColumn = {
  status: (reader, { count }) => assigned(reader.list(() => ({ state: reader.uint(), label: reader.text() })), count, () => [reader.uint()]),
  collection: (reader, { count, settings }) => assigned(settings.collections, count, () => [reader.uint()]),
  tag: (reader, { count }) => assigned(reader.list(() => reader.text()), count, () => reader.list(() => reader.uint())),
  author: (reader, { count }) => assigned(reader.list(() => ({ name: reader.text(), handle: reader.text() })), count, () => reader.list(() => reader.uint())),
  date: (reader, { count }) => {
    let last = 0;
    return reader.list(() => {
      const code = reader.uint();
      if (code) last += signed(code - 1);
      return code && last;
    }, count);
  },
  names: (reader, { count }, { places }) => {
    const last = new Map();
    return reader.list((_, record) => {
      const code = reader.uint();
      if (code % 2) return decode(reader.take((code - 1) / 2));
      const home = places[record];
      last.set(home, (last.get(home) ?? 0) + signed(code / 2));
      return String(last.get(home));
    }, count);
  },
  links: (reader, { count }) => reader.list(() => ({ supersedes: reader.list(() => reader.uint()), references: reader.list(() => reader.uint()) }), count),
};

/** A column of values, by name. */
async function column(own, name) {
  const other = name === "names" && (await column(own, "collection"));
  return own.file(`c/${own.settings.columns[name]}.bin`, (reader) => readColumn[name](reader, own, other));
}

/** Two values are the same where this is. */
function same(value) {
  return value.replace(/^@+/, "").split(/\p{White_Space}+/u).filter(Boolean).map(fold).join(" ");
}

/** Which records a filter lets through; a sentence where the value is not known. */
async function filterOf({ filter, value }, own) {
  const { states, collections } = own.settings;
  const wanted = same(value);
  const unknown = (what, known) => {
    const near = nearest(value, known);
    return `There is no ${what} \`${value}\`; it was searched as text.${near ? ` Did you mean \`${near}\`?` : ""}`;
  };
  /** Those with a value that is so; else what `other` gives. */
  const having = async (name, is, other) => {
    const { values, borders, places } = await column(own, name);
    const chosen = values.map(is);
    return chosen.includes(true) ? (record) => places.subarray(borders[record], borders[record + 1]).some((place) => chosen[place]) : other(values);
  };
  const none = () => () => false;
  switch (filter) {
    case "status": {
      const known = states.some(([name]) => name === wanted);
      const is = ({ state, label }) => states[state][0] === wanted || same(label) === wanted;
      return having(filter, is, (values) => (known ? none() : unknown(filter, values.flatMap(({ state, label }) => [states[state][0], label]))));
    }
    case "is": {
      const phases = ["open", "in-force", "closed", "retired", "elsewhere", "draft"];
      const phase = wanted === "in force" ? "in-force" : wanted;
      if (!phases.includes(phase)) return unknown("phase", phases);
      return having("status", ({ state }) => states[state][phase === "draft" ? 0 : 1] === phase, none);
    }
    case "tag":
      return having(filter, (tag) => same(tag) === wanted, (values) => unknown(filter, values));
    case "author":
      return having(filter, ({ name, handle }) => [name, handle].some((own) => own && same(own) === wanted), (values) => unknown(filter, values.flatMap(({ name, handle }) => [name, handle]).filter(Boolean)));
    case "collection":
      return having(filter, ([key, title]) => same(key) === wanted || same(title) === wanted, () => unknown(filter, collections.flatMap(([key, title]) => [key, title])));
    case "supersedes":
    case "references": {
      const targets = new Set(await recordsNamed(value, own));
      if (!targets.size) return `There is no record \`${value}\`; it was searched as text.`;
      const links = await column(own, "links");
      return (record) => links[record][filter].some((target) => targets.has(target));
    }
    default: {
      const days = daysOf(value);
      if (!days) return `\`${value}\` is no year, month or day such as 2024, 2024-03 or 2024-03-31; it was searched as text.`;
      const dates = await column(own, "date");
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
async function recordsNamed(text, own) {
  const wanted = text.trim().toLowerCase();
  const [, prefix, number] = /^([^0-9]*)([0-9][0-9a-z.-]{0,15})$/s.exec(wanted) ?? [];
  const series = prefix?.replace(/[\p{White_Space}_#:-]+$/u, "");
  const normal = number?.replace(/(?<![0-9])0+(?=[0-9])/g, "");
  const [names, { places }] = await Promise.all([column(own, "names"), column(own, "collection")]);
  return [...names.keys()].filter((record) => {
    const name = names[record];
    const [key, , short] = own.settings.collections[places[record]];
    const home = !series || key.toLowerCase() === series || short?.toLowerCase() === series;
    return name === wanted || (name === normal && /^[0-9]/.test(name) && home) || `${key.toLowerCase()}-${name}` === wanted;
  });
}

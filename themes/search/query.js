// Queries that are more than words, taken apart as in `src/search/query.rs`.

const FILTERS = ["status", "tag", "author", "collection", "in", "before", "after", "year", "is", "supersedes", "references"];

/** A query's items, each with the place where it stands; what it may be the beginning of; what was not understood. */
function parse(text, most = Infinity) {
  const messages = [];
  const items = [];
  const chars = Array.from(text);
  if (chars.length > most) {
    text = chars.slice(0, most).join("");
    messages.push(`The query was cut after ${most} characters.`);
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
    item.raw = text.slice(start, item.end);
    typing = !negated && item.word !== undefined && item.end === text.length;
    items.push(item);
    at = skip(text, item.end);
  }
  return { items, typing, messages };
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

/** The query with this filter, or without it where it has it. */
function toggle(query, filter, value) {
  const same = (item) => !item.negated && item.filter === (filter === "in" ? "collection" : filter) && fold(item.value) === fold(value);
  const there = parse(query).items.find(same);
  if (there) return `${query.slice(0, there.start)} ${query.slice(there.end)}`.replace(/\s+/g, " ").trim();
  return `${query.trim()} ${filter}:${/[\s"]/.test(value) ? `"${value}"` : value}`;
}

/** The words of a query without filters and exclusions. */
function words(query) {
  const plain = parse(query).items.filter((item) => !item.negated && !item.filter);
  return plain.map(({ raw }) => raw).join(" ");
}

// Text → tokens, by the rules of `src/search/token.rs`.

const CJK = "\\u1100-\\u11ff\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{2fa1f}";
const RUN = `(?![${CJK}])[\\p{Alphabetic}\\p{N}_](?:(?![${CJK}])[\\p{Alphabetic}\\p{N}_\\p{M}])*`;
const PIECE = new RegExp(`[${CJK}]+|${RUN}(?:[-\\u2010\\u2011]${RUN})*`, "gu");
const IS_CJK = new RegExp(`^[${CJK}]`, "u");
const HUMP = /_|(?<=\p{Lowercase})(?=\p{Uppercase})|(?<=\p{Uppercase})(?=\p{Uppercase}\p{Lowercase})/u;
const LETTERS = /^[\p{Alphabetic}\p{M}]+$/u;
const DIGITS = /^(\p{Alphabetic}{2,})([0-9]{1,4})$/u;
const PLAIN = { ß: "ss", æ: "ae", ø: "o", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** Tokens of a text: `{ text, position, whole, start, end }`, places in UTF-16 units. */
function tokenize(source) {
  const tokens = [];
  let position = 0;
  const add = (text, whole, start, end) => {
    if (text && bytes(text) <= 64) tokens.push({ text, position, whole, start, end });
    if (!whole) position += 1;
  };
  for (const { 0: piece, index } of source.matchAll(PIECE)) {
    let at = index;
    if (IS_CJK.test(piece)) {
      const chars = [...piece];
      for (let i = 0; i < (chars.length - 1 || 1); i += 1) {
        const pair = chars[i] + (chars[i + 1] ?? "");
        add(fold(pair), false, at, at + pair.length);
        at += chars[i].length;
      }
      continue;
    }
    if (/^[A-Z]?[a-z]{0,63}$/.test(piece)) {
      // Most words need no rules.
      add(piece.toLowerCase(), false, at, at + piece.length);
      continue;
    }
    const runs = piece.split(/[-\u2010\u2011]/);
    if (runs.length > 1 && runs.length < 4 && runs.every((run) => LETTERS.test(run))) add(fold(runs.join("")), true, at, at + piece.length);
    for (const run of runs) {
      const parts = run.split(HUMP).flatMap((part) => DIGITS.exec(part)?.slice(1) ?? part);
      if (parts.filter(Boolean).length > 1) {
        const inner = run.replace(/^_+|_+$/g, "");
        const start = at + run.indexOf(inner);
        add(fold(inner), true, start, start + inner.length);
      }
      let from = at;
      for (const part of parts) {
        if (part) add(fold(part), false, (from = source.indexOf(part, from)), from + part.length);
        from += part.length;
      }
      at += run.length + 1;
    }
  }
  return tokens;
}

/** Letter case and accents do not count. */
function fold(word) {
  const bare = (text) => text.replace(/\p{M}/gu, "");
  return bare(Array.from(bare(word.normalize("NFKD")), (char) => PLAIN[(char = char.toLowerCase())] ?? char).join(""));
}

function bytes(text) {
  return new TextEncoder().encode(text).length;
}

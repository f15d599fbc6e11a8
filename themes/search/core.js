// What the second script has of the first, in the order of the list at the end of `box.js`.

const [
  SearchError, tokenize, fold, bytes, decode, postingsOf, compare, foremost, shardsOf, find, beginning, frequent, hitsIn, densest, script, describe, partOf,
  number, searcher, recents, remember, address, asking, facts, stateMark, titled, target, excerpt, h, capital,
] = annals.core;

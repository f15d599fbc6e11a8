// What the second script has of the first.

const {
  SearchError, tokenize, fold, bytes, decode, postingsOf, compare, foremost, shardsOf, find, beginning, frequent, hitsIn, densest, script, describe, partOf,
  number, searcher, recents, remember, address, asking, facts, stateMark, titled, target, excerpt, h, capital,
} = annals;

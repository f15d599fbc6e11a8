// Scores. Sums and products are rounded one by one, in the order of `src/search/rank.rs`: that is what makes orders equal.

/** The records that match a required unit, oldest first, and the order in which the best is first; of every record, how many it
    matches and how well. What is done for every record is done without a branch: many match, and no processor guesses which. */
function rank(own, units) {
  const { count, factor } = own;
  const score = new Float32Array(count);
  const best = new Float32Array(count);
  const matched = new Uint8Array(count);
  for (const { families, required } of units) {
    best.fill(0);
    for (const [family, weight] of families) {
      const { docs, scores } = postingsOf(own, family);
      const counts = f32(weight);
      for (let i = 0; i < docs.length; i += 1) {
        const well = f32(counts * scores[i]);
        if (well > best[docs[i]]) best[docs[i]] = well;
      }
    }
    for (let record = 0; record < count; record += 1) score[record] += best[record];
    if (required) for (let record = 0; record < count; record += 1) matched[record] += (best[record] > 0) | 0;
  }
  const required = units.filter((unit) => unit.required).length;
  const share = Float32Array.from([0, ...units], (_, at) => at && at / required);
  const records = new Uint32Array(count);
  let found = 0;
  for (let record = 0; record < count; record += 1) {
    score[record] = f32(f32(score[record] * factor[record]) * share[matched[record]]);
    records[found] = record;
    found += (matched[record] > 0) | 0;
  }
  return { records: records.subarray(0, found), matched, score, order: (a, b) => score[b] - score[a] || b - a };
}

/** The first `most` of a list in an order. Whatever comes after those that are known is not sorted with them. */
function foremost(list, most, order) {
  const kept = [];
  let last;
  for (const one of list) {
    if (last !== undefined && order(one, last) > 0) continue;
    if (kept.push(one) === 2 * most) last = kept.sort(order).splice(most)[0];
  }
  return kept.sort(order).slice(0, most);
}

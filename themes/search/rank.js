// Scores. Sums and products are rounded one by one, in the order of `src/search/rank.rs`: that is what makes orders equal.

/** Records that match a required unit: the best `most` of them, best first, as `{ record, matched, score }`, and how many there are. */
function rank(root, units, most) {
  const total = new Float32Array(root.count);
  const best = new Float32Array(root.count);
  const matched = new Uint8Array(root.count);
  for (const { families, required } of units) {
    const touched = [];
    for (const [family, weight] of families) {
      const { docs, weights, frequency } = postingsOf(family, root);
      const fields = root.fields.flatMap(({ boost }, field) => {
        const found = frequency[field];
        if (!found) return [];
        const rarity = f32(Math.log(f32(1 + f32(f32(f32(root.count - found) + 0.5) / f32(found + 0.5)))));
        return [[weights[field], f32(f32(rarity * f32(1 + K1)) * f32(boost * f32(weight)))]];
      });
      docs.forEach((doc, i) => {
        let score = 0;
        for (const [saturated, weight] of fields) score = f32(score + f32(weight * saturated[i]));
        if (!best[doc]) touched.push(doc);
        if (score > best[doc]) best[doc] = score;
      });
    }
    for (const doc of touched) {
      total[doc] += best[doc];
      if (required) matched[doc] += 1;
      best[doc] = 0;
    }
  }
  const required = units.filter((unit) => unit.required).length;
  const records = [];
  matched.forEach((own, record) => {
    if (!own) return;
    total[record] = f32(f32(total[record] * root.factors[root.factor[record]]) * f32(own / required));
    records.push(record);
  });
  // Plain numbers sort fast, and of a hundred thousand records nobody wants more than the first few.
  const least = records.length > most ? Float32Array.from(records, (record) => total[record]).sort().at(-most) : 0;
  const hits = records.filter((record) => total[record] >= least).map((record) => ({ record, matched: matched[record], score: total[record] }));
  return { hits: hits.sort((a, b) => b.score - a.score || b.record - a.record), total: records.length };
}

//! Texts → what they have in common: passages that many of them repeat, which a compressor is given as if they stood
//! before each of them. Any bytes will do for that, so nothing here knows words or characters.

use std::collections::HashMap;

use rapidhash::fast::RandomState;

/// Bytes of the common text: twice as much would save 3 % more of the texts, and cost a reader as much as five
/// excerpts save.
const LONGEST: usize = 8192;

/// Bytes of each passage.
const PASSAGE: usize = 64;

/// Bytes that have to be the same in two texts to count.
const SAME: usize = 6;

/// The common text of some texts, the most frequent last; none where they are so short that they would be most of it.
/// Linear in their length.
pub fn common(texts: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let texts = || texts.iter().map(AsRef::as_ref);
    if texts().map(<[u8]>::len).sum::<usize>() < 4 * LONGEST {
        return Vec::new();
    }
    let mut others: HashMap<u64, u32, RandomState> = HashMap::default();
    for text in texts() {
        windows(text).for_each(|bytes| *others.entry(bytes).or_default() += 1);
    }
    let mut passages: Vec<(u32, &[u8])> = texts().filter_map(|text| best(text, &mut others)).collect();
    // Equal ones stay in the order of the texts.
    passages.sort_by_key(|(value, _)| *value);
    let first = passages.len().saturating_sub(LONGEST / PASSAGE);
    passages[first..].iter().flat_map(|(_, passage)| passage.iter().copied()).collect()
}

/// What could be the same in another text, as numbers.
fn windows(text: &[u8]) -> impl Iterator<Item = u64> {
    text.windows(SAME).map(|bytes| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The passage of a text that is most worth repeating; what it has is worth nothing in another.
fn best<'a>(text: &'a [u8], worth: &mut HashMap<u64, u32, RandomState>) -> Option<(u32, &'a [u8])> {
    const WINDOWS: usize = PASSAGE - SAME + 1;
    let values: Vec<u32> =
        windows(text).map(|bytes| worth.get(&bytes).map_or(0, |found| found.saturating_sub(1))).collect();
    let mut sum: u32 = values.get(..WINDOWS)?.iter().sum();
    let mut best = (sum, 0);
    for (at, ends) in values.iter().zip(&values[WINDOWS..]).enumerate() {
        sum = sum - ends.0 + ends.1;
        if sum > best.0 {
            best = (sum, at + 1);
        }
    }
    let passage = &text[best.1..best.1 + PASSAGE];
    worth.extend(windows(passage).map(|bytes| (bytes, 0)));
    Some((best.0, passage))
}

#[cfg(test)]
mod tests {
    use rapidhash::v3::rapidhash_v3;

    use super::*;

    #[test]
    fn what_all_say_is_common_and_what_one_says_is_not() {
        let shared = "Whoever changes this decision writes down why the reasons no longer hold.";
        let own = |at: usize| (0..16).map(|i| rapidhash_v3(&[at as u8, i]).to_string()).collect::<String>();
        let texts: Vec<String> = (0..60).map(|at| format!("{}{shared}{}", own(at), own(at + 1))).collect();
        let common = common(&texts);
        assert!(common.len() <= LONGEST);
        assert!(shared.as_bytes().windows(PASSAGE).any(|passage| common.ends_with(passage)));
        assert!(super::common(&["too short"; 9]).is_empty());
    }
}

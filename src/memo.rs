//! What a step made last time, so that it need not be made again from the same. The only way in which this
//! program remembers anything: by what a step looks at, never by what is said to have happened.
//!
//! A step that remembers is the same function as one that does not; a build is a preview's first look, with
//! nothing to remember.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

/// The last value of a step, and what it was made from.
pub struct Memo<K, V> {
    last: Option<(K, V)>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Memo<K, V> {
        Memo { last: None }
    }
}

impl<K, V: Clone> Memo<K, V> {
    /// The value that belongs to `key`: the last one where `same` says that the step would see no difference,
    /// else a new one.
    pub fn get(&mut self, key: K, same: impl FnOnce(&K, &K) -> bool, make: impl FnOnce(&K) -> V) -> V {
        self.get_by(key, |before, key, _| same(before, key), make)
    }

    /// As [`Memo::get`]; `same` also sees the last value.
    pub fn get_by(&mut self, key: K, same: impl FnOnce(&K, &K, &V) -> bool, make: impl FnOnce(&K) -> V) -> V {
        let value = match &self.last {
            Some((before, value)) if same(before, &key, value) => value.clone(),
            _ => make(&key),
        };
        self.last = Some((key, value.clone()));
        value
    }
}

/// A [`Memo`] for each of many things, by name.
pub struct Memos<K, V> {
    /// In the order in which the things were last.
    known: Vec<Known<K, V>>,
}

/// What is known of one thing.
struct Known<K, V> {
    name: String,
    last: Option<(K, V)>,
}

impl<K, V> Default for Memos<K, V> {
    fn default() -> Memos<K, V> {
        Memos { known: Vec::new() }
    }
}

impl<K: Send, V: Clone + Send> Memos<K, V> {
    /// The value of each thing, in their order, made on all cores: the last one where `same` says that the step
    /// would see no difference, else a new one. What is not among the things is forgotten.
    pub fn all<'n, T: Sync>(
        &mut self,
        things: &'n [T],
        name: impl Fn(&'n T) -> &'n str,
        same: impl Fn(&K, &T) -> bool + Sync,
        key: impl Fn(&T) -> K + Sync,
        make: impl Fn(&T, &K) -> V + Sync,
    ) -> Vec<V> {
        self.line_up(&things.iter().map(name).collect::<Vec<_>>());
        let one = |(thing, known): (&T, &mut Known<K, V>)| match &known.last {
            Some((before, value)) if same(before, thing) => value.clone(),
            _ => {
                let key = key(thing);
                let value = make(thing, &key);
                known.last = Some((key, value.clone()));
                value
            }
        };
        things.par_iter().zip(&mut self.known).map(one).collect()
    }

    /// Puts what is known in the order of these names.
    fn line_up(&mut self, names: &[&str]) {
        if self.known.iter().map(|known| known.name.as_str()).eq(names.iter().copied()) {
            return;
        }
        let before = self.known.drain(..).map(|known| (known.name, known.last));
        let mut before: HashMap<String, Option<(K, V)>> = before.collect();
        let known = |name: &&str| Known { name: (*name).to_owned(), last: before.remove(*name).flatten() };
        self.known = names.iter().map(known).collect();
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.known.clear();
    }
}

/// True where the two lists are as long as each other and `same` holds for every pair that is not one and the
/// same value.
pub fn alike<T: ?Sized>(before: &[Arc<T>], now: &[Arc<T>], same: impl Fn(&T, &T) -> bool) -> bool {
    let pairs = before.iter().zip(now);
    before.len() == now.len() && pairs.into_iter().all(|(a, b)| Arc::ptr_eq(a, b) || same(a, b))
}

//! What a step made last time, so that it need not be made again from the same. The only way in which this
//! program remembers anything: by what a step looks at, never by what is said to have happened.
//!
//! A step that remembers is the same function as one that does not; a build is a preview's first look, with
//! nothing to remember.

use std::collections::{HashMap, HashSet};
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
    last: HashMap<String, (K, V)>,
}

impl<K, V> Default for Memos<K, V> {
    fn default() -> Memos<K, V> {
        Memos { last: HashMap::new() }
    }
}

impl<K: Send + Sync, V: Clone + Send + Sync> Memos<K, V> {
    /// The value of each thing, in their order, made on all cores. What is not among the things is forgotten.
    pub fn all<'n, T: Sync>(
        &mut self,
        things: &'n [T],
        name: impl Fn(&'n T) -> &'n str + Sync,
        key: impl Fn(&T) -> K + Sync,
        same: impl Fn(&K, &K) -> bool + Sync,
        make: impl Fn(&T, &K) -> V + Sync,
    ) -> Vec<V> {
        let last = &self.last;
        let one = |thing: &'n T| {
            let key = key(thing);
            match last.get(name(thing)) {
                Some((before, value)) if same(before, &key) => (None, value.clone()),
                _ => {
                    let value = make(thing, &key);
                    (Some(key), value)
                }
            }
        };
        let made: Vec<(Option<K>, V)> = things.par_iter().map(one).collect();
        let values = things.iter().zip(made).map(|(thing, (key, value))| {
            if let Some(key) = key {
                self.last.insert(name(thing).to_owned(), (key, value.clone()));
            }
            value
        });
        let values = values.collect();
        if self.last.len() > things.len() {
            let names: HashSet<&str> = things.iter().map(name).collect();
            self.last.retain(|name, _| names.contains(name.as_str()));
        }
        values
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.last.clear();
    }
}

/// True where the two lists are as long as each other and `same` holds for every pair that is not one and the
/// same value.
pub fn alike<T: ?Sized>(before: &[Arc<T>], now: &[Arc<T>], same: impl Fn(&T, &T) -> bool) -> bool {
    let pairs = before.iter().zip(now);
    before.len() == now.len() && pairs.into_iter().all(|(a, b)| Arc::ptr_eq(a, b) || same(a, b))
}

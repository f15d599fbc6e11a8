//! The files of the search, byte by byte, and the primitives that write them. Knows bytes; what stands in
//! them is [`crate::search::export`]'s, which files there are too.
//!
//! Everything lies in `search/` of the output. `search/root.bin` has a fixed name and is read first; every
//! other file is named after its content, so it may be cached for ever and a site that is replaced during a
//! visit cannot mix two versions. Every file but those in `f` is gzip (RFC 1952). A reader looks at the first two bytes:
//! `1f 8b` is gzip, anything else has been decompressed on the way.
//!
//! # Primitives
//!
//! | notation | bytes |
//! |---|---|
//! | `u8` | one byte |
//! | `f32` | IEEE 754, little-endian |
//! | `uint` | unsigned LEB128: seven bits a byte, lowest first, the high bit says that more follow; below 2^53 |
//! | `text` | `uint` length in bytes, then that much UTF-8 |
//! | `key` | front-coded against the key before it in the same list (the empty key at its start): `uint` bytes shared, `uint` bytes that follow, then these; keys are UTF-8 and ascend by bytes |
//! | `name` | four bytes: a file is `search/<folder>/<the eight lower-case hexadecimal digits>.bin` |
//! | `rice k` | a number x in bits, from the highest of each byte down: x >> k zeros, a one, the k lowest bits of x; what follows begins at the next bit |
//! | `x*n` | n times x |
//!
//! *Record numbers* go from 0 to N-1, oldest record first (by the day that lists show, those without one before
//! all others, then by place in the site).
//!
//! # `root.bin`
//!
//! ```text
//! 41 4e 53 58             "ANSX"
//! uint                    version of the format: 3
//! uint                    version of the tokenizer (see token.rs)
//! uint N                  records
//! text                    JSON: see "Settings"
//! uint F, then F times:   fields
//!   text                  name
//!   uint                  tokens in this field over all records
//!   f32                   boost
//!   u8                    1: has a column of lengths, and levels in postings; 0: every record counts as of average length,
//!                         and as having a word once
//! uint P, f32*P           factors by which a record's score is multiplied; column `factor` has the index
//! uint T, key*T, name*T   term shards: of each what none of its words is below, and all words before it are; then their
//!                         names (folder `t`)
//! uint Z, key*Z, name*Z   spelling shards (folder `z`)
//! uint C, uint R, name*R  record chunks (folder `r`): C records each, the last has the rest
//! u8                      1: the scoring columns follow here; 0: they are in the file `columns.scoring`
//! scoring columns         as in "Scoring columns"
//! ```
//!
//! ## Settings
//!
//! ```text
//! {"states": [["accepted", "in-force"], …],             name and phase; indexes stand in records and columns
//!  "collections": [[key, title, prefix or null, url], …],
//!  "columns": {"scoring": "1a2b3c4d" or absent, "status": …, "collection": …, "tag": …, "author": …,
//!              "date": …, "links": …, "names": …},      files in the folder `c`
//!  "common": ["1a2b3c4d", 8192] or absent,              file in the folder `f`, see "Text packs"
//!  "weights": {"prefix": 0.5, …}, "limits": {…},        numbers of the ranking, by the names of rank.rs
//!  "optional": ["a", "an", …]}                          function words
//! ```
//!
//! A reader ignores keys that it does not know. Every number is the shortest decimal that gives back the
//! `f32` it stands for.
//!
//! # Term shards (`t`)
//!
//! The dictionary of all words as they are written (folded), cut into shards; the shard that can hold a word
//! is the last whose key in the root is not above it. Words with a common stem are one *family*; its postings stand
//! once, with the smallest of its words.
//!
//! ```text
//! uint                    length of all entries, in bytes
//! entries, each:
//!   key                   the word
//!   u8                    low half: families whose postings stand here; high half: families that stand elsewhere
//!   for each elsewhere:   uint shared with this word, uint length, bytes: the word that has the postings
//!                         (maybe in another shard); uint: which of the families there
//!   for each here:
//!     u8                  fields that have it: bit f = field f, as they are numbered in the root
//!     uint                for each set bit: n, the records that have it in this field
//!     uint                length of its postings, in bytes
//! postings                of every family that stands here, in the order of the entries
//! 00 00 00 00             so that four bytes can be read at any bit, and behind the last
//! ```
//!
//! A family's postings are bits, filled up with zeros to whole bytes. For each of its fields:
//!
//! - The m records that have it, or where these are more than half of all, the m that do not: the first, then each
//!   one's distance from the one before, less one, as `rice j`; j is the largest with 3 * m * 2^j <= 2 * N.
//! - In a field with lengths: the usual level u and a number k, each as `rice 0`; then a level for each of the n records that
//!   have it, as `rice k`. Its frequency there, rounded down to a power of two, is 2^level. Levels from 0 to 2u count from
//!   the usual one: 0 is u, 1 is u-1, 2 is u+1, 3 is u-2 and so on; those above 2u stand for themselves.
//!
//! # Spelling shards (`z`)
//!
//! Words to propose for a word that the dictionary does not have: of 3 to 24 characters, all of them alphabetic
//! and none CJK, and in two records or in a title, heading or metadata. A shard never parts words of one first
//! character, except where these alone are very many.
//!
//! ```text
//! to the end:  key, uint records that have its most frequent family
//! ```
//!
//! # Record chunks (`r`)
//!
//! What a list of results shows, as JSON:
//!
//! ```text
//! {"packs": ["1a2b3c4d", …],
//!  "records": [[id, url, name or null, title, collection, state, label, date or null,
//!               [[id, url, name or title], …], pack, offset, [length, …]], …]}
//! ```
//!
//! `url` is relative to the site. `name` is how people call it (`RFC 12`). `collection` and `state` are indexes into
//! the settings. The list of lists holds the records that stand in its place today. The last three say where its
//! text is: index into `packs`, offset of its first part in that file, and the length of each part, in bytes.
//!
//! # Text packs (`f`)
//!
//! The text of records, for excerpts and phrases. A pack is a sequence of *parts*, each of which can be fetched by itself with a
//! `Range` request; a server that knows no ranges sends all of it. A part has whole sections of about 12 kB together, or a
//! piece of a longer one. It is the end of a zlib stream (RFC 1950): DEFLATE blocks to the last, then the checksum of the whole stream.
//! All these streams have the same beginning, so that a part need not repeat what most records say:
//!
//! - With `common` in the settings, the beginning is that file: the header and DEFLATE blocks that end with a byte. What it holds
//!   has the length that stands with its name.
//! - Otherwise it is a header alone, `78 9c`.
//!
//! A reader decompresses the beginning and the part together, and leaves out as many bytes as are common. The rest is JSON:
//!
//! ```text
//! [[anchor, heading, text], …]
//! ```
//!
//! `anchor` is the id of the heading in the record's page, empty before the first one. Blocks of text are parted by
//! line feeds.
//!
//! # Scoring columns
//!
//! One for each field with lengths: tantivy's field norm id of each record. Then one for factors: index into the root's.
//!
//! ```text
//! uint n, u8*n            the values that occur, the most frequent first
//! u8                      k
//! uint                    length of what follows, in bytes
//! bits                    N times rice k: index into these values; filled up with zeros to whole bytes
//! 00 00 00 00             counted above
//! ```
//!
//! # Other columns (`c`)
//!
//! Fetched when a query or a page asks for them. A *value list* is `uint` n and then n values.
//!
//! ```text
//! status                  value list of {uint state, text label}; uint*N: index
//! collection              uint*N: index into the settings
//! tag                     value list of {text}; N times {uint n, uint*n: indexes}
//! author                  value list of {text name, text handle or empty}; N times {uint n, uint*n: indexes}
//! date                    N times uint: 0 for none, else 1 + zigzag(yyyymmdd - the last one before it that is
//!                         known, 0 at the start); zigzag(x) = 2x for x >= 0, else -2x-1
//! links                   N times {uint n, uint*n: records it supersedes, uint m, uint*m: records it cites}
//! names                   N times uint x: even: a number of digits alone, x/2 = zigzag(number - the last such
//!                         number of its collection, 0 at the start); odd: x>>1 bytes of UTF-8 follow: its
//!                         number without leading zeros, in lower case, or its slug where it has no number
//! ```
//!
//! # Names and changes
//!
//! A name is the first half of the 64-bit rapidhash (v3) of the file; where two files of one build would share it, the later
//! one is given the hash of its hash with a zero byte behind it, until that is free. A reader need not know that.

use std::collections::BTreeMap;
use std::sync::Arc;

use rapidhash::v3::rapidhash_v3;

/// Version of what this module describes.
pub const VERSION: u64 = 3;

/// First bytes of the root.
pub const MAGIC: &[u8; 4] = b"ANSX";

/// Bytes in the making.
#[derive(Debug, Default, Clone)]
pub struct Writer {
    /// What was written.
    pub bytes: Vec<u8>,
    key: Vec<u8>,
}

impl Writer {
    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Unsigned LEB128.
    pub fn uint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A float.
    pub fn f32(&mut self, value: f32) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// Length and text.
    pub fn text(&mut self, text: &str) {
        self.uint(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    /// A key, front-coded against the last one.
    pub fn key(&mut self, key: &str) {
        let key = key.as_bytes();
        let before = std::mem::take(&mut self.key);
        self.suffix(&before, key);
        self.key = before;
        self.key.clear();
        self.key.extend(key);
    }

    /// A key, front-coded against `before`.
    pub fn suffix(&mut self, before: &[u8], key: &[u8]) {
        let shared = key.iter().zip(before).take_while(|(a, b)| a == b).count();
        self.uint(shared as u64);
        self.uint((key.len() - shared) as u64);
        self.bytes.extend(&key[shared..]);
    }

    /// A file's name.
    pub fn name(&mut self, name: Name) {
        self.bytes.extend(name.0.to_be_bytes());
    }
}

/// Bits in the making.
#[derive(Debug, Default)]
pub struct Bits {
    /// What was written up to where it was last aligned, and maybe more.
    pub bytes: Vec<u8>,
    /// Bits that follow, fewer than 32, the lowest.
    open: u64,
    length: u32,
}

impl Bits {
    /// A Rice code with `low` low bits.
    pub fn rice(&mut self, number: u32, low: u32) {
        let mut zeros = number >> low;
        while zeros > 0 {
            let some = zeros.min(32);
            self.put(0, some);
            zeros -= some;
        }
        self.put(1 << low | number & ((1 << low) - 1), low + 1);
    }

    /// Fills the last byte up with zeros.
    pub fn align(&mut self) {
        self.put(0, self.length.wrapping_neg() % 8);
        while self.length > 0 {
            self.length -= 8;
            self.bytes.push((self.open >> self.length) as u8);
        }
    }

    /// All bytes, and four more, so that a reader may take as many at any bit and behind the last.
    pub fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes.extend([0; 4]);
        self.bytes
    }

    /// Appends so many bits, 32 at most.
    fn put(&mut self, bits: u32, length: u32) {
        self.open = self.open << length | u64::from(bits);
        self.length += length;
        if self.length >= u32::BITS {
            self.length -= u32::BITS;
            self.bytes.extend(((self.open >> self.length) as u32).to_be_bytes());
        }
    }
}

/// The `low` with which the Rice codes of some numbers are shortest, up to `most`; `counts` has how often each number occurs.
/// Also how many bits these are.
pub fn best_rice(counts: impl Iterator<Item = (u32, usize)> + Clone, most: u32) -> (usize, u32) {
    let bits =
        |low: u32| counts.clone().map(|(number, times)| times * ((number >> low) + 1 + low) as usize).sum();
    (0..=most).map(|low| (bits(low), low)).min().unwrap_or_default()
}

/// Small numbers for numbers near zero of either sign.
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The first half of a content's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(u32);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// The files of a search, by output path.
#[derive(Debug, Default, Clone)]
pub struct Files(BTreeMap<String, Arc<[u8]>>);

impl Files {
    /// Adds a file to `folder` and names it after its content.
    pub fn add(&mut self, folder: char, bytes: impl Into<Arc<[u8]>>) -> Name {
        let bytes = bytes.into();
        let mut hashed = rapidhash_v3(&bytes);
        loop {
            let name = Name((hashed >> 32) as u32);
            let path = format!("search/{folder}/{name}.bin");
            match self.0.get(&path) {
                Some(other) if *other != bytes => {
                    let again: Vec<u8> = hashed.to_le_bytes().into_iter().chain([0]).collect();
                    hashed = rapidhash_v3(&again);
                }
                _ => {
                    self.0.insert(path, bytes);
                    return name;
                }
            }
        }
    }

    /// All files, with the root.
    pub fn finish(mut self, root: Vec<u8>) -> BTreeMap<String, Arc<[u8]>> {
        self.0.insert("search/root.bin".to_owned(), root.into());
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_keys_are_as_the_format_says() {
        let mut out = Writer::default();
        out.uint(300);
        out.key("abc");
        out.key("abd");
        out.f32(1.0);
        assert_eq!(out.bytes, [0xac, 2, 0, 3, b'a', b'b', b'c', 2, 1, b'd', 0, 0, 0x80, 0x3f]);
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }

    #[test]
    fn bits_are_as_the_format_says() {
        let mut out = Bits::default();
        out.rice(0, 0);
        out.rice(5, 1);
        out.rice(70, 1);
        assert_eq!(out.finish(), [0b1001_1000, 0, 0, 0, 0, 0b1000_0000, 0, 0, 0, 0]);
        assert_eq!(best_rice([(5, 1), (6, 2)].into_iter(), 7), (12, 2));
    }

    #[test]
    fn equal_files_share_a_name_and_others_never_do() {
        let mut files = Files::default();
        let names = [b"a".to_vec(), b"b".to_vec(), b"a".to_vec()].map(|bytes| files.add('t', bytes));
        assert_eq!(names[0], names[2]);
        assert_ne!(names[0], names[1]);
        assert_eq!(files.finish(Vec::new()).len(), 3);
    }
}

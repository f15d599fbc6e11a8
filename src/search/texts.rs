//! Texts of records → packs: what excerpts and phrases are read from, in parts that a client can fetch one by one.

use std::io;
use std::sync::Arc;

use rapidhash::v3::rapidhash_v3;

use super::common::common;
use super::deflate::{Ends, beginning};
use super::export::json;
use super::format::{Files, Name};
use super::index::Index;
use super::words::Text;
use crate::markdown::Section;
use crate::memo::{Memo, Memos, alike};
use crate::priority::Priority;

/// Records in a text pack.
const PACK: usize = 48;

/// Bytes of text in a part of a record.
const PART: usize = 12_000;

/// Records that the common text is made of, at most: a change of any other leaves all packs but one as they are.
const SAMPLE: usize = 256;

/// Bytes of each of these that are looked at.
const SAMPLED: usize = 6000;

/// Where the texts of all records are.
pub struct Texts {
    /// What every part continues: its file, and how long it is when it is read; none where it would not pay.
    pub common: Option<(Name, usize)>,
    /// By record.
    pub places: Vec<Place>,
}

/// Where a record's text is.
pub struct Place {
    /// The pack.
    pub pack: Name,
    /// Where its first part begins.
    pub offset: usize,
    /// Bytes of each part.
    pub lengths: Vec<usize>,
}

/// What need not be made of the same texts again.
#[derive(Default)]
pub struct Memory {
    /// The common text, and the texts that it is made of.
    common: Memo<Vec<Arc<Text>>, Arc<Vec<u8>>>,
    packs: Memos<Of, Result<Arc<Pack>, String>>,
}

/// What a pack is made of: texts, and what all of them continue.
type Of = (Vec<Arc<Text>>, Arc<Vec<u8>>);

/// The texts of some records in one file.
struct Pack {
    bytes: Arc<[u8]>,
    /// By record: where its first part begins, and the length of each part.
    places: Vec<(usize, Vec<usize>)>,
}

/// Writes the texts of all records into packs. Fails only where the compressor does.
pub fn texts(index: &Index, memory: &mut super::Memory, files: &mut Files) -> io::Result<Texts> {
    let super::Memory { packs: memory, priority, .. } = memory;
    let beginnings =
        |texts: &Vec<Arc<Text>>| texts.iter().filter_map(|text| beginning_of(text)).collect::<Vec<_>>();
    let is_same = |before: &Vec<_>, now: &Vec<_>| alike(before, now, |_, _| false);
    let common = memory.common.get(sample(index), is_same, |texts| Arc::new(common(&beginnings(texts))));
    let packs: Vec<(&str, &[Arc<Text>])> = index
        .facts
        .records
        .chunks(PACK)
        .zip(index.texts.chunks(PACK))
        .map(|(facts, texts)| (facts[0].id.as_str(), texts))
        .collect();
    let packs = memory.packs.all(
        &packs,
        |(first, _)| first,
        |(before, start), (_, texts)| *start == common && alike(before, texts, |_, _| false),
        |(_, texts)| (texts.to_vec(), Arc::clone(&common)),
        |(_, texts), _| pack(&common, texts, priority).map(Arc::new).map_err(|error| error.to_string()),
    );
    let mut places = Vec::with_capacity(index.len());
    for pack in packs {
        let pack = pack.map_err(io::Error::other)?;
        let name = files.add('f', Arc::clone(&pack.bytes));
        let own = pack.places.iter().cloned();
        places.extend(own.map(|(offset, lengths)| Place { pack: name, offset, lengths }));
    }
    let begun = if common.is_empty() { None } else { Some(files.add('f', beginning(&common)?)) };
    Ok(Texts { common: begun.map(|name| (name, common.len())), places })
}

fn pack(common: &[u8], texts: &[Arc<Text>], priority: &Priority) -> io::Result<Pack> {
    let mut ends = Ends::new(common);
    let mut bytes = Vec::new();
    let mut places = Vec::with_capacity(texts.len());
    let mut json = Vec::new();
    for text in texts {
        priority.give_way();
        let offset = bytes.len();
        let mut lengths = Vec::new();
        for part in parts(&text.sections) {
            let before = bytes.len();
            json.clear();
            serde_json::to_writer(&mut json, &part)?;
            ends.append(&json, &mut bytes)?;
            lengths.push(bytes.len() - before);
        }
        places.push((offset, lengths));
    }
    Ok(Pack { bytes: bytes.into(), places })
}

/// Some texts: of the same records in every build, as far as they are still there. Only older ones, since what is written
/// these days changes most; how many count as older changes when the site has doubled.
fn sample(index: &Index) -> Vec<Arc<Text>> {
    let hash = |at: &usize| index.facts.records.get(*at).map(|fact| rapidhash_v3(fact.id.as_bytes()));
    let older = index.len().checked_ilog2().map_or(0, |log| 1 << log);
    let mut records: Vec<usize> = (0..older).collect();
    records.sort_by_cached_key(hash);
    records.truncate(SAMPLE);
    records.into_iter().filter_map(|record| index.texts.get(record).cloned()).collect()
}

/// What is looked at of a text in the sample; nothing where it is empty.
fn beginning_of(text: &Text) -> Option<Vec<u8>> {
    let first = parts(&text.sections).into_iter().next()?;
    let mut text = json(&first).into_bytes();
    text.truncate(SAMPLED);
    Some(text)
}

/// A record's text in parts: whole sections together, longer ones in pieces that end with a line or a character.
/// Excerpts look at one part after the other, so the parts are the same wherever they are read.
pub fn parts(sections: &[Section]) -> Vec<Vec<(&str, &str, &str)>> {
    let mut parts: Vec<Vec<(&str, &str, &str)>> = Vec::new();
    let mut size = PART;
    for Section { anchor, heading, text } in sections {
        let mut rest = text.as_str();
        loop {
            let piece = &rest[..piece_end(rest)];
            if size + piece.len() > PART {
                parts.push(Vec::new());
                size = 0;
            }
            size += piece.len() + heading.len();
            if let Some(part) = parts.last_mut() {
                part.push((anchor, heading, piece.trim_end()));
            }
            rest = &rest[piece.len()..];
            if rest.is_empty() {
                break;
            }
        }
    }
    parts
}

fn piece_end(text: &str) -> usize {
    if text.len() <= PART {
        return text.len();
    }
    let end = text.floor_char_boundary(PART);
    text[..end].rfind('\n').or_else(|| text[..end].rfind(' ')).map_or(end, |at| at + 1)
}

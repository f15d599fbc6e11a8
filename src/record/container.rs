//! The one reader of a record's metadata: text and sidecar → every key in order, with its container and the places of
//! key and value. The record, what makes a file a record, and the status of every old version in git are read from
//! what comes out here, so they cannot disagree. A new container is a file of its own and a row of [`Reader::CONTAINERS`].

use crate::config::CollectionConfig;

use super::OriginKind;
use super::entry::{Entry, flatten};
use super::outline::{self, Section};
use super::preamble::Preamble;
use super::yaml::{self, Problem};
use super::{front_matter, log, notice, preamble, section, stated};

/// Reads one kind of container, and adds what it holds.
type Container<'a> = fn(&mut Reader<'a>);

/// Reads the containers of a record one after the other, as far as its caller needs them.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    sidecar: Option<&'a str>,
    rules: &'a CollectionConfig,
    most_sections: usize,
    next: usize,
    /// Every key so far, in the order in which they count.
    pub entries: Vec<Entry>,
    /// What is wrong with a container as a whole.
    pub problems: Vec<(OriginKind, Problem)>,
    /// Byte offset where the body starts; 0 before the front matter is read.
    pub body_start: usize,
    /// The metadata between the title and the first section, with the places of its parts.
    pub preamble: Preamble,
    /// The sections of the body; empty before the preamble is read.
    pub sections: Vec<Section<'a>>,
    /// How many records the file holds, where it holds several.
    pub log: Option<usize>,
}

impl<'a> Reader<'a> {
    /// In the order in which they count: of two containers that have a field, the first one gives it.
    const CONTAINERS: [Container<'a>; 6] = [
        Reader::front_matter,
        Reader::sidecar,
        Reader::preamble,
        Reader::sections,
        Reader::title,
        Reader::notices,
    ];

    /// `text` is the record's without a byte order mark, `sidecar` that of the YAML file beside it.
    pub fn new(text: &'a str, sidecar: Option<&'a str>, rules: &'a CollectionConfig) -> Reader<'a> {
        Reader {
            text,
            sidecar,
            rules,
            most_sections: usize::MAX,
            next: 0,
            entries: Vec::new(),
            problems: Vec::new(),
            body_start: 0,
            preamble: Preamble::default(),
            sections: Vec::new(),
            log: None,
        }
    }

    /// Looks at the first sections alone.
    pub fn with_sections(self, most: usize) -> Reader<'a> {
        Reader { most_sections: most, ..self }
    }

    /// Reads all containers.
    pub fn all(mut self) -> Reader<'a> {
        while self.advance().is_some() {}
        self
    }

    /// Reads the next container and returns its entries; `None` where there is no further one.
    pub fn advance(&mut self) -> Option<&[Entry]> {
        let read = Self::CONTAINERS.get(self.next)?;
        self.next += 1;
        let before = self.entries.len();
        read(self);
        self.entries.get(before..)
    }

    fn front_matter(&mut self) {
        let split = front_matter::split(self.text);
        self.body_start = split.body_start;
        self.add(split.read, OriginKind::FrontMatter);
    }

    fn sidecar(&mut self) {
        if let Some(sidecar) = self.sidecar {
            self.add(yaml::read(sidecar, 0..sidecar.len(), OriginKind::Sidecar), OriginKind::Sidecar);
        }
    }

    fn preamble(&mut self) {
        self.sections = outline::sections(self.text, self.body_start).take(self.most_sections).collect();
        self.log = log::entries(self.text, &self.sections);
        if let Some(entries) = self.log {
            let at = self.sections.first().map_or(0..0, |first| first.heading_span.clone());
            self.problems.push((OriginKind::Text, Problem::SeveralRecords(entries, at)));
            return;
        }
        let preamble = preamble::read(self.text, self.body_start);
        self.entries.extend(preamble.entries.iter().cloned());
        self.preamble = preamble;
    }

    fn sections(&mut self) {
        let sections = self.sections.iter().filter(|_| self.log.is_none());
        let entries = sections.filter_map(|section| section::entry(self.text, section, self.rules));
        self.entries.extend(entries.collect::<Vec<_>>());
    }

    fn title(&mut self) {
        self.entries.extend(stated::in_title(self.text, self.body_start, self.rules));
    }

    fn notices(&mut self) {
        let preamble = self.preamble.span.as_ref();
        self.entries.extend(notice::entries(self.text, self.body_start, preamble, self.rules));
    }

    fn add(&mut self, read: yaml::Read, container: OriginKind) {
        self.entries.extend(flatten(read.entries));
        self.problems.extend(read.problems.into_iter().map(|problem| (container, problem)));
    }
}

//! Bytes → fewer bytes, always the same ones. What browsers can read without help: gzip for whole files, and for
//! the texts of records the ends of one zlib stream (RFC 1950), which all begin with the same text.

use std::io::{self, Write as _};

use adler2::Adler32;
use flate2::{Compress, Compression, FlushCompress, GzBuilder, Status};

/// The next level takes a sixth longer for a ten-thousandth of the bytes, the highest five times as long for 1 %.
const LEVEL: Compression = Compression::new(5);

/// Of texts, which are most of all bytes: a quarter less time for 4 % more of them.
const QUICK: Compression = Compression::new(2);

/// No time, no name.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_all(&[bytes])
}

/// Parts that are unlike each other, in one: each has codes of its own.
pub fn gzip_all(parts: &[&[u8]]) -> Vec<u8> {
    let mut gzip = GzBuilder::new().write(Vec::new(), LEVEL);
    for (at, part) in parts.iter().enumerate() {
        // Writing to memory does not fail.
        let _ = if at > 0 { gzip.flush() } else { Ok(()) };
        let _ = gzip.write_all(part);
    }
    gzip.finish().unwrap_or_default()
}

/// The beginning of a zlib stream, up to where `text` has been read: a reader that was given it and one of its
/// [`Ends`] sees `text` and what the end adds.
pub fn beginning(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    run(&mut Compress::new(Compression::best(), true), text, FlushCompress::Sync, &mut out)?;
    Ok(out)
}

/// Ends of a zlib stream: each is short where it repeats what the stream begins with.
pub struct Ends<'a> {
    beginning: &'a [u8],
    /// Checksum of the beginning, with which the checksum of a stream goes on.
    sum: Adler32,
    deflate: Compress,
}

impl Ends<'_> {
    /// For a stream that begins with this text.
    pub fn new(beginning: &[u8]) -> Ends<'_> {
        let deflate = Compress::new(QUICK, false);
        let mut sum = Adler32::new();
        sum.write_slice(beginning);
        Ends { beginning, sum, deflate }
    }

    /// Appends an end that adds `text`.
    pub fn append(&mut self, text: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        self.deflate.reset();
        if !self.beginning.is_empty() {
            self.deflate.set_dictionary(self.beginning)?;
        }
        run(&mut self.deflate, text, FlushCompress::Finish, out)?;
        let mut sum = self.sum;
        sum.write_slice(text);
        out.extend(sum.checksum().to_be_bytes());
        Ok(())
    }
}

fn run(deflate: &mut Compress, text: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> io::Result<()> {
    let before = deflate.total_in();
    loop {
        let read = (deflate.total_in() - before) as usize;
        out.reserve(text.len() / 2 + 64);
        let status = deflate.compress_vec(&text[read..], out, flush)?;
        let all = read == text.len() && out.len() < out.capacity();
        if status == Status::StreamEnd || all {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_end_continues_any_beginning(start in ".{0,400}", texts in prop::collection::vec("[a-c ]{0,3000}", 1..4)) {
            let begun = beginning(start.as_bytes()).unwrap();
            let mut ends = Ends::new(start.as_bytes());
            for text in texts {
                let mut stream = begun.clone();
                ends.append(text.as_bytes(), &mut stream).unwrap();
                let mut read = String::new();
                ZlibDecoder::new(stream.as_slice()).read_to_string(&mut read).unwrap();
                prop_assert_eq!(read, format!("{start}{text}"));
            }
        }
    }
}

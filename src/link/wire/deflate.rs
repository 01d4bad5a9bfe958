//! One raw deflate stream a connection: each frame is what came next of it, flushed, so that it can be read at once; what was said
//! earlier is not said again but pointed at. Reading is bounded: a small frame may not become a large text.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::Garbled;

/// Bytes that a frame may become, at most: a page, and what is packed with it.
pub const LONGEST_INFLATED: usize = 2 * super::LONGEST;

/// Room is made by so much.
const STEP: usize = 4 << 10;

/// The writing end.
#[derive(Debug)]
pub struct Deflater(Compress);

/// The reading end.
#[derive(Debug)]
pub struct Inflater(Decompress);

impl Default for Deflater {
    fn default() -> Self {
        // Fast rather than small: with what was said before at hand, little is left to find.
        Self(Compress::new(Compression::new(3), false))
    }
}

impl Default for Inflater {
    fn default() -> Self {
        Self(Decompress::new(false))
    }
}

impl Deflater {
    /// The next frame of the stream.
    pub fn deflate(&mut self, text: &[u8]) -> Vec<u8> {
        let mut frame = Vec::with_capacity(text.len() / 4 + 64);
        let mut rest = text;
        loop {
            frame.reserve(STEP);
            let before = self.0.total_in();
            // A compressor that was begun cannot fail; were it to, the reader would find the frame garbled.
            let done = self.0.compress_vec(rest, &mut frame, FlushCompress::Sync);
            let taken = usize::try_from(self.0.total_in() - before).unwrap_or(0);
            rest = rest.get(taken..).unwrap_or_default();
            // Room that is left over means that nothing more waits to be written.
            if done.is_err() || rest.is_empty() && frame.len() < frame.capacity() {
                return frame;
            }
        }
    }
}

impl Inflater {
    /// What a frame says.
    ///
    /// # Errors
    /// It is none of the stream's, or says more than a frame may.
    pub fn inflate(&mut self, frame: &[u8]) -> Result<String, Garbled> {
        let mut text = Vec::with_capacity((frame.len() * 4).min(LONGEST_INFLATED));
        let mut rest = frame;
        loop {
            if text.len() > LONGEST_INFLATED {
                return Err(Garbled("a frame that says more than a frame may"));
            }
            text.reserve(STEP);
            let before = self.0.total_in();
            let status = self.0.decompress_vec(rest, &mut text, FlushDecompress::Sync);
            let taken = usize::try_from(self.0.total_in() - before).unwrap_or(0);
            rest = rest.get(taken..).unwrap_or_default();
            match status {
                Ok(Status::Ok | Status::BufError) if rest.is_empty() && text.len() < text.capacity() => break,
                Ok(Status::Ok) => {}
                _ => return Err(Garbled("a frame that is not of the stream")),
            }
        }
        String::from_utf8(text).map_err(|_| Garbled("a frame that is no text"))
    }
}

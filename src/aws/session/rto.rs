//! How long to wait for an acknowledgement before sending again. Both peers use the same rule.

use crate::core::time::Span;

/// What round trips so far say about the next one, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Rto {
    srtt: f64,
    rttvar: f64,
    rto: f64,
}

impl Default for Rto {
    fn default() -> Self {
        Self { srtt: 100.0, rttvar: 0.0, rto: 200.0 }
    }
}

impl Rto {
    /// A message that was sent once was acknowledged after so long.
    pub fn sample(&mut self, took: Span) {
        let sample = took.0.max(0) as f64;
        self.rttvar = 0.75 * self.rttvar + 0.25 * (self.srtt - sample).abs();
        self.srtt = 0.875 * self.srtt + 0.125 * sample;
        self.rto = (self.srtt + (4.0 * self.rttvar).max(10.0)).min(1_000.0);
    }

    /// How long to wait.
    pub fn wait(self) -> Span {
        Span(self.rto.ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_at_200_ms_follows_the_round_trips_and_stops_at_a_second() {
        let mut rto = Rto::default();
        assert_eq!(rto.wait(), Span(200));
        rto.sample(Span(20));
        // srtt 90, rttvar 20: 90 + 80.
        assert_eq!(rto.wait(), Span(170));
        for _ in 0..200 {
            rto.sample(Span(20));
        }
        assert_eq!(rto.wait(), Span(31), "srtt nears 20 from above, and 10 ms are the least");
        for _ in 0..50 {
            rto.sample(Span(60_000));
        }
        assert_eq!(rto.wait(), Span(1_000));
    }
}

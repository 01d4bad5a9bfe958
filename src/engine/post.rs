//! Whoever reaches Amazon SNS: what its messages name is fetched by `action`, through `aws`; the receiver needs it to know who a
//! message is from.

use std::future::Future;
use std::pin::Pin;

use crate::core::sns::Address;

/// What came, or why nothing did, in words.
pub type Fetched = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>>;

/// Fetches what is at SNS.
pub trait Post: Send + Sync + std::fmt::Debug {
    /// What is there: some KiB at most, within seconds.
    fn get(&self, at: Address) -> Fetched;
}

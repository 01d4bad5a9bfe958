//! How a company's machines are patched, as far as that is known.

use serde::Serialize;

use super::companies::company;
use super::problem::Problem;
use super::visit::{Answer, Visit};

#[derive(Serialize)]
struct Compliance {
    known: bool,
    why: Option<&'static str>,
}

/// What is known of it.
pub async fn compliance(visit: &Visit) -> Result<Answer, Problem> {
    company(visit).await?;
    Answer::of(&Compliance { known: false, why: Some("Patch states are not asked for.") })
}

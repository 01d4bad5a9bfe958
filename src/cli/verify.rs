//! `tenant verify` and `tenant activate`: whether a client's account lets us in, and machines of theirs outside of AWS.

use clap::Args;
use serde_json::json;

use super::out::{self, Failure};
use super::place::Place;
use super::reach::Reached;
use crate::core::access::Verified;
use crate::core::execution::order::Platform;
use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::link::remote::{Reached as Answer, Remote};

/// A machine to activate.
#[derive(Debug, Args)]
pub struct Activate {
    /// For example comp_acme
    id: TenantId,
    /// What the machine is called
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it runs
    #[arg(long, value_name = "linux|windows|macos", value_parser = platform)]
    platform: Platform,
}

/// Looks, and prints what the client must grant.
///
/// # Errors
/// What went wrong, or that the account does not let us in.
pub fn verify(id: &TenantId, place: &Place) -> Result<(), Failure> {
    let reached = Reached::with_hands(place, false)?;
    let answer = reached.ask_remote(Remote::Verify { tenant: id.clone() });
    reached.finish();
    let Answer::Verified(verified) = answer? else { return Err(out::unexpected()) };
    let Verified { base, role, nodes, trust_policy, permission_policy } = *verified;
    if place.json {
        let policy = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|_| json!(text));
        let said = |result: &Result<String, String>| match result {
            Ok(arn) => json!({ "good": true, "says": arn }),
            Err(why) => json!({ "good": false, "says": why }),
        };
        let nodes = match &nodes {
            Ok((all, online)) => json!({ "good": true, "managed": all, "online": online }),
            Err(why) => json!({ "good": false, "says": why }),
        };
        out::json(&json!({
            "id": id, "base": said(&base), "role": said(&role), "nodes": nodes,
            "trust_policy": policy(&trust_policy), "permission_policy": policy(&permission_policy),
        }))?;
    } else {
        let counted = nodes.clone().map(|(all, online)| format!("{all} managed, {online} online"));
        for (what, result) in [("our identity", &base), ("role", &role), ("machines", &counted)] {
            let (mark, says) = match result {
                Ok(says) => ("ok   ", says),
                Err(why) => ("WRONG", why),
            };
            out::line(SafeText::line(&format!("{mark}  {what:<14} {says}")))?;
        }
        for (what, policy) in [("Its trust policy", &trust_policy), ("Its permissions", &permission_policy)] {
            out::line(format!("\n{what}, for the role in the account of {id}:\n"))?;
            for line in SafeText::lines(policy, 1_000) {
                out::line(line)?;
            }
        }
    }
    let wrong = base.err().or(role.err()).or(nodes.err());
    wrong.map_or(Ok(()), |why| Err(anyhow::anyhow!("{id}: {why}").into()))
}

/// Asks for an activation and prints it, this once.
///
/// # Errors
/// What went wrong.
pub fn activate(new: Activate, place: &Place) -> Result<(), Failure> {
    let Activate { id, name, platform } = new;
    let reached = Reached::with_hands(place, false)?;
    let answer = reached.ask_remote(Remote::Activate { tenant: id, name, platform });
    reached.finish();
    let Answer::Activated(activation) = answer? else { return Err(out::unexpected()) };
    if place.json {
        return out::json(&activation);
    }
    out::line(SafeText::line(&format!("id          {}", activation.id)))?;
    out::line(SafeText::line(&format!("code        {}", activation.code.0.expose())))?;
    out::line(format!("valid until {}", activation.expires_at))?;
    out::line("\nThis is shown once. Run this on the machine, as an administrator:\n")?;
    for line in SafeText::lines(activation.command.0.expose(), 100) {
        out::line(line)?;
    }
    Ok(())
}

fn platform(text: &str) -> Result<Platform, &'static str> {
    match text {
        "linux" => Ok(Platform::Linux),
        "windows" => Ok(Platform::Windows),
        "macos" => Ok(Platform::MacOs),
        _ => Err("a platform is linux, windows or macos"),
    }
}

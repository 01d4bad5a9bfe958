//! What is done with a tenant's sources, and with what of them could not be read.

use super::Risk::{Change, View};
use super::Scope::{Panes, Pasting, Sources, Topic, Unreadable};
use super::argument::Argument;
use super::{Command, cmd};
use crate::core::credentials::Secret;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("sources",        "g o",               Panes,    View,   "Show a tenant's sources and how they are, by ID or the selected", |app, id| app.list_sources(id)).takes(Argument::Tenant),
    cmd("quarantine",     "g q",               Panes,    View,   "Show a tenant's unreadable requests, by ID or the selected", |app, id| app.ask_quarantine(id)).takes(Argument::Tenant),
    cmd("source-add",     "",                  Panes,    Change, "Add a source to the selected tenant: choose the tool, or KIND and NAME", |app, text| app.add_source(text)).takes(Argument::Text("KIND and NAME: datadog dd-prod; without them, the tools are listed")),
    cmd("new-source",     "n",                 Sources,  Change, "Add a source",                                      |app, text| app.add_source(text)).hinted("add"),
    cmd("last-message",   "e",                 Sources,  View,   "Show how its last message was read, field by field", |app, _| app.show_last_message()).hinted("how it was read"),
    cmd("source-paste",   "p",                 Sources,  View,   "Show what is to be pasted into the tool, without the key", |app, _| app.show_paste()).hinted("what to paste"),
    cmd("source-unreadable", "u",              Sources,  View,   "Show what of it could not be read",                 |app, _| app.show_unread_of_source()).hinted("unreadable"),
    cmd("decide-topic",   "t",                 Sources,  Change, "Let an SNS topic send to it, or not",               |app, arn| app.decide_topic(arn)).hinted("decide on a topic"),
    cmd("rotate-source-key", "K",              Sources,  Change, "Give it a new key, after asking",                   |app, _| app.rotate_source_key()).hinted("new key"),
    cmd("rotate-source-secret", "S",           Sources,  Change, "Give it a new secret; asks how long the old one stays valid", |app, grace| app.rotate_source_secret(grace)).hinted("new secret"),
    cmd("remove-source",  "x",                 Sources,  Change, "Take it away, after asking",                        |app, _| app.remove_source()).hinted("take away"),
    cmd("copy-paste",     "c",                 Pasting,  View,   "Copy all that is to be pasted",                     |app, _| app.copy_pasting("all of it", |pasting| Some(pasting.text().clone()))),
    cmd("copy-url",       "u",                 Pasting,  View,   "Copy the URL, without the key",                     |app, _| app.copy_pasting("the URL", |pasting| Some(Secret::new(pasting.url())))),
    cmd("copy-key",       "y",                 Pasting,  View,   "Copy the key",                                      |app, _| app.copy_pasting("the key", |pasting| pasting.key().cloned())),
    cmd("copy-secret",    "s",                 Pasting,  View,   "Copy the secret",                                   |app, _| app.copy_pasting("the secret", |pasting| pasting.secret().cloned())),
    cmd("refuse-topic",   "x",                 Topic,    Change, "Forbid it to send",                                 |app, _| app.refuse_topic()),
    cmd("how-read",       "e",                 Unreadable, View, "Show how it would be read now, field by field",     |app, _| app.explain_unread()),
    cmd("replay",         "r",                 Unreadable, Change, "Take it again, as if it came now",                |app, _| app.replay_unread()).hinted("take again"),
    cmd("replay-all",     "R",                 Unreadable, Change, "Take all of its source again, after asking",      |app, _| app.replay_all_unread()).hinted("take all again"),
    cmd("discard",        "x",                 Unreadable, Change, "Forget it, after asking",                         |app, _| app.discard_unread()).hinted("forget"),
];

//! What is done with others, and seen of what they do: executions, approvals, tenants' machines.

use super::Risk::{Remote, View};
use super::Scope::{Access, Approvals, Executions, Machines, Panes};
use super::argument::Argument;
use super::{Command, cmd};

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("executions",     "E",                 Panes,    View,   "List executions, of the tenant ID or as shown",     |app, id| app.list_executions(id)).takes(Argument::Tenant),
    cmd("approvals",      "P",                 Panes,    View,   "Show what waits for approval",                      |app, _| app.list_approvals()),
    cmd("machines",       "K",                 Panes,    View,   "Show a tenant's machines, by ID, the incident's or the selected", |app, id| app.list_machines(id)).takes(Argument::Tenant),
    cmd("audit",          "",                  Panes,    View,   "Show who did what for a tenant, by ID, the incident's or the selected", |app, id| app.ask_audit(id)).takes(Argument::Tenant),
    cmd("verify",         "",                  Panes,    View,   "Show whether a tenant's AWS account lets us in, and what it must grant", |app, id| app.verify(id)).takes(Argument::Tenant),
    cmd("activate",       "",                  Panes,    Remote, "Let a machine outside of AWS register: PLATFORM and NAME", |app, text| app.activate(text)).takes(Argument::Text("linux or windows, and a NAME: linux web-07")),
    cmd("cancel-execution", "c",               Executions, Remote, "Cancel the selected execution",                   |app, _| app.cancel_listed()).hinted("cancel the run"),
    cmd("older",          "o",                 Executions, View, "Show what the store has of the selected one's tenant", |app, _| app.list_older()),
    cmd("approve",        "y",                 Approvals, Remote, "Approve exactly what is shown",                    |app, why| app.approve(why)),
    cmd("reject",         "n",                 Approvals, Remote, "Reject it, and say why",                           |app, why| app.reject(why)),
    cmd("approve-why",    "Y",                 Approvals, Remote, "Approve exactly what is shown, and say why",       |app, why| app.approve_why(why)).hinted("approve and say why"),
    cmd("withdraw",       "c",                 Approvals, Remote, "Take back what I asked for",                       |app, _| app.withdraw()),
    cmd("ask-again",      "r",                 Machines, View,   "Ask AWS anew",                                      |app, _| app.ask_machines_again()),
    cmd("verify-access",  "v",                 Machines, View,   "Show whether the account lets us in, and what it must grant", |app, _| app.verify("")),
    cmd("activate-here",  "a",                 Machines, Remote, "Let a machine outside of AWS register",             |app, text| app.activate(text)).hinted("activate"),
    cmd("copy-trust",     "t",                 Access,   View,   "Copy the trust policy",                             |app, _| app.copy_trust()),
    cmd("copy-permissions", "p",               Access,   View,   "Copy the permissions",                              |app, _| app.copy_permissions()),
];

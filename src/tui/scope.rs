//! Where a command's keys work, and which of these places are one world, in which a key can mean one thing only. Which of them
//! hold at a moment is `scopes`'.

/// Where a command's keys work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// Wherever one is.
    Always,
    /// On the wall.
    Wall,
    /// In every pane and every list.
    Lists,
    /// In every pane.
    Panes,
    /// Where an incident is selected: in the incidents and in the detail.
    Incident,
    /// In the detail.
    Detail,
    /// In popups that show something.
    Popups,
    /// While a question waits for yes or no.
    Confirm,
    /// While columns are chosen.
    Columns,
    /// In a handover.
    Handover,
    /// While text is being typed.
    Typing,
    /// While something is chosen by typing: a command, one of several.
    Palette,
    /// In the list of windows.
    Windows,
    /// While a form is filled in.
    Form,
    /// In the list of executions.
    Executions,
    /// In popups with lines to be copied.
    Copying,
    /// Where approvals are given.
    Approvals,
    /// In a tenant's machines.
    Machines,
    /// Where a tenant's AWS access is shown.
    Access,
    /// In a tenant's sources.
    Sources,
    /// Where it is shown what to paste into a tool.
    Pasting,
    /// In a tenant's unreadable requests.
    Unreadable,
    /// While it is asked whether a topic may send.
    Topic,
    /// Beside a list or a word that is typed.
    Beside,
    /// In the confirmation of what would run.
    Plan,
    /// While a command is written.
    Script,
    /// In an execution.
    Execution,
    /// In a session, where keys are the pane's own commands.
    Session,
    /// In a session, where keys go to the machine.
    Shell,
    /// In the list of sessions.
    Sessions,
    /// While it is asked what becomes of sessions.
    Leaving,
}

impl Scope {
    /// What the key table calls it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Always => "everywhere",
            Self::Wall => "wall",
            Self::Lists => "panes and popups",
            Self::Panes => "panes",
            Self::Incident => "incidents and detail",
            Self::Detail => "detail",
            Self::Popups => "popups",
            Self::Confirm => "questions",
            Self::Columns => "choosing columns",
            Self::Handover => "handover",
            Self::Typing => "while typing",
            Self::Palette => "palette and choices",
            Self::Windows => "list of windows",
            Self::Form => "forms",
            Self::Executions => "list of executions",
            Self::Copying => "log, machines, what is shown once",
            Self::Approvals => "approvals",
            Self::Machines => "machines",
            Self::Access => "AWS access",
            Self::Sources => "sources",
            Self::Pasting => "what to paste into a tool",
            Self::Unreadable => "unreadable requests",
            Self::Topic => "question about a topic",
            Self::Beside => "choices with a text beside them",
            Self::Plan => "confirmation of a run",
            Self::Script => "writing a command",
            Self::Execution => "execution",
            Self::Session => "session",
            Self::Shell => "typing into a session",
            Self::Sessions => "list of sessions",
            Self::Leaving => "quitting with sessions open",
        }
    }

    /// The same key in two scopes of one world would mean two things.
    fn worlds(self) -> &'static [World] {
        match self {
            Self::Always => &World::ALWAYS,
            Self::Lists => &World::LISTS,
            Self::Panes | Self::Incident | Self::Detail => &[World::Panes],
            Self::Popups => World::POPUPS,
            Self::Confirm => &[World::Question],
            Self::Columns => &[World::Columns],
            Self::Windows => &[World::Windows],
            Self::Handover => &[World::Handover],
            Self::Typing => &[World::Palette, World::Form, World::Choosing, World::Word, World::Script],
            Self::Palette => &[World::Palette, World::Choosing, World::Word],
            Self::Beside => &[World::Choosing, World::Word],
            Self::Plan => &[World::Plan, World::Word],
            Self::Script => &[World::Script],
            Self::Execution => &[World::Execution],
            Self::Form => &[World::Form],
            Self::Wall => &[World::Wall],
            Self::Executions => &[World::Executions],
            Self::Copying => &[World::Copying, World::Machines],
            Self::Approvals => &[World::Approvals],
            Self::Machines => &[World::Machines],
            Self::Access => &[World::Access],
            Self::Sources => &[World::Sources],
            Self::Pasting => &[World::Pasting],
            Self::Unreadable => &[World::Unreadable],
            Self::Topic => &[World::Question],
            Self::Session => &[World::Session],
            Self::Shell => &[World::Shell],
            Self::Sessions => &[World::Sessions],
            Self::Leaving => &[World::Leaving],
        }
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.worlds().iter().any(|world| other.worlds().contains(world))
    }
}

/// Where one can be, as far as keys go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum World {
    Panes,
    Question,
    Columns,
    Windows,
    Handover,
    Palette,
    Form,
    Wall,
    Executions,
    Sessions,
    Leaving,
    Approvals,
    Machines,
    Access,
    Sources,
    Pasting,
    Unreadable,
    /// The log, and what is shown once.
    Copying,
    /// A list with a text beside it.
    Choosing,
    /// The confirmation of what would run.
    Plan,
    /// The same, where a word is typed.
    Word,
    Script,
    Execution,
    Session,
    /// Nothing works there but what is bound there: all else is the machine's.
    Shell,
}

impl World {
    /// All but the last.
    const ALWAYS: [Self; 24] = [
        Self::Panes,
        Self::Question,
        Self::Columns,
        Self::Windows,
        Self::Handover,
        Self::Palette,
        Self::Form,
        Self::Wall,
        Self::Executions,
        Self::Sessions,
        Self::Leaving,
        Self::Approvals,
        Self::Machines,
        Self::Access,
        Self::Sources,
        Self::Pasting,
        Self::Unreadable,
        Self::Copying,
        Self::Choosing,
        Self::Plan,
        Self::Word,
        Self::Script,
        Self::Execution,
        Self::Session,
    ];
    /// Those of popups that show something: lists but for the first and the last two.
    const POPUPS: &'static [Self] = match &Self::LISTS {
        [_, popups @ .., _, _] => popups,
    };
    /// Where rows are moved through: panes, popups, an execution.
    const LISTS: [Self; 18] = [
        Self::Panes,
        Self::Question,
        Self::Columns,
        Self::Windows,
        Self::Handover,
        Self::Executions,
        Self::Sessions,
        Self::Leaving,
        Self::Approvals,
        Self::Machines,
        Self::Access,
        Self::Sources,
        Self::Pasting,
        Self::Unreadable,
        Self::Copying,
        Self::Plan,
        Self::Execution,
        Self::Session,
    ];
}

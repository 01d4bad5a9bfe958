//! Which incidents a runbook is meant for, and how well it fits one.

use wildmatch::WildMatch;

use super::Facts;

/// Which incidents a runbook is meant for. The signature or the category says for which trouble, either is enough; tool and
/// asset, where they are given, must match too.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fits {
    /// Globs over signatures.
    pub signature: Vec<String>,
    /// Globs over tools.
    pub tool: Vec<String>,
    /// Categories.
    pub category: Vec<String>,
    /// Globs over assets.
    pub asset: Vec<String>,
}

/// How well a runbook fits an incident: the later, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// It is not meant for it.
    No,
    /// By the category.
    Category,
    /// By the tool or the asset.
    Tool,
    /// By a glob over signatures, with so many bytes that are no wildcards.
    Pattern(usize),
    /// By the very signature.
    Exact,
}

impl Fits {
    /// How well this fits what is known of an incident. Everything is compared without case.
    pub fn of(&self, facts: &Facts) -> Fit {
        let any = |globs: &[String], text: &str| globs.iter().any(|glob| matches(glob, text));
        let asset = self.asset.is_empty() || any(&self.asset, &facts.asset);
        let tool = self.tool.is_empty() || facts.tools.iter().any(|tool| any(&self.tool, tool));
        if !asset || !tool {
            return Fit::No;
        }
        let by_signature = self.signature.iter().filter(|glob| matches(glob, &facts.signature)).map(|glob| {
            let literal = glob.bytes().filter(|c| !matches!(c, b'*' | b'?')).count();
            if literal == glob.len() { Fit::Exact } else { Fit::Pattern(literal) }
        });
        let by_category = self.category.iter().any(|one| one.eq_ignore_ascii_case(&facts.category));
        let of_trouble = by_signature.max().or(by_category.then_some(Fit::Category));
        let says_no_trouble = self.signature.is_empty() && self.category.is_empty();
        let by_place = says_no_trouble && !(self.tool.is_empty() && self.asset.is_empty());
        of_trouble.or(by_place.then_some(Fit::Tool)).unwrap_or(Fit::No)
    }
}

fn matches(glob: &str, text: &str) -> bool {
    WildMatch::new_case_insensitive(glob.trim()).matches(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(signature: &str, tool: &str, category: &str, asset: &str) -> Fit {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let fits = Fits { signature: list(signature), tool: list(tool), category: list(category), asset: list(asset) };
        fits.of(&Facts {
            asset: "web-03".into(),
            signature: "Disk_Full".into(),
            category: "Storage".into(),
            tools: vec!["Zabbix".into(), "Datadog".into()],
            ..Facts::default()
        })
    }

    #[test]
    fn the_trouble_is_named_by_signature_or_category_and_narrowed_by_tool_and_asset() {
        assert_eq!(of("disk_full", "", "", ""), Fit::Exact);
        assert_eq!(of("* disk* disk_full", "", "", ""), Fit::Exact);
        assert_eq!(of("* disk_f*", "", "", ""), Fit::Pattern(6));
        assert_eq!(of("high_cpu", "", "storage", ""), Fit::Category);
        assert_eq!(of("high_cpu", "", "Server", ""), Fit::No);
        assert_eq!(of("disk*", "datadog", "", ""), Fit::Pattern(4));
        assert_eq!(of("disk*", "nagios", "Storage", ""), Fit::No);
        assert_eq!(of("", "zab*", "", ""), Fit::Tool);
        assert_eq!(of("", "", "", "web-*"), Fit::Tool);
        assert_eq!(of("disk_full", "", "", "db-*"), Fit::No);
        assert_eq!(of("", "", "", ""), Fit::No);
        assert!(Fit::Exact > Fit::Pattern(60) && Fit::Pattern(0) > Fit::Tool && Fit::Tool > Fit::Category);
    }
}

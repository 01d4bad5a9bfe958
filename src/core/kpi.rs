//! What a tenant's incidents of some days come to, in figures.

use serde::Serialize;

use super::incident::Incident;
use super::severity::Severity;
use super::sla::Clock;
use super::time::Moment;

/// The figures.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Kpis {
    /// They are about what opened then or later,
    pub from: Moment,
    /// and before.
    pub to: Moment,
    /// All incidents that are open now, whenever they opened.
    pub open: usize,
    /// How many opened.
    pub opened: BySeverity,
    /// Of those, how many are resolved.
    pub resolved: usize,
    /// By their tools, and not by people.
    pub resolved_by_tools: usize,
    /// From the opening to the resolution, in seconds.
    pub seconds_to_resolve: Durations,
    /// The alerts behind them.
    pub alerts: u64,
    /// Alerts for each incident.
    pub alerts_per_incident: Option<f64>,
    /// How many came back after being resolved.
    pub reopened: usize,
    /// The promises to answer.
    pub respond: Promises,
    /// The promises to be done.
    pub resolve: Promises,
    /// All incidents of that time are counted; else only the latest.
    pub complete: bool,
}

/// Counts by severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct BySeverity {
    /// Low.
    pub low: usize,
    /// Medium.
    pub medium: usize,
    /// High.
    pub high: usize,
    /// Critical.
    pub critical: usize,
}

/// How long things took; absent: there were none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Durations {
    /// The mean.
    pub mean: Option<i64>,
    /// Half took no longer.
    pub median: Option<i64>,
}

/// What became of promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Promises {
    /// Kept.
    pub kept: usize,
    /// Broken.
    pub broken: usize,
    /// Still running.
    pub running: usize,
}

impl Kpis {
    /// Of these incidents.
    pub fn of<'a>(incidents: impl Iterator<Item = &'a Incident>, open: usize, from: Moment, to: Moment) -> Self {
        let mut kpis = Self {
            from,
            to,
            open,
            opened: BySeverity::default(),
            resolved: 0,
            resolved_by_tools: 0,
            seconds_to_resolve: Durations::default(),
            alerts: 0,
            alerts_per_incident: None,
            reopened: 0,
            respond: Promises::default(),
            resolve: Promises::default(),
            complete: true,
        };
        let (mut took, mut all) = (Vec::new(), 0_u32);
        // What was merged into another one is counted there.
        for incident in incidents.filter(|incident| incident.merged_into.is_none()) {
            all += 1;
            *kpis.opened.of(incident.severity) += 1;
            kpis.alerts += incident.alert_count;
            kpis.reopened += usize::from(incident.flaps > 0);
            kpis.respond.count(incident.sla.respond.as_ref());
            kpis.resolve.count(incident.sla.resolve.as_ref());
            if let Some(at) = incident.resolved_at.filter(|_| !incident.is_open()) {
                kpis.resolved += 1;
                kpis.resolved_by_tools += usize::from(incident.resolved_by.is_none());
                took.push((at - incident.opened_at).0.max(0) / 1_000);
            }
        }
        if all > 0 {
            let alerts = f64::from(u32::try_from(kpis.alerts).unwrap_or(u32::MAX));
            kpis.alerts_per_incident = Some((alerts / f64::from(all) * 100.0).round() / 100.0);
        }
        kpis.seconds_to_resolve = Durations::of(took);
        kpis
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn complete(self, complete: bool) -> Self {
        Self { complete, ..self }
    }
}

impl BySeverity {
    fn of(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Low => &mut self.low,
            Severity::Medium => &mut self.medium,
            Severity::High => &mut self.high,
            Severity::Critical => &mut self.critical,
        }
    }
}

impl Durations {
    fn of(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        let count = i64::try_from(seconds.len()).unwrap_or(i64::MAX);
        let mean = (count > 0).then(|| seconds.iter().sum::<i64>() / count);
        Self { mean, median: seconds.get(seconds.len().saturating_sub(1) / 2).copied() }
    }
}

impl Promises {
    fn count(&mut self, clock: Option<&Clock>) {
        match clock {
            None => {}
            Some(clock) if clock.breached => self.broken += 1,
            Some(Clock { stopped_at: None, .. }) => self.running += 1,
            Some(_) => self.kept += 1,
        }
    }
}

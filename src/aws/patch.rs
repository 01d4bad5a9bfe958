//! How managed nodes are patched: what Patch Manager last found on them.

use aws_sdk_ssm::types::InstancePatchState;

use crate::core::execution::order::InstanceId;
use crate::core::patch::State;

use super::nodes::moment;
use super::{Account, AwsError};

/// So many nodes may be named in a request (API_DescribeInstancePatchStates).
const NAMED: usize = 50;
/// As many states come with a page (the same: 10 to 100).
const A_PAGE: i32 = 100;
/// As many pages of one request are read: AWS would have to send one state a page for that many.
const PAGES: usize = 50;

impl Account {
    /// What Patch Manager last found on these nodes. Nodes that were never scanned are left out.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn patch_states(&self, nodes: &[InstanceId]) -> Result<Vec<State>, AwsError> {
        let mut states = Vec::new();
        for some in nodes.chunks(NAMED) {
            let named: Vec<String> = some.iter().map(ToString::to_string).collect();
            let mut page = None;
            for _ in 0..PAGES {
                let answer = self
                    .ask("ssm:DescribeInstancePatchStates", |ssm| {
                        ssm.describe_instance_patch_states()
                            .set_instance_ids(Some(named.clone()))
                            .max_results(A_PAGE)
                            .set_next_token(page.clone())
                            .send()
                    })
                    .await?;
                states.extend(answer.instance_patch_states.unwrap_or_default().into_iter().filter_map(state));
                page = answer.next_token.filter(|token| !token.is_empty());
                if page.is_none() {
                    break;
                }
            }
        }
        Ok(states)
    }
}

/// A state as AWS describes it; none for what is no managed node.
fn state(from: InstancePatchState) -> Option<State> {
    let count = |count: i32| u32::try_from(count).unwrap_or(0);
    let perhaps = |more: Option<i32>| more.map_or(0, count);
    let (missing, failed) = (count(from.missing_count), count(from.failed_count));
    let pending_reboot = perhaps(from.installed_pending_reboot_count);
    let against = [
        missing,
        failed,
        pending_reboot,
        perhaps(from.installed_rejected_count),
        // These hold what a baseline wants to be reported besides.
        perhaps(from.critical_non_compliant_count),
        perhaps(from.security_non_compliant_count),
        perhaps(from.other_non_compliant_count),
    ];
    Some(State {
        instance: from.instance_id.parse().ok()?,
        baseline: from.baseline_id,
        missing,
        failed,
        installed: count(from.installed_count),
        pending_reboot,
        compliant: against == [0; 7],
        // What AWS left out, the SDK makes the beginning of time.
        ended_at: moment(&from.operation_end_time).filter(|at| at.0 > 0),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ssm::types::PatchOperationType;
    use aws_sdk_ssm::types::builders::InstancePatchStateBuilder;
    use aws_smithy_types::DateTime;

    use super::*;

    fn read(change: impl FnOnce(InstancePatchStateBuilder) -> InstancePatchStateBuilder) -> Option<State> {
        let plain = InstancePatchState::builder()
            .instance_id("i-0123456789abcdef0")
            .patch_group("")
            .baseline_id("pb-0123456789abcdef0")
            .installed_count(12)
            .operation(PatchOperationType::Scan)
            .operation_start_time(DateTime::from_secs(0))
            .operation_end_time(DateTime::from_secs(0));
        state(change(plain).build().unwrap())
    }

    #[test]
    fn whatever_is_against_the_baseline_makes_it_non_compliant() {
        assert!(read(|plain| plain).unwrap().compliant);
        type Change = fn(InstancePatchStateBuilder) -> InstancePatchStateBuilder;
        let against: [Change; 7] = [
            |one| one.missing_count(1),
            |one| one.failed_count(1),
            |one| one.installed_pending_reboot_count(1),
            |one| one.installed_rejected_count(1),
            |one| one.critical_non_compliant_count(1),
            |one| one.security_non_compliant_count(1),
            |one| one.other_non_compliant_count(1),
        ];
        for change in against {
            assert!(!read(change).unwrap().compliant);
        }
        let besides =
            read(|one| one.installed_other_count(9).not_applicable_count(9).unreported_not_applicable_count(9));
        assert!(besides.unwrap().compliant);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let odd = read(|one| one.installed_count(-1).missing_count(-1)).unwrap();
        assert_eq!((odd.installed, odd.missing, odd.ended_at), (0, 0, None));
        assert_eq!(read(|one| one.instance_id("i-0123;rm")), None);
    }
}

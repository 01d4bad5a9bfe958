//! What of an ARN people call the thing by.

/// The name in an ARN: what follows the type of resource. Other texts are names already.
pub fn name(text: &str) -> &str {
    let text = text.trim();
    if let Some(account) = text.strip_prefix("AWS::::Account:") {
        return account;
    }
    if !text.starts_with("arn:") {
        return text;
    }
    let Some(resource) = text.splitn(6, ':').nth(5).filter(|resource| !resource.is_empty()) else { return text };
    if let Some((_, group)) = resource.split_once("autoScalingGroupName/") {
        return group;
    }
    // A bucket has no type before its name, and an object in it keeps its whole path.
    if text.split(':').nth(2) == Some("s3") {
        return resource;
    }
    let name = resource.split_once(['/', ':']).map_or(resource, |(_, name)| name);
    if name.is_empty() { resource } else { name }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn the_name_is_what_people_say() {
        for (arn, wanted) in [
            ("arn:aws:ec2:us-east-1:123456789012:instance/i-1234567890abcdef0", "i-1234567890abcdef0"),
            ("arn:aws:rds:us-east-1:123456789012:db:orders", "orders"),
            ("arn:aws:s3:::bucket/a/b", "bucket/a/b"),
            ("arn:aws:lambda:us-east-1:123456789012:function:thumbs", "thumbs"),
            ("arn:aws:sns:us-east-1:123456789012:topic", "topic"),
            ("arn:aws:ecs:us-east-1:123456789012:service/prod/web", "prod/web"),
            ("arn:aws:autoscaling:us-east-1:1:autoScalingGroup:u-u:autoScalingGroupName/web", "web"),
            ("AWS::::Account:123456789012", "123456789012"),
            ("web-01", "web-01"),
            ("arn:aws:x", "arn:aws:x"),
        ] {
            assert_eq!(name(arn), wanted, "{arn}");
        }
    }
}

//! What is said at one end is heard at the other.

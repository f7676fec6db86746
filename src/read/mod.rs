//! What does each page say, and where?
//!
//! One file or folder a carrier. What a reader gives is as read: nothing is cleaned here.

pub mod pdf;

//! What a user may expect of cleaned text.
